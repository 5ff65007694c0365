//! Binds each column of a table to a known column. It weighs the evidence, finds the best assignment, and keeps the
//! bindings that are certain enough to publish.

use super::{
    assignment::{self, NEVER},
    bundle::Bundle,
    facts::Facts,
    profile::Profile,
    role::{CONTRAST, ColumnHints, HeadingFit, SUFFICIENT},
};
use crate::domain::record::{Presence, ValueShape, binding::Evidence};

/// The weight of leaving a role unbound. A binding with less weight is dropped.
const UNBOUND: i32 = 20;
/// The minimum loss in total weight without a binding. A smaller margin is ambiguous.
const MARGIN: i32 = 8;
/// The bonus for the only column that fits an open role.
const SOLE: i32 = 8;
/// The bonus for the position that the role has in the same table in another language.
pub(super) const SAME_PLACE: i32 = 20;
/// The weight of amounts in columns with periods as headings.
pub(super) const PERIODS: i32 = 22;
/// The minimum number of cells for full points. With fewer, the points for the shape are halved.
const FEW: usize = 5;

/// The evidence for one role in one bundle.
#[derive(Clone, Debug)]
struct Case {
    heading: HeadingFit,
    values: (i32, String),
    neighbours: Vec<Evidence>,
}

impl Case {
    fn weight(&self) -> i32 {
        if self.values.0 == NEVER || self.heading.points <= CONTRAST {
            return NEVER;
        }
        self.heading.points + self.values.0 + self.neighbours.iter().map(|evidence| evidence.points).sum::<i32>()
    }

    /// True if the heading is sufficient, or if two of the three kinds of evidence are present.
    fn is_supported(&self) -> bool {
        let kinds = [self.heading.points > 0, self.values.0 > 0, !self.neighbours.is_empty()];
        self.heading.points >= SUFFICIENT || kinds.iter().filter(|speaks| **speaks).count() > 1
    }

    fn evidence(&self) -> Vec<Evidence> {
        let heading = Evidence { reason: self.heading.reason.to_owned(), points: self.heading.points };
        let values = Evidence { reason: self.values.1.clone(), points: self.values.0 };
        [heading, values].into_iter().filter(|line| line.points != 0).chain(self.neighbours.iter().cloned()).collect()
    }
}

/// The decision for one role.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub bundle: usize,
    pub is_declared: bool,
    /// True if the heading alone is sufficient evidence, or the position in another language's file.
    pub is_telling: bool,
    pub points: i32,
    pub margin: Option<i32>,
    pub evidence: Vec<Evidence>,
}

/// The decisions for all roles of one table.
#[derive(Clone, Debug, Default)]
pub(super) struct TableDecisions {
    /// The bundle that each role is bound to.
    pub roles: Vec<Option<Bound>>,
    /// The best and second-best roles for each bundle, with their points.
    pub nearest: Vec<Vec<(usize, i32)>>,
    /// The sum of the weights of all bindings.
    pub points: i32,
}

/// Decides the binding of every role. `hints` gives the role of each column in another file of the same table.
pub(super) fn decide(
    roles: &[ColumnHints],
    facts: &[Facts],
    bundles: &[Bundle],
    hints: &[Option<usize>],
) -> TableDecisions {
    let mut cases: Vec<Vec<Case>> = roles
        .iter()
        .enumerate()
        .map(|(index, role)| bundles.iter().map(|bundle| case(index, role, facts, bundle, hints)).collect())
        .collect();
    prefer_first_declared(&mut cases);
    let first = bind(roles, facts, bundles, &cases);
    if add_sole(roles, facts, bundles, &mut cases, &first) { bind(roles, facts, bundles, &cases) } else { first }
}

fn case(index: usize, role: &ColumnHints, facts: &[Facts], bundle: &Bundle, hints: &[Option<usize>]) -> Case {
    let fits = || bundle.members.iter().map(|member| facts[member.column].fits[index]);
    let contrast = fits().find(|fit| fit.points <= CONTRAST);
    let best = fits().max_by_key(|fit| (fit.points, std::cmp::Reverse(fit.declared.unwrap_or(usize::MAX))));
    let heading = contrast.or(best).unwrap_or(HeadingFit { points: 0, reason: "no heading", declared: None });
    let values = values(role.column.shape, &facts[bundle.first()].profile, heading.declared.is_some());
    let is_hinted = bundle.members.iter().any(|member| hints.get(member.column) == Some(&Some(index)));
    let same_place =
        Evidence { reason: "same position in the file of another language".to_owned(), points: SAME_PLACE };
    Case { heading, values, neighbours: if is_hinted { vec![same_place] } else { Vec::new() } }
}

