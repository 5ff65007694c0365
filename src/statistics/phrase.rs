//! Parses a label into name, unit and period. `Receipts 2021 ($M)` is receipts in 2021, in millions of dollars.

use std::ops::Range;

use super::{
    figure::{ObservationFlag as Flag, qualifier, without_marks},
    label::{SumKind, map_text, name, published, sum_of},
    noun::{NounKind, noun},
    strip::{tidy, without_number, without_unit},
    unit::{self, Unit, UnitStatement},
    when::{self, LabelledPeriod, PeriodColumnKind},
};
use crate::domain::{
    script::has_han,
    text::{Language, Text},
};

/// A parsed label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// The label as printed, without footnote marks and numbering.
    pub printed: Text,
    /// The label without unit and period.
    pub name: Text,
    pub period: Option<LabelledPeriod>,
    /// True if its languages state different periods.
    pub is_contradictory: bool,
    pub unit: Option<UnitStatement>,
    pub noun: Option<NounKind>,
    pub sum: SumKind,
    pub flags: Vec<Flag>,
}

impl Phrase {
    /// Parses a label.
    pub fn of(text: &Text) -> Self {
        Self::parse(text, true)
    }

    /// Parses a label and keeps years as part of the name.
    pub fn of_name(text: &Text) -> Self {
        Self::parse(text, false)
    }

    fn parse(text: &Text, with_period: bool) -> Self {
        let mut phrase = Self::default();
        let mut units: Vec<UnitStatement> = Vec::new();
        for language in Language::ALL {
            let Some(printed) = text.published(language) else { continue };
            let part = Part::of(printed, with_period);
            *phrase.printed.published_mut(language) = Some(part.printed);
            if !part.name.is_empty() {
                *phrase.name.published_mut(language) = Some(part.name);
            }
            phrase.flags.extend(part.flags);
            units.extend(part.unit);
            phrase.add_period(part.period);
        }
        phrase.unit = units.into_iter().reduce(agreed);
        phrase.sum = sum_of(&phrase.name);
        let named = if phrase.name.is_empty() { phrase.title() } else { phrase.name.clone() };
        phrase.noun = (!named.is_empty()).then(|| noun(published(&named)));
        phrase.flags.sort_unstable();
        phrase.flags.dedup();
        phrase
    }

    fn add_period(&mut self, found: Option<LabelledPeriod>) {
        let Some(found) = found else { return };
        self.flags.extend(&found.flags);
        let days = |when: &LabelledPeriod| (when.period.start, when.period.end);
        match &mut self.period {
            // `2024年度` is ambiguous, so the English text determines the year.
            Some(known) if !known.is_dated() => {
                if found.is_dated() {
                    let label = std::mem::take(&mut known.period.label);
                    *known = found;
                    known.period.label = label;
                }
            }
            Some(known) => self.is_contradictory |= found.is_dated() && days(known) != days(&found),
            None => self.period = Some(found),
        }
    }

    /// True if the label has a specific name in addition to a period, a unit or a generic word.
    pub fn has_name(&self) -> bool {
        // `Employees` is a unit and also names the counted things. `Number` does not.
        let names = !self.name.is_empty()
            || self.unit.is_some() && matches!(self.noun, Some(NounKind::Things | NounKind::Persons));
        names && self.noun != Some(NounKind::Generic)
    }

    pub fn noun(&self) -> NounKind {
        self.noun.unwrap_or(NounKind::Unknown)
    }

    /// Returns the period if its days are known and all languages agree on it.
    pub fn dated(&self) -> Option<&LabelledPeriod> {
        self.period.as_ref().filter(|when| when.is_dated() && !self.is_contradictory)
    }

    /// Returns the name. If the label has only a unit, returns the unit.
    pub fn title(&self) -> Text {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        map_text(&self.printed, |printed| {
            let bare = match when::find(printed) {
                Some((range, _)) => format!("{} {}", &printed[..range.start], &printed[range.end..]),
                None => printed.to_owned(),
            };
            let tidied = tidy(&bare);
            if tidied.is_empty() && bare.len() < 8 { bare.trim().to_owned() } else { tidied }
        })
    }
}

/// True if a name describes a change relative to another time.
pub fn is_about_change(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = [
        "change",
        "growth",
        "increase",
        "decrease",
        "compared",
        "year-on-year",
        "變動",
        "变动",
        "增長",
        "增长",
        "變化",
        "变化",
        "升跌",
        "同比",
    ];
    words.iter().any(|word| lower.contains(word))
}

