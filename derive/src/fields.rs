//! Generates implementations for structs (their fields or merged parts), enums and interfaces.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Field, Fields, Ident, Index, LitStr, meta::ParseNestedMeta, token::Paren,
};

pub fn implement(input: &DeriveInput) -> syn::Result<Tokens> {
    match &input.data {
        Data::Enum(data) if data.variants.iter().all(|variant| variant.fields.is_empty()) => {
            Ok(implement_for_names(&input.ident))
        }
        Data::Enum(data) => Ok(implement_for_kinds(input, data)),
        Data::Struct(data) => match &data.fields {
            Fields::Unit => Err(syn::Error::new_spanned(&input.ident, "expected a struct with fields")),
            Fields::Unnamed(parts) => {
                let within = (0..parts.unnamed.len()).map(Index::from).map(
                    |part| quote!(crate::domain::resolve::WriteField::write_field(&self.#part, name, field, writer)),
                );
                implement_for(input, &[], &within.collect::<Vec<_>>())
            }
            Fields::Named(fields) => {
                let (mut arms, mut within) = (Vec::new(), Vec::new());
                for field in &fields.named {
                    let ident = &field.ident;
                    match exposure(field)? {
                        Exposure::Field(name) => {
                            arms.push(quote!(#name => crate::domain::resolve::WriteValue::write(&self.#ident, field, writer),));
                        }
                        Exposure::Flat => within.push(
                            quote!(crate::domain::resolve::WriteField::write_field(&self.#ident, name, field, writer)),
                        ),
                        Exposure::None => {}
                    }
                }
                if is_complex(&input.attrs)? {
                    within.push(quote!(crate::domain::resolve::SyncMethods::write_method(self, name, field, writer)));
                }
                implement_for(input, &arms, &within)
            }
        },
        Data::Union(_) => Err(syn::Error::new_spanned(&input.ident, "expected a struct or an enum")),
    }
}

fn implement_for(input: &DeriveInput, arms: &[Tokens], within: &[Tokens]) -> syn::Result<Tokens> {
    let (ident, (generics, arguments, conditions)) = (&input.ident, input.generics.split_for_impl());
    let ready = crate::write(&input.generics, &quote!(#ident #arguments));
    Ok(quote! {
        impl #generics crate::domain::resolve::WriteField for #ident #arguments #conditions {
            fn write_field(
                &self,
                name: &str,
                field: &crate::domain::resolve::FieldContext<'_>,
                writer: &mut crate::domain::resolve::JsonWriter,
            ) -> Option<()> {
                match name {
                    #(#arms)*
                    _ => None #(.or_else(|| #within))*,
                }
            }
        }

        #ready
    })
}

fn implement_for_names(ident: &Ident) -> Tokens {
    quote! {
        impl crate::domain::resolve::WriteValue for #ident {
            fn write(&self, _: &crate::domain::resolve::FieldContext<'_>, writer: &mut crate::domain::resolve::JsonWriter) -> Option<()> {
                crate::domain::resolve::name(*self, writer)
            }
        }
    }
}

/// Implements `WriteValue` for an interface or a union.
fn implement_for_kinds(input: &DeriveInput, data: &DataEnum) -> Tokens {
    let (ident, (generics, arguments, conditions)) = (&input.ident, input.generics.split_for_impl());
    let kinds = data.variants.iter().map(|variant| &variant.ident);
    quote! {
        impl #generics crate::domain::resolve::WriteValue for #ident #arguments #conditions {
            fn write(&self, field: &crate::domain::resolve::FieldContext<'_>, writer: &mut crate::domain::resolve::JsonWriter) -> Option<()> {
                match self {
                    #(Self::#kinds(object) => crate::domain::resolve::WriteValue::write(object, field, writer),)*
                }
            }
        }
    }
}

/// The representation of a struct field in the schema.
enum Exposure {
    /// As a field with this name.
    Field(String),
    /// Flattened: its fields appear instead.
    Flat,
    None,
}

fn exposure(field: &Field) -> syn::Result<Exposure> {
    let name = field.ident.as_ref().map(|ident| crate::camel_case(&ident.to_string()));
    let mut exposure = name.map_or(Exposure::None, Exposure::Field);
    each_attribute(&field.attrs, |meta| {
        if meta.path.is_ident("skip") {
            exposure = Exposure::None;
        } else if meta.path.is_ident("flatten") {
            exposure = Exposure::Flat;
        } else if meta.path.is_ident("name") {
            exposure = Exposure::Field(meta.value()?.parse::<LitStr>()?.value());
            return Ok(true);
        }
        Ok(false)
    })?;
    Ok(exposure)
}

fn is_complex(attributes: &[Attribute]) -> syn::Result<bool> {
    let mut is_complex = false;
    each_attribute(attributes, |meta| {
        is_complex |= meta.path.is_ident("complex");
        Ok(false)
    })?;
    Ok(is_complex)
}

/// Visits every item of the `graphql` attributes. Values that `look` does not read are skipped.
pub fn each_attribute(
    attributes: &[Attribute],
    mut look: impl FnMut(&ParseNestedMeta<'_>) -> syn::Result<bool>,
) -> syn::Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("graphql")) {
        attribute.parse_nested_meta(|meta| {
            if look(&meta)? {
                return Ok(());
            }
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            } else if meta.input.peek(Paren) {
                let within;
                syn::parenthesized!(within in meta.input);
                within.parse::<Tokens>()?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
