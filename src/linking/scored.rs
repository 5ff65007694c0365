//! Accuracy tests on the labelled set: precision and recall of the links.
//!
//! Property tests check that the input order has no effect and that ids do not change when other records disappear.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use serde::Deserialize;

use crate::domain::catalog::Publisher;
use crate::linking::{curated::Curated, link, method::Method, model::LinkageResult, name::Name};

#[derive(Clone, Debug, Deserialize)]
pub(super) struct LabelledRecord {
    pub record_id: String,
    publisher: String,
    pub name_en: String,
    name_zh: String,
    website: String,
    address: String,
}

#[derive(Deserialize)]
pub(super) struct GoldStandard {
    pub record_id: String,
    pub entity_id: String,
    pub kind: String,
}

pub(super) fn rows<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    let path = format!("{}/tests/fixtures/linking/{file}", env!("CARGO_MANIFEST_DIR"));
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

fn names(records: &[LabelledRecord]) -> Vec<Name<'_>> {
    let publisher = |code: &str| match code {
        "HKAS" => Publisher::Hkas,
        "HKSTP" => Publisher::Hkstpc,
        _ => Publisher::Itf,
    };
    records
        .iter()
        .map(|record| Name {
            publisher: publisher(&record.publisher),
            en: &record.name_en,
            zh: &record.name_zh,
            website: &record.website,
            address: &record.address,
        })
        .collect()
}

/// Returns the organisation ids of each record's name parts.
fn ids<'a>(records: &'a [LabelledRecord], linked: &LinkageResult) -> BTreeMap<&'a str, Vec<String>> {
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for part in &linked.parts {
        let id = linked.clusters[part.cluster as usize].id.to_string();
        ids.entry(&records[part.name as usize].record_id).or_default().push(id);
    }
    ids
}

/// The result on a labelled set: the numbers of correct, linked and true record pairs, and B-cubed precision and
/// recall.
#[derive(Debug)]
struct Score {
    right: u32,
    made: u32,
    wanted: u32,
    precision: f64,
    recall: f64,
}

/// Links a labelled set and computes its score. A record of joint applicants must have exactly its labelled
/// organisations.
fn score(names_file: &str, truth_file: &str, curated: &Curated) -> Score {
    let (records, truth): (Vec<LabelledRecord>, Vec<GoldStandard>) = (rows(names_file), rows(truth_file));
    let linked = link(&names(&records), curated);
    let ids = ids(&records, &linked);
    let single: Vec<(&str, &str)> = truth
        .iter()
        .filter(|row| row.kind == "single")
        .map(|row| (ids[row.record_id.as_str()][0].as_str(), row.entity_id.as_str()))
        .collect();
    let (mut right, mut made, mut wanted) = (0u32, 0u32, 0u32);
    let (mut precision, mut recall) = (0.0, 0.0);
    for (at, a) in single.iter().enumerate() {
        for b in &single[at + 1..] {
            right += u32::from(a.0 == b.0 && a.1 == b.1);
            made += u32::from(a.0 == b.0);
            wanted += u32::from(a.1 == b.1);
        }
        let share =
            |fits: &dyn Fn(&(&str, &str)) -> bool| single.iter().map(|b| f64::from(u8::from(fits(b)))).sum::<f64>();
        let (both, all) = (share(&|b| a.0 == b.0 && a.1 == b.1), share(&|_| true));
        precision += both / share(&|b| a.0 == b.0) / all;
        recall += both / share(&|b| a.1 == b.1) / all;
    }
    let entity: HashMap<&str, &str> = single.iter().copied().collect();
    for row in truth.iter().filter(|row| row.kind == "joint") {
        let found: BTreeSet<&str> = ids[row.record_id.as_str()].iter().map(|id| entity[id.as_str()]).collect();
        assert_eq!(found, row.entity_id.split('|').collect(), "{}", row.record_id);
    }
    Score { right, made, wanted, precision, recall }
}

#[test]
fn precision_is_perfect_and_recall_is_high() {
    let embedded = Curated::embedded();
    for (names, truth, curated, pairs, records) in [
        ("names.csv", "truth.csv", &embedded, 0.99, 0.99),
        ("names.csv", "truth.csv", &Curated::default(), 0.84, 0.91),
        ("holdout_names.csv", "holdout_truth.csv", &embedded, 0.99, 0.99),
    ] {
        let score = score(names, truth, curated);
        assert_eq!(score.right, score.made, "a wrong link in {names}");
        assert!(f64::from(score.right) >= pairs * f64::from(score.wanted), "{names}: {score:?}");
        assert!(score.precision > 0.9999 && score.recall >= records, "{names}: {score:?}");
    }
}