/// Returns the points of a column's values for a shape, and the reason.
fn values(shape: ValueShape, profile: &Profile, is_declared: bool) -> (i32, String) {
    let Some(share) = profile.share(shape) else { return (0, String::new()) };
    let is_hard = matches!(
        shape,
        ValueShape::Money
            | ValueShape::Count
            | ValueShape::Year
            | ValueShape::Date
            | ValueShape::Url
            | ValueShape::Telephone
            | ValueShape::Email
            | ValueShape::Latitude
            | ValueShape::Longitude
            | ValueShape::Position
    );
    let points = match shape {
        _ if is_hard && share < 50 => {
            // Foreign telephone numbers are valid if the heading is one of telephone numbers.
            let is_hopeless = !is_declared || (share < 20 && shape != ValueShape::Telephone);
            return (if is_hopeless { NEVER } else { -6 }, format!("{share} % of the values match the type"));
        }
        ValueShape::Money | ValueShape::Count | ValueShape::Year if share >= 90 => 3,
        _ if is_hard => {
            [(95, 14), (80, 8)].into_iter().find(|(least, _)| share >= *least).map_or(-6, |(_, points)| points)
        }
        ValueShape::Serial if profile.filled > 1 => {
            if profile.is_serial {
                8
            } else {
                -15
            }
        }
        ValueShape::Reference | ValueShape::Serial if profile.is_serial => -15,
        ValueShape::Reference if share >= 95 && profile.is_distinct() => 14,
        ValueShape::Reference if share >= 80 => 8,
        ValueShape::Reference if share < 50 => -6,
        ValueShape::Reference | ValueShape::Serial => 0,
        ValueShape::Code if share >= 90 => 3,
        _ if profile.is_of_values() => -15,
        ValueShape::Organisation => {
            [(95, 14), (80, 8), (50, 3)].into_iter().find(|(least, _)| share >= *least).map_or(0, |(_, points)| points)
        }
        ValueShape::Address => {
            [(80, 14), (60, 8)].into_iter().find(|(least, _)| share >= *least).map_or(0, |(_, points)| points)
        }
        ValueShape::Prose if share >= 80 => 8,
        ValueShape::Title if !profile.is_distinct() => 0,
        _ if share >= 90 => 3,
        _ => 0,
    };
    // A declared name needs no support from its values. It loses points only if the values rule it out.
    let points = if is_declared { points.max(0) } else { points };
    let points = if points > 0 && profile.filled < FEW { points / 2 } else { points };
    (points, format!("{share} % of {} values match the expected form", profile.filled))
}

/// If several columns have declared names of one role, only the first name in the declaration counts.
fn prefer_first_declared(cases: &mut [Vec<Case>]) {
    for row in cases {
        let Some(first) = row.iter().filter_map(|case| case.heading.declared).min() else { continue };
        for case in row.iter_mut().filter(|case| case.heading.declared.is_some_and(|rank| rank > first)) {
            case.heading = HeadingFit { points: 0, reason: "another column has a better heading", declared: None };
        }
    }
}

fn bind(roles: &[ColumnHints], facts: &[Facts], bundles: &[Bundle], cases: &[Vec<Case>]) -> TableDecisions {
    let weights: Vec<Vec<i32>> = cases.iter().map(|row| row.iter().map(Case::weight).collect()).collect();
    let best = assignment::solve(&weights, UNBOUND);
    let bound = best.columns.iter().enumerate().map(|(role, bundle)| {
        let bundle = (*bundle)?;
        let case = &cases[role][bundle];
        let points = weights[role][bundle];
        if points < UNBOUND || !case.is_supported() {
            return None;
        }
        let margin = assignment::margin(&weights, UNBOUND, &best, role, bundle);
        let profile = &facts[bundles[bundle].first()].profile;
        let is_thin = profile.filled < 3 && case.heading.points < 12 && case.neighbours.is_empty();
        (margin.is_none_or(|margin| margin >= MARGIN) && !is_thin).then(|| Bound {
            bundle,
            is_declared: case.heading.declared.is_some(),
            is_telling: case.heading.points >= SUFFICIENT
                || case.neighbours.iter().any(|evidence| evidence.points >= SAME_PLACE),
            points,
            margin,
            evidence: case.evidence(),
        })
    });
    let mut decided = TableDecisions { roles: bound.collect(), ..TableDecisions::default() };
    drop_doubtful_money(roles, facts, bundles, cases, &mut decided);
    decided.nearest = (0..bundles.len())
        .map(|bundle| {
            let mut nearest: Vec<(usize, i32)> = weights.iter().map(|row| row[bundle]).enumerate().collect();
            nearest.retain(|(_, points)| *points > 0);
            nearest.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
            nearest.truncate(2);
            nearest
        })
        .collect();
    decided.points = decided.roles.iter().flatten().map(|bound| bound.points).sum();
    decided
}

