//! Generates the fictional files.

use std::{fmt::Write, ops::Range};

use fastrand::Rng;

use super::names::firm;

const FORMS: [&str; 5] = [" Limited", " Ltd", " Ltd.", " LIMITED", " Company Limited"];
const PROGRAMMES: [&str; 6] = ["ITSP", "MRP", "PRP", "UICP", "ESS", "TVP"];
const CLUSTERS: [&str; 5] = ["Biomedical Technology", "Electronics", "Green Technology", "FinTech", "Smart City"];
const YEARS: Range<i32> = 2016..2024;

/// The number of firms at scale 1.
const FIRMS: usize = 30_000;
/// The maximum number of grants in a file, because the number of cells in a file is limited.
const MAX_ROWS_PER_FILE: usize = 250_000;

/// Fictional files: the dataset, the address and the body of each.
pub struct Fiction {
    pub files: Vec<(&'static str, String, String)>,
}

impl Fiction {
    /// Generates the files at a scale.
    pub fn of(scale: usize) -> Self {
        let mut rng = Rng::with_seed(7);
        let firms = FIRMS * scale;
        let mut files = vec![
            ("D27", "https://opendata.hkstp.org/fictional_tenants.json".to_owned(), tenants(2_000 * scale)),
            ("D3", "https://www.itc.gov.hk/fictional_laboratories.csv".to_owned(), laboratories(400 * scale)),
            ("C1", "https://opendata.hkstp.org/fictional_car_parks.json".to_owned(), car_parks(100)),
        ];
        for first in (0..40_000 * scale).step_by(MAX_ROWS_PER_FILE) {
            let last = (first + MAX_ROWS_PER_FILE).min(40_000 * scale);
            let url = format!("https://www.itc.gov.hk/fictional_grants_{first}.csv");
            files.push(("D1", url, grants(&mut rng, first..last, firms)));
        }
        for year in YEARS {
            let url = format!("https://www.itf.gov.hk/datagovhk/annuallist_{year}_e.csv");
            files.push(("D36", url, projects(&mut rng, 250 * scale, year)));
        }
        Self { files }
    }
}

fn grants(rng: &mut Rng, numbers: Range<usize>, firms: usize) -> String {
    let mut text =
        String::from("Application No.,Company Name (English),Company Name (Chinese),Approved Amount (HK$)\n");
    for number in numbers {
        let (en, zh) = firm(rng.usize(..firms));
        let form = rng.choice(FORMS).unwrap_or_default();
        let zh = if rng.bool() { format!("{zh}有限公司") } else { String::new() };
        let _ = writeln!(text, "FDB{number:08},{en}{form},{zh},{}.50", rng.u32(5_000..300_000));
    }
    text
}

fn projects(rng: &mut Rng, count: usize, year: i32) -> String {
    let mut text = String::from(
        "No.,Programme*,Reference No.,Project Title,Lead Applicant,Funds Approved ($M),Revised Funds Approved ($M),Remarks\n",
    );
    for number in 1..=count {
        let programme = rng.choice(PROGRAMMES).unwrap_or_default();
        let (applicant, _) = firm(rng.usize(..500));
        let (title, _) = firm(rng.usize(..));
        let _ = writeln!(
            text,
            "{number},{programme},{programme}/{number:05}/{year},{title} that nobody makes,{applicant} Limited,{}.5,-,",
            rng.u32(1..9)
        );
    }
    text
}

fn tenants(count: usize) -> String {
    let tenant = |number: usize| {
        let (en, zh) = firm(number);
        let cluster = CLUSTERS[number % CLUSTERS.len()];
        serde_json::json!({
            "name_EN": format!("{en} Ltd"),
            "name_TC": format!("{zh}有限公司"),
            "cluster": cluster,
            "introduction_EN": format!("{en} makes things up for {cluster}. Nothing of it can be bought."),
            "website": format!("https://firm{number}.example.com"),
        })
    };
    serde_json::json!({ "value": (0..count).map(tenant).collect::<Vec<_>>() }).to_string()
}

fn laboratories(count: usize) -> String {
    let mut text = String::from("Name of Organisation,Registration No.,Address,Test Category\n");
    for number in 0..count {
        let (en, _) = firm(number * 3);
        let _ = writeln!(text, "\"{en} Limited, Testing Laboratory\",HOKLAS {number:05},{number} Nowhere Road,Food");
    }
    text
}

/// Car parks, each with this number of vacant spaces.
pub fn car_parks(vacant: u32) -> String {
    let park = |number: usize| {
        serde_json::json!({
            "park_id": format!("nowhere{number}"),
            "name_en": format!("Imaginary Car Park {number}"),
            "vehicle_type": "P",
            "vacancy": vacant,
            "capacity": 200,
            "lastupdate": "2026-11-15 08:15:01",
        })
    };
    serde_json::json!({ "value": (0..5).map(park).collect::<Vec<_>>() }).to_string()
}
