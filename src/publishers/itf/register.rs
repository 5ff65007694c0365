//! N2: the fund's own register of projects up to June 2016, from its public project search. The search is not a dataset
//! of the portal and is never requested: all rows are compiled in. They are funded projects like those of D36.

use super::projects::FundedProject;
use crate::{
    domain::catalog::{Dataset, Frequency, Publisher, Title},
    upstream::{read::reader, source::Source},
};

pub static SOURCE: Source = Source::bundled(
    Dataset {
        plan: "N2",
        category: None,
        released: None,
        portal_id: None,
        publisher: Publisher::Itf,
        title: Title::new(
            "ITF project register: approved projects to June 2016",
            "創新及科技基金項目登記冊：截至2016年6月的獲批項目",
        ),
        frequency: Frequency::OneOff,
    },
    reader::<FundedProject>(),
)
.expecting(1..=200_000);
