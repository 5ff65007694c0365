//! D27: the company directory of Science Park.
//!
//! One JSON file in three languages, distinguished by suffixes. Only `cluster` has no suffix for English. Blank values
//! are often one space, prose may be `NA`, and the Chinese name repeats the English one in half of the records. Records
//! have no ID: the English name is the key. Contacts are personal data.

use std::{borrow::Cow, slice::from_ref};

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        pagination::Page,
        record::{CellError, Column, Mention, Record, RecordMeta, Role, Row, SearchText, SearchType, ValueShape},
        resolve::{SyncResolve, sync_resolvers},
        substring::Substring,
        text::{Language, Text},
        web::WebAddress,
    },
    publishers::{
        answer::Answer,
        listing::{ListArguments, record_list, sort_key},
    },
    upstream::{read::reader, source::Source},
};

/// A tenancy: a company or body with a unit in Science Park.
#[derive(SyncResolve, SimpleObject, Debug)]
#[graphql(complex)]
pub struct Tenancy {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The tenant's name as published.
    pub name: Text,
    /// The technology cluster to which Science Park assigns the tenant.
    pub cluster: Option<Text>,
    /// The tenant's description of itself.
    pub introduction: Option<Text>,
    /// The tenant's products.
    pub products: Option<Text>,
    /// The address of the unit in Science Park.
    pub address: Option<Text>,
    /// The URL of the website.
    pub website: Option<WebAddress>,
    /// The contact person. Personal data: `null` unless the operator of this gateway enables it.
    pub contact: Option<Contact>,
}

/// The contact person of a tenant. Personal data.
#[derive(SyncResolve, SimpleObject, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The name of the person.
    pub name: Option<Text>,
    /// The telephone number.
    pub telephone: Option<String>,
    /// The fax number.
    pub fax: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

static CLUSTER: Column = Column::expected("cluster", &["cluster", "cluster_EN"])
    .chinese(&["cluster_TC"], &["cluster_SC"])
    .shape(ValueShape::Category)
    .means(&["cluster", "industry", "technology"])
    .may_mean(&["category", "field", "department"])
    .beside(&["company", "tenant", "cluster", "technology"])
    .contrasts(&["product", "description"]);
static TELEPHONE: Column = Column::optional("telephone", &["telephone"])
    .personal()
    .shape(ValueShape::Telephone)
    .means(&["telephone"])
    .may_mean(&["number"])
    .beside(&["company", "tenant", "person", "personal"])
    .contrasts(&["fax", "count"]);
static FAX: Column = Column::optional("fax", &["fax"])
    .personal()
    .shape(ValueShape::Telephone)
    .means(&["fax"])
    .beside(&["company", "tenant", "personal"]);
static EMAIL: Column = Column::optional("email", &["email"])
    .personal()
    .shape(ValueShape::Email)
    .means(&["email"])
    .beside(&["company", "tenant", "person", "personal"]);
static WEBSITE: Column = Column::expected("website", &["website"])
    .shape(ValueShape::Url)
    .means(&["website"])
    .beside(&["description", "tenant", "startup", "organisation", "company"])
    .contrasts(&["image", "person"]);
static NAME: Column = Column::required("name", &["name_EN", "name"])
    .chinese(&["name_TC"], &["name_SC"])
    .shape(ValueShape::Organisation)
    .means(&["tenant", "company", "organisation", "startup"])
    .may_mean(&["name", "title"])
    .beside(&["tenant", "company", "organisation"])
    .contrasts(&["address", "person", "category", "description", "product"]);
static ADDRESS: Column = Column::optional("address", &["address_EN", "address"])
    .chinese(&["address_TC"], &["address_SC"])
    .shape(ValueShape::Address)
    .means(&["address"])
    .may_mean(&["floor"])
    .beside(&["company", "tenant", "organisation", "floor"])
    .contrasts(&["email", "website"]);
static CONTACT: Column = Column::optional("contact", &["contact_EN", "contact"])
    .chinese(&["contact_TC"], &["contact_SC"])
    .personal()
    .shape(ValueShape::Text)
    .means(&["person"])
    .beside(&["company", "tenant", "personal", "job"])
    .contrasts(&["telephone", "email", "fax", "address", "website"]);
