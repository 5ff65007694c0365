//! Profiles one cell: the shape tests that it passes, and its script.

use std::{cell::RefCell, collections::HashMap};

use crate::domain::{
    date::{self, DateOrder},
    location,
    money::{Money, MoneyUnit, StatedUnit},
    number, period,
    record::{ValueShape, binding::bilingual},
    script::{self, has_han, to_simplified, to_traditional},
    value::{self, may_be_quantity},
    web::WebAddress,
};

/// The shapes that each cell is tested for.
pub(super) const TESTED: [ValueShape; 13] = [
    ValueShape::Organisation,
    ValueShape::Reference,
    ValueShape::Code,
    ValueShape::Money,
    ValueShape::Count,
    ValueShape::Year,
    ValueShape::Date,
    ValueShape::Url,
    ValueShape::Telephone,
    ValueShape::Email,
    ValueShape::Address,
    ValueShape::Latitude,
    ValueShape::Longitude,
];

/// The traits of one cell that is not blank.
#[expect(clippy::struct_excessive_bools, reason = "each is a count of its own in a column's profile")]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CellTraits {
    /// The result of the test for each shape in [`TESTED`].
    pub passed: [bool; TESTED.len()],
    pub is_position: bool,
    /// True if it is a number, date, web address or other value that is not text.
    pub is_value: bool,
    pub has_han: bool,
    /// True if folding to Simplified changes it. `is_simplified` is the same for Traditional.
    pub is_traditional: bool,
    pub is_simplified: bool,
    pub is_bilingual: bool,
    /// The number of words. Two Chinese characters count as one word.
    pub words: usize,
}

impl CellTraits {
    fn of(cell: &str) -> Self {
        let passed = TESTED.map(|shape| passes(shape, cell));
        let is_position = location::pair(cell).is_some();
        let has_shape =
            |wanted: &[ValueShape]| TESTED.iter().zip(passed).any(|(shape, passed)| passed && wanted.contains(shape));
        let has_han = has_han(cell);
        Self {
            passed,
            is_position,
            is_value: is_position
                || has_shape(&[
                    ValueShape::Money,
                    ValueShape::Count,
                    ValueShape::Date,
                    ValueShape::Url,
                    ValueShape::Email,
                    ValueShape::Latitude,
                    ValueShape::Longitude,
                ]),
            has_han,
            is_traditional: has_han && to_simplified(cell) != cell,
            is_simplified: has_han && to_traditional(cell) != cell,
            is_bilingual: has_han && bilingual(cell).is_some(),
            words: cell.split_whitespace().count().max(cell.chars().filter(|c| script::is_han(*c)).count() / 2),
        }
    }
}

/// A cache of profiled cells. Every candidate header has the same cells below it.
#[derive(Default)]
pub(super) struct CellsSeen(RefCell<HashMap<String, CellTraits>>);

impl CellsSeen {
    pub fn traits(&self, cell: &str) -> CellTraits {
        if let Some(known) = self.0.borrow().get(cell) {
            return *known;
        }
        let traits = CellTraits::of(cell);
        self.0.borrow_mut().insert(cell.to_owned(), traits);
        traits
    }
}

/// True if a cell passes the test of a shape.
fn passes(shape: ValueShape, cell: &str) -> bool {
    match shape {
        ValueShape::Organisation => is_organisation(cell),
        ValueShape::Reference => is_reference(cell),
        ValueShape::Code => {
            cell.len() <= 12 && cell.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '+'))
        }
        ValueShape::Money => Money::parse_stated(cell, MoneyUnit::Dollars, StatedUnit::In(MoneyUnit::Dollars)).is_ok(),
        ValueShape::Count => number::count(cell).is_ok(),
        ValueShape::Year => is_year(cell),
        ValueShape::Date => {
            may_be_quantity(cell) && (date::moment(cell).is_ok() || date::parse_in(cell, DateOrder::MonthFirst).is_ok())
        }
        ValueShape::Url => is_url(cell),
        ValueShape::Telephone => is_telephone(cell),
        ValueShape::Email => is_email(cell),
        ValueShape::Address => is_address(cell),
        ValueShape::Latitude => location::is_latitude(cell),
        ValueShape::Longitude => location::is_longitude(cell),
        _ => false,
    }
}

fn is_year(cell: &str) -> bool {
    may_be_quantity(cell) && (period::year_of(cell).is_some() || date::parse(cell).is_ok())
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

/// True if a text is an email address.
pub(super) fn is_email(cell: &str) -> bool {
    let bare = cell.trim_start_matches("mailto:");
    bare.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !bare.contains(char::is_whitespace) && !host.ends_with('.')
    })
}

/// True if a text is a Hong Kong telephone number.
pub(super) fn is_telephone(cell: &str) -> bool {
    if !cell.chars().any(char::is_numeric) {
        return false;
    }
    let folded = value::folded(cell);
    let first = folded.split(['/', ';', '\n', ',', '、']).next().unwrap_or_default();
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    let signs = first.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | ' '));
    let local = digits.strip_prefix("852").filter(|rest| rest.len() == 8).unwrap_or(&digits);
    signs && local.len() == 8 && local.starts_with(['2', '3', '4', '5', '6', '7', '8', '9'])
}

/// True if a text is a reference or registration number: letters and digits in at most three words.
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
