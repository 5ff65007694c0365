//! Generates synchronous resolvers, which need no future per field. `#[derive(SyncResolve)]` is used together with the
//! derives of async-graphql, and `#[sync_resolvers]` together with its `#[Object]` and `#[ComplexObject]`. Both read
//! async-graphql's attributes.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{DeriveInput, Generics, ItemImpl, parse_macro_input};

mod fields;
mod methods;

/// Implements `crate::domain::resolve::SyncResolve` and `WriteValue` for a struct, through its fields, or through its
/// parts if it is merged. Implements `WriteValue` for an enum, through its value names, and for an interface, through its
/// types. If the struct is `complex`, fields with methods are included.
#[proc_macro_derive(SyncResolve, attributes(graphql, sync_resolve))]
pub fn write_field(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::implement(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Implements `crate::domain::resolve::SyncResolve` and `WriteValue` from the methods of an `#[Object]`, or
/// `crate::domain::resolve::SyncMethods` from those of a `#[ComplexObject]`. The methods may be async, but must never
/// wait.
#[proc_macro_attribute]
pub fn sync_resolvers(_: TokenStream, item: TokenStream) -> TokenStream {
    let methods = parse_macro_input!(item as ItemImpl);
    let sync_resolvers = methods::implement(&methods).unwrap_or_else(|error| error.to_compile_error());
    quote!(#methods #sync_resolvers).into()
}

/// Implements `WriteValue` for an object that implements `SyncResolve`.
fn write(generics: &Generics, ty: &Tokens) -> Tokens {
    let (generics, _, conditions) = generics.split_for_impl();
    quote! {
        impl #generics crate::domain::resolve::WriteValue for #ty #conditions {
            fn write<S: crate::domain::resolve::ResponseWriter>(&self, field: &crate::domain::resolve::FieldContext<'_>, writer: &mut S) -> Option<()> {
                crate::domain::resolve::object(self, field, writer)
            }
        }
    }
}

/// Converts a name to camel case: `lead_applicant_name` to `leadApplicantName`.
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
