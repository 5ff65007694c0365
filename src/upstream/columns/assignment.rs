//! Assigns roles to columns with the maximum total weight (Kuhn–Munkres), and computes the margin of each pair.

/// The weight of a forbidden pair.
pub(super) const NEVER: i32 = -1_000_000;

/// The column assigned to each role. Each column has at most one role. An unassigned role adds `unbound` to the total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub columns: Vec<Option<usize>>,
    pub total: i64,
}

/// Returns the assignment with the maximum total. The weights are `weights[role][column]`; all rows have the same
/// length.
pub(super) fn solve(weights: &[Vec<i32>], unbound: i32) -> Assignment {
    let roles = weights.len();
    let columns = weights.first().map_or(0, Vec::len);
    let width = columns + roles;
    // Costs are negated weights. After the real columns, each role has its own virtual column for "unbound".
    let cost = |role: usize, column: usize| -> i64 {
        if column < columns {
            -i64::from(weights[role][column])
        } else if column - columns == role {
            -i64::from(unbound)
        } else {
            -i64::from(NEVER)
        }
    };
    let mut potential_of_role = vec![0_i64; roles + 1];
    let mut potential_of_column = vec![0_i64; width + 1];
    // The role that owns each column, counted from 1. Column 0 belongs to the role being assigned.
    let mut owner = vec![0_usize; width + 1];
    for role in 1..=roles {
        owner[0] = role;
        let mut at = 0;
        let mut least = vec![i64::MAX; width + 1];
        let mut way = vec![0_usize; width + 1];
        let mut used = vec![false; width + 1];
        loop {
            used[at] = true;
            let (current, mut delta, mut next) = (owner[at], i64::MAX, 0);
            for column in 1..=width {
                if used[column] {
                    continue;
                }
                let reduced = cost(current - 1, column - 1) - potential_of_role[current] - potential_of_column[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    way[column] = at;
                }
                if least[column] < delta {
                    delta = least[column];
                    next = column;
                }
            }
            for column in 0..=width {
                if used[column] {
                    potential_of_role[owner[column]] += delta;
                    potential_of_column[column] -= delta;
                } else {
                    least[column] = least[column].saturating_sub(delta);
                }
            }
            at = next;
            if owner[at] == 0 {
                break;
            }
        }
        while at != 0 {
            let before = way[at];
            owner[at] = owner[before];
            at = before;
        }
    }
    let mut taken = vec![None; roles];
    let mut total = 0;
    for (column, owner) in owner.iter().enumerate().skip(1) {
        if let Some(role) = owner.checked_sub(1) {
            total -= cost(role, column - 1);
            taken[role] = (column <= columns).then(|| column - 1);
        }
    }
    Assignment { columns: taken, total }
}

/// Returns the loss in the total if the role must take another column, or the column another role. `None` if neither is
/// possible.
pub(super) fn margin(weights: &[Vec<i32>], unbound: i32, best: &Assignment, role: usize, column: usize) -> Option<i32> {
    /// More than the sum of all weights, so that a forced pair is always chosen.
    const FORCED: i32 = 100_000;
    let mut least: Option<i64> = None;
    let mut consider = |changed: &[Vec<i32>]| {
        let other = solve(changed, unbound);
        let total = other.total - i64::from(FORCED);
        // If there is no alternative, the forced pair is a forbidden one.
        if total > i64::from(NEVER) / 2 && other.total > i64::from(FORCED) / 2 {
            let loss = best.total - total;
            least = Some(least.map_or(loss, |known| known.min(loss)));
        }
    };
    let raised = |weight: i32| if weight > NEVER / 2 { weight + FORCED } else { NEVER };
    let mut forced = weights.to_vec();
    for (other, weight) in forced[role].iter_mut().enumerate() {
        *weight = if other == column { NEVER } else { raised(*weight) };
    }
    if forced[role].iter().any(|weight| *weight > 0) {
        consider(&forced);
    }
    let mut forced = weights.to_vec();
    for (other, row) in forced.iter_mut().enumerate() {
        row[column] = if other == role { NEVER } else { raised(row[column]) };
    }
    if forced.iter().any(|row| row[column] > 0) {
        consider(&forced);
    }
    least.map(|loss| i32::try_from(loss).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn brute_force(weights: &[Vec<i32>], unbound: i32, role: usize, taken: &mut Vec<usize>) -> i64 {
        if role == weights.len() {
            return 0;
        }
        let mut best = i64::from(unbound) + brute_force(weights, unbound, role + 1, taken);
        for column in 0..weights[role].len() {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.max(i64::from(weights[role][column]) + brute_force(weights, unbound, role + 1, taken));
                taken.pop();
            }
        }
        best
    }

    fn matrices() -> impl Strategy<Value = Vec<Vec<i32>>> {
        (1..5_usize, 0..6_usize).prop_flat_map(|(roles, columns)| {
            let weight = prop_oneof![4 => -40..60_i32, 1 => Just(NEVER)];
            proptest::collection::vec(proptest::collection::vec(weight, columns), roles)
        })
    }

    proptest! {
        #[test]
        fn the_solution_is_as_good_as_brute_force(weights in matrices()) {
            let found = solve(&weights, 20);
            prop_assert_eq!(found.total, brute_force(&weights, 20, 0, &mut Vec::new()));
            let mut taken: Vec<usize> = found.columns.iter().flatten().copied().collect();
            let all = taken.len();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(all, taken.len());
        }

        #[test]
        fn margins_are_not_negative(weights in matrices()) {
            let best = solve(&weights, 20);
            for (role, column) in best.columns.iter().enumerate().filter_map(|(role, column)| Some((role, (*column)?))) {
                if let Some(margin) = margin(&weights, 20, &best, role, column) {
                    prop_assert!(margin >= 0);
                }
            }
        }
    }

    #[test]
    fn margins() {
        let weights = vec![vec![40, 38], vec![10, NEVER]];
        let best = solve(&weights, 20);
        assert_eq!((best.columns.clone(), best.total), (vec![Some(0), None], 60));
        // The role can take the other column (−2), or the column can go to the other role (40 − 10 + 20 − 38 …).
        assert_eq!(margin(&weights, 20, &best, 0, 0), Some(2));
        assert_eq!(margin(&[vec![45]], 20, &solve(&[vec![45]], 20), 0, 0), None);
    }
}
