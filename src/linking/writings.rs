//! Tests of spelling variants for every name of the labelled set. A variant must stay in the cluster of its
//! organisation. A name with an added distinguishing word must not.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::domain::{catalog::Publisher, script::has_han};
use crate::linking::{
    curated::Curated,
    link,
    model::LinkageResult,
    name::Name,
    scored::{GoldStandard, LabelledRecord, rows},
};

type Writing = (&'static str, fn(&str) -> String);

/// Spelling variants of the same name.
const SAME: [Writing; 24] = [
    ("capitals", |name| name.to_uppercase()),
    ("the", |name| name.strip_prefix("The ").map_or_else(|| format!("The {name}"), str::to_owned)),
    ("the behind", |name| name.strip_prefix("The ").map_or_else(|| name.to_owned(), |rest| format!("{rest} (The)"))),
    ("and", |name| name.replace(" & ", " and ")),
    ("ampersand", |name| name.replace(" and ", " & ")),
    ("ltd", |name| name.replace("Limited", "Ltd.")),
    ("co ltd", |name| name.replace("Company Limited", "Co., Ltd").replace("Company, Limited", "Co.,Ltd.")),
    ("comma", |name| name.replace(" Limited", ", Limited").replace(",,", ",")),
    ("hk", |name| name.replace("Hong Kong", "HK")),
    ("hongkong", |name| name.replace("Hong Kong", "Hongkong")),
    ("h.k.", |name| name.replace("Hong Kong", "H.K.")),
    ("wide", |name| name.chars().map(wide).collect()),
    ("wide parentheses", |name| name.replace('(', "（").replace(')', "）")),
    ("spaces", |name| format!(" {} ", name.replace(' ', "  "))),
    ("no-break spaces", |name| name.replace(' ', "\u{a0}")),
    ("line break", |name| name.replacen(' ', "\n", 1)),
    ("quotes", |name| format!("\"{name}\"")),
    ("full stop", |name| format!("{name}.")),
    ("apostrophe", |name| name.replace('\'', "’")),
    ("laboratory", |name| format!("{name} - Testing Laboratory")),
    ("office", |name| format!("{name} – Kwun Tong Office")),
    ("branch", |name| format!("{name} - Kowloon Branch")),
    ("in parentheses", |name| format!("{name} (Testing Laboratory)")),
    ("nothing", str::to_owned),
];

/// Variants that name another organisation.
const OTHER: [Writing; 14] = [
    ("holdings", |name| before_form(name, "Holdings")),
    ("group", |name| before_form(name, "Group")),
    ("international", |name| before_form(name, "International")),
    ("china", |name| before_form(name, "(China)")),
    ("macau", |name| before_form(name, "(Macau)")),
    ("year", |name| before_form(name, "(2010)")),
    ("foundation", |name| before_form(name, "Foundation")),
    ("alumni", |name| before_form(name, "Alumni Association")),
    ("trading", |name| before_form(name, "Trading")),
    ("campus", |name| format!("{name} - Foshan")),
    ("campus after a comma", |name| format!("{name}, Zhuhai")),
    ("company after a dash", |name| format!("{name} - Alpha Laboratory Limited")),
    ("friends", |name| format!("Friends of {name}")),
    ("institute of a campus", |name| format!("{name} - Zhuhai Research Institute")),
];

fn wide(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Inserts a word before the legal form.
fn before_form(name: &str, word: &str) -> String {
    [" Company Limited", " Company, Limited", ", Limited", " Limited", " Ltd.", " Ltd"]
        .iter()
        .find_map(|form| name.strip_suffix(form).map(|head| format!("{head} {word}{form}")))
        .unwrap_or_else(|| format!("{name} {word}"))
}

/// Returns one name of each organisation in the labelled set.
fn one_name_of_each_organisation() -> Vec<String> {
    let (records, truth): (Vec<LabelledRecord>, Vec<GoldStandard>) =
        (rows("holdout_names.csv"), rows("holdout_truth.csv"));
    let of_record: HashMap<&str, &GoldStandard> = truth.iter().map(|row| (row.record_id.as_str(), row)).collect();
    let mut seen = HashSet::new();
    records
        .iter()
        .filter(|record| !record.name_en.is_empty() && !has_han(&record.name_en))
        .filter(|record| {
            let truth = of_record[record.record_id.as_str()];
            truth.kind == "single" && seen.insert(truth.entity_id.as_str())
        })
        .map(|record| record.name_en.clone())
        .collect()
}

fn linked(names: &[String], curated: &Curated) -> LinkageResult {
    let names: Vec<Name<'_>> = names
        .iter()
        .map(|text| {
            let (en, zh) = if has_han(text) { ("", text.as_str()) } else { (text.as_str(), "") };
            Name { publisher: Publisher::Itf, en, zh, website: "", address: "" }
        })
        .collect();
    link(&names, curated)
}

/// Returns the cluster of each name that denotes a single organisation.
fn clusters(linked: &LinkageResult) -> HashMap<u32, u32> {
    linked.parts.iter().map(|part| (part.name, part.cluster)).collect()
}

#[test]
fn spelling_variants_stay_in_the_cluster() {
    let curated = Curated::embedded();
    let names = one_name_of_each_organisation();
    for (way, write) in SAME {
        let both: Vec<String> = names.iter().cloned().chain(names.iter().map(|name| write(name))).collect();
        let clusters = clusters(&linked(&both, &curated));
        let count = names.len() as u32;
        let lost: Vec<&String> =
            (0..count).filter(|at| clusters[at] != clusters[&(at + count)]).map(|at| &names[at as usize]).collect();
        assert!(lost.len() <= 1, "{way}: {lost:?}");
        for a in 0..count {
            for b in (0..count).filter(|b| *b != a) {
                assert_ne!(
                    clusters[&a],
                    clusters[&(b + count)],
                    "{way}: {} and {}",
                    names[a as usize],
                    names[b as usize]
                );
            }
        }
    }
}

#[test]
fn a_name_with_an_added_word_is_another_organisation() {
    let curated = Curated::embedded();
    let names = one_name_of_each_organisation();
    for (way, write) in OTHER {
        let both: Vec<String> = names.iter().cloned().chain(names.iter().map(|name| write(name))).collect();
        let clusters = clusters(&linked(&both, &curated));
        let count = names.len() as u32;
        let kept: Vec<&String> = (0..count)
            .filter(|at| clusters.get(at) == clusters.get(&(at + count)))
            .map(|at| &names[at as usize])
            .collect();
        assert!(kept.is_empty(), "{way}: {kept:?}");
    }
}

#[test]
fn adversarial_pairs() {
    #[derive(Deserialize)]
    struct Pair {
        one: String,
        a: String,
        b: String,
    }
    let curated = Curated::embedded();
    for Pair { one, a, b } in rows::<Pair>("pairs.csv") {
        let linked = linked(&[a.clone(), b.clone()], &curated);
        let of = |name: u32| {
            linked.parts.iter().filter(|part| part.name == name).map(|part| part.cluster).collect::<HashSet<u32>>()
        };
        assert_eq!(!of(0).is_disjoint(&of(1)), one == "yes", "{a} and {b}");
    }
}
