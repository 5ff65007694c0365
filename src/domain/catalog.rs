//! The catalogue: publishers, their datasets and the terms under which they publish, in DCAT terms.
//!
//! The catalogue is static. The current state of a dataset (when it was fetched, how many rows it has) is its
//! [`Snapshot`](crate::upstream::snapshot::Snapshot).

use async_graphql::Enum;
use jiff::SignedDuration;

use crate::domain::{resolve::SyncResolve, text::Text};

mod distribution;

pub use distribution::{Distribution, day_in, period_in, web_address};

/// The code of a publisher.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[graphql(name = "PublisherCode")]
pub enum Publisher {
    /// Innovation and Technology Fund.
    Itf,
    /// Hong Kong Accreditation Service.
    Hkas,
    /// Hong Kong Science and Technology Parks Corporation.
    Hkstpc,
    /// Innovation and Technology Commission.
    Itc,
    /// R&D Centres.
    #[graphql(name = "RDC")]
    RdCentres,
    /// Hong Kong Productivity Council.
    Hkpc,
    /// Hong Kong Council for Testing and Certification.
    Hkctc,
}

impl Publisher {
    /// All publishers, in rank order. If publishers name an organisation differently, their rank
    /// determines its name.
    pub const ALL: [Self; 7] =
        [Self::Itf, Self::Hkas, Self::Hkstpc, Self::Itc, Self::RdCentres, Self::Hkpc, Self::Hkctc];

    /// The short lower-case code used in commands, ids and URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Itf => "itf",
            Self::Hkas => "hkas",
            Self::Hkstpc => "hkstpc",
            Self::Itc => "itc",
            Self::RdCentres => "rdc",
            Self::Hkpc => "hkpc",
            Self::Hkctc => "hkctc",
        }
    }

    /// The name in English and Traditional Chinese.
    pub const fn title(self) -> Title {
        match self {
            Self::Itf => Title::new("Innovation and Technology Fund", "創新及科技基金"),
            Self::Hkas => Title::new("Hong Kong Accreditation Service", "香港認可處"),
            Self::Hkstpc => Title::new("Hong Kong Science and Technology Parks Corporation", "香港科技園公司"),
            Self::Itc => Title::new("Innovation and Technology Commission", "創新科技署"),
            Self::RdCentres => Title::new("R&D Centres", "研發中心"),
            Self::Hkpc => Title::new("Hong Kong Productivity Council", "香港生產力促進局"),
            Self::Hkctc => Title::new("Hong Kong Council for Testing and Certification", "香港檢測和認證局"),
        }
    }

    /// The URL of the home page.
    pub const fn page(self) -> &'static str {
        match self {
            Self::Itf => "https://www.itf.gov.hk/",
            Self::Hkas => "https://www.itc.gov.hk/en/quality/hkas/",
            Self::Hkstpc => "https://www.hkstp.org/",
            Self::Itc | Self::RdCentres => "https://www.itc.gov.hk/",
            Self::Hkpc => "https://www.hkpc.org/",
            Self::Hkctc => "https://www.hkctc.gov.hk/",
        }
    }
}

/// A title as published, in English and Traditional Chinese.
#[derive(Clone, Copy, Debug)]
pub struct Title {
    pub en: &'static str,
    pub zh_hant: &'static str,
}

impl Title {
    pub const fn new(en: &'static str, zh_hant: &'static str) -> Self {
        Self { en, zh_hant }
    }
}

impl From<Title> for Text {
    fn from(title: Title) -> Self {
        Self { en: Some(title.en.to_owned()), hant: Some(title.zh_hant.to_owned()), hans: None }
    }
}

/// One dataset of the open data plan.
#[derive(Debug)]
pub struct Dataset {
    /// The number in the open data plan, such as `D36`.
    pub plan: &'static str,
    /// The category in the open data plan. `None` for datasets published after the plan.
    pub category: Option<Category>,
    /// The month of first release according to the open data plan, such as `02/2020`.
    pub released: Option<&'static str>,
    /// The dataset ID on data.gov.hk, with `{YYYY-YY}` if each financial year has an ID of its own. `None` if the
    /// portal no longer lists the dataset.
    pub portal_id: Option<&'static str>,
    pub publisher: Publisher,
    pub title: Title,
    /// The update frequency that the publisher commits to.
    pub frequency: Frequency,
}

