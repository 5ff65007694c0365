//! Generates implementations from the methods of an object.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Expr, FnArg, ImplItem, ImplItemFn, ItemImpl, LitStr, Pat, PatType, Type};

use crate::fields::each_attribute;

pub fn implement(methods: &ItemImpl) -> syn::Result<Tokens> {
    let is = |name: &str| {
        methods.attrs.iter().any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == name))
    };
    let mut arms = Vec::new();
    for item in &methods.items {
        if let ImplItem::Fn(method) = item {
            arms.extend(arm(method)?);
        }
    }
    let ty = &methods.self_ty;
    let (generics, _, conditions) = methods.generics.split_for_impl();
    let (of, called) = match (is("Object"), is("ComplexObject")) {
        (true, false) => (quote!(WriteField), quote!(write_field)),
        (false, true) => (quote!(SyncMethods), quote!(write_method)),
        _ => return Err(syn::Error::new_spanned(ty, "expected `#[Object]` or `#[ComplexObject]` below")),
    };
    let ready = is("Object").then(|| crate::write(&methods.generics, &quote!(#ty)));
    Ok(quote! {
        impl #generics crate::domain::resolve::#of for #ty #conditions {
            fn #called(
                &self,
                name: &str,
                field: &crate::domain::resolve::FieldContext<'_>,
                writer: &mut crate::domain::resolve::JsonWriter,
            ) -> Option<()> {
                match name {
                    #(#arms)*
                    _ => None,
                }
            }
        }

        #ready
    })
}

/// Returns the field of a method. `None` if the method is skipped.
fn arm(method: &ImplItemFn) -> syn::Result<Option<Tokens>> {
    let ident = &method.sig.ident;
    let (mut name, mut is_skipped) = (crate::camel_case(&ident.to_string()), false);
    each_attribute(&method.attrs, |meta| {
        for unknown in ["flatten", "guard"] {
            if meta.path.is_ident(unknown) {
                return Err(meta.error("not supported by `sync_resolvers`"));
            }
        }
        is_skipped |= meta.path.is_ident("skip");
        let is_name = meta.path.is_ident("name");
        if is_name {
            name = meta.value()?.parse::<LitStr>()?.value();
        }
        Ok(is_name)
    })?;
    if is_skipped {
        return Ok(None);
    }
    let arguments = method.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) if !is_context(&argument.ty) => Some(self::argument(argument)),
        _ => None,
    });
    let arguments: Vec<Tokens> = arguments.collect::<syn::Result<_>>()?;
    // async-graphql passes the context to every method.
    let call = quote!(self.#ident(&ctx, #(#arguments),*));
    let value =
        if method.sig.asyncness.is_some() { quote!(&futures::FutureExt::now_or_never(#call)?) } else { quote!(&#call) };
    Ok(Some(quote! {
        #name => {
            let ctx = field.context();
            crate::domain::resolve::WriteValue::write(#value, field, writer)
        }
    }))
}

fn is_context(ty: &Type) -> bool {
    let Type::Reference(reference) = ty else { return false };
    matches!(&*reference.elem, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Context"))
}

/// Returns the code that reads an argument from the request.
fn argument(argument: &PatType) -> syn::Result<Tokens> {
    let Pat::Ident(pattern) = &*argument.pat else {
        return Err(syn::Error::new_spanned(argument, "expected a name"));
    };
    let (mut name, mut default) = (crate::camel_case(&pattern.ident.to_string()), quote!(None));
    each_attribute(&argument.attrs, |meta| {
        if meta.path.is_ident("default") {
            let value = meta.value()?.parse::<Expr>()?;
            default = quote!(Some(|| #value));
        } else if meta.path.is_ident("default_with") {
            let value = meta.value()?.parse::<LitStr>()?.parse::<Expr>()?;
            default = quote!(Some(|| #value));
        } else if meta.path.is_ident("name") {
            name = meta.value()?.parse::<LitStr>()?.value();
        } else if meta.path.is_ident("desc") || meta.path.is_ident("deprecation") {
            meta.value()?.parse::<Expr>()?;
        } else {
            return Err(meta.error("not supported by `sync_resolvers`"));
        }
        Ok(true)
    })?;
    let ty = &argument.ty;
    Ok(quote!(crate::domain::resolve::argument::<#ty>(&ctx, #name, #default)?))
}
