//! Roles that depend on other columns: codes next to names, and translations in another language.

use std::collections::HashMap;

use super::{
    roles::{ColumnRole, RoleReader},
    when::{self, PeriodColumnKind},
};
use crate::domain::script::has_han;

impl RoleReader<'_> {
    /// Corrects the roles that can only be decided from all columns together.
    pub fn amend(&self, roles: &mut [ColumnRole]) {
        let has = |roles: &[ColumnRole], role: ColumnRole| roles.contains(&role);
        let periods: Vec<usize> = (0..roles.len()).filter(|at| matches!(roles[*at], ColumnRole::Period(_))).collect();
        if !has(roles, ColumnRole::Figure) && self.block.header.is_empty() {
            return;
        }
        if !has(roles, ColumnRole::Figure)
            && let Some(last) = roles.iter().rposition(|role| matches!(role, ColumnRole::Period(_)))
        {
            // In a table with periods only, the last column of bare years holds figures that look like years.
            let bare = self.cells(last).all(when::is_bare_year);
            if bare && !self.hints[last].period {
                roles[last] = ColumnRole::Figure;
            }
        }
        if has(roles, ColumnRole::PeriodStart) != has(roles, ColumnRole::PeriodEnd) {
            for role in roles.iter_mut().filter(|role| matches!(role, ColumnRole::PeriodStart | ColumnRole::PeriodEnd))
            {
                *role = ColumnRole::Period(PeriodColumnKind::Spans);
            }
        }
        let has_year = !periods.is_empty() || roles.iter().any(|role| matches!(role, ColumnRole::SpanEnd(_)));
        for (role, hints) in roles.iter_mut().zip(self.hints) {
            if *role == ColumnRole::Part && !has_year && !hints.period {
                *role = ColumnRole::Label(0);
            }
        }
        // Codes next to their names are not labels. Without names they are.
        let labels: Vec<usize> = (0..roles.len()).filter(|at| roles[*at] == ColumnRole::Label(0)).collect();
        for column in &labels {
            let others = labels.iter().filter(|other| *other != column && roles[**other] == ColumnRole::Label(0));
            if self.is_abbreviation(*column)
                && self.declared_dimension(*column).is_none()
                && others.clone().any(|other| self.names(*column, *other))
            {
                roles[*column] = ColumnRole::Code;
            }
        }
        if !has(roles, ColumnRole::Label(0))
            && !roles
                .iter()
                .any(|role| matches!(role, ColumnRole::Period(_) | ColumnRole::SpanEnd(_) | ColumnRole::PeriodEnd))
            && let Some(code) = roles.iter().position(|role| *role == ColumnRole::Code)
        {
            roles[code] = ColumnRole::Label(0);
        }
    }

    /// True if a column holds codes: short, in capitals and digits, or under a heading for abbreviations.
    fn is_abbreviation(&self, column: usize) -> bool {
        let is_short = |text: &str| {
            text.len() <= 10
                && text
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '&' | '.'))
        };
        self.hints[column].code || self.cells(column).all(is_short)
    }

    /// True if each code of one column pairs with one label of another.
    fn names(&self, code: usize, label: usize) -> bool {
        let mut there: HashMap<&str, &str> = HashMap::new();
        let mut back: HashMap<&str, &str> = HashMap::new();
        let longer = self.cells(label).map(str::len).sum::<usize>() > self.cells(code).map(str::len).sum::<usize>();
        longer
            && self
                .block
                .data()
                .map(|row| (self.grid.printed(row, code), self.grid.printed(row, label)))
                .all(|(a, b)| *there.entry(a).or_insert(b) == b && *back.entry(b).or_insert(a) == a)
    }

    /// True if two label columns are translations of each other.
    ///
    /// One is Chinese, the other is not, and the labels of both pair one to one.
    pub fn are_twins(&self, left: usize, right: usize) -> bool {
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
