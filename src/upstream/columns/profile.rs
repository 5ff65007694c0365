//! What the values of a column look like: which shapes its cells pass, whether it counts rows, in which script it is.

use std::{cmp::Ordering, collections::HashSet};

use crate::domain::{
    date::{self, Order, Orders},
    location,
    money::{Money, Stated, Unit},
    number, period,
    record::{Shape, binding::bilingual},
    script::{self, has_han, to_simplified, to_traditional},
    text::Language,
    value::{self, is_padding},
    web::WebAddress,
};

/// The shapes that one cell is tested for.
const TESTED: [Shape; 13] = [
    Shape::Organisation,
    Shape::Reference,
    Shape::Code,
    Shape::Money,
    Shape::Count,
    Shape::Year,
    Shape::Date,
    Shape::Url,
    Shape::Telephone,
    Shape::Email,
    Shape::Address,
    Shape::Latitude,
    Shape::Longitude,
];

/// A column of values.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// Cells that say something.
    pub filled: usize,
    /// How many of them are different.
    pub distinct: usize,
    passes: [usize; TESTED.len()],
    positions: usize,
    /// Cells that are a number, a date, an address on the web or another value that is no text.
    values: usize,
    /// Cells with a Chinese character.
    pub han: usize,
    /// Cells that change when they are folded to Simplified, and to Traditional.
    traditional: usize,
    simplified: usize,
    /// Cells in two languages.
    pub bilingual: usize,
    words: usize,
    /// Whether it counts the rows.
    pub is_serial: bool,
    pub dates: Orders,
    /// Whether each row's cell is blank, for columns that are translations of each other.
    pub blanks: Vec<bool>,
}

/// The most cells that are looked at: the shapes of a longer column are clear by then.
const MOST_CELLS: usize = 100;

impl Profile {
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut profile = Self::default();
        let mut distinct = HashSet::new();
        let mut filled = Vec::new();
        for cell in cells.take(MOST_CELLS) {
            let cell = cell.trim_matches(is_padding);
            let is_blank = value::is_blank(cell);
            profile.blanks.push(is_blank);
            if !is_blank {
                profile.add(cell);
                distinct.insert(cell);
                filled.push(cell);
            }
        }
        profile.distinct = distinct.len();
        profile.is_serial = is_serial(&filled);
        profile.dates = Order::of(filled);
        profile
    }

    fn add(&mut self, cell: &str) {
        self.filled += 1;
        let passed = TESTED.map(|shape| passes(shape, cell));
        for (count, passed) in self.passes.iter_mut().zip(passed) {
            *count += usize::from(passed);
        }
        let is_position = location::pair(cell).is_some();
        self.positions += usize::from(is_position);
        let has_shape =
            |wanted: &[Shape]| TESTED.iter().zip(passed).any(|(shape, passed)| passed && wanted.contains(shape));
        let is_value = is_position
            || has_shape(&[
                Shape::Money,
                Shape::Count,
                Shape::Date,
                Shape::Url,
                Shape::Email,
                Shape::Latitude,
                Shape::Longitude,
            ]);
        self.values += usize::from(is_value);
        self.words += cell.split_whitespace().count().max(cell.chars().filter(|c| script::is_han(*c)).count() / 2);
        if has_han(cell) {
            self.han += 1;
            self.traditional += usize::from(to_simplified(cell) != cell);
            self.simplified += usize::from(to_traditional(cell) != cell);
            self.bilingual += usize::from(bilingual(cell).is_some());
        }
    }

    /// The share of cells that pass a shape's test, 0 to 100; `None` where the column is empty or the shape has no test.
    pub fn share(&self, shape: Shape) -> Option<u32> {
        let passed = match shape {
            Shape::Serial => return Some(if self.is_serial { 100 } else { 0 }),
            Shape::Position => self.positions,
            Shape::Text | Shape::Title | Shape::Category => self.filled - self.values,
            Shape::Prose => {
                (self.filled - self.values).min(if self.words >= self.filled * 8 { self.filled } else { 0 })
            }
            shape => self.passes[TESTED.iter().position(|tested| *tested == shape)?],
        };
        (self.filled > 0).then(|| (passed * 100 / self.filled) as u32)
    }

    /// Whether nearly every cell differs from the others.
    pub const fn is_distinct(&self) -> bool {
        self.distinct * 100 >= self.filled * 90
    }

    /// Whether most cells hold no text.
    pub const fn is_of_values(&self) -> bool {
        self.filled > 0 && self.values * 2 >= self.filled
    }

    /// Whether most cells are Chinese.
    pub const fn is_chinese(&self) -> bool {
        self.filled > 0 && self.han * 2 >= self.filled
    }

    /// Whether the cells hold two languages, one after the other.
    pub const fn is_bilingual(&self) -> bool {
        self.bilingual > 0 && self.bilingual * 2 >= self.filled
    }

    /// The script of a Chinese column: that of its cells, else that of its heading, else Traditional.
    pub fn script(&self, heading: &str) -> Language {
        let is_simplified = match self.simplified.cmp(&self.traditional) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => to_traditional(heading) != heading && to_simplified(heading) == heading,
        };
        if is_simplified { Language::ZhHans } else { Language::ZhHant }
    }
}