/// Unbinds a money role with a weak heading, such as "amount", if the table has another unbound column of money.
fn drop_doubtful_money(
    roles: &[ColumnHints],
    facts: &[Facts],
    bundles: &[Bundle],
    cases: &[Vec<Case>],
    decided: &mut TableDecisions,
) {
    let is_bound =
        |decided: &TableDecisions, bundle: usize| decided.roles.iter().flatten().any(|bound| bound.bundle == bundle);
    let is_money = |bundle: usize| {
        let fact = &facts[bundles[bundle].first()];
        let is_other = fact
            .heading
            .head()
            .is_some_and(|head| !matches!(head.name(), "amount" | "cost" | "contribution" | "expenditure"));
        fact.profile.share(ValueShape::Money).is_some_and(|share| share >= 90) && !fact.profile.is_serial && !is_other
    };
    let of_money = roles.iter().enumerate().filter(|(_, role)| role.column.shape == ValueShape::Money);
    for index in of_money.map(|(index, _)| index) {
        let Some(bound) = &decided.roles[index] else { continue };
        let is_sure = cases[index][bound.bundle].heading.points >= SUFFICIENT;
        let has_rival =
            (0..bundles.len()).any(|bundle| bundle != bound.bundle && is_money(bundle) && !is_bound(decided, bundle));
        if !is_sure && has_rival {
            decided.roles[index] = None;
        }
    }
}

/// Adds the bonus for sole candidates. A sole candidate is the only open column with the shape of one open role, or
/// with a possible heading for it. Returns true if any was found.
fn add_sole(
    roles: &[ColumnHints],
    facts: &[Facts],
    bundles: &[Bundle],
    cases: &mut [Vec<Case>],
    decided: &TableDecisions,
) -> bool {
    /// The minimum points of a possible heading.
    const POSSIBLE: i32 = 12;
    const POSSIBLE_OF_REQUIRED: i32 = 8;
    let is_open = |bundle: &usize| !decided.roles.iter().flatten().any(|bound| bound.bundle == *bundle);
    let open_bundles: Vec<usize> = (0..bundles.len()).filter(is_open).collect();
    let open_roles: Vec<usize> = (0..roles.len()).filter(|role| decided.roles[*role].is_none()).collect();
    let mut found = Vec::new();
    for role in &open_roles {
        let shape = roles[*role].column.shape;
        let can_be =
            |bundle: &&usize| cases[*role][**bundle].weight() > NEVER / 2 && cases[*role][**bundle].heading.points >= 0;
        let is_distinctive = matches!(
            shape,
            ValueShape::Reference
                | ValueShape::Url
                | ValueShape::Telephone
                | ValueShape::Date
                | ValueShape::Latitude
                | ValueShape::Longitude
                | ValueShape::Position
        );
        let fits =
            |bundle: &&usize| facts[bundles[**bundle].first()].profile.share(shape).is_some_and(|share| share >= 80);
        let by_shape: Vec<usize> = open_bundles.iter().filter(fits).copied().collect();
        let wanted_once = open_roles.iter().filter(|other| roles[**other].column.shape == shape).count() == 1;
        if let ([bundle], true, true) = (by_shape.as_slice(), is_distinctive, wanted_once)
            && can_be(&bundle)
        {
            found.push((*role, *bundle, "the only column of this shape"));
            continue;
        }
        // A list always contains its identifying columns, so a required role needs fewer points.
        let is_required = roles[*role].column.presence == Presence::Required;
        let least = if is_required { POSSIBLE_OF_REQUIRED } else { POSSIBLE };
        let may_be = |bundle: &&usize| can_be(bundle) && cases[*role][**bundle].heading.points >= least;
        let by_heading: Vec<usize> = open_bundles.iter().filter(may_be).copied().collect();
        if let [bundle] = by_heading.as_slice() {
            let is_rivalled =
                open_roles.iter().any(|other| other != role && cases[*other][*bundle].heading.points >= POSSIBLE);
            if !is_rivalled {
                found.push((*role, *bundle, "the only column that may be it"));
            }
        }
    }
    for (role, bundle, reason) in &found {
        cases[*role][*bundle].neighbours.push(Evidence { reason: (*reason).to_owned(), points: SOLE });
    }
    !found.is_empty()
}
