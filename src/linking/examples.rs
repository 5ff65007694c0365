//! Examples and counter-examples for each rule. Each name of a row is compared with its first name.

use crate::domain::catalog::Publisher;
use crate::linking::{
    curated::Curated,
    link,
    method::{Method, Tier},
    name::Name,
    name_kind::NameKind,
    scored::{linked, with_first},
};

fn check(table: &[(&[&'static str], &[bool])]) {
    for (names, expected) in table {
        let rows: Vec<(&str, &str)> = names.iter().map(|&name| (name, "")).collect();
        assert_eq!(with_first(&rows), *expected, "{names:?}");
    }
}

#[test]
fn generic_names_with_a_legal_form_are_organisations() {
    check(&[
        (&["Innovation Team Company Limited", "Innovation Team Co., Ltd."], &[true, true]),
        (&["Hong Kong Testing Laboratory Limited", "HK Testing Laboratory Ltd"], &[true, true]),
        (&["Asia Molecular Diagnostics Laboratory Limited", "Molecular Diagnostics Laboratory Ltd"], &[true, false]),
        (&["Testing Centre Limited", "Testing Centre Inc."], &[true, false]),
    ]);
}

#[test]
fn stated_former_names() {
    check(&[
        (&["Alpha Robots Limited (formerly known as Beta Widgets Limited)", "Beta Widgets Ltd"], &[true, true]),
        (&["Alpha Robots Limited (formerly Beta Widgets)", "Beta Widgets"], &[true, true]),
        (
            &["Beta Widgets Limited (now known as Alpha Robots Limited)", "Alpha Robots Ltd", "Beta Widgets Ltd"],
            &[true, true, true],
        ),
        // the former name has another legal form, is short for another name, or is stated by two organisations
        (&["Alpha Robots Limited (formerly Beta Widgets Limited)", "Beta Widgets Inc."], &[true, false]),
        (&["Alpha Robots Limited (formerly Beta Widgets)", "Beta Widgets Limited"], &[true, false]),
        (
            &[
                "Alpha Robots Limited (formerly Beta Widgets Limited)",
                "Gamma Foods Limited (formerly Beta Widgets Limited)",
                "Beta Widgets Limited",
            ],
            &[true, false, false],
        ),
        (&["Alpha Robots Limited (formerly part of Beta Widgets Limited)", "Beta Widgets Limited"], &[true, false]),
        (&["Alpha Robots Limited (formerly Technology)", "Technology"], &[true, false]),
    ]);
    assert_eq!(
        with_first(&[
            ("Alpha Robots Limited (formerly Beta Widgets Limited)", "甲有限公司"),
            ("Beta Widgets Limited", "乙有限公司"),
        ]),
        [true, true],
        "a renamed company has a new Chinese name"
    );
    assert_eq!(with_first(&[("", "甲乙有限公司（前稱丙丁有限公司）"), ("", "丙丁有限公司")]), [true, true]);
}

#[test]
fn legal_forms() {
    check(&[
        (
            &["HKU - Pasteur Research Centre Limited (HPRC)", "HKU", "HKU - Pasteur Research Centre"],
            &[true, false, false],
        ),
        (&["Alpha Testing Limited (Hong Kong)", "Alpha Testing Limited"], &[true, false]),
        (&["Alpha Testing Incorporation", "Alpha Testing Inc."], &[true, true]),
        (&["Alpha Testing Limited Ltd.", "Alpha Testing Limited"], &[true, true]),
        (&["Alpha Testing Inc. Limited", "Alpha Testing Limited"], &[true, false]),
    ]);
}

#[test]
fn brackets() {
    check(&[
        (&["Alpha Logistics Limited (Happy Cells)", "Alpha Logistics Ltd.", "Alpha Logistics"], &[true, true, true]),
        (&["Happy Cells (Alpha Logistics Limited)", "Alpha Logistics Ltd."], &[true, true]),
        (&["(ABC) Alpha Bay Council", "Alpha Bay Council", "ABC"], &[true, true, true]),
        (&["Alpha Bay Council (ABC)", "Alpha Bay Council Limited"], &[true, true]),
        (&["Alpha Air Cargo Limited (Alpcar)", "Alpcar"], &[true, true]),
        // a brand that does not occur in the name, another organisation's name, a place
        (&["Alpha Logistics Limited (Happy Cells)", "Happy Cells"], &[true, false]),
        (&["Alpha Air Cargo Limited (Alpcar)", "Alpcar Limited", "Alpcar"], &[true, false, false]),
        (&["Alpha Logistics Limited (Bangkok)", "Alpha Logistics Limited"], &[true, false]),
        (&["Alpha Logistics Limited (Holdings)", "Alpha Logistics Limited"], &[true, false]),
    ]);
}

#[test]
fn hosts_in_brackets() {
    let curated = Curated::embedded();
    for (name, host) in [
        ("State Key Laboratory of Unreal Things (The University of Hong Kong)", "HKU"),
        ("Unreal Key Laboratory (PolyU)", "The Hong Kong Polytechnic University"),
        ("Centre for Unreal Studies (CUHK)", "The Chinese University of Hong Kong"),
        ("Department of Unreal Studies (HKBU)", "Hong Kong Baptist University"),
    ] {
        let names = [name, host].map(|en| Name { publisher: Publisher::Itf, en, zh: "", website: "", address: "" });
        let linked = link(&names, &curated);
        assert_eq!(linked.parts[0].cluster, linked.parts[1].cluster, "{name}");
        assert_eq!(linked.parts[0].method, Method::UnitOf, "{name}");
    }
    for (name, host) in [
        ("Centre for Unreal Studies Limited (HKU)", "HKU"),
        ("Hong Kong Unreal Centre (HKU)", "HKU"),
        ("Unreal Hospital (HKU)", "HKU"),
        ("State Key Laboratory of Unreal Things, Shenzhen (HKU)", "HKU"),
    ] {
        let names = [name, host].map(|en| Name { publisher: Publisher::Itf, en, zh: "", website: "", address: "" });
        let linked = link(&names, &curated);
        assert_ne!(linked.parts[0].cluster, linked.parts[1].cluster, "{name}");
    }
}

#[test]
fn spellings() {
    check(&[
        (&["Unreal Jewelry Center Limited", "Unreal Jewellery Centre Ltd"], &[true, true]),
        (&["Unreal Color Optimization Limited", "Unreal Colour Optimisation Limited"], &[true, true]),
        (&["Unreal Tech Limited", "Unreal Technology Limited"], &[true, false]),
    ]);
}

#[test]
fn stated_names_are_used_unless_another_organisation_has_them() {
    let linked = linked(&[
        (Publisher::Itf, "Alpha Logistics Limited (Happy Cells)", ""),
        (Publisher::Itf, "Beta Foods Limited (Yummy)", ""),
        (Publisher::Itf, "Yummy Limited", ""),
        (Publisher::Itf, "Gamma Bay Council (GBC)", ""),
        (Publisher::Itf, "Delta Robots Limited (formerly Yummy Limited)", ""),
        (Publisher::Itf, "Epsilon Robots Limited (formerly Yummy Limited)", ""),
    ]);
    let stated = |part: usize| -> Vec<(&str, NameKind)> {
        linked.parts[part].stated.iter().map(|stated| (stated.value.as_str(), stated.kind)).collect()
    };
    assert_eq!(stated(0), [("Happy Cells", NameKind::Trading)]);
    assert_eq!(stated(1), [], "another company has the name");
    assert_eq!(stated(3), [("GBC", NameKind::Acronym)]);
    assert_eq!(stated(4), [("Yummy Limited", NameKind::Former)], "a former name remains a former name");
}

#[test]
fn suspected_matches_are_confirmed_by_a_reviewed_line() {
    const ALIAS: &str = "name_en,name_zh,alias,kind,organisation_kind,source,valid_from,valid_until\n";
    const PAIR: &str = "publisher_a,name_a,publisher_b,name_b,source,note\n";
    for (a, b, method) in [
        ("Prenetcis Genes Limited", "Prenetics Genes Limited", Some(Method::Typo)),
        ("Compathnion Technology Limited", "Compathion Technology Limited", Some(Method::Typo)),
        ("Unreal Institute of Robots", "Unreal Robots Institute", Some(Method::WordOrder)),
        ("Prenetics Genes Limited", "Prenetcis Genes Inc.", None),
        ("Smart Data 1 Limited", "Smart Data 2 Limited", None),
        ("Alpha Foods Limited", "Alpha Goods Limited", None),
    ] {
        let names = [a, b].map(|en| Name { publisher: Publisher::Itf, en, zh: "", website: "", address: "" });
        let found = link(&names, &Curated::default());
        assert_eq!(found.clusters.len(), 2, "{a}");
        assert_eq!(found.possible.first().map(|possible| possible.method), method, "{a}");
        assert!(method.is_none_or(|method| method.tier() == Tier::Suspected));
        let same = format!("{PAIR},{a},,{b},https://a.hk,\n");
        let confirmed = link(&names, &Curated::parse(ALIAS, &same, PAIR).unwrap());
        assert_eq!((confirmed.clusters.len(), confirmed.possible.len()), (1, 0), "{a}");
    }
}
