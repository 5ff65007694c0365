//! `#[derive(Plain)]`: the fields of a `SimpleObject` that are answered from the struct itself, without a future each; the
//! names of an `Enum`. It stands beside that derive, reads the same attributes and leaves everything else to it.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, Ident, LitStr, parse_macro_input, token::Paren};

/// Implements `crate::plain::Plain` for a struct, `crate::plain::Ready` for an enum.
#[proc_macro_derive(Plain, attributes(graphql))]
pub fn plain(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    implement(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

fn implement(input: &DeriveInput) -> syn::Result<Tokens> {
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(_) => return Ok(implement_for_enum(&input.ident)),
        Data::Union(_) => return Err(syn::Error::new_spanned(&input.ident, "expected a struct or an enum")),
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(&input.ident, "expected a struct with named fields"));
    };
    let mut arms = Vec::new();
    for field in &fields.named {
        if let (Some(ident), Some(name)) = (&field.ident, graphql_name(field)?) {
            arms.push(quote! { #name => crate::plain::Ready::ready(&self.#ident, asked), });
        }
    }
    let (ident, (generics, arguments, conditions)) = (&input.ident, input.generics.split_for_impl());
    Ok(quote! {
        impl #generics crate::plain::Plain for #ident #arguments #conditions {
            fn plain(&self, name: &str, asked: &crate::plain::Asked<'_>) -> Option<async_graphql::Value> {
                match name {
                    #(#arms)*
                    _ => None,
                }
            }
        }
    })
}

fn implement_for_enum(ident: &Ident) -> Tokens {
    quote! {
        impl crate::plain::Ready for #ident {
            fn ready(&self, _: &crate::plain::Asked<'_>) -> Option<async_graphql::Value> {
                Some(async_graphql::resolver_utils::enum_value(*self))
            }
        }
    }
}

/// The name of a field in the schema; none where it is not in it as a field of its own.
fn graphql_name(field: &Field) -> syn::Result<Option<String>> {
    let mut name = field.ident.as_ref().map(|ident| camel_case(&ident.to_string()));
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("graphql")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") || meta.path.is_ident("flatten") {
                name = None;
            } else if meta.path.is_ident("name") {
                name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            } else if meta.input.peek(Paren) {
                let within;
                syn::parenthesized!(within in meta.input);
                within.parse::<Tokens>()?;
            }
            Ok(())
        })?;
    }
    Ok(name)
}

/// `lead_applicant_name` as `leadApplicantName`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
