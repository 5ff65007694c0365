//! How a block was read, as decisions: what each column holds, what each level of labels names, and whether the dataset
//! declares it.

use super::{
    block::Block,
    columns::Columns,
    context::{Context, shown as first_text},
    grid::Grid,
    label::published,
    layout::Layout,
    level::{Level, Levels, Names, shown},
    reading::{About, Basis, ReaderDecision},
    roles::ColumnRole,
};

/// A block as it was read.
pub struct BlockReport<'a> {
    pub grid: &'a Grid,
    pub block: &'a Block,
    pub columns: &'a Columns,
    pub levels: &'a Levels,
    pub context: &'a Context,
}

/// The most columns that are told one by one.
const MOST_COLUMNS: usize = 200;

impl BlockReport<'_> {
    /// The decisions, header first.
    pub fn decisions(&self, layout: &Layout, file: u16) -> Vec<ReaderDecision> {
        let number = |row: usize| self.grid.rows[row].number;
        let header = About::HeaderRows(self.block.header_rows().map(number).collect());
        let over = "rows without figures over the first row of figures";
        let mut told = vec![(header, Basis::Declared, over)];
        told.extend(self.block.columns.iter().take(MOST_COLUMNS).filter_map(|column| self.column(*column, layout)));
        for level in self.levels.down.iter().chain(&self.levels.across) {
            let names = match level.names {
                Names::Periods | Names::Parts => "periods",
                Names::Units => "units",
                Names::Measures => "measures",
                Names::Values => "values",
                Names::Nothing => continue,
            };
            let basis = if is_declared(level, layout) { Basis::Declared } else { Basis::Inferred };
            told.push((About::Labels { labels: shown(level), names }, basis, "the best of all readings of the labels"));
        }
        if let Some(period) = &self.context.period {
            told.push((About::Period { label: period.label.clone() }, Basis::Declared, self.context.period_source));
        } else if self.context.is_contradictory {
            let several = "the title lines state several periods";
            told.push((About::Period { label: String::new() }, Basis::NotUnderstood, several));
        }
        told.into_iter()
            .map(|(about, basis, evidence)| ReaderDecision { file, about, basis, evidence: evidence.to_owned() })
            .collect()
    }

    fn column(&self, column: usize, layout: &Layout) -> Option<(About, Basis, &'static str)> {
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
        let about = About::Column { header, role };
        Some(match self.columns.roles[column] {
            ColumnRole::Unknown => (about, Basis::NotUnderstood, "numbers that measure nothing that is told"),
            _ if self.is_known(column, layout) => (about, Basis::Declared, "the heading is known"),
            _ => (about, Basis::Inferred, "the heading's words and the cells below"),
        })
    }

    /// Whether the dataset declares what a column holds, by its heading or by the labels in it or over it.
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

/// Whether the dataset declares what a level names; a period or a unit says it itself.
fn is_declared(level: &Level, layout: &Layout) -> bool {
    match level.names {
        Names::Periods | Names::Parts | Names::Units | Names::Nothing => true,
        Names::Measures => level.phrases.iter().filter(|phrase| phrase.has_name()).all(|phrase| {
            published(&phrase.name).chain(published(&phrase.printed)).any(|name| layout.measure(name).is_some())
        }),
        Names::Values => {
            level.words.is_some()
                || level.title.is_empty() && !level.is_section && layout.standing(level.place).is_some()
        }
    }
}
