//! A2: the training programme: training grants and funds approved, by year.

use super::words;
use crate::{
    domain::catalog::{Category, Dataset, Frequency, Publisher, Title},
    publishers::statistical_table::statistics_part,
    statistics::Layout,
    upstream::{figures::reader, source::Source},
};

pub static SOURCE: Source = Source::portal(Dataset {
        plan: "A2",
        category: Some(Category::InformationTechnology),
        released: Some("02/2023"),
        portal_id: Some("hk-itc-team1-annual-rttp-tga"),
        publisher: Publisher::Itf,
        title: Title::new(
            "New Industrialisation and Technology Training Programme (formerly RTTP): approved training grant applications, annual statistics",
            "「再工業化及科技培訓計劃」獲批培訓資助申請年度統計數字",
        ),
        frequency: Frequency::Annual,
    }, reader()).layout(Layout { measures: &[words::APPROVED_APPLICATIONS, words::FUNDS_APPROVED], ..Layout::GUESS });

statistics_part!(
    TrainingGrantsPart,
    SOURCE,
    training_grants,
    "The New Industrialisation and Technology Training Programme: training grants and funds approved, by year (A2)."
);
