//! The vocabulary that tables of several publishers have in common.

use crate::{domain::catalog::Title, statistics::DimensionWords};

/// The technology areas by which projects and people are counted.
pub const TECHNOLOGY_AREA: DimensionWords = DimensionWords::new(
    "technology_area",
    Title::new("Technology area", "科技範疇"),
    &["Technology Area", "科技範疇", "科技范畴"],
);
