//! What each column of a block holds: labels, periods, units, figures. The heading proposes, the values below decide.

use std::collections::HashMap;

use super::{
    block::Block,
    figure::Cell as Content,
    grid::Grid,
    heading::{Hints, without_language},
    label::{merge_text, published},
    layout::{Layout, key},
    phrase::{Phrase, without_number},
    span, unit,
    when::{self, Kind},
};
use crate::values::{
    date,
    script::has_han,
    text::{Language, Text},
};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Labels, part of the field at this index.
    Label(usize),
    /// Codes of what stands beside them.
    Code,
    Period(Kind),
    /// The days on which periods begin, and on which they end.
    PeriodStart,
    PeriodEnd,
    /// The last days of years.
    YearEnd,
    /// Months or quarters of the year beside them.
    Part,
    /// The unit of the row's figures.
    Unit,
    /// "About", "more than".
    Qualifier,
    Remark,
    /// 1, 2, 3 …
    Serial,
    Figure,
    /// Numbers that are no figures, as far as can be told.
    Unknown,
    /// Nothing, and no name.
    Empty,
}

/// Label columns that say one thing, in one language or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub columns: Vec<(usize, Option<Language>)>,
    /// Whether its columns are parts of one label, a code and a name, instead of translations.
    pub is_joined: bool,
}

/// The roles of a block's columns, by the columns of the grid.
#[derive(Clone, Debug)]
pub struct Columns {
    pub roles: Vec<Role>,
    pub fields: Vec<Field>,
    /// What stands over each column, innermost.
    pub headings: Vec<Text>,
    pub hints: Vec<Hints>,
    /// Whether the role follows from a name that the dataset declares.
    pub declared: Vec<bool>,
}

/// The most columns of labels among which translations are looked for: each is compared with each.
const MOST_TWINS: usize = 40;

/// The heading of a column: the text of its innermost header row that has one.
pub fn heading(grid: &Grid, block: &Block, column: usize) -> Text {
    for header in block.header.iter().rev() {
        let mut text = grid.cell(header.row, column).map(|cell| cell.text.clone()).unwrap_or_default();
        if let Some(cell) = header.translation.and_then(|row| grid.cell(row, column)) {
            merge_text(&mut text, &cell.text);
        }
        if !text.is_empty() {
            return text;
        }
    }
    Text::default()
}

impl Columns {
    /// Decides what the columns of a block hold.
    pub fn of(grid: &Grid, block: &Block, layout: &Layout) -> Self {
        let headings: Vec<Text> = (0..grid.width).map(|column| heading(grid, block, column)).collect();
        let hints: Vec<Hints> = headings
            .iter()
            .map(|heading| {
                // `Branch (as at 30/9/2025)` is a heading of branches.
                let phrase = Phrase::of(heading);
                Hints::of(if phrase.period.is_some() && phrase.has_name() { &phrase.name } else { heading })
            })
            .collect();
        let mut reader = Reader { grid, block, layout, headings: &headings, hints: &hints, kinds: Vec::new() };
        reader.kinds = (0..grid.width).map(|column| reader.count(column)).collect();
        let mut declared = vec![false; grid.width];
        let mut roles = vec![Role::Empty; grid.width];
        for column in &block.columns {
            (roles[*column], declared[*column]) = reader.role(*column);
        }
        reader.amend(&mut roles);
        let mut columns = Self { roles, fields: Vec::new(), headings: headings.clone(), hints: hints.clone(), declared };
        columns.group_labels(&reader);
        columns
    }

    /// The columns with this role.
    pub fn with(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, other)| **other == role).map(|(column, _)| column)
    }

    /// Joins label columns that say the same in several languages.
    fn group_labels(&mut self, reader: &Reader<'_>) {
        let labels: Vec<usize> = self.with(Role::Label(0)).collect();
        let may_be_twins = labels.len() <= MOST_TWINS;
        let mut stems: Vec<String> = Vec::new();
        for column in labels {
            let (stem, language) = reader.stem(column);
            let same_stem = language.and_then(|_| stems.iter().position(|other| *other == key(&stem)));
            let twin = || self.fields.iter().position(|field| field.columns.iter().all(|(other, _)| reader.are_twins(*other, column)));
            let dimension = |column: usize| reader.declared_dimension(column);
            let part = || {
                let own = dimension(column)?;
                self.fields.iter().position(|field| dimension(field.columns[0].0) == Some(own))
            };
            let twin = same_stem.or_else(|| if language.is_none() && may_be_twins { twin() } else { None });
            let part = if twin.is_none() && language.is_none() { part() } else { None };
            if let Some(at) = part {
                self.fields[at].is_joined = true;
            }
            let at = twin.or(part).unwrap_or_else(|| {
                self.fields.push(Field { columns: Vec::new(), is_joined: false });
                stems.push(language.map(|_| key(&stem)).unwrap_or_default());
                self.fields.len() - 1
            });
            self.fields[at].columns.push((column, language));
            self.roles[column] = Role::Label(at);
        }
    }
}

