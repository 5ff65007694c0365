//! The arguments of lists. A parameter of the type `Window` expands to `first`, `after`, `last` and `before`. A
//! parameter of the type `ListArguments<T>` adds the filter and the sort order of records of the type `T`.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{
    FnArg, GenericArgument, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, PatType, PathArguments, Type, parse_quote,
};

/// Expands each such parameter to its arguments, and adds the cost of a page to the method.
pub fn expand(methods: &mut ItemImpl) {
    for item in &mut methods.items {
        if let ImplItem::Fn(method) = item {
            expand_method(method);
        }
    }
}

fn expand_method(method: &mut ImplItemFn) {
    let Some((position, parameter)) = method.sig.inputs.iter().enumerate().find_map(|(position, input)| match input {
        FnArg::Typed(parameter) => Some((position, Parameter::of(parameter)?)),
        FnArg::Receiver(_) => None,
    }) else {
        return;
    };
    let inputs = std::mem::take(&mut method.sig.inputs);
    for (index, input) in inputs.into_iter().enumerate() {
        if index == position { method.sig.inputs.extend(parameter.arguments()) } else { method.sig.inputs.push(input) }
    }
    let (name, value) = (&parameter.name, parameter.value());
    method.block.stmts.insert(0, parse_quote!(let #name = #value;));
    method
        .attrs
        .push(parse_quote!(#[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]));
}

/// A parameter that expands to several arguments.
struct Parameter {
    name: Ident,
    ty: Type,
    /// The type of the records, if they are filtered and sorted.
    record: Option<Type>,
}

impl Parameter {
    fn of(parameter: &PatType) -> Option<Self> {
        let (Pat::Ident(name), Type::Path(path)) = (&*parameter.pat, &*parameter.ty) else { return None };
        let last = path.path.segments.last()?;
        let record = match &last.arguments {
            PathArguments::AngleBracketed(of) if last.ident == "ListArguments" => match of.args.first()? {
                GenericArgument::Type(record) => Some(record.clone()),
                _ => return None,
            },
            _ if last.ident == "Window" => None,
            _ => return None,
        };
        Some(Self { name: name.ident.clone(), ty: (*parameter.ty).clone(), record })
    }

    fn arguments(&self) -> Vec<FnArg> {
        let mut arguments: Vec<FnArg> = Vec::new();
        if let Some(record) = &self.record {
            let listed = quote!(<#record as crate::publishers::listing::ListedRecord>);
            arguments.push(parse_quote!(
                #[graphql(desc = "Filters the items. Omit to return all.")]
                filter: Option<#listed::Filter>
            ));
            arguments.push(parse_quote!(
                #[graphql(desc = "The sort order. Default: the order of publication.")]
                order_by: Option<#listed::Order>
            ));
        }
        arguments.extend::<[FnArg; 4]>([
            parse_quote!(
                #[graphql(
                    default_with = "Some(20)",
                    desc = "Returns the first _n_ items. Maximum 100. The default does not apply if `last` is given."
                )]
                first: Option<i32>
            ),
            parse_quote!(#[graphql(desc = "Returns the items after this cursor.")] after: Option<String>),
            parse_quote!(#[graphql(desc = "Returns the last _n_ items. Maximum 100.")] last: Option<i32>),
            parse_quote!(#[graphql(desc = "Returns the items before this cursor.")] before: Option<String>),
        ]);
        arguments
    }

    fn value(&self) -> Tokens {
        let ty = &self.ty;
        let arguments = quote!(first, after, last, before);
        if self.record.is_none() {
            return quote!(#ty::new(#arguments));
        }
        quote!(<#ty>::new(filter, order_by, crate::domain::pagination::Window::new(#arguments)))
    }
}
