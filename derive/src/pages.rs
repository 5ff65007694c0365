//! The arguments of a page: a parameter of the type `Window` stands for `first`, `after`, `last` and `before`.

use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Pat, PatType, Type, parse_quote};

/// Replaces each `Window` parameter by the four arguments of a page, and adds the cost of a page to the method.
pub fn expand(methods: &mut ItemImpl) -> syn::Result<()> {
    for item in &mut methods.items {
        if let ImplItem::Fn(method) = item {
            expand_method(method)?;
        }
    }
    Ok(())
}

fn expand_method(method: &mut ImplItemFn) -> syn::Result<()> {
    let is_window = |input: &FnArg| matches!(input, FnArg::Typed(argument) if is_window(&argument.ty));
    let Some(position) = method.sig.inputs.iter().position(is_window) else { return Ok(()) };
    let inputs = std::mem::take(&mut method.sig.inputs);
    for (index, input) in inputs.into_iter().enumerate() {
        if index != position {
            method.sig.inputs.push(input);
            continue;
        }
        let FnArg::Typed(PatType { pat, ty, .. }) = input else { continue };
        let Pat::Ident(window) = &*pat else {
            return Err(syn::Error::new_spanned(pat, "expected a name"));
        };
        let arguments: [FnArg; 4] = [
            parse_quote!(#[graphql(desc = "Returns the first _n_ items. Default 20, maximum 100.")] first: Option<i32>),
            parse_quote!(#[graphql(desc = "Returns the items after this cursor.")] after: Option<String>),
            parse_quote!(#[graphql(desc = "Returns the last _n_ items. Maximum 100.")] last: Option<i32>),
            parse_quote!(#[graphql(desc = "Returns the items before this cursor.")] before: Option<String>),
        ];
        method.sig.inputs.extend(arguments);
        let window = &window.ident;
        method.block.stmts.insert(0, parse_quote!(let #window = #ty { first, after, last, before };));
    }
    method
        .attrs
        .push(parse_quote!(#[graphql(complexity = "crate::domain::pagination::cost(first, last, child_complexity)")]));
    Ok(())
}

fn is_window(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Window"))
}