struct Reader<'a> {
    grid: &'a Grid,
    block: &'a Block,
    layout: &'a Layout,
    headings: &'a [Text],
    hints: &'a [Hints],
    /// By column.
    kinds: Vec<Kinds>,
}

/// How many cells of a column are of each kind.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    figures: usize,
    years: usize,
    words: usize,
    absent: usize,
    periods: usize,
    parts: usize,
}

impl Kinds {
    const fn filled(self) -> usize {
        self.figures + self.years + self.words
    }
}

impl Reader<'_> {
    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.block.data().map(move |row| self.grid.printed(row, column)).filter(|text| !text.is_empty())
    }

    fn kinds(&self, column: usize) -> Kinds {
        self.kinds[column]
    }

    fn count(&self, column: usize) -> Kinds {
        let mut kinds = Kinds::default();
        for row in self.block.data() {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            let is_year = when::is_bare_year(&cell.printed);
            match cell.content {
                _ if is_year => kinds.years += 1,
                Content::Figure(_) => kinds.figures += 1,
                Content::Absent(_) => kinds.absent += 1,
                Content::Words | Content::Empty => kinds.words += 1,
            }
            kinds.periods += usize::from(published(&cell.text).any(|text| when::parse(text, Kind::Spans).is_some()));
            kinds.parts += usize::from(published(&cell.text).any(|text| span::part(text).is_some()));
        }
        kinds
    }

    /// The heading of a column in one language without the mark of a language.
    fn stem(&self, column: usize) -> (String, Option<Language>) {
        let heading = published(&self.headings[column]).next().unwrap_or_default();
        let (stem, language) = without_language(heading);
        (stem.to_owned(), language)
    }

    fn any_heading(&self, column: usize, is: impl Fn(&str) -> bool) -> bool {
        published(&self.headings[column]).any(|heading| is(heading) || is(without_language(heading).0))
    }

    fn declared_dimension(&self, column: usize) -> Option<&'static str> {
        published(&self.headings[column])
            .find_map(|heading| self.layout.dimension(heading).or_else(|| self.layout.dimension(without_language(heading).0)))
            .map(|words| words.id)
    }

    fn role(&self, column: usize) -> (Role, bool) {
        let hints = self.hints[column];
        let kinds = self.kinds(column);
        let phrase = Phrase::of(&self.headings[column]);
        let declared_measure = self.any_heading(column, |heading| self.layout.measure(heading).is_some())
            || published(&phrase.name).any(|name| self.layout.measure(name).is_some());
        if self.declared_dimension(column).is_some() {
            return (Role::Label(0), true);
        }
        if declared_measure && kinds.words <= kinds.figures + kinds.years {
            return (Role::Figure, true);
        }
        if kinds.filled() == 0 {
            return (self.of_no_cells(column, kinds, &phrase), false);
        }
        if let Some(role) = self.period_role(column, kinds, &phrase) {
            return (role, hints.period);
        }
        if kinds.words >= kinds.figures + kinds.years {
            return self.role_of_words(column, kinds);
        }
        let role = if self.is_serial(column) {
            Role::Serial
        } else if self.is_code(column, kinds) {
            Role::Code
        } else if hints.coordinate || hints.founded && kinds.years > 0 {
            Role::Unknown
        } else {
            Role::Figure
        };
        (role, false)
    }

    /// A column without any figure yet is one of figures by its name; in a key for a language it holds labels.
    fn of_no_cells(&self, column: usize, kinds: Kinds, phrase: &Phrase) -> Role {
        if self.headings[column].is_empty() && kinds.absent == 0 {
            return if phrase.printed.is_empty() { Role::Empty } else { Role::Figure };
        }
        let (_, language) = self.stem(column);
        let hints = self.hints[column];
        if hints.remark {
            return Role::Remark;
        }
        if hints.period || hints.unit || hints.qualifier {
            return Role::Unknown;
        }
        if language.is_some() { Role::Label(0) } else { Role::Figure }
    }

    fn role_of_words(&self, column: usize, kinds: Kinds) -> (Role, bool) {
        let hints = self.hints[column];
        if hints.qualifier {
            return (Role::Qualifier, true);
        }
        if hints.remark {
            return (Role::Remark, true);
        }
        if let Some(declared) = self.is_unit_column(column) {
            return (Role::Unit, declared);
        }
        if self.is_serial(column) {
            return (Role::Serial, hints.serial);
        }
        if kinds.parts == kinds.filled() && hints.period {
            return (Role::Part, true);
        }
        // Cells of figures among words are rejects, unless most cells are figures.
        (Role::Label(0), false)
    }

    /// Whether cells are units, and whether the heading says so.
    fn is_unit_column(&self, column: usize) -> Option<bool> {
        let (mut all, mut units, mut strong) = (0_usize, 0_usize, false);
        for row in self.block.data() {
            let Some(cell) = self.grid.cell(row, column) else { continue };
            all += 1;
            units += usize::from(published(&cell.text).any(|text| unit::whole(text).is_some()));
            strong |= published(&cell.text).flat_map(unit::expressions).any(|expression| !expression.is_weak);
        }
        let hints = self.hints[column];
        if hints.unit && all > 0 && units * 2 >= all {
            return Some(true);
        }
        (units == all && strong && !hints.measure).then_some(false)
    }

    fn period_role(&self, column: usize, kinds: Kinds, phrase: &Phrase) -> Option<Role> {
        let hints = self.hints[column];
        let filled = kinds.filled();
        let is_money = phrase.noun().is_measure() || phrase.unit.is_some();
        let days = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) && date::parse(text).is_ok_and(|day| (1950..2060).contains(&day.year()));
        let months = |text: &str| {
            text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && span::year(&text[..4]).is_some() && matches!(text[4..].parse(), Ok(1..=12))
        };
        let all = |is: &dyn Fn(&str) -> bool| self.cells(column).all(is);
        let are_days = all(&days);
        let are_months = all(&months) && (hints.period || !is_money && !phrase.has_name());
        let are_dated = kinds.periods * 10 >= filled * 8 || (are_days && !is_money) || are_months;
        if hints.period && are_dated {
            return Some(match () {
                () if hints.start && !hints.end => Role::PeriodStart,
                () if hints.year_end && kinds.years == 0 && self.are_single_days(column) => Role::YearEnd,
                () if hints.end && !hints.start && self.has_start(column) => Role::PeriodEnd,
                () if hints.moment => Role::Period(Kind::Moments),
                () => Role::Period(Kind::Spans),
            });
        }
        // A month in figures beside a year.
        if hints.period && self.says_month(column) && all(&|text: &str| span::part(text).or_else(|| span::month_number(text)).is_some()) {
            return Some(Role::Part);
        }
        if kinds.parts == filled && filled > 0 && (hints.period || self.headings[column].is_empty()) {
            return Some(Role::Part);
        }
        if kinds.periods < filled || is_money {
            return (are_days && !is_money).then_some(Role::Period(Kind::Spans));
        }
        let are_bare = kinds.years == filled || all(&|text: &str| text.bytes().all(|byte| byte.is_ascii_digit()));
        if !are_bare {
            return Some(Role::Period(Kind::Spans));
        }
        let is_first = self.block.columns.first() == Some(&column);
        let beside_figures = self.block.data().any(|row| self.grid.filled(row).any(|other| other > column && self.block.columns.contains(&other)));
        let unnamed = self.headings[column].is_empty() && is_first && beside_figures && kinds.years == filled;
        (unnamed || are_days && !is_money).then_some(Role::Period(Kind::Spans))
    }

    fn says_month(&self, column: usize) -> bool {
        published(&self.headings[column]).any(|heading| heading.contains('月') || heading.to_lowercase().contains("month"))
    }

    fn are_single_days(&self, column: usize) -> bool {
        self.cells(column).all(|text| {
            when::parse(text, Kind::Spans).is_some_and(|when| when.period.start.is_some() && when.period.start == when.period.end)
        })
    }

    fn has_start(&self, column: usize) -> bool {
        self.block.columns.iter().any(|other| *other != column && self.hints[*other].start && !self.hints[*other].end)
    }

    /// 1, 2, 3 … in a column that names nothing, beside labels.
    fn is_serial(&self, column: usize) -> bool {
        let cells: Vec<&str> = self.cells(column).collect();
        let number = |text: &str| text.trim_matches(['(', ')', '.', '）', '（', '、', ' ']).parse::<usize>().ok();
        let first = cells.first().and_then(|text| number(text));
        let runs = cells.len() > 1
            && first.is_some_and(|first| first <= 1 && cells.iter().zip(first..).all(|(text, at)| number(text) == Some(at)));
        let is_unnamed = self.headings[column].is_empty() && self.block.columns.first() == Some(&column);
        let is_signed = cells.iter().all(|text| without_number(&format!("{text} x")) == "x");
        runs && (self.hints[column].serial || is_unnamed || is_signed)
            && self.block.columns.iter().any(|other| *other != column && self.kinds(*other).words > 0)
    }

    /// Numbers that name: under a heading that says so, or with zeros in front.
    fn is_code(&self, column: usize, kinds: Kinds) -> bool {
        let zeros = self.cells(column).any(|text| text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        let hints = self.hints[column];
        let stands_first = self.block.columns.iter().take_while(|other| **other != column).all(|other| self.kinds(*other).figures == 0);
        let plain = self.cells(column).all(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        // `No.` in front of the labels, over numbers in no order, is no count.
        let is_number = hints.serial && self.block.columns.first() == Some(&column) && kinds.words == 0;
        zeros && plain || (hints.code && plain && stands_first) || (is_number && plain)
    }

    /// What only all columns together tell.
    fn amend(&self, roles: &mut [Role]) {
        let has = |roles: &[Role], role: Role| roles.contains(&role);
        let periods: Vec<usize> = (0..roles.len()).filter(|at| matches!(roles[*at], Role::Period(_))).collect();
        if !has(roles, Role::Figure) && self.block.header.is_empty() {
            return;
        }
        if !has(roles, Role::Figure)
            && let Some(last) = roles.iter().rposition(|role| matches!(role, Role::Period(_)))
        {
            // A file of nothing but years holds figures that look like years.
            let bare = self.cells(last).all(when::is_bare_year);
            if bare && !self.hints[last].period {
                roles[last] = Role::Figure;
            }
        }
        if has(roles, Role::PeriodStart) != has(roles, Role::PeriodEnd) {
            for role in roles.iter_mut().filter(|role| matches!(role, Role::PeriodStart | Role::PeriodEnd)) {
                *role = Role::Period(Kind::Spans);
            }
        }
        let has_year = !periods.is_empty() || has(roles, Role::YearEnd);
        for column in 0..roles.len() {
            if roles[column] == Role::Part && !has_year && !self.hints[column].period {
                roles[column] = Role::Label(0);
            }
        }
        // Codes beside names of their own are no labels; alone they are.
        let labels: Vec<usize> = (0..roles.len()).filter(|at| roles[*at] == Role::Label(0)).collect();
        for column in &labels {
            let others = labels.iter().filter(|other| *other != column && roles[**other] == Role::Label(0));
            if self.is_abbreviation(*column) && self.declared_dimension(*column).is_none() && others.clone().any(|other| self.names(*column, *other)) {
                roles[*column] = Role::Code;
            }
        }
        if !has(roles, Role::Label(0)) && !roles.iter().any(|role| matches!(role, Role::Period(_) | Role::YearEnd | Role::PeriodEnd))
            && let Some(code) = roles.iter().position(|role| *role == Role::Code)
        {
            roles[code] = Role::Label(0);
        }
    }

    /// Whether a column holds codes: short, in capitals and digits, or under a heading that says so.
    fn is_abbreviation(&self, column: usize) -> bool {
        let is_short = |text: &str| {
            text.len() <= 10 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '&' | '.'))
        };
        self.hints[column].code || self.cells(column).all(is_short)
    }

    /// Whether each code of one column stands beside one label of another.
    fn names(&self, code: usize, label: usize) -> bool {
        let mut there: HashMap<&str, &str> = HashMap::new();
        let mut back: HashMap<&str, &str> = HashMap::new();
        let longer = self.cells(label).map(str::len).sum::<usize>() > self.cells(code).map(str::len).sum::<usize>();
        longer
            && self.block.data().map(|row| (self.grid.printed(row, code), self.grid.printed(row, label))).all(|(a, b)| {
                *there.entry(a).or_insert(b) == b && *back.entry(b).or_insert(a) == a
            })
    }

    /// Whether two columns of labels are translations of each other: one Chinese, one not, and each label of the one
    /// stands beside one label of the other.
    fn are_twins(&self, left: usize, right: usize) -> bool {
        let han = |column: usize| {
            let texts = || self.cells(column);
            (texts().filter(|text| has_han(text)).count(), texts().count())
        };
        let ((left_han, left_all), (right_han, right_all)) = (han(left), han(right));
        let one_of_each = (left_han == 0 && right_han * 2 > right_all) || (right_han == 0 && left_han * 2 > left_all);
        if !one_of_each || left_all == 0 || right_all == 0 {
            return false;
        }
        let mut there = HashMap::new();
        let mut back = HashMap::new();
        self.block.data().map(|row| (self.grid.printed(row, left), self.grid.printed(row, right))).all(|(a, b)| {
            a.is_empty() || b.is_empty() || (*there.entry(a).or_insert(b) == b && *back.entry(b).or_insert(a) == a)
        })
    }
}
