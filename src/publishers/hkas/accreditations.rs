//! D3, D4, D5: accredited laboratories, certification bodies and inspection bodies, one list per scheme.
//!
//! A laboratory may have several rows, one per test category. They are merged into one accreditation.

use std::borrow::Cow;

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        pagination::Page,
        period::Period,
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType},
        resolve::{ByRef, SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    publishers::{
        answer,
        listing::{ListArguments, is_one_of, record_list, sort_key},
        snapshots,
    },
    upstream::{read::reader, rows::RecordList, source::Source},
};

mod columns;

use columns::{ADDRESS, AS_AT, CATEGORY, FIELD, NAME, REGISTRATION, REMARKS, TELEPHONE, WEBSITE};

/// An accreditation scheme of the Hong Kong Accreditation Service.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccreditationScheme {
    /// The Hong Kong Laboratory Accreditation Scheme, for laboratories.
    Hoklas,
    /// The Hong Kong Certification Body Accreditation Scheme, for certification bodies.
    Hkcas,
    /// The Hong Kong Inspection Body Accreditation Scheme, for inspection bodies.
    Hkias,
}

impl AccreditationScheme {
    const fn source(self) -> &'static Source {
        match self {
            Self::Hoklas => &HOKLAS,
            Self::Hkcas => &HKCAS,
            Self::Hkias => &HKIAS,
        }
    }

    fn of(dataset: &'static Dataset) -> Self {
        [Self::Hkcas, Self::Hkias]
            .into_iter()
            .find(|scheme| std::ptr::eq(dataset, &raw const scheme.source().dataset))
            .unwrap_or(Self::Hoklas)
    }
}

/// An accredited laboratory, certification body or inspection body.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct Accreditation {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The accreditation scheme.
    pub scheme: AccreditationScheme,
    /// The registration number as printed, such as `HOKLAS 019`. Leading zeros and suffixes are significant.
    pub registration_number: Option<String>,
    /// The holder's name as published, often including its laboratory.
    pub name: Text,
    /// Field codes, such as `TEST`, `CAL`, `MED` and `PTP`.
    pub fields: Vec<String>,
    /// The test categories or areas of the accreditation.
    pub test_categories: Vec<Text>,
    /// The address as published.
    pub address: Option<Text>,
    /// The main telephone number of the organisation.
    pub telephone: Option<String>,
    /// The URL of the website.
    pub website: Option<WebAddress>,
    /// The date or period for which the row is valid, if published.
    pub as_of: Option<Period>,
    /// Remarks, such as suspensions.
    pub remarks: Option<String>,
}

impl Record for Accreditation {
    const COLUMNS: &'static [&'static Column] =
        &[&REGISTRATION, &FIELD, &NAME, &ADDRESS, &TELEPHONE, &WEBSITE, &CATEGORY, &AS_AT, &REMARKS];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let meta = row.meta();
        let codes = row.maybe(&FIELD).unwrap_or_default().split([' ', ',', ';', '/', '\n']);
        Ok(Self {
            scheme: AccreditationScheme::of(meta.dataset),
            meta,
            registration_number: row.string(&REGISTRATION),
            name: row.text(&NAME)?,
            fields: codes.filter(|code| !code.trim().is_empty()).map(str::to_owned).collect(),
            test_categories: row.texts(&CATEGORY),
            address: row.maybe_text(&ADDRESS),
            telephone: row.string(&TELEPHONE),
            website: row.website(&WEBSITE),
            as_of: row.parse(&AS_AT, Period::parse),
            remarks: row.string(&REMARKS),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        match &self.registration_number {
            Some(number) => number.into(),
            None => self.name.nearest(Language::En).to_lowercase().into(),
        }
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.name
    }

    const SEARCH_TYPE: SearchType = SearchType::Laboratory;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.name)
            .body(&self.test_categories)
            .words(&self.fields)
            .codes(&self.registration_number)
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        let website = self.website.as_ref().map(WebAddress::as_str);
        let address = self.address.as_ref().and_then(|address| address.en.as_deref());
        say(Mention { website, address, ..Mention::of(Role::Holder, &self.name) });
    }

    /// Merges rows with the same registration number and name into one accreditation with all their categories.
    fn absorb(&mut self, other: Self) -> Result<(), Self> {
        let same_name = self.name == other.name || other.name.en.is_none() || self.name.en == other.name.en;
        if self.registration_number.is_none() || !same_name {
            return Err(other);
        }
        for code in other.fields {
            if !self.fields.contains(&code) {
                self.fields.push(code);
            }
        }
        for category in other.test_categories {
            if !self.test_categories.contains(&category) {
                self.test_categories.push(category);
            }
        }
        self.remarks = match (self.remarks.take(), other.remarks) {
            (Some(ours), Some(theirs)) if ours != theirs => Some(format!("{ours}\n{theirs}")),
            (ours, theirs) => ours.or(theirs),
        };
        Ok(())
    }
}

