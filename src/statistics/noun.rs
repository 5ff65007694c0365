//! Classifies names by their head noun: money, counted things, people, a share. The head noun determines the units that
//! fit a figure, and some nouns imply the unit: `Number of companies` counts companies.

use super::{folded::FoldedText, unit::Unit};
use crate::domain::script::{has_han, to_simplified};

/// The kind of a head noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NounKind {
    Money,
    Things,
    Persons,
    Share,
    Area,
    Score,
    /// An unlisted plural, which counts as things because of its form.
    Plural,
    /// A generic word such as `value`, `amount` or `number`.
    Generic,
    Unknown,
}

impl NounKind {
    /// True if a figure with this noun can have this unit, when the unit is stated farther away than the noun.
    pub const fn fits(self, unit: Unit) -> bool {
        match self {
            Self::Money => matches!(unit, Unit::Hkd),
            Self::Things | Self::Plural => matches!(unit, Unit::Count),
            Self::Persons => matches!(unit, Unit::Persons | Unit::Count),
            Self::Share => matches!(unit, Unit::Percent),
            Self::Area => matches!(unit, Unit::SquareFeet | Unit::SquareMetres),
            Self::Score => matches!(unit, Unit::Score),
            Self::Generic | Self::Unknown => true,
        }
    }

    /// Returns the unit that the noun implies for whole numbers.
    pub const fn unit(self) -> Option<Unit> {
        match self {
            Self::Things | Self::Plural => Some(Unit::Count),
            Self::Persons => Some(Unit::Persons),
            _ => None,
        }
    }

    /// True if the noun names a measure.
    pub const fn is_measure(self) -> bool {
        matches!(self, Self::Money | Self::Things | Self::Persons | Self::Share | Self::Area | Self::Score)
    }
}

const MONEY: &str = "receipt receipts income incomes revenue revenues turnover sales expenditure expenditures spending expense \
    expenses outlay outlays disbursement disbursements funding funds fund subsidy subsidies amount_of_money cost costs price \
    payroll wages wage salary salaries compensation remuneration investment capital budget provision sum sums proceeds profit \
    profits loss losses surplus deficit earnings commitment commitments financing sponsorship contribution contributions \
    donation donations fees fee charges rent rents rental allowance allowances payment payments spent money value_added \
    cash_rebate rebate rebates amount amounts assets output_value added_value dollar";
const THINGS: &str = "project projects application applications case cases company companies firm firms establishment \
    establishments enterprise enterprises organisation organisations organization organizations institution institutions \
    patent patents quota quotas visa visas permit permits licence licences license licenses course courses activity activities \
    event events voucher vouchers deal deals transaction transactions vehicle vehicles accreditation accreditations certificate \
    certificates award awards approval approvals assignment assignments post posts vacancy vacancies graduated_incubatee \
    graduated_incubatees incubatee incubatees tenant tenants startup startups start_ups count counts publication publications \
    visits contracts agreements";
const PERSONS: &str = "person persons people employee employees staff headcount practitioner practitioners researcher \
    researchers worker workers talent talents trainee trainees student students participant participants attendee attendees \
    graduate graduates visitor visitors professional professionals technician technicians engineer engineers workforce manpower \
    personnel employment";
const SHARE: &str = "share shares percentage percentages proportion proportions ratio ratios rate rates percent level_of_income \
    occupancy utilisation utilization profitability margin change growth concentration";
const AREA: &str = "area areas floor_area gfa";
const SCORE: &str = "score scores rating ratings";
const GENERIC: &str = "value values number numbers no nos figure figures quantity qty total totals result results \
    outcome outcomes obsvalue observation data measure statistic statistics unit units";
/// Plurals that do not name counted things.
const NOT_COUNTED: &str = "others details remarks notes years months days hours weeks minutes points tonnes times grants loans sciences \
    electronics robotics logistics analytics physics mathematics economics informatics mechanics textiles series species \
    premises means works goods savings exports imports dollars thousands millions billions persons_per terms sales_of basis \
    clothes news status process access business analysis";
/// Words that end the search for the head noun.
const ENDS: &str = "of for by in from since under with taking per that which to at on as during within among received involving \
    benefitting benefiting engaged participating and/or made held through over";

