//! Fields that are answered at once, without a future each. `#[derive(Plain)]` stands beside the framework's derives and
//! `#[edges]` above its `#[Object]` and `#[ComplexObject]`; both read the same attributes and leave everything else to it.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{DeriveInput, Generics, ItemImpl, parse_macro_input};

mod fields;
mod methods;

/// Implements `crate::plain::Plain` and `Ready` for a struct by its fields, a merged one by its parts; `Ready` for an enum
/// by its names, an interface by its kinds. The fields that methods answer are known where the struct is `complex`.
#[proc_macro_derive(Plain, attributes(graphql, plain))]
pub fn plain(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::implement(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Implements `crate::plain::Plain` and `Ready` by the methods of an `#[Object]`, `crate::plain::Edges` by those of a
/// `#[ComplexObject]`. The methods may be async, but never wait.
#[proc_macro_attribute]
pub fn edges(_: TokenStream, item: TokenStream) -> TokenStream {
    let methods = parse_macro_input!(item as ItemImpl);
    let edges = methods::implement(&methods).unwrap_or_else(|error| error.to_compile_error());
    quote!(#methods #edges).into()
}

/// Implements `Ready` for an object that is plain.
fn ready(generics: &Generics, ty: &Tokens) -> Tokens {
    let (generics, _, conditions) = generics.split_for_impl();
    quote! {
        impl #generics crate::plain::Ready for #ty #conditions {
            fn ready<S: crate::plain::Sink>(&self, asked: &crate::plain::Asked<'_>, sink: &mut S) -> Option<()> {
                crate::plain::object(self, asked, sink)
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