/// Whether texts count up by one from 0 or 1, with few exceptions.
fn is_serial(cells: &[&str]) -> bool {
    let numbers: Vec<i64> =
        cells.iter().filter_map(|cell| value::folded(cell).trim_end_matches(['.', ')']).parse().ok()).collect();
    let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
    numbers.len() == cells.len()
        && numbers.first().is_some_and(|first| (0..=1).contains(first))
        && numbers.len() > 1
        && steps * 10 >= (numbers.len() - 1) * 9
}

/// Whether a cell passes the test of a shape.
fn passes(shape: Shape, cell: &str) -> bool {
    match shape {
        Shape::Organisation => is_organisation(cell),
        Shape::Reference => is_reference(cell),
        Shape::Code => {
            cell.len() <= 12 && cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '+'))
        }
        Shape::Money => Money::parse_stated(cell, Unit::Dollars, Stated::In(Unit::Dollars)).is_ok(),
        Shape::Count => number::count(cell).is_ok(),
        Shape::Year => is_year(cell),
        Shape::Date => date::moment(cell).is_ok() || date::parse_in(cell, Order::MonthFirst).is_ok(),
        Shape::Url => is_url(cell),
        Shape::Telephone => is_telephone(cell),
        Shape::Email => is_email(cell),
        Shape::Address => is_address(cell),
        Shape::Latitude => location::is_latitude(cell),
        Shape::Longitude => location::is_longitude(cell),
        _ => false,
    }
}

fn is_year(cell: &str) -> bool {
    period::year_of(cell).is_some() || date::parse(cell).is_ok()
}

fn is_url(cell: &str) -> bool {
    let has_scheme = cell.contains("://") || cell.to_lowercase().starts_with("www.");
    let is_bare_host = || {
        let host = cell.split('/').next().unwrap_or_default();
        let ending = host.rsplit('.').next().unwrap_or_default();
        host.contains('.') && matches!(ending, "com" | "hk" | "org" | "net" | "edu" | "gov" | "io" | "cn")
    };
    !cell.contains('@') && (has_scheme || is_bare_host()) && WebAddress::parse(cell).is_ok()
}

/// Whether a text holds an electronic mail address and hardly more.
pub(super) fn is_email(cell: &str) -> bool {
    let bare = cell.trim_start_matches("mailto:");
    bare.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !bare.contains(char::is_whitespace) && !host.ends_with('.')
    })
}

/// Whether a text is a telephone number of Hong Kong.
pub(super) fn is_telephone(cell: &str) -> bool {
    let folded = value::folded(cell);
    let first = folded.split(['/', ';', '\n', ',', '、']).next().unwrap_or_default();
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    let signs = first.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | ' '));
    let local = digits.strip_prefix("852").filter(|rest| rest.len() == 8).unwrap_or(&digits);
    signs && local.len() == 8 && local.starts_with(['2', '3', '4', '5', '6', '7', '8', '9'])
}

/// Whether a text is a reference or registration number: letters and digits in few words.
fn is_reference(cell: &str) -> bool {
    let has_digit = cell.chars().any(|c| c.is_ascii_digit());
    let is_short = cell.chars().count() <= 32 && cell.split_whitespace().count() <= 3;
    let signs =
        cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | ' ' | '(' | ')' | '#'));
    has_digit && is_short && signs && !is_telephone(cell) && date::parse(cell).is_err()
}

