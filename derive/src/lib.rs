//! `#[derive(Plain)]`: the fields of a `SimpleObject` that are answered from the struct itself, without a future each; the
//! names of an `Enum`. It stands beside that derive, reads the same attributes and leaves everything else to it.
//! `#[plain(with = function)]` names a function that knows of more fields: `fn(&Self, &str, &Asked<'_>) -> Option<Value>`.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Data, DeriveInput, Field, Fields, Ident, LitStr, Path, parse_macro_input, token::Paren};

/// Implements `crate::plain::Plain` for a struct, `crate::plain::Ready` for an enum.
#[proc_macro_derive(Plain, attributes(graphql, plain))]
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
    let (mut arms, mut within) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let ident = &field.ident;
        match exposure(field)? {
            Exposure::Field(name) => arms.push(quote! { #name => crate::plain::Ready::ready(&self.#ident, asked), }),
            Exposure::Flat => {
                within.push(quote! { .or_else(|| crate::plain::Plain::plain(&self.#ident, name, asked)) })
            }
            Exposure::None => {}
        }
    }
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("plain")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("with") {
                return Err(meta.error("expected `with = function`"));
            }
            let function: Path = meta.value()?.parse()?;
            within.push(quote! { .or_else(|| #function(self, name, asked)) });
            Ok(())
        })?;
    }
    let (ident, (generics, arguments, conditions)) = (&input.ident, input.generics.split_for_impl());
    Ok(quote! {
        impl #generics crate::plain::Plain for #ident #arguments #conditions {
            fn plain(&self, name: &str, asked: &crate::plain::Asked<'_>) -> Option<async_graphql::Value> {
                match name {
                    #(#arms)*
                    _ => None #(#within)*,
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

/// How a field stands in the schema.
enum Exposure {
    /// As a field of this name.
    Field(String),
    /// By its own fields.
    Flat,
    None,
}

fn exposure(field: &Field) -> syn::Result<Exposure> {
    let name = field.ident.as_ref().map(|ident| camel_case(&ident.to_string()));
    let mut exposure = name.map_or(Exposure::None, Exposure::Field);
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("graphql")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                exposure = Exposure::None;
            } else if meta.path.is_ident("flatten") {
                exposure = Exposure::Flat;
            } else if meta.path.is_ident("name") {
                exposure = Exposure::Field(meta.value()?.parse::<LitStr>()?.value());
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
    Ok(exposure)
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