#[test]
fn ids_do_not_change_when_other_records_disappear() {
    let records: Vec<LabelledRecord> = rows("names.csv");
    let curated = Curated::embedded();
    let linked = link(&names(&records), &curated);
    let before = ids(&records, &linked);
    for lost in (0..records.len()).step_by(11) {
        let mut fewer = records.clone();
        let record = fewer.remove(lost);
        let touched = &before[record.record_id.as_str()];
        let linked = link(&names(&fewer), &curated);
        for (id, now) in ids(&fewer, &linked) {
            let apart = before[id].iter().all(|id| !touched.contains(id));
            assert!(!apart || before[id] == now, "removing {} changed the ids of {id}", record.record_id);
        }
    }
    let three = |rows: &[&'static str]| {
        let rows: Vec<_> = rows.iter().map(|&en| (Publisher::Itf, en, "")).collect();
        self::linked(&rows).clusters.into_iter().map(|cluster| cluster.id.to_string()).collect::<Vec<_>>()
    };
    let all = three(&["Rice Robotics Limited", "Rice Robotics", "Rice Robotics Ltd."]);
    assert_eq!(all, three(&["Rice Robotics", "Rice Robotics Ltd."]));
    assert_eq!(all, three(&["Rice Robotics"]));
    assert_ne!(all, three(&["Rice Robotics Limited"]), "without the smallest key, the id changes");
}

/// Returns the links of each record in a form independent of positions.
fn position_independent_links(
    records: &[LabelledRecord],
    linked: &LinkageResult,
) -> BTreeSet<(String, String, Method, String)> {
    linked
        .parts
        .iter()
        .map(|part| {
            let record = &records[part.name as usize].record_id;
            let id = linked.clusters[part.cluster as usize].id.to_string();
            (format!("{record}#{}", part.joint), id, part.method, part.evidence.to_string())
        })
        .collect()
}

fn clusters(linked: &LinkageResult) -> Vec<(String, String, usize)> {
    linked
        .clusters
        .iter()
        .map(|cluster| (cluster.id.to_string(), cluster.kind_evidence.clone(), cluster.parts.len()))
        .collect()
}

/// Returns a proptest configuration with this number of cases and without failure files.
fn proptest_cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(proptest_cases(24))]

    #[test]
    fn the_input_order_has_no_effect(seed in any::<u64>(), lost in 0usize..40) {
        let curated = Curated::embedded();
        let mut shuffled: Vec<LabelledRecord> = rows("names.csv");
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        shuffled.truncate(shuffled.len() - lost);
        let mut sorted = shuffled.clone();
        sorted.sort_by(|a, b| a.record_id.cmp(&b.record_id));
        let (one, other) = (link(&names(&sorted), &curated), link(&names(&shuffled), &curated));
        prop_assert_eq!(position_independent_links(&sorted, &one), position_independent_links(&shuffled, &other));
        prop_assert_eq!(clusters(&one), clusters(&other));
        let pairs = |linked: &LinkageResult| linked.possible.iter().map(|p| (p.a, p.b, p.evidence.clone())).collect::<Vec<_>>();
        prop_assert_eq!(pairs(&one), pairs(&other));
    }
}

proptest! {
    #![proptest_config(proptest_cases(256))]

    #[test]
    fn any_text_never_panics(en in "\\PC{0,60}", zh in "\\PC{0,20}") {
        let name = Name { publisher: Publisher::Itf, en: &en, zh: &zh, website: &en, address: "" };
        link(&[name, name], &Curated::default());
    }

    #[test]
    fn name_like_text_never_panics(en in "([A-Z]{1,4}|Limited|and|of|Hospital|Department|香港|醫院|化驗室|[-–,;/()（） .\n]){0,24}") {
        let name = Name { publisher: Publisher::Itf, en: &en, zh: &en, website: "", address: "" };
        link(&[name, name], &Curated::default());
    }
}

pub(super) fn linked(rows: &[(Publisher, &'static str, &'static str)]) -> LinkageResult {
    let names: Vec<Name<'_>> =
        rows.iter().map(|&(publisher, en, zh)| Name { publisher, en, zh, website: "", address: "" }).collect();
    link(&names, &Curated::default())
}

/// Returns, for each row, whether it is linked to the first row.
pub(super) fn with_first(rows: &[(&'static str, &'static str)]) -> Vec<bool> {
    let rows: Vec<_> = rows.iter().map(|&(en, zh)| (Publisher::Itf, en, zh)).collect();
    let linked = linked(&rows);
    linked.parts.iter().map(|part| part.cluster == linked.parts[0].cluster).collect()
}

