//! D29, D30, D31: three tables in three languages. The portal mixes up the names of the nine monthly files, so a file
//! is assigned to a table by its headings, else by the letter in its URL, else by its labels. A file therefore belongs
//! to exactly one dataset, regardless of the entries that list it.

use crate::{
    domain::{catalog::Distribution, number, table::Table},
    upstream::source::FileIdentification,
};

/// The portal entries that may list the files.
const ENTRIES: &[&str] = &[
    "hk-itc-team1-itf-approved-projects-stat",
    "hk-itc-team1-itf-approved-projects-diff-industrial-sectors",
    "hk-itc-team1-itf-approved-projects-diff-technology-sectors",
];

pub const OVERVIEW: FileIdentification =
    FileIdentification { is_it: |file, table| kind(file, table) == Kind::Overview, mixed_with: ENTRIES };
pub const BY_INDUSTRY: FileIdentification =
    FileIdentification { is_it: |file, table| kind(file, table) == Kind::ByIndustry, mixed_with: ENTRIES };
pub const BY_TECHNOLOGY: FileIdentification =
    FileIdentification { is_it: |file, table| kind(file, table) == Kind::ByTechnology, mixed_with: ENTRIES };

/// The annual tables are listed correctly. A table with headings of the other breakdown is rejected anyway.
pub const ANNUAL_BY_INDUSTRY: FileIdentification =
    FileIdentification { is_it: |_, table| by_headings(table) != Some(Kind::ByTechnology), mixed_with: &[] };
pub const ANNUAL_BY_TECHNOLOGY: FileIdentification =
    FileIdentification { is_it: |_, table| by_headings(table) != Some(Kind::ByIndustry), mixed_with: &[] };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Overview,
    ByIndustry,
    ByTechnology,
}

/// Determines which of the three tables this is.
fn kind(file: &Distribution, table: &Table) -> Kind {
    by_headings(table).or_else(|| by_letter(file)).unwrap_or_else(|| by_labels(table))
}

/// The table according to the letter in the URL: `stat_2026a` is the overview.
fn by_letter(file: &Distribution) -> Option<Kind> {
    match file.letter()? {
        'a' => Some(Kind::Overview),
        'b' => Some(Kind::ByIndustry),
        'c' => Some(Kind::ByTechnology),
        _ => None,
    }
}

/// The number of rows at the top in which headings can occur.
const HEADINGS_WITHIN: usize = 12;

/// The breakdown that the headings state. `None` if they state neither or both.
fn by_headings(table: &Table) -> Option<Kind> {
    let is_figure = |cell: &str| number::parse(cell.trim()).is_ok();
    let has_figures = |row: &usize| table.cells(*row).skip(1).any(is_figure);
    let headings = (0..table.len().min(HEADINGS_WITHIN)).take_while(|row| !has_figures(row));
    let (mut technology, mut industry) = (false, false);
    for cell in headings.flat_map(|row| table.cells(row)) {
        technology |= names_technology(cell);
        industry |= names_industry(cell);
    }
    match (technology, industry) {
        (true, false) => Some(Kind::ByTechnology),
        (false, true) => Some(Kind::ByIndustry),
        _ => None,
    }
}

/// Words for a part of something, as in `technology area`.
const PARTS: [&str; 10] =
    ["area", "areas", "sector", "sectors", "field", "fields", "domain", "domains", "category", "categories"];
const PARTS_CHINESE: [&str; 10] = ["範疇", "范畴", "領域", "领域", "界別", "界别", "類別", "类别", "分類", "分类"];

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Whether a heading mentions `technology area`, `areas of technology`, 「科技範疇」.
fn names_technology(heading: &str) -> bool {
    let words = words(heading);
    let near = |at: usize| {
        let around = &words[at.saturating_sub(2)..words.len().min(at + 2)];
        around.iter().any(|word| PARTS.contains(&word.as_str()))
    };
    let is_technology = |word: &String| matches!(word.as_str(), "technology" | "technologies" | "technological");
    words.iter().enumerate().any(|(at, word)| is_technology(word) && near(at))
        || ["科技", "技術", "技术"]
            .iter()
            .any(|word| PARTS_CHINESE.iter().any(|part| heading.contains(&[*word, part].concat())))
}

