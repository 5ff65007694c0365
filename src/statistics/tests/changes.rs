//! Changes of a table that must not change any figure: another column, another order of rows, another unit or language.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    properties::{grouped, of_rows},
    *,
};

const BRANCHES: [(&str, &str); 4] =
    [("Optics", "光學"), ("Acoustics", "聲學"), ("Mechanics", "力學"), ("Chemistry", "化學")];

/// A table of two measures by branch and year.
#[derive(Clone, Debug)]
struct Plan {
    /// Cases and sums in thousands, by branch and year.
    cells: Vec<[(u32, u32); 2]>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let pair = || (3_u32..5_000, 2_100_u32..900_000);
    prop::collection::vec((pair(), pair()).prop_map(|(a, b)| [a, b]), 2..4).prop_map(|cells| Plan { cells })
}

impl Plan {
    /// Branches and years down, one column per measure.
    fn down(&self, is_chinese: bool, in_millions: bool) -> Vec<Vec<String>> {
        let header = match (is_chinese, in_millions) {
            (false, true) => ["Branch", "Year", "Cases handled", "Sum lent (HK$ million)"],
            (false, false) => ["Branch", "Year", "Cases handled", "Sum lent (HK$'000)"],
            (true, true) => ["科目", "年份", "個案宗數", "貸款金額（百萬港元）"],
            (true, false) => ["科目", "年份", "個案宗數", "貸款金額（千港元）"],
        };
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for (branch, years) in BRANCHES.iter().zip(&self.cells) {
            for (year, (loans, sum)) in (2021..).zip(years) {
                let name = if is_chinese { branch.1 } else { branch.0 };
                let sum = if in_millions { format!("{}.{:03}", sum / 1000, sum % 1000) } else { grouped(*sum) };
                rows.push(vec![name.to_owned(), year.to_string(), grouped(*loans), sum]);
            }
        }
        rows
    }

    /// The same table with years across under each measure.
    fn across(&self) -> Vec<Vec<String>> {
        let text = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let mut rows = vec![
            text(&["Branch", "Cases handled", "", "Sum lent (HK$'000)", ""]),
            text(&["", "2021", "2022", "2021", "2022"]),
        ];
        for (branch, years) in BRANCHES.iter().zip(&self.cells) {
            let numbers = [years[0].0, years[1].0, years[0].1, years[1].1].map(grouped);
            rows.push(std::iter::once(branch.0.to_owned()).chain(numbers).collect());
        }
        rows
    }

    /// The same table with one figure per row.
    fn long(&self) -> Vec<Vec<String>> {
        let text = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let mut rows = vec![text(&["Period", "Branch", "Indicator", "Value", "Unit"])];
        for (branch, years) in BRANCHES.iter().zip(&self.cells) {
            for (year, (loans, sum)) in (2021..).zip(years) {
                let year = year.to_string();
                rows.push(text(&[&year, branch.0, "Cases handled", &loans.to_string(), "number"]));
                rows.push(text(&[&year, branch.0, "Sum lent", &sum.to_string(), "HK$ thousand"]));
            }
        }
        rows
    }
}

/// Returns the figures as a set of period, label positions, unit and value.
fn figure_set(rows: &[Vec<String>]) -> BTreeSet<String> {
    let table = of_rows(rows);
    let figures =
        read(&[StatFile { table: &table, language: None, period: None, as_of: None, file: 0 }], &Layout::GUESS);
    let index = |name: &str| BRANCHES.iter().position(|(en, zh)| *en == name || *zh == name);
    let line = |o: &Observation| {
        let period = &figures.periods[o.period];
        let places: Vec<String> = o
            .dimensions
            .iter()
            .map(|(dimension, value)| {
                let name = figures.dimensions[*dimension].values[*value].text.nearest(Language::En).into_owned();
                index(&name).map_or(name, |at| at.to_string())
            })
            .collect();
        format!(
            "{:?}/{:?} {places:?} {:?} {:?}",
            period.start,
            period.end,
            o.unit,
            o.value.map(|value| value.normalize())
        )
    };
    figures.observations.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn added_columns_rows_and_words_do_not_change_figures(plan in plan(), which in 0_usize..7) {
        let rows = plan.down(false, false);
        let expected = figure_set(&rows);
        prop_assert_eq!(expected.len(), plan.cells.len() * 4);
        let mut changed = rows.clone();
        match which {
            0 => for (at, row) in changed.iter_mut().enumerate() {
                row.insert(0, if at == 0 { "Item No.".to_owned() } else { at.to_string() });
            },
            1 => for (at, row) in changed.iter_mut().enumerate() {
                row.insert(0, if at == 0 { "Branch code".to_owned() } else { format!("0{}", 10 + BRANCHES.iter().position(|(en, _)| *en == row[0]).unwrap()) });
            },
            2 => for (at, row) in changed.iter_mut().enumerate() {
                row.push(if at == 0 { "Remarks".to_owned() } else { String::new() });
            },
            3 => changed.insert(0, vec!["Work of the bureau".to_owned()]),
            4 => changed.push(vec!["Note: figures are rounded.".to_owned()]),
            5 => { let rest = changed.split_off(1); changed.push(vec![String::new(); 4]); changed.extend(rest); },
            _ => changed.insert(3, changed[0].clone()),
        }
        prop_assert_eq!(figure_set(&changed), expected, "{:?}", which);
    }

    #[test]
    fn thousands_and_millions_give_equal_figures(plan in plan()) {
        prop_assert_eq!(figure_set(&plan.down(false, false)), figure_set(&plan.down(false, true)));
    }

    #[test]
    fn chinese_headings_give_equal_figures(plan in plan()) {
        prop_assert_eq!(figure_set(&plan.down(true, false)), figure_set(&plan.down(false, false)));
        prop_assert_eq!(figure_set(&plan.down(true, true)), figure_set(&plan.down(false, true)));
    }

    #[test]
    fn years_across_and_long_form_give_equal_figures(plan in plan()) {
        let expected = figure_set(&plan.down(false, false));
        prop_assert_eq!(figure_set(&plan.across()), expected.clone());
        prop_assert_eq!(figure_set(&plan.long()), expected);
    }

    #[test]
    fn a_nonsense_heading_gives_no_wrong_figures(plan in plan(), which in 0_usize..4) {
        let rows = plan.down(false, false);
        let expected = figure_set(&rows);
        let mut changed = rows;
        changed[0][which] = "Zorblax".to_owned();
        prop_assert!(figure_set(&changed).is_subset(&expected), "{:?}", figure_set(&changed));
    }
}