const ZH_MONEY: &[&str] = &[
    "收益",
    "收入",
    "营业额",
    "开支",
    "支出",
    "资助额",
    "资助",
    "款额",
    "金额",
    "拨款",
    "款项",
    "费用",
    "成本",
    "薪酬",
    "工资",
    "薪金",
    "投资额",
    "投资",
    "补助额",
    "补助",
    "补助金额",
    "增加价值",
    "增值",
    "利润",
    "盈余",
    "预算",
    "经费",
    "承担额",
    "捐款",
    "收费",
    "租金",
    "资金",
    "总额",
    "价值",
];
const ZH_THINGS: &[&str] = &[
    "数目",
    "数量",
    "宗数",
    "个数",
    "项数",
    "次数",
    "家数",
    "项目",
    "商号",
    "公司",
    "机构",
    "机构单位",
    "企业",
    "申请",
    "个案",
    "专利",
    "配额",
    "名额",
    "签证",
    "许可",
    "课程",
    "活动",
    "科技券",
    "牌照",
    "职位",
    "空缺",
    "合约",
    "协议",
    "交易",
    "证书",
    "车辆",
    "论文",
    "奖项",
    "公司数",
    "项目数",
    "获资助数",
];
const ZH_PERSONS: &[&str] = &[
    "人数",
    "人员",
    "从业员",
    "雇员",
    "员工",
    "人才",
    "人士",
    "人次",
    "学生",
    "毕业生",
    "学员",
    "参加者",
    "从业人数",
    "就业人数",
    "研究员",
    "专业人员",
];
const ZH_SHARE: &[&str] =
    &["百分比", "百分率", "比率", "比例", "占比", "率", "份额", "之比", "增长", "变动", "百分点", "集中度", "盈利能力"];
const ZH_AREA: &[&str] = &["面积"];
const ZH_SCORE: &[&str] = &["评分", "得分"];
const ZH_GENERIC: &[&str] = &["数值", "数字", "数目", "数", "值", "结果", "成绩", "成果", "总数", "总计"];

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Returns the kind of a name's head noun. With several languages, the kind on which all known ones agree.
pub fn noun<'a>(names: impl IntoIterator<Item = &'a str>) -> NounKind {
    let told = names.into_iter().map(of_one).filter(|noun| *noun != NounKind::Unknown);
    let better = |a: NounKind, b: NounKind| match (a, b) {
        (a, b) if a == b => a,
        (NounKind::Plural | NounKind::Generic, b) => b,
        (a, NounKind::Plural | NounKind::Generic) => a,
        (NounKind::Things, NounKind::Persons) | (NounKind::Persons, NounKind::Things) => NounKind::Persons,
        _ => NounKind::Unknown,
    };
    told.reduce(better).unwrap_or(NounKind::Unknown)
}

fn of_one(name: &str) -> NounKind {
    if has_han(name) { chinese(name) } else { english(name) }
}

fn chinese(name: &str) -> NounKind {
    let bare: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = to_simplified(&bare);
    let whole = ZH_GENERIC.contains(&bare.as_str());
    if whole {
        return NounKind::Generic;
    }
    let ends = |list: &[&str]| list.iter().filter(|word| bare.ends_with(**word)).map(|word| word.len()).max();
    let found = [
        (ends(ZH_PERSONS), NounKind::Persons),
        (ends(ZH_SHARE), NounKind::Share),
        (ends(ZH_MONEY), NounKind::Money),
        (ends(ZH_THINGS), NounKind::Things),
        (ends(ZH_AREA), NounKind::Area),
        (ends(ZH_SCORE), NounKind::Score),
    ];
    // The longest ending takes precedence: 配額 (quota) is not 額 (amount).
    let longest =
        found.into_iter().filter_map(|(length, noun)| length.map(|length| (length, noun))).max_by_key(|f| f.0);
    longest.map_or(NounKind::Unknown, |(_, noun)| noun)
}

fn english(name: &str) -> NounKind {
    let words = words(name);
    let Some(first) = words.first() else { return NounKind::Unknown };
    // `1 - 9 persons`, `less than 50 persons` and `largest four` are values of a dimension.
    if first.starts_with(|c: char| c.is_ascii_digit())
        || has("less more under over below above fewer largest top", first)
    {
        return NounKind::Unknown;
    }
    let ends = words.iter().position(|word| has(ENDS, word)).unwrap_or(words.len());
    let head = head(&words[..ends]);
    match head {
        Some(NounKind::Generic) => match words.get(ends).map(String::as_str) {
            // `Number of persons engaged`, `amount of funding`.
            Some("of") => counted(&words[..ends], &words[ends + 1..]),
            // `Order value` is specific, `Total value` is generic.
            _ if words[..ends].iter().any(|word| !has(GENERIC, word) && !has("total the all obs data", word)) => {
                NounKind::Unknown
            }
            _ => NounKind::Generic,
        },
        Some(noun) => noun,
        None => NounKind::Unknown,
    }
}