fn is_organisation(cell: &str) -> bool {
    const WORDS: [&str; 45] = [
        "limited",
        "ltd",
        "company",
        "university",
        "council",
        "college",
        "institute",
        "authority",
        "association",
        "corporation",
        "corp",
        "inc",
        "llc",
        "department",
        "centre",
        "center",
        "foundation",
        "society",
        "federation",
        "hospital",
        "laboratory",
        "laboratories",
        "bureau",
        "office",
        "group",
        "holdings",
        "polytechnic",
        "school",
        "academy",
        "service",
        "services",
        "union",
        "church",
        "trust",
        "agency",
        "board",
        "committee",
        "commission",
        "chamber",
        "organisation",
        "organization",
        "alliance",
        "museum",
        "co",
        "enterprises",
    ];
    const CHINESE: [&str; 30] = [
        "公司",
        "大學",
        "大学",
        "學院",
        "学院",
        "協會",
        "协会",
        "署",
        "局",
        "處",
        "处",
        "中心",
        "委員會",
        "委员会",
        "醫院",
        "医院",
        "研究所",
        "研究院",
        "基金",
        "集團",
        "集团",
        "有限",
        "總會",
        "总会",
        "學會",
        "学会",
        "商會",
        "实验室",
        "實驗室",
        "中學",
    ];
    let lower = cell.to_lowercase();
    let is_value = date::parse(cell).is_ok() || number::parse(cell).is_ok();
    !is_value
        && (lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
            || CHINESE.iter().any(|word| cell.contains(word)))
}

fn is_address(cell: &str) -> bool {
    const WORDS: [&str; 44] = [
        "floor",
        "flr",
        "f",
        "unit",
        "units",
        "rm",
        "room",
        "suite",
        "flat",
        "shop",
        "street",
        "st",
        "road",
        "rd",
        "avenue",
        "ave",
        "lane",
        "drive",
        "path",
        "building",
        "bldg",
        "tower",
        "block",
        "house",
        "centre",
        "plaza",
        "estate",
        "park",
        "kowloon",
        "kln",
        "nt",
        "territories",
        "kong",
        "hk",
        "industrial",
        "terrace",
        "court",
        "workshop",
        "level",
        "phase",
        "square",
        "mansion",
        "wing",
        "factory",
    ];
    const CHINESE: [&str; 22] = [
        "號", "号", "樓", "楼", "室", "街", "道", "路", "大廈", "大厦", "座", "九龍", "九龙", "新界", "香港", "工業",
        "工业", "中心", "單位", "单位", "舖", "期",
    ];
    let lower = cell.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| WORDS.contains(word)).count();
    let chinese = CHINESE.iter().filter(|word| cell.contains(*word)).count();
    words + chinese >= 3 && cell.chars().count() >= 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(shape: Shape, cells: &[&str]) -> u32 {
        Profile::of(cells.iter().copied()).share(shape).unwrap()
    }

    #[test]
    fn shapes_of_columns() {
        assert_eq!(share(Shape::Date, &["7-Sep-26", "2026年9月7日", "N.A.", "20260907"]), 100);
        assert_eq!(share(Shape::Money, &["HK$2.5 million", "1,200", "-"]), 100);
        assert_eq!(share(Shape::Telephone, &["(852) 3900 7101", "+852-3900-7102", "39007103 / 39007104"]), 100);
        assert_eq!(share(Shape::Telephone, &["2012345", "12345678"]), 0);
        assert_eq!(share(Shape::Url, &["https://a.example/x", "www.b.example", "c.com.hk"]), 100);
        assert_eq!(share(Shape::Url, &["someone@a.com", "see www.b.example"]), 0);
        assert_eq!(share(Shape::Reference, &["ITS/012/24", "LAB 019", "PRP-07-24"]), 100);
        assert_eq!(share(Shape::Reference, &["Sea walls", "2026-03-04", "3900 7101"]), 0);
        assert_eq!(share(Shape::Organisation, &["A B Limited", "甲乙有限公司", "Council of C"]), 100);
        assert_eq!(
            share(Shape::Address, &["Unit 5, 3/F, Tall Tower, 9 Long Road, Kowloon", "九龍長路9號高樓3樓5室"]),
            100
        );
        assert_eq!(share(Shape::Year, &["2024", "2023年"]), 100);
        assert_eq!(share(Shape::Text, &["a word", "12", "2026-01-01", "x"]), 50);
        assert!(Profile::of(["1", "2", "3"].into_iter()).is_serial);
        assert!(!Profile::of(["2", "7", "9"].into_iter()).is_serial);
        assert!(Profile::of(["A Ltd\n甲公司", "B Ltd\n乙公司"].into_iter()).is_bilingual());
    }
}
