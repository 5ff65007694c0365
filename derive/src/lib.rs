//! Macros for fields that resolve without a future. `#[derive(SyncResolve)]` is used beside async-graphql's derives,
//! and `#[sync_resolvers]` above its `#[Object]` and `#[ComplexObject]`. Both read async-graphql's attributes.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{DeriveInput, Generics, ItemImpl, parse_macro_input};

mod fields;
mod methods;
mod pages;

/// Implements `WriteField` and `WriteValue` for a struct or a merged object, and `WriteValue` for an enum or an
/// interface. A struct that is `complex` also resolves the methods of its `#[ComplexObject]`.
#[proc_macro_derive(SyncResolve, attributes(graphql))]
pub fn write_field(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::implement(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Implements `WriteField` and `WriteValue` with the methods of an `#[Object]`, and `SyncMethods` with the methods of a
/// `#[ComplexObject]`. The methods may be async, but must complete without waiting. A parameter of the type
/// `Window` or `ListArguments` expands to the arguments of a list.
#[proc_macro_attribute]
pub fn sync_resolvers(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut methods = parse_macro_input!(item as ItemImpl);
    pages::expand(&mut methods);
    let sync_resolvers = methods::implement(&methods).unwrap_or_else(|error| error.to_compile_error());
    quote!(#methods #sync_resolvers).into()
}

/// Implements `WriteValue` for an object.
fn write(generics: &Generics, ty: &Tokens) -> Tokens {
    let (generics, _, conditions) = generics.split_for_impl();
    quote! {
        impl #generics crate::domain::resolve::WriteValue for #ty #conditions {
            fn write(&self, field: &crate::domain::resolve::FieldContext<'_>, writer: &mut crate::domain::resolve::JsonWriter) -> Option<()> {
                crate::domain::resolve::object(self, field, writer)
            }
        }
    }
}

/// Converts `lead_applicant_name` to `leadApplicantName`.
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