/// Returns the kind of `Number of …` and `Level of …`.
fn counted(before: &[String], behind: &[String]) -> NounKind {
    let last = before.last().map(String::as_str).unwrap_or_default();
    let of = english(&behind.join(" "));
    if has("number numbers no nos quantity qty", last) {
        return if of == NounKind::Persons { NounKind::Persons } else { NounKind::Things };
    }
    of
}

fn participle(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed")
        || has("made held given won paid sold spent lent bought built led run met", word)
}

/// True if a name ends in a participle: `Widgets sold`.
pub fn ends_in_participle(name: &str) -> bool {
    let words = words(name);
    let ends = words.iter().position(|word| has(ENDS, word)).unwrap_or(words.len());
    ends > 1 && words.get(ends - 1).is_some_and(|word| participle(word))
}

/// Returns the last noun of some words, ignoring participles after it.
fn head(words: &[String]) -> Option<NounKind> {
    let mut words = words;
    if words.len() > 1 && words.ends_with(&["value".to_owned(), "added".to_owned()]) {
        return Some(NounKind::Money);
    }
    while words.len() > 1 && words.last().is_some_and(|word| participle(word)) {
        words = &words[..words.len() - 1];
    }
    let last = words.last()?;
    let pair = words.len().checked_sub(2).map(|at| format!("{}_{last}", words[at])).unwrap_or_default();
    let is = |list: &str| has(list, last) || has(list, &pair);
    let lists = [
        (MONEY, NounKind::Money),
        (THINGS, NounKind::Things),
        (PERSONS, NounKind::Persons),
        (SHARE, NounKind::Share),
        (AREA, NounKind::Area),
        (SCORE, NounKind::Score),
        (GENERIC, NounKind::Generic),
    ];
    if let Some((_, noun)) = lists.into_iter().find(|(list, _)| is(list)) {
        return Some(noun);
    }
    let is_plural = last.len() > 3
        && last.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| last.ends_with(end))
        && !is(NOT_COUNTED);
    is_plural.then_some(NounKind::Plural)
}

/// Returns the folded words of a name. `R&D` is one word.
pub fn words(name: &str) -> Vec<String> {
    let folded = FoldedText::of(name);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let text: Vec<char> = folded.text(0, folded.len()).chars().collect();
    for (at, c) in text.iter().enumerate() {
        let inside = c.is_alphanumeric() || matches!(c, '&' | '\'' | '’') && !word.is_empty();
        let breaks = folded.begins(at)
            && !matches!(c, '&' | '\'' | '’')
            && text.get(at.wrapping_sub(1)).is_none_or(|before| *before != '&');
        if (!inside || breaks) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if inside {
            word.push(*c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_nouns() {
        for (name, expected) in [
            ("Number of establishments", NounKind::Things),
            ("No. of persons engaged", NounKind::Persons),
            ("Number of researchers under the Research Talent Hub", NounKind::Persons),
            ("Persons employed", NounKind::Persons),
            ("Firms taking part", NounKind::Things),
            ("Projects in progress", NounKind::Things),
            ("Business receipts and other income", NounKind::Money),
            ("Income from services", NounKind::Money),
            ("Value added per head", NounKind::Money),
            ("Industry value added", NounKind::Money),
            ("Funds approved", NounKind::Money),
            ("Quotas granted since launch", NounKind::Things),
            ("Share of persons engaged", NounKind::Share),
            ("Amount", NounKind::Money),
            ("Level", NounKind::Unknown),
            ("1 - 9 persons", NounKind::Unknown),
            ("Biotechnology", NounKind::Unknown),
            ("Widgets sold", NounKind::Plural),
            ("Gross floor area", NounKind::Area),
            ("floorArea", NounKind::Area),
            ("total_graduated_incubatees", NounKind::Things),
            ("就業人數", NounKind::Persons),
            ("機構單位數目", NounKind::Things),
            ("批出名額", NounKind::Things),
            ("批出資助額", NounKind::Money),
            ("佔全部的百分比", NounKind::Share),
            ("數值", NounKind::Generic),
            ("生物科技", NounKind::Unknown),
        ] {
            assert_eq!(noun([name]), expected, "{name}");
        }
        assert_eq!(noun(["Grants", "資助宗數"]), NounKind::Things);
        assert_eq!(noun(["Grants"]), NounKind::Unknown);
    }
}
