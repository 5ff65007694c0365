//! Words that tables of several publishers have in common.

use crate::{domain::catalog::Title, statistics::DimensionWords};

/// The areas of technology that projects and people are counted by.
pub const TECHNOLOGY_AREA: DimensionWords = DimensionWords::new(
    "technology_area",
    Title::new("Technology area", "科技範疇"),
    &["Technology Area", "科技範疇", "科技范畴"],
);