#[test]
fn guards_and_counter_examples() {
    for (rows, expected) in [
        // a short name with the only legal form, and with none when there are two
        (&[("Rice Robotics", ""), ("Rice Robotics Ltd", "")][..], &[true, true][..]),
        (&[("Siemens", ""), ("Siemens AG", ""), ("Siemens Limited", "")], &[true, false, false]),
        // a brand shared by several companies
        (&[("Microsoft", ""), ("Microsoft Limited", ""), ("Microsoft Hong Kong Limited", "")], &[true, false, false]),
        (&[("Technology", ""), ("Technology Limited", "")], &[true, false]),
        // Corporation as a word of the name and as the legal form
        (
            &[("Acme Widget Corporation", ""), ("Acme Widget Corporation Limited", ""), ("Acme Widget Inc", "")],
            &[true, true, false],
        ),
        // qualifiers
        (&[("Lenovo (Hong Kong) Limited", "聯想有限公司"), ("Lenovo Limited", "聯想有限公司")], &[true, false]),
        (&[("Caritas - Hong Kong", "香港明愛"), ("Caritas", "香港明愛")], &[true, true]),
        (&[("Swire Properties Limited", ""), ("Swire Limited", "")], &[true, false]),
        // one Chinese name beside two English ones
        (
            &[("Alphatron Limited", "甲乙丙有限公司"), ("Betatron Limited", "甲乙丙有限公司"), ("", "甲乙丙有限公司")],
            &[true, false, false],
        ),
        (
            &[("Bowtie Life Limited", "保泰人壽有限公司"), ("Bowtie Life Insurance Ltd", "保泰人寿有限公司")],
            &[true, true],
        ),
        // two Chinese names of one English name
        (
            &[("Union Hospital", "仁安醫院"), ("Union Hospital", "協和醫院"), ("Union Hospital", "仁安医院")],
            &[true, false, true],
        ),
        // a known name and a known acronym with another Chinese name than the known one
        (
            &[("Union Hospital", "協和醫院"), ("Union Hospital - Pathology Department", "仁安醫院病理部")],
            &[true, false],
        ),
        // legal forms conflict in spite of the Chinese name
        (&[("Acme Widget Inc", "甲乙丙"), ("Acme Widget Limited", "甲乙丙")], &[true, false]),
        // acronyms: declared once, declared twice, never declared
        (&[("Clothing Industry Training Authority (CITA)", ""), ("CITA", ""), ("CITB", "")], &[true, true, false]),
        (&[("Alpha Bay Council (ABC)", ""), ("ABC", ""), ("Asia Beta Centre (ABC)", "")], &[true, false, false]),
        (
            &[("Hong Kong University of Science and Technology (HKUST)", ""), ("HKUST", ""), ("HKUST (GZ)", "")],
            &[true, true, false],
        ),
        // words that distinguish companies of one group
        (
            &[("Alpha Beta Limited", ""), ("Alpha Beta Holdings Limited", ""), ("Alpha Beta Group Limited", "")],
            &[true, false, false],
        ),
        (&[("Alpha Beta Limited", ""), ("Alpha Beta International Limited", "")], &[true, false]),
        (
            &[("Alpha Beta (China) Limited", ""), ("Alpha Beta (HK) Ltd", ""), ("Alpha Beta (H.K.) Ltd", "")],
            &[true, false, false],
        ),
        (
            &[("Alpha Beta (Hong Kong) Limited", ""), ("Alpha Beta (HK) Ltd", ""), ("Alpha Beta Ltd", "")],
            &[true, true, false],
        ),
        // one Chinese name, and English names that differ after one shared word
        (&[("Golden Smart Limited", "金智有限公司"), ("Golden Wise Limited", "金智有限公司")], &[true, false]),
        (&[("Golden Foods Limited", "金有限公司"), ("Golden Testing Limited", "金有限公司")], &[true, false]),
        (
            &[("Golden Smart Tech Limited", "金智有限公司"), ("Golden Smart Technology Limited", "金智有限公司")],
            &[true, true],
        ),
        // a name only in Chinese links to the English plc with that Chinese name
        (&[("Alphatron plc", "甲乙丙有限公司"), ("", "甲乙丙有限公司")], &[true, true]),
        // a possible match links nothing further
        (
            &[("Alphatron Limited", "甲乙丙有限公司"), ("Betatron Limited", "甲乙丙有限公司"), ("Betatron Ltd", "")],
            &[true, false, false],
        ),
        // a unit alone
        (&[("Union Hospital - Pathology Department", ""), ("Union Hospital", "")], &[true, true]),
        // a hospital and a college after a dash
        (
            &[("Hospital Authority", ""), ("Hospital Authority - Tuen Mun Hospital", ""), ("Tuen Mun Hospital", "")],
            &[true, false, false],
        ),
        // a unit in Chinese after parentheses that belong to the name
        (
            &[("", "甲乙丙丁有限公司"), ("", "甲乙丙丁(國際)有限公司 - 化驗室"), ("", "甲乙丙丁（化驗室）")],
            &[true, false, true],
        ),
        // the acronym as a company's whole name
        (&[("Alpha Bay Council (ABC)", ""), ("ABC", ""), ("ABC Limited", "")], &[true, false, false]),
    ] {
        assert_eq!(with_first(rows), expected, "{rows:?}");
    }
}