/// Merges the units of two languages. Persons and a count are compatible.
fn agreed(a: UnitStatement, b: UnitStatement) -> UnitStatement {
    match (a.known(), b.known()) {
        (Some(a), Some(b)) if a == b => UnitStatement::Known(a),
        (Some(a), Some(b)) if (a.unit, b.unit) == (Unit::Count, Unit::Persons) => UnitStatement::Known(b),
        (Some(a), Some(b)) if (a.unit, b.unit) == (Unit::Persons, Unit::Count) => UnitStatement::Known(a),
        _ => UnitStatement::Unknown,
    }
}

/// One language of a label.
struct Part {
    printed: String,
    name: String,
    period: Option<LabelledPeriod>,
    unit: Option<UnitStatement>,
    flags: Vec<Flag>,
}

impl Part {
    fn of(label: &str, with_period: bool) -> Self {
        let (bare, marked) = without_marks(without_number(label.trim()));
        let mut part = Self {
            printed: bare.to_owned(),
            name: String::new(),
            period: None,
            unit: None,
            flags: if marked { vec![Flag::Footnote] } else { Vec::new() },
        };
        if bare.len() > 400 {
            bare.clone_into(&mut part.name);
            return part;
        }
        if let Some(when) = when::parse(bare, PeriodColumnKind::Spans) {
            part.flags.extend(&when.flags);
            part.period = Some(when);
            return part;
        }
        let mut rest = bare.to_owned();
        while let Some((open, inner)) = unit::last_parenthesis(&rest).filter(|(open, _)| *open > 0) {
            let Some(flag) = qualifier(inner) else { break };
            part.flags.push(flag);
            rest.truncate(open);
            rest.truncate(rest.trim_end().len());
        }
        if let Some(when) = when::parse(&rest, PeriodColumnKind::Spans) {
            part.period = Some(when);
            return part;
        }
        // The figures of `Change over 2021` are not of 2021.
        let found = if with_period && !is_about_change(&rest) { when::find(&rest) } else { None };
        // `Rebate Scheme (since April 2016)` is a name.
        let found = found
            .filter(|(range, when)| (when.period.end.is_some() || !when.is_dated()) && is_apart(&rest, range, when));
        if let Some((range, when)) = found {
            rest.replace_range(range, "\n");
            part.period = Some(when);
        }
        let (name, unit) = without_unit(&rest);
        part.name = tidy(&name);
        part.unit = unit;
        part
    }
}

/// True if a period is separate from the name in a label: at the edge, or between signs.
fn is_apart(label: &str, range: &Range<usize>, when: &LabelledPeriod) -> bool {
    let before = label[..range.start].trim_end();
    let behind = label[range.end..].trim_start();
    let touches_han = |text: &str| text.chars().next().is_some_and(|c| has_han(c.encode_utf8(&mut [0; 4])));
    let is_marked = when.period.label.ends_with(['年', '度', '月', '日', '季', '底', '止', '至']);
    // `2019冠狀病毒病` is a name.
    if touches_han(behind) && !is_marked && label[range.end..].trim_start().len() == label[range.end..].len() {
        return false;
    }
    let is_sign = |c: char| !c.is_alphanumeric();
    before.is_empty() || behind.is_empty() || before.ends_with(is_sign) || behind.starts_with(is_sign)
}

/// Splits a label into the names before and after a separator: `Scheme A – Approved`.
pub fn two_names(text: &Text) -> Option<(Text, Text)> {
    let primary = name(text)?;
    let sign =
        ["\n", " – ", " — ", " - ", " | ", ": ", "：", "–", " / "].into_iter().find(|sign| primary.contains(sign))?;
    let mut outer = Text::default();
    let mut inner = Text::default();
    for language in Language::ALL {
        let Some(printed) = text.published(language) else { continue };
        let (left, right) = printed.split_once(sign).or_else(|| {
            ["\n", " – ", " — ", " - ", " | ", ": ", "：", "–", " / "]
                .into_iter()
                .find_map(|sign| printed.split_once(sign))
        })?;
        *outer.published_mut(language) = Some(tidy(left));
        *inner.published_mut(language) = Some(tidy(right));
    }
    (published(&outer).all(|text| !text.is_empty()) && published(&inner).all(|text| !text.is_empty()))
        .then_some((outer, inner))
}