const fn list(plan: &'static str, portal_id: &'static str, title: Title) -> Source {
    Source::portal(
        Dataset {
            plan,
            category: Some(Category::Commerce),
            released: Some("06/2018"),
            portal_id: Some(portal_id),
            publisher: Publisher::Hkas,
            title,
            frequency: Frequency::Monthly,
        },
        reader::<Accreditation>(),
    )
    .expecting(1..=20_000)
    .joined_by(&REGISTRATION)
}

pub static HOKLAS: Source = list(
    "D3",
    "hk-itc-hkas-cab-hoklas",
    Title::new(
        "Hong Kong Laboratory Accreditation Scheme (HOKLAS): accredited laboratories",
        "香港實驗所認可計劃 (HOKLAS) 獲認可實驗所名錄",
    ),
);

pub static HKCAS: Source = list(
    "D4",
    "hk-itc-hkas-cab-hkcas",
    Title::new(
        "Hong Kong Certification Body Accreditation Scheme (HKCAS): accredited certification bodies",
        "香港認證機構認可計劃 (HKCAS) 獲認可認證機構名錄",
    ),
);

pub static HKIAS: Source = list(
    "D5",
    "hk-itc-hkas-cab-hkias",
    Title::new(
        "Hong Kong Inspection Body Accreditation Scheme (HKIAS): accredited inspection bodies",
        "香港檢驗機構認可計劃 (HKIAS) 獲認可檢驗機構名錄",
    ),
);

record_list! {
    "accreditations": Accreditation as accreditation, _ctx;
    AccreditationFilter {
        /// Only accreditations under one of these schemes.
        schemes: Vec<AccreditationScheme> => schemes.contains(&accreditation.scheme);
        /// Only accreditations with one of these field codes, such as `MED`.
        field_codes: Vec<String> => accreditation.fields.iter().any(|code| is_one_of(field_codes, Some(code)));
        /// Matches test categories that contain this text, in any language. Case is ignored.
        test_category: Substring => test_category.is_in_one_of(&accreditation.test_categories);
        /// Matches published names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&accreditation.name);
        /// Only accreditations with this field code.
        #[graphql(deprecation = "Use `fieldCodes`.")]
        field: String => accreditation.fields.iter().any(|code| code.eq_ignore_ascii_case(field));
        /// Only accreditations under this scheme.
        #[graphql(deprecation = "Use `schemes`.")]
        scheme: AccreditationScheme => *scheme == accreditation.scheme;
    }
    AccreditationOrder by AccreditationOrderField {
        /// The name.
        Name => sort_key(&accreditation.name);
        /// The scheme, then the registration number.
        RegistrationNumber => (accreditation.scheme, accreditation.registration_number.as_deref());
    }
}

/// The accreditation with this scheme and registration number.
fn find<'a>(
    all: &RecordList<'a, Accreditation>,
    scheme: AccreditationScheme,
    number: &str,
) -> Option<&'a Accreditation> {
    let key = |known: &Accreditation| (known.scheme, known.registration_number.as_deref().map(bare));
    all.lookup().find(all, key, &(scheme, Some(bare(number))))
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct AccreditationsPart;

#[sync_resolvers]
#[Object]
impl AccreditationsPart {
    /// Bodies accredited under the three schemes (D3, D4, D5).
    async fn accreditations<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<Accreditation>,
    ) -> answer::Answer<Page<'a, Accreditation>> {
        list.page(ctx)
    }

    /// Looks up an accreditation by its scheme and registration number.
    async fn accreditation<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "The scheme. Each scheme has its own numbers.")] scheme: AccreditationScheme,
        #[graphql(desc = "The number as printed, with or without the scheme's name: `HOKLAS 019`, `019`.")]
        registration_number: String,
    ) -> answer::Answer<ByRef<'a, Accreditation>> {
        let snapshot = answer::dataset(ctx, &scheme.source().dataset)?;
        snapshot.map(|_| find(&snapshots(ctx).rows(), scheme, &registration_number).map(ByRef)).transpose()
    }
}

/// A registration number without the scheme's name.
fn bare(number: &str) -> String {
    let upper = number.trim().to_uppercase();
    ["HOKLAS", "HKCAS", "HKIAS"].iter().find_map(|name| upper.strip_prefix(name)).unwrap_or(&upper).trim().to_owned()
}