/// Whether a heading mentions `industry`, `industrial sector`, `trade`, 「行業」. Words in names of programmes do not
/// count: industrialisation, collaboration of universities and industry.
fn names_industry(heading: &str) -> bool {
    let heading = heading.replace("產業合作", "").replace("产业合作", "");
    let words = words(&heading);
    let pair = |pair: &[String]| pair[0] == "industrial" && PARTS.contains(&pair[1].as_str());
    let is_industry = |at: usize| {
        let is_of_universities = at > 0 && words[at - 1] == "university";
        matches!(words[at].as_str(), "industry" | "industries" | "trade" | "trades") && !is_of_universities
    };
    (0..words.len()).any(is_industry)
        || words.windows(2).any(pair)
        || ["行業", "行业", "產業", "产业"].iter().any(|word| heading.contains(word))
        || PARTS_CHINESE
            .iter()
            .any(|part| ["工業", "工业"].iter().any(|word| heading.contains(&[*word, part].concat())))
}

/// Labels that occur only in a table by technology area, in English and both Chinese scripts.
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
/// Labels that occur only in a table by industry.
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

/// The table that the labels indicate. Only the overview is not a matrix.
fn by_labels(table: &Table) -> Kind {
    let width =
        (0..table.len()).map(|row| table.cells(row).filter(|cell| !cell.trim().is_empty()).count()).max().unwrap_or(0);
    if width <= 4 {
        return Kind::Overview;
    }
    // The labels are in the first column. Programme names in the header contain some of these words too.
    let labels: Vec<String> = (0..table.len()).map(|row| table.cell(row, 0).to_lowercase()).collect();
    let count =
        |words: &[&str]| labels.iter().skip(1).filter(|label| words.iter().any(|word| label.contains(word))).count();
    if count(&TECHNOLOGY) > count(&INDUSTRY) { Kind::ByTechnology } else { Kind::ByIndustry }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let mut table = Table::default();
        for row in rows {
            table.begin_row(1);
            for cell in *row {
                table.push_cell(cell).unwrap();
            }
        }
        table
    }

    fn at(name: &str) -> Distribution {
        Distribution::at(format!("http://www.itf.gov.hk/datagovhk/{name}.csv"))
    }

    #[test]
    fn headings_override_the_letter() {
        let technology = table(&[&["Technology Area", "ITSP"], &["Biotechnology", "12"]]);
        assert_eq!(kind(&at("stat_2026b_e"), &technology), Kind::ByTechnology);
        let industry = table(&[&["按行業劃分", ""], &["行業", "計劃"], &["資訊科技", "12"]]);
        assert_eq!(kind(&at("stat_2026c_t"), &industry), Kind::ByIndustry);
    }

    #[test]
    fn the_letter_decides_without_conclusive_headings() {
        let transposed = table(&[&["Item", "Biotechnology", "Information Technology"], &["ITSP", "12", "7"]]);
        for (name, expected) in
            [("stat_2026a_e", Kind::Overview), ("stat_2026b_e", Kind::ByIndustry), ("stat_2026c_s", Kind::ByTechnology)]
        {
            assert_eq!(kind(&at(name), &transposed), expected);
        }
    }

    #[test]
    fn programme_names_are_not_headings() {
        let across = table(&[
            &["Scheme", "University-Industry Collaboration Programme", "大學與產業合作計劃"],
            &["Count", "1", "1"],
        ]);
        assert_eq!(by_headings(&across), None);
        let overview = table(&[
            &["Scheme", "Count"],
            &["New Industrialisation Funding Scheme", "12"],
            &["Innovation and Technology Support Programme", "7"],
        ]);
        assert_eq!(by_headings(&overview), None);
        assert_eq!(kind(&at("overview"), &overview), Kind::Overview);
    }
}