/// Splits a label into a period and the dimension value after it: `2024-25 (Target)`.
pub fn value_beside(label: &str) -> Option<(&str, &str)> {
    let (bare, _) = without_marks(label);
    let (open, inner) = unit::last_parenthesis(bare).filter(|(open, _)| *open > 0)?;
    let period = bare[..open].trim_end();
    let is_value = qualifier(inner).is_none() && !when::states_cumulative(inner) && unit::whole(inner).is_none();
    (is_value && when::parse(period, PeriodColumnKind::Spans).is_some()).then_some((period, inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(label: &str) -> (String, Option<(Unit, u64)>, Option<String>) {
        let phrase = Phrase::of(&Text::english(label));
        let unit =
            phrase.unit.and_then(UnitStatement::known).map(|scale| (scale.unit, scale.factor.try_into().unwrap()));
        let end = phrase.period.and_then(|when| when.period.end).map(|day| day.to_string());
        (phrase.name.en.unwrap_or_default(), unit, end)
    }

    #[test]
    fn names_units_and_periods() {
        const M: u64 = 1_000_000;
        for (label, name, unit, end) in [
            ("Funds Approved ($M)", "Funds Approved", Some((Unit::Hkd, M)), None),
            ("Funds Approved($M)", "Funds Approved", Some((Unit::Hkd, M)), None),
            ("Receipts 2021 ($M)", "Receipts", Some((Unit::Hkd, M)), Some("2021-12-31")),
            ("Firms, 2021", "Firms", None, Some("2021-12-31")),
            ("2021 No.", "", Some((Unit::Count, 1)), Some("2021-12-31")),
            ("2021 %", "", Some((Unit::Percent, 1)), Some("2021-12-31")),
            ("2021 (persons)", "", Some((Unit::Persons, 1)), Some("2021-12-31")),
            ("Income HK$'000", "Income", Some((Unit::Hkd, 1000)), None),
            ("ITSP\n(Count)", "ITSP", Some((Unit::Count, 1)), None),
            ("Scheme A – HK$ million", "Scheme A", Some((Unit::Hkd, M)), None),
            ("Scheme A – count", "Scheme A", Some((Unit::Count, 1)), None),
            ("% of all", "% of all", Some((Unit::Percent, 1)), None),
            ("amount_hkd_billion", "amount_hkd_billion", Some((Unit::Hkd, 1000 * M)), None),
            ("Number of persons engaged", "Number of persons engaged", None, None),
            ("Income from services [HK$ million]", "Income from services", Some((Unit::Hkd, M)), None),
            ("1. Industry contribution (%)", "Industry contribution", Some((Unit::Percent, 1)), None),
            ("(a) 2021", "", None, Some("2021-12-31")),
            ("Outcome in FY18/19", "Outcome", None, Some("2019-03-31")),
            (
                "Special Call on Coronavirus Disease 2019 in Hong Kong",
                "Special Call on Coronavirus Disease 2019 in Hong Kong",
                None,
                None,
            ),
            ("Less than 50 persons", "Less than 50 persons", None, None),
            ("1 - 9 persons", "1 - 9 persons", None, None),
            ("Grants below $1 million", "Grants below $1 million", None, None),
            ("Country", "Country", None, None),
        ] {
            assert_eq!(parsed(label), (name.to_owned(), unit, end.map(str::to_owned)), "{label}");
        }
        let foreign = Phrase::of(&Text::english("Receipts (US$ million)"));
        assert_eq!(foreign.unit, Some(UnitStatement::Unknown));
        let chinese =
            Phrase::of(&Text { hant: Some("2019冠狀病毒病專項（宗數）".into()), ..Text::default() });
        assert_eq!(chinese.name.hant.as_deref(), Some("2019冠狀病毒病專項"));
        assert!(chinese.period.is_none());
    }

    #[test]
    fn languages_complement_each_other() {
        let both =
            |en: &str, hant: &str| Phrase::of(&Text { en: Some(en.into()), hant: Some(hant.into()), hans: None });
        let year = both("2024", "2024年度");
        assert!(year.dated().is_some());
        assert!(both("2024", "2023年").dated().is_none());
        assert_eq!(both("Grants", "資助宗數").noun, Some(NounKind::Things));
    }
}
