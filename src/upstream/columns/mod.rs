//! Column matching: binds the columns of a table to known columns if the headings are not known in advance.
//!
//! Evidence comes from the heading ([`role`]), the values ([`profile`]) and the adjacent columns ([`decide`]). Each
//! piece of evidence has points in decibans. All roles are assigned to columns together ([`assignment`]). A binding
//! needs a margin over the next best assignment; a tie binds nothing. The header is the one to three rows whose
//! solution has the most points.
//!
//! This module does not depend on any dataset. A record type declares its columns ([`Column`]), and the lexicon defines
//! the meanings of headings.

use crate::domain::{
    date::DateOrderCounts,
    lexicon::group,
    money::StatedUnit,
    period::year_of,
    record::{
        Binding, Column, HeaderAlias, Presence, ValueShape,
        binding::{BindingKind, ByPeriod, ColumnDecision, ColumnRef, Evidence, Traits},
    },
    table::Table,
    text::Language,
};

mod assignment;
mod bundle;
mod cell;
mod decide;
mod facts;
mod header;
mod profile;
mod role;
mod stated_unit;
#[cfg(test)]
mod tests;

use bundle::Bundle;
use decide::{Bound, TableDecisions};
use facts::{Facts, Headings};
use header::Header;
use role::ColumnHints;
use stated_unit::{stated_unit, titles};

/// A table with its column binding.
#[derive(Debug)]
pub struct MatchedTable {
    /// The transposed table, if the records were in columns. `None` if the table is unchanged.
    pub transposed: Option<Table>,
    pub binding: Binding,
}

/// The maximum number of headers whose values are examined. The other headers have fewer points by their headings.
const MOST_SOLVED: usize = 4;
/// The cost of a header per data row above it, and per row directly below it that reads like a header.
const ROW_COST: i32 = 10;
/// The minimum lead in points of a transposed table over the original.
const TURN_LEAD: i32 = 20;

/// Finds the header of a table and binds its columns. `twin` is the binding of the same table in another language.
pub fn match_columns(
    table: &Table,
    columns: &'static [&'static Column],
    others: &[HeaderAlias],
    language: Option<Language>,
    twin: Option<&Binding>,
) -> MatchedTable {
    let roles: Vec<ColumnHints> = columns.iter().map(|column| ColumnHints::new(column, others)).collect();
    let matcher = Matcher { columns, headings: Headings::new(&roles), roles: &roles, language, twin };
    let straight = matcher.binding(table);
    if let Some(transposed) = matcher.as_transposed(table) {
        let binding = matcher.binding(&transposed);
        if binding.is_readable && binding.points.0 >= straight.points.0 + TURN_LEAD {
            return MatchedTable { transposed: Some(transposed), binding };
        }
    }
    MatchedTable { transposed: None, binding: straight }
}

struct Matcher<'a> {
    columns: &'static [&'static Column],
    headings: Headings<'a>,
    roles: &'a [ColumnHints],
    language: Option<Language>,
    twin: Option<&'a Binding>,
}

/// A candidate header and its binding.
struct Solution {
    header: Header,
    facts: Vec<Facts>,
    bundles: Vec<Bundle>,
    decided: TableDecisions,
    points: i32,
}