static INTRODUCTION: Column = Column::optional("introduction", &["introduction_EN", "introduction"])
    .chinese(&["introduction_TC"], &["introduction_SC"])
    .shape(ValueShape::Prose)
    .means(&["description"])
    .beside(&["company", "tenant", "industry"])
    .contrasts(&["product", "title"]);
static PRODUCTS: Column = Column::optional("products", &["product_EN", "product"])
    .chinese(&["product_TC"], &["product_SC"])
    .shape(ValueShape::Text)
    .means(&["product", "product service", "service product"])
    .may_mean(&["service"])
    .beside(&["company", "tenant", "service"])
    .contrasts(&["description"]);

impl Record for Tenancy {
    const COLUMNS: &'static [&'static Column] =
        &[&CLUSTER, &TELEPHONE, &FAX, &EMAIL, &WEBSITE, &NAME, &ADDRESS, &CONTACT, &INTRODUCTION, &PRODUCTS];

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        let contact = Contact {
            name: row.maybe_text(&CONTACT),
            telephone: row.string(&TELEPHONE),
            fax: row.string(&FAX),
            email: row.string(&EMAIL),
        };
        Ok(Self {
            meta: row.meta(),
            name: row.text(&NAME)?,
            cluster: row.maybe_text(&CLUSTER),
            introduction: prose(row, &INTRODUCTION),
            products: prose(row, &PRODUCTS),
            address: row.maybe_text(&ADDRESS),
            website: row.website(&WEBSITE),
            contact: (contact != Contact::default()).then_some(contact),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        self.name.nearest(Language::En).to_lowercase().into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.name
    }

    const SEARCH_TYPE: SearchType = SearchType::Tenant;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .title(&self.name)
            .body([&self.cluster, &self.introduction, &self.products].into_iter().flatten())
    }

    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>)) {
        let website = self.website.as_ref().map(WebAddress::as_str);
        let address = self.address.as_ref().and_then(|address| address.en.as_deref());
        say(Mention { website, address, ..Mention::of(Role::Tenant, &self.name) });
    }
}

/// Prose with content. A text without a letter is a placeholder such as `'-`.
fn prose(row: &Row<'_>, column: &Column) -> Option<Text> {
    let mut text = row.prose(column)?;
    for language in Language::ALL {
        let place = text.published_mut(language);
        *place = place.take().filter(|text| text.chars().any(char::is_alphabetic));
    }
    (!text.is_empty()).then_some(text)
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "D27",
        category: Some(Category::Commerce),
        released: Some("07/2019"),
        portal_id: Some("hkstp-hkstp-hkstp-company-directory"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Science Park company directory", "香港科技園公司的企業目錄"),
        frequency: Frequency::Daily,
    },
    reader::<Tenancy>(),
)
.expecting(1..=200_000);

record_list! {
    "tenancies": Tenancy as tenancy, _ctx;
    TenancyFilter {
        /// Only tenancies in one of these clusters, by name in any language.
        clusters: Vec<String> => tenancy.cluster.as_ref().is_some_and(|known| known.is_one_of(clusters));
        /// Matches published names that contain this text, in any language. Case is ignored.
        name: Substring => name.is_in_any(&tenancy.name);
        /// Matches descriptions of products that contain this text, in any language. Case is ignored.
        products: Substring => products.is_in_one_of(&tenancy.products);
        /// Only tenancies in this cluster, by its name in any language.
        #[graphql(deprecation = "Use `clusters`.")]
        cluster: String => tenancy.cluster.as_ref().is_some_and(|known| known.is_one_of(from_ref(cluster)));
    }
    TenancyOrder by TenancyOrderField {
        /// The name.
        Name => sort_key(&tenancy.name);
        /// The cluster.
        Cluster => sort_key(tenancy.cluster.as_ref());
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct TenanciesPart;

#[sync_resolvers]
#[Object]
impl TenanciesPart {
    /// The companies and bodies with a unit in Science Park (D27).
    async fn tenancies<'a>(&self, ctx: &Context<'a>, list: ListArguments<Tenancy>) -> Answer<Page<'a, Tenancy>> {
        list.page(ctx)
    }
}
