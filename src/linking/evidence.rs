//! Evidence: the rule that links each name to the rest of its organisation.

use crate::linking::{
    cluster::UnitedPair, curated::Curated, form::LegalForm, method::Method, parsed_name::ParsedName, possible::written,
    unique_name::UniqueNames,
};

/// Returns the method of every node, relative to the anchor of its cluster.
///
/// The method is that of the key that the two names share. If they share none, it is the method of the link that
/// reached the node.
pub fn methods(nodes: &UniqueNames<'_>, anchor_of: &[u32], links: &[UnitedPair]) -> Vec<(Method, u32)> {
    let mut found: Vec<Option<(Method, u32)>> = (0..nodes.nodes.len() as u32)
        .map(|node| {
            let anchor = anchor_of[node as usize];
            if node == anchor {
                let has_english = nodes.reading(node).english.is_some();
                Some((if has_english { Method::ExactKey } else { Method::ChineseKey }, node))
            } else {
                shared(nodes, anchor, node).map(|method| (method, anchor))
            }
        })
        .collect();
    let mut waiting: Vec<UnitedPair> = links.to_vec();
    loop {
        let before = waiting.len();
        let mut next = Vec::with_capacity(before);
        for link in waiting {
            let reached = |node: u32| found[node as usize].is_some();
            match (reached(link.a), reached(link.b)) {
                (true, true) => {}
                (true, false) => found[link.b as usize] = Some((link.method, link.a)),
                (false, true) => found[link.a as usize] = Some((link.method, link.b)),
                (false, false) => next.push(link),
            }
        }
        if next.len() == before || next.is_empty() {
            break;
        }
        waiting = next;
    }
    found.into_iter().zip(anchor_of).map(|(found, &anchor)| found.unwrap_or((Method::Alone, anchor))).collect()
}

fn shared(nodes: &UniqueNames<'_>, anchor: u32, node: u32) -> Option<Method> {
    let (a, b) = (nodes.reading(anchor), nodes.reading(node));
    if !a.key.is_empty() && a.key == b.key && a.class() == b.class() {
        return Some(if a.core() == b.core() { Method::ExactKey } else { Method::JoinedKey });
    }
    let one_form = a.class() == LegalForm::None || b.class() == LegalForm::None;
    (!a.key.is_empty() && a.key == b.key && one_form).then_some(Method::NoLegalForm)
}

/// Returns the evidence sentence of a part that is linked to `to`.
pub fn sentence(method: Method, reading: &ParsedName, to: &ParsedName, curated: &Curated) -> String {
    let unit = |text: &str| match &reading.unit {
        Some(unit) => format!("`{unit}` is a unit of the organisation; {text}"),
        None => text.to_owned(),
    };
    let (own, other) = (written(reading), written(to));
    let text = match method {
        Method::Alone => return "the first or only name of the organisation".to_owned(),
        Method::ExactKey => format!("English key `{}`", reading.core()),
        Method::JoinedKey => format!("key `{}` without spaces, as in `{other}`", reading.key),
        Method::ChineseKey => {
            let key = reading.chinese_core().or(to.chinese_core()).unwrap_or_default();
            if own == other { format!("Chinese key `{key}`") } else { format!("Chinese key `{key}`, as in `{other}`") }
        }
        Method::NoLegalForm => {
            format!("`{own}` and `{other}` differ only in the legal form, which one of them omits")
        }
        Method::DeclaredAcronym => format!("only one organisation declares the acronym: `{own}` and `{other}`"),
        Method::StatedName => {
            format!("only one organisation states this name as its former one: `{own}` and `{other}`")
        }
        Method::Curated => curated.explain_same(&[own, other]),
        Method::CuratedAlias => by_alias(reading, to, curated),
        _ => format!("`{own}` and `{other}`"),
    };
    unit(&text)
}

/// Returns the curated lines that link two names.
fn by_alias(reading: &ParsedName, to: &ParsedName, curated: &Curated) -> String {
    let known: Vec<_> = [reading, to].into_iter().filter_map(|name| known(name, curated)).collect();
    let mut lines: Vec<String> =
        known.iter().filter(|known| known.line.is_some()).map(|known| curated.explain(*known)).collect();
    if lines.is_empty() {
        lines = known.first().map(|known| curated.explain(*known)).into_iter().collect();
    }
    lines.dedup();
    lines.join("; ")
}

fn known(reading: &ParsedName, curated: &Curated) -> Option<crate::linking::curated::CuratedName> {
    curated
        .english(&reading.key, reading.class())
        .or_else(|| reading.chinese.as_ref().and_then(|chinese| curated.chinese(chinese)))
        .or_else(|| reading.bare.then(|| curated.acronym(reading.core())).flatten())
}