#[test]
fn a_known_name_with_another_chinese_name_is_not_linked() {
    let name = |en, zh| Name { publisher: Publisher::Itf, en, zh, website: "", address: "" };
    let linked = link(
        &[
            name("The Hong Kong Society for the Aged", "香港耆康老人福利會"),
            name("SAGE", ""),
            name("SAGE", "賽智科技"),
            name("Union Hospital", "协和医院"),
            name("Union Hospital", ""),
            name("Hong Kong Union Hospital", "仁安醫院"),
        ],
        &Curated::embedded(),
    );
    let cluster: Vec<u32> = linked.parts.iter().map(|part| part.cluster).collect();
    assert_ne!(cluster[0], cluster[2]);
    assert_ne!(cluster[3], cluster[5]);
}

#[test]
fn a_shared_website_does_not_link_names() {
    let name =
        |en| Name { publisher: Publisher::Itf, en, zh: "", website: "https://www.alpha.hk/", address: "1 Alpha Road" };
    let linked = link(&[name("Alpha Holdings Limited"), name("Alpha Foods Limited")], &Curated::default());
    assert_eq!(linked.clusters.len(), 2);
}

#[test]
fn bare_units_are_not_organisations() {
    let rows = [("Pathology Department", "病理部"), ("Pathology Department", "病理部"), ("Clinical Laboratory", "")];
    let linked = linked(&rows.map(|(en, zh)| (Publisher::Hkas, en, zh)));
    assert!(linked.parts.is_empty() && linked.clusters.is_empty());
}

#[test]
fn reviewed_lines_override_the_rules() {
    const PAIR: &str = "publisher_a,name_a,publisher_b,name_b,source,note\n";
    const ALIAS: &str = "name_en,name_zh,alias,kind,organisation_kind,source,valid_from,valid_until\n";
    let same = format!("{PAIR},Alpha Testing Limited,,Zeta Foods Inc,https://a.hk,\n");
    let different = format!(
        "{PAIR}itf,Beta Testing Limited,hkas,Beta Testing Limited,https://a.hk,\n,Nobody Ltd,,Noone Ltd,https://a.hk,\n"
    );
    let curated = Curated::parse(ALIAS, &same, &different).unwrap();
    let name = |publisher, en| Name { publisher, en, zh: "", website: "", address: "" };
    let linked = link(
        &[
            name(Publisher::Itf, "Alpha Testing Ltd"),
            name(Publisher::Hkas, "Zeta Foods Inc."),
            name(Publisher::Itf, "Beta Testing Ltd"),
            name(Publisher::Hkas, "Beta Testing Limited"),
        ],
        &curated,
    );
    let cluster: Vec<u32> = linked.parts.iter().map(|part| part.cluster).collect();
    assert_eq!(cluster[0], cluster[1]);
    assert_eq!(linked.parts[1].method.max(linked.parts[0].method), Method::ExactKey);
    assert_ne!(cluster[2], cluster[3]);
    assert_eq!(linked.refused.len(), 1);
    assert_eq!(linked.warnings.len(), 2, "{:?}", linked.warnings);
}

#[test]
fn possible_matches_are_listed_and_never_merged() {
    let linked = linked(&[
        (Publisher::Itf, "Compathnion Technology Limited", ""),
        (Publisher::Hkstpc, "Compathion Technology Limited", ""),
        (Publisher::Itf, "Dragon Testing (Hong Kong) Limited", ""),
        (Publisher::Itf, "Dragon Testing Limited", ""),
        (Publisher::Itf, "Unreal Research Institute of Robots and Widgets", ""),
        (Publisher::Itf, "Unreal Robots and Widgets Research Institute", ""),
    ]);
    assert_eq!(linked.clusters.len(), 6);
    let methods: BTreeSet<Method> = linked.possible.iter().map(|possible| possible.method).collect();
    assert_eq!(methods, [Method::Typo, Method::OtherQualifier, Method::WordOrder].into());
}
