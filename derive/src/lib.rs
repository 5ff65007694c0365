//! Fields that are answered at once, without a future each. `#[derive(SyncResolve)]` stands beside the framework's derives and
//! `#[sync_resolvers]` above its `#[Object]` and `#[ComplexObject]`; both read the same attributes and leave everything else to it.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{DeriveInput, Generics, ItemImpl, parse_macro_input};

mod fields;
mod methods;

/// Implements `crate::domain::resolve::SyncResolve` and `WriteValue` for a struct by its fields, a merged one by its parts; `WriteValue` for an enum
/// by its names, an interface by its kinds. The fields that methods answer are known where the struct is `complex`.
#[proc_macro_derive(SyncResolve, attributes(graphql, sync_resolve))]
pub fn write_field(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::implement(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Implements `crate::domain::resolve::SyncResolve` and `WriteValue` by the methods of an `#[Object]`, `crate::domain::resolve::SyncMethods` by those of a
/// `#[ComplexObject]`. The methods may be async, but never wait.
#[proc_macro_attribute]
pub fn sync_resolvers(_: TokenStream, item: TokenStream) -> TokenStream {
    let methods = parse_macro_input!(item as ItemImpl);
    let sync_resolvers = methods::implement(&methods).unwrap_or_else(|error| error.to_compile_error());
    quote!(#methods #sync_resolvers).into()
}

/// Implements `WriteValue` for an object that is plain.
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