impl Matcher<'_> {
    fn binding(&self, table: &Table) -> Binding {
        let mut ranked: Vec<(i32, Header)> = header::candidates(table, |header| self.headings.points(header))
            .into_iter()
            .map(|header| (self.headings.points(&header) - self.cost(table, &header), header))
            .filter(|(points, _)| *points > 0)
            .collect();
        ranked.sort_by_key(|(points, header)| (std::cmp::Reverse(*points), header.first, header.last));
        ranked.truncate(MOST_SOLVED);
        let mut solutions: Vec<Solution> = ranked.into_iter().map(|(_, header)| self.solve(table, header)).collect();
        solutions.sort_by_key(|solution| std::cmp::Reverse(solution.points));
        let next = solutions.get(1).map(|solution| solution.points);
        if let Some(best) = solutions.into_iter().next().filter(|best| best.points > 0) {
            self.bound(table, best, next)
        } else {
            let several = |row: &usize| header::filled(table, *row) > 1;
            let first = (0..table.len()).find(several).unwrap_or(0);
            self.bound(table, self.solve(table, header::header(table, first, first)), None)
        }
    }

    /// Returns the cost of data rows above a header and of rows right below it that read like a header.
    fn cost(&self, table: &Table, header: &Header) -> i32 {
        let above = (0..header.first).filter(|row| header::filled(table, *row) > 1).count();
        let below = (header.last + 1..table.len()).take_while(|row| self.headings.is_heading_row(table, *row)).count();
        ROW_COST * i32::try_from(above + below).unwrap_or(i32::MAX / ROW_COST)
            + i32::try_from(header.last - header.first).unwrap_or(0)
    }

    fn solve(&self, table: &Table, header: Header) -> Solution {
        let facts = self.headings.facts(table, &header);
        let bundles = bundle::bundles(&facts, self.language);
        let hints = self.hints(facts.len());
        let decided = decide::decide(self.roles, &facts, &bundles, &hints);
        let points = decided.points - self.cost(table, &header);
        Solution { header, facts, bundles, decided, points }
    }

    /// Returns the role at each column of the twin. Empty hints if the number of columns differs.
    fn hints(&self, width: usize) -> Vec<Option<usize>> {
        let mut hints = vec![None; width];
        let Some(twin) = self.twin.filter(|twin| twin.headings.len() == width) else { return hints };
        for (role, places) in twin.places.iter().enumerate() {
            for place in places.iter().flatten() {
                if let Some(hint) = hints.get_mut(usize::from(place.column)) {
                    *hint = Some(role);
                }
            }
        }
        hints
    }

    /// Returns the transposed table if its first column reads more like a header than any row does.
    fn as_transposed(&self, table: &Table) -> Option<Table> {
        const FITS: i32 = 14;
        let fits = |text: &str| self.headings.of(text).1.iter().any(|fit| fit.points >= FITS);
        let first: Vec<&str> =
            (0..table.len().min(200)).map(|row| table.cell(row, 0).trim()).filter(|text| !text.is_empty()).collect();
        let fitting = first.iter().filter(|text| text.len() <= 120 && fits(text)).count();
        (fitting >= 3 && fitting * 2 >= first.len()).then(|| header::transposed(table)).flatten()
    }

    fn bound(&self, table: &Table, solution: Solution, next: Option<i32>) -> Binding {
        let Solution { header, facts, bundles, decided, points } = solution;
        let mut binding = Binding {
            header: header.last,
            header_rows: header.last + 1 - header.first,
            places: vec![[None; 3]; self.columns.len()],
            traits: vec![Traits::default(); self.columns.len()],
            headings: facts.iter().map(|fact| fact.shown.clone()).collect(),
            is_readable: true,
            points: (points, next),
            ..Binding::default()
        };
        let titles = titles(table, &header);
        binding.by_period = self.by_period(&facts, &bundles, &decided);
        for (index, bound) in decided.roles.iter().enumerate() {
            let column = self.columns[index];
            let is_by_period = binding.by_period.as_ref().is_some_and(|by_period| by_period.column == index);
            if is_by_period {
                binding.traits[index].unit = stated_unit(&header, usize::MAX, &titles);
                continue;
            }
            let Some(bound) = bound else {
                if column.presence != Presence::Optional {
                    binding.missing.push(column.name);
                    binding.is_readable &= column.presence != Presence::Required;
                }
                continue;
            };
            for member in &bundles[bound.bundle].members {
                let Ok(place) = u16::try_from(member.column) else { continue };
                binding.places[index][member.language as usize]
                    .get_or_insert(ColumnRef { column: place, half: member.half });
                if column.personal {
                    binding.personal.push(member.column);
                }
            }
            let first = bundles[bound.bundle].first();
            let dates = self.dates(&facts, &bundles, &decided, first);
            let unit = if column.shape == ValueShape::Money {
                stated_unit(&header, first, &titles)
            } else {
                StatedUnit::Nothing
            };
            binding.traits[index] = Traits { unit, dates };
            if column.shape == ValueShape::Date && dates.is_undecided() {
                binding.cautions.push(format!(
                    "`{}`: dates are read as day before month; no value in the column decides",
                    facts[first].shown
                ));
            }
        }
        for (place, fact) in facts.iter().enumerate() {
            let mut decision = self.decision(place, fact, &bundles, &decided);
            if let Some(by_period) = &binding.by_period
                && by_period.periods.iter().any(|(column, _)| usize::from(*column) == place)
            {
                decision.kind = BindingKind::Inferred;
                decision.column = Some(self.columns[by_period.column].name);
                decision.evidence =
                    vec![Evidence { reason: "amounts below a period heading".to_owned(), points: decide::PERIODS }];
                decision.points = decide::PERIODS;
            }
            match (decision.kind, fact.is_named) {
                (BindingKind::Unbound, true) if is_numbering(fact) => binding.numbering.push(place),
                (BindingKind::Unbound, true) => binding.unmapped.push(place),
                (BindingKind::Unbound, false) => binding.unnamed.push(place),
                _ => {}
            }
            binding.decisions.push(decision);
        }
        let roles_bound = decided.roles.iter().flatten().count();
        let named = facts.iter().filter(|fact| fact.is_named).count();
        if named > 2 && !self.is_identified(&binding, &decided) {
            binding.is_readable = false;
            let telling = self.columns.iter().filter(|column| column.presence != Presence::Optional);
            binding.missing = telling.map(|column| column.name).collect();
        }
        self.hide_personal_columns(&mut binding, &facts, roles_bound == 0);
        binding
    }

    /// True if enough columns are bound to identify the table as this dataset's. A single shared name or ambiguous
    /// words are not enough.
    fn is_identified(&self, binding: &Binding, decided: &TableDecisions) -> bool {
        let is_telling = |column: &Column| column.presence != Presence::Optional;
        let telling = self.columns.iter().filter(|column| is_telling(column)).count();
        let bound: Vec<&Bound> = (decided.roles.iter().zip(self.columns))
            .filter(|(_, column)| is_telling(column))
            .filter_map(|(bound, _)| bound.as_ref())
            .collect();
        let is_by_period = binding.by_period.is_some();
        decided.roles.iter().flatten().count() > 1
            && (bound.len() >= telling.min(2) || is_by_period)
            && bound.iter().any(|bound| bound.is_telling)
    }

    /// Returns the evidence in a column's dates about the order of day and month. If there is none, uses the other date
    /// columns, because one system wrote them all.
    fn dates(&self, facts: &[Facts], bundles: &[Bundle], decided: &TableDecisions, own: usize) -> DateOrderCounts {
        let dates = facts[own].profile.dates;
        if !dates.is_undecided() {
            return dates;
        }
        let others = decided.roles.iter().enumerate().filter(|(role, _)| self.columns[*role].shape == ValueShape::Date);
        let mut all = dates;
        for bound in others.filter_map(|(_, bound)| bound.as_ref()) {
            let other = facts[bundles[bound.bundle].first()].profile.dates;
            all.day_first += other.day_first;
            all.month_first += other.month_first;
        }
        if all.agreed().is_some() { all } else { dates }
    }

    /// Returns the amounts of several periods in adjacent columns. Requires an open role of money, and unbound columns
    /// of money with periods as headings.
    fn by_period(&self, facts: &[Facts], bundles: &[Bundle], decided: &TableDecisions) -> Option<ByPeriod> {
        let mut open = (0..self.columns.len())
            .filter(|role| {
                self.columns[*role].shape == ValueShape::Money && self.columns[*role].presence != Presence::Optional
            })
            .filter(|role| decided.roles[*role].is_none());
        let (column, None) = (open.next()?, open.next()) else { return None };
        let is_bound = |place: usize| {
            decided
                .roles
                .iter()
                .flatten()
                .any(|bound| bundles[bound.bundle].members.iter().any(|member| member.column == place))
        };
        let is_amount = |fact: &Facts| {
            fact.profile.filled > 0 && fact.profile.share(ValueShape::Money).is_some_and(|share| share >= 80)
        };
        let periods: Vec<(u16, String)> = facts
            .iter()
            .enumerate()
            .filter(|(place, fact)| is_amount(fact) && !is_bound(*place))
            .filter(|(_, fact)| year_of(&fact.shown).is_some())
            .filter_map(|(place, fact)| Some((u16::try_from(place).ok()?, fact.shown.clone())))
            .collect();
        (!periods.is_empty()).then_some(ByPeriod { column, periods })
    }

    fn decision(&self, place: usize, fact: &Facts, bundles: &[Bundle], decided: &TableDecisions) -> ColumnDecision {
        let bundle = bundles.iter().position(|bundle| bundle.members.iter().any(|member| member.column == place));
        let bound = decided.roles.iter().enumerate().find_map(|(role, bound)| {
            let bound = bound.as_ref().filter(|bound| Some(bound.bundle) == bundle)?;
            Some((role, bound))
        });
        let nearest = bundle.map(|bundle| decided.nearest[bundle].as_slice()).unwrap_or_default();
        let name = |role: usize| self.columns[role].name;
        let heading = fact.shown.clone();
        match bound {
            Some((role, bound)) => ColumnDecision {
                place,
                heading,
                kind: if bound.is_declared { BindingKind::Declared } else { BindingKind::Inferred },
                column: Some(name(role)),
                language: bundle.and_then(|bundle| {
                    bundles[bundle].members.iter().find(|member| member.column == place).map(|member| member.language)
                }),
                points: bound.points,
                margin: bound.margin,
                evidence: bound.evidence.clone(),
                runner_up: nearest
                    .iter()
                    .find(|(other, _)| *other != role)
                    .map(|(other, points)| (name(*other), *points)),
            },
            None => ColumnDecision {
                place,
                heading,
                kind: BindingKind::Unbound,
                column: nearest.first().map(|(role, _)| name(*role)),
                language: None,
                points: nearest.first().map_or(0, |(_, points)| *points),
                margin: None,
                evidence: Vec::new(),
                runner_up: nearest.get(1).map(|(role, points)| (name(*role), *points)),
            },
        }
    }

    /// Marks unmapped columns as personal if their heading or values suggest personal data.
    ///
    /// If the dataset has personal data, telephone, fax and department columns count too. If no column is known either,
    /// all columns count.
    fn hide_personal_columns(&self, binding: &mut Binding, facts: &[Facts], nothing_known: bool) {
        const PERSONAL: [&str; 3] = ["person", "email", "personal"];
        const POSSIBLY_PERSONAL: [&str; 3] = ["telephone", "fax", "department"];
        let has_personal_data = self.columns.iter().any(|column| column.personal);
        let places: Vec<usize> = binding.unmapped.iter().chain(&binding.unnamed).copied().collect();
        for place in places {
            let fact = &facts[place];
            let names =
                |words: &[&str]| words.iter().filter_map(|word| group(word)).any(|group| fact.heading.has(group));
            let looks = |shape: ValueShape| fact.profile.share(shape).is_some_and(|share| share >= 50);
            let is_personal = names(&PERSONAL) || looks(ValueShape::Email);
            let may_be = names(&POSSIBLY_PERSONAL) || looks(ValueShape::Telephone) || nothing_known;
            if is_personal || has_personal_data && may_be {
                binding.personal.push(place);
            }
        }
    }
}

/// True if a column only numbers the rows.
fn is_numbering(fact: &Facts) -> bool {
    fact.profile.is_serial
        && fact.heading.head().is_none_or(|head| matches!(head.name(), "serial" | "reference" | "code"))
}