impl Dataset {
    /// A dataset that the portal does not list.
    #[cfg(test)]
    pub const FICTIONAL: Self = Self {
        plan: "X1",
        category: None,
        released: None,
        portal_id: None,
        publisher: Publisher::Itf,
        title: Title::new("x", "x"),
        frequency: Frequency::Annual,
    };

    /// The ID of the dataset: the portal's, or else the plan number in lower case.
    pub fn id(&self) -> String {
        self.portal_id.map_or_else(|| self.plan.to_lowercase(), str::to_owned)
    }

    /// Whether `id` is the portal ID or the plan number of the dataset, in any case.
    pub fn is_named(&self, id: &str) -> bool {
        self.plan.eq_ignore_ascii_case(id) || self.portal_id.is_some_and(|portal| portal.eq_ignore_ascii_case(id))
    }

    /// The URL of the dataset's page on the portal.
    pub fn page(&self) -> Option<String> {
        let id = self.portal_id.filter(|id| !id.contains('{'))?;
        Some(format!("https://data.gov.hk/en-data/dataset/{id}"))
    }
}

/// The subject of a dataset, as categorised by the open data plan.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Commerce and industry (工商業).
    Commerce,
    /// Finance (財經).
    Finance,
    /// Food (食物).
    Food,
    /// Information technology and broadcasting (資訊科技及廣播).
    InformationTechnology,
    /// Miscellaneous (其他).
    Other,
    /// Transport (運輸).
    Transport,
}

impl Category {
    /// The name in English and, as in the open data plan, in Traditional Chinese.
    pub const fn title(self) -> Title {
        match self {
            Self::Commerce => Title::new("Commerce and Industry", "工商業"),
            Self::Finance => Title::new("Finance", "財經"),
            Self::Food => Title::new("Food", "食物"),
            Self::InformationTechnology => Title::new("Information Technology and Broadcasting", "資訊科技及廣播"),
            Self::Other => Title::new("Miscellaneous", "其他"),
            Self::Transport => Title::new("Transport", "運輸"),
        }
    }
}

/// The update frequency of a dataset.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Continuously.
    RealTime,
    /// Once a day.
    Daily,
    /// Once a month.
    Monthly,
    /// Four times a year.
    Quarterly,
    /// Twice a year.
    HalfYearly,
    /// Once a year.
    Annual,
    /// When there is new data.
    AsNeeded,
    /// Published once.
    OneOff,
}

impl Frequency {
    /// The time for which a fetched copy counts as fresh. It is shorter than the update interval, because a publication
    /// may be corrected or come early, and long enough to avoid load on the publisher's servers.
    pub const fn fresh_for(self) -> SignedDuration {
        match self {
            Self::RealTime => SignedDuration::from_secs(30),
            Self::Daily => SignedDuration::from_hours(6),
            Self::Monthly | Self::AsNeeded => SignedDuration::from_hours(24),
            Self::Quarterly | Self::HalfYearly | Self::Annual => SignedDuration::from_hours(72),
            Self::OneOff => SignedDuration::from_hours(7 * 24),
        }
    }
}

/// The format of a file, detected from its content.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// A workbook: XLSX, XLSB, XLS or ODS.
    Workbook,
}

/// The terms under which a dataset may be re-used.
#[derive(Debug)]
pub struct LicenceTerms {
    pub name: &'static str,
    pub url: &'static str,
    pub attribution: &'static str,
}

/// The terms of data.gov.hk: re-use for any purpose, with acknowledgement of source and ownership.
pub const LICENCE: LicenceTerms = LicenceTerms {
    name: "Terms and Conditions of Use of DATA.GOV.HK",
    url: "https://data.gov.hk/en/terms-and-conditions",
    attribution: "Contains information from DATA.GOV.HK; the Government of the Hong Kong Special Administrative Region \
                  and the publishing organisations own the intellectual property rights in it.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_order_is_declaration_order() {
        assert!(Publisher::ALL.is_sorted());
    }
}
