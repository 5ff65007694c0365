//! The vocabulary of the tables on the Technology Talent Admission Scheme. A quota is not a visa: they are separate
//! measures.

use crate::{
    domain::{catalog::Title, table::Table},
    publishers::words::TECHNOLOGY_AREA,
    statistics::{MeasureWords, Scale, Unit},
    upstream::source::FileIdentification,
};

/// The scheme over time. A workbook may contain both tables.
pub const OVER_TIME: FileIdentification = FileIdentification { is_it: |_, table| !is_by_area(table), mixed_with: &[] };
/// The scheme by technology area.
pub const BY_AREA: FileIdentification = FileIdentification { is_it: |_, table| is_by_area(table), mixed_with: &[] };

fn is_by_area(table: &Table) -> bool {
    let is_header = |cell: &str| TECHNOLOGY_AREA.headers.contains(&cell.trim());
    (0..table.len()).any(|row| table.cells(row).any(is_header))
}

pub const QUOTAS_ALLOTTED: MeasureWords = MeasureWords {
    id: "quotas_allotted",
    title: Title::new("Quotas allotted since the beginning", "已發出的配額累積數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &["Cumulative Number of Quotas Allotted", "已發出的配額累積數目", "已发出的配额累积数目"],
};

pub const VISAS_ISSUED: MeasureWords = MeasureWords {
    id: "visas_issued",
    title: Title::new("Entry visas and permits issued since the beginning", "已簽發的簽證/進入許可累積數目"),
    unit: Some(Scale::plain(Unit::Count)),
    headers: &[
        "Cumulative Number of Entry Visas / Permits Issued",
        "Entry Visas / Permits Issued",
        "已簽發的簽證/進入許可累積數目",
        "已签发的签证/进入许可累积数目",
        "已簽發的簽證/進入許可",
        "已签发的签证/进入许可",
    ],
};
