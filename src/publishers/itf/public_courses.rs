//! A1: the training programme: public course registrations approved, by year.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(Dataset {
        plan: "A1",
        category: Some(Category::InformationTechnology),
        released: Some("02/2023"),
        portal_id: Some("hk-itc-team1-annual-rttp-pcr"),
        publisher: Publisher::Itf,
        title: Title::new(
            "New Industrialisation and Technology Training Programme (formerly RTTP): approved public course registration applications, annual statistics",
            "「再工業化及科技培訓計劃」獲批公開課程登記申請年度統計數字",
        ),
        frequency: Frequency::Annual,
    }, reader()).layout(Layout { measures: &[words::APPROVED_APPLICATIONS], ..Layout::GUESS });

statistics_part!(
    PublicCoursesPart,
    SOURCE,
    public_courses,
    "The New Industrialisation and Technology Training Programme: public course registrations approved, by year (A1)."
);
