//! Explains the decisions about a block: the role of each column, the kind of each level of labels, and whether the
//! dataset declares it.

use super::{
    block::Block,
    columns::Columns,
    context::{Context, shown as first_text},
    grid::CellGrid,
    label::published,
    layout::Layout,
    level::{Level, LevelNames, Levels, shown},
    reading::{DecisionBasis, DecisionSubject, ReaderDecision},
    roles::ColumnRole,
};

/// The result of reading a block.
pub struct BlockReport<'a> {
    pub grid: &'a CellGrid,
    pub block: &'a Block,
    pub columns: &'a Columns,
    pub levels: &'a Levels,
    pub context: &'a Context,
}

/// The maximum number of columns that are listed individually.
const MOST_COLUMNS: usize = 200;

impl BlockReport<'_> {
    /// The decisions, header first.
    pub fn decisions(&self, layout: &Layout, file: u16) -> Vec<ReaderDecision> {
        let number = |row: usize| self.grid.rows[row].number;
        let header = DecisionSubject::HeaderRows(self.block.header_rows().map(number).collect());
        let over = "rows without figures above the first row of figures";
        let mut told = vec![(header, DecisionBasis::Declared, over)];
        told.extend(self.block.columns.iter().take(MOST_COLUMNS).filter_map(|column| self.column(*column, layout)));
        for level in self.levels.down.iter().chain(&self.levels.across) {
            let names = match level.names {
                LevelNames::Periods | LevelNames::Parts => "periods",
                LevelNames::Units => "units",
                LevelNames::Measures => "measures",
                LevelNames::Values => "values",
                LevelNames::Nothing => continue,
            };
            let basis = if is_declared(level, layout) { DecisionBasis::Declared } else { DecisionBasis::Inferred };
            told.push((
                DecisionSubject::Labels { labels: shown(level), names },
                basis,
                "the interpretation of the labels with the highest score",
            ));
        }
        if let Some(period) = &self.context.period {
            told.push((
                DecisionSubject::Period { label: period.label.clone() },
                DecisionBasis::Declared,
                self.context.period_source,
            ));
        } else if self.context.is_contradictory {
            let several = "the title lines state several periods";
            told.push((DecisionSubject::Period { label: String::new() }, DecisionBasis::NotUnderstood, several));
        }
        told.into_iter()
            .map(|(about, basis, evidence)| ReaderDecision { file, about, basis, evidence: evidence.to_owned() })
            .collect()
    }

    fn column(&self, column: usize, layout: &Layout) -> Option<(DecisionSubject, DecisionBasis, &'static str)> {
        let role = match self.columns.roles[column] {
            ColumnRole::Label(_) => "labels",
            ColumnRole::Code => "codes",
            ColumnRole::Period(_)
            | ColumnRole::PeriodStart
            | ColumnRole::PeriodEnd
            | ColumnRole::SpanEnd(_)
            | ColumnRole::Part => "periods",
            ColumnRole::Unit => "units",
            ColumnRole::Qualifier => "qualifiers",
            ColumnRole::Remark => "remarks",
            ColumnRole::Serial => "serial numbers",
            ColumnRole::Figure => "figures",
            ColumnRole::Unknown => "not understood",
            ColumnRole::Empty => return None,
        };
        let heading = first_text(&self.columns.headings[column]);
        let header = if heading.is_empty() { format!("column {}", column + 1) } else { heading };
        let about = DecisionSubject::Column { header, role };
        Some(match self.columns.roles[column] {
            ColumnRole::Unknown => (about, DecisionBasis::NotUnderstood, "numbers without a known measure"),
            _ if self.is_known(column, layout) => (about, DecisionBasis::Declared, "the heading is known"),
            _ => (about, DecisionBasis::Inferred, "the heading's words and the cells below"),
        })
    }

    /// True if the dataset declares the column's role, by its heading or by its labels.
    fn is_known(&self, column: usize, layout: &Layout) -> bool {
        let all = |levels: &[Level], is_meant: &dyn Fn(&Level) -> bool| {
            let meant: Vec<&Level> = levels.iter().filter(|level| is_meant(level)).collect();
            !meant.is_empty() && meant.into_iter().all(|level| is_declared(level, layout))
        };
        let hints = self.columns.hints[column];
        self.columns.declared[column]
            || match self.columns.roles[column] {
                ColumnRole::Label(field) => all(&self.levels.down, &|level| level.field == Some(field)),
                ColumnRole::Figure => all(&self.levels.across, &|level| level.label(column).is_some()),
                ColumnRole::Serial => hints.serial,
                ColumnRole::Code => hints.code,
                _ => false,
            }
    }
}

/// True if the dataset declares the kind of a level. A period or a unit counts as declared.
fn is_declared(level: &Level, layout: &Layout) -> bool {
    match level.names {
        LevelNames::Periods | LevelNames::Parts | LevelNames::Units | LevelNames::Nothing => true,
        LevelNames::Measures => level.phrases.iter().filter(|phrase| phrase.has_name()).all(|phrase| {
            published(&phrase.name).chain(published(&phrase.printed)).any(|name| layout.measure(name).is_some())
        }),
        LevelNames::Values => {
            level.words.is_some()
                || level.title.is_empty() && !level.is_section && layout.standing(level.place).is_some()
        }
    }
}
