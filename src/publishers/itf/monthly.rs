//! D29, D30, D31: the portal shuffles the nine monthly files, three tables in three languages, over the three datasets,
//! and names them wrongly. Each table is told by its words: one is by programme, one by industry, one by technology area.

use crate::{domain::table::Table, upstream::source::Identify};

/// Where the files may be listed.
const ENTRIES: &[&str] = &[
    "hk-itc-team1-itf-approved-projects-stat",
    "hk-itc-team1-itf-approved-projects-diff-industrial-sectors",
    "hk-itc-team1-itf-approved-projects-diff-technology-sectors",
];

pub const OVERVIEW: Identify = Identify { is_it: is_overview, mixed_with: ENTRIES };
pub const BY_INDUSTRY: Identify = Identify { is_it: is_by_industry, mixed_with: ENTRIES };
pub const BY_TECHNOLOGY: Identify = Identify { is_it: is_by_technology, mixed_with: ENTRIES };

fn is_overview(table: &Table) -> bool {
    kind(table) == Kind::Overview
}

fn is_by_industry(table: &Table) -> bool {
    kind(table) == Kind::ByIndustry
}

fn is_by_technology(table: &Table) -> bool {
    kind(table) == Kind::ByTechnology
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Overview,
    ByIndustry,
    ByTechnology,
}

/// Labels that only a table by technology area has, in English and both Chinese scripts.
const TECHNOLOGY: [&str; 9] = [
    "biotechnology",
    "information technology",
    "materials science",
    "生物科技",
    "資訊科技",
    "信息科技",
    "资讯科技",
    "材料科學",
    "材料科学",
];
/// Labels that only a table by industry has.
const INDUSTRY: [&str; 9] = [
    "textile",
    "foundation industries",
    "chinese medicine industry",
    "紡織",
    "纺织",
    "基礎工業",
    "基础工业",
    "industr",
    "產業",
];

/// Which of the three a table is: the overview is the one that is no matrix.
fn kind(table: &Table) -> Kind {
    let width =
        (0..table.len()).map(|row| table.cells(row).filter(|cell| !cell.trim().is_empty()).count()).max().unwrap_or(0);
    if width <= 4 {
        return Kind::Overview;
    }
    // The first column holds the labels; programme names in the header have some of these words too.
    let labels: Vec<String> = (0..table.len()).map(|row| table.cell(row, 0).to_lowercase()).collect();
    let count =
        |words: &[&str]| labels.iter().skip(1).filter(|label| words.iter().any(|word| label.contains(word))).count();
    let titled = |words: &[&str]| labels.first().is_some_and(|title| words.iter().any(|word| title.contains(word)));
    let technology =
        count(&TECHNOLOGY) + 3 * usize::from(titled(&["technology sector", "technology area", "科技範疇", "科技范畴"]));
    let industry = count(&INDUSTRY) + 3 * usize::from(titled(&["industrial sector", "產業", "产业"]));
    if technology > industry { Kind::ByTechnology } else { Kind::ByIndustry }
}
