//! C5: public transport to and from Science Park. A route number alone is not unique: the key consists of the route,
//! the bound and the service type.

use std::borrow::Cow;

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{
        catalog::{Category, Dataset, Frequency, Publisher, Title},
        pagination::Page,
        record::{
            CellError, Column, Mention, Record, RecordMeta, Row, SearchText, SearchType, UnmappedValue, ValueShape,
        },
        resolve::{ByRef, SyncResolve, sync_resolvers},
        substring::Substring,
        text::Text,
    },
    publishers::{
        answer::{self, Answer},
        listing::{ListArguments, is_one_of, record_list},
        snapshots,
    },
    upstream::{read::reader, source::Source},
};

/// A public transport route that serves Science Park, in one direction.
#[derive(SyncResolve, SimpleObject, Debug)]
pub struct TransportRoute {
    #[graphql(flatten)]
    pub meta: RecordMeta,
    /// The route number, such as `272A`.
    pub route: String,
    /// The direction as coded by the operator: `O` (outbound) or `I` (inbound).
    pub bound: Option<String>,
    /// The operator's code for the variant of the route.
    pub service_type: Option<String>,
    /// The origin of the route.
    pub origin: Option<Text>,
    /// The destination of the route.
    pub destination: Option<Text>,
    /// The operator's code, such as `KMB`.
    pub operator: Option<String>,
    /// Other published values, under their published names.
    pub extra: Vec<UnmappedValue>,
    /// The route number as a text.
    #[graphql(skip)]
    pub label: Text,
}

static ROUTE: Column = Column::required("route", &["route", "route_no"])
    .shape(ValueShape::Code)
    .means(&["route"])
    .may_mean(&["number", "service"])
    .beside(&["number", "operator"])
    .contrasts(&["direction", "category", "origin", "destination"]);
static BOUND: Column = Column::expected("bound", &["bound", "direction"])
    .shape(ValueShape::Code)
    .means(&["direction"])
    .beside(&["route"])
    .contrasts(&["destination"]);
static SERVICE_TYPE: Column = Column::expected("serviceType", &["service_type"])
    .shape(ValueShape::Code)
    .means(&["servicetype"])
    .may_mean(&["service category"])
    .beside(&["route"])
    .contrasts(&["mode"]);
static ORIGIN: Column = Column::expected("origin", &["orig_en", "orig"])
    .chinese(&["orig_tc"], &["orig_sc"])
    .shape(ValueShape::Text)
    .means(&["origin"])
    .may_mean(&["start address", "start"])
    .beside(&["route", "address", "start"])
    .contrasts(&["destination", "end", "date", "time"]);
static DESTINATION: Column = Column::expected("destination", &["dest_en", "dest"])
    .chinese(&["dest_tc"], &["dest_sc"])
    .shape(ValueShape::Text)
    .means(&["destination"])
    .may_mean(&["end address", "end"])
    .beside(&["route", "address", "end"])
    .contrasts(&["origin", "start", "date", "time"]);
static OPERATOR: Column = Column::expected("operator", &["operator", "company"])
    .shape(ValueShape::Category)
    .means(&["operator"])
    .may_mean(&["company", "organisation"])
    .beside(&["route", "company", "code", "operator", "organisation"])
    .contrasts(&["website"]);

impl Record for TransportRoute {
    const COLUMNS: &'static [&'static Column] = &[&ROUTE, &BOUND, &SERVICE_TYPE, &ORIGIN, &DESTINATION, &OPERATOR];
    const KEEPS_EXTRA: bool = true;

    fn read(row: &Row<'_>) -> Result<Self, CellError> {
        Ok(Self {
            meta: row.meta(),
            route: row.take(&ROUTE)?.to_owned(),
            bound: row.maybe(&BOUND).map(str::to_owned),
            service_type: row.maybe(&SERVICE_TYPE).map(str::to_owned),
            origin: row.maybe_text(&ORIGIN),
            destination: row.maybe_text(&DESTINATION),
            operator: row.maybe(&OPERATOR).map(str::to_owned),
            extra: row.extra(),
            label: Text::english(row.take(&ROUTE)?),
        })
    }

    fn key(&self) -> Cow<'_, str> {
        let part = |part: &Option<String>| part.as_deref().map_or_else(String::new, |part| format!("/{part}"));
        format!("{}{}{}", self.route, part(&self.bound), part(&self.service_type)).into()
    }

    crate::domain::record::has_meta!();

    fn label(&self) -> &Text {
        &self.label
    }

    const SEARCH_TYPE: SearchType = SearchType::Other;

    fn search_text(&self) -> SearchText<'_> {
        SearchText::default()
            .words([&self.route])
            .body(self.origin.iter().chain(&self.destination))
            .words(&self.operator)
    }

    fn mentions(&self, _: &mut dyn FnMut(Mention<'_>)) {}
}

pub static SOURCE: Source = Source::portal(
    Dataset {
        plan: "C5",
        category: Some(Category::Transport),
        released: Some("02/2023"),
        portal_id: Some("hkstp-hkstp-hkstp-park-info-public-transportation-list"),
        publisher: Publisher::Hkstpc,
        title: Title::new("Public transport to and from Science Park", "往來香港科學園公共交通資訊"),
        frequency: Frequency::AsNeeded,
    },
    reader::<TransportRoute>(),
)
.expecting(1..=1_000);

record_list! {
    "transport routes": TransportRoute as route, _ctx;
    TransportRouteFilter {
        /// Only routes with one of these numbers.
        routes: Vec<String> => is_one_of(routes, Some(&route.route));
        /// Only routes of one of these operators, by code.
        operators: Vec<String> => is_one_of(operators, route.operator.as_deref());
        /// Only routes in one of these directions, by code.
        bounds: Vec<String> => is_one_of(bounds, route.bound.as_deref());
        /// Matches origins that contain this text, in any language. Case is ignored.
        origin: Substring => origin.is_in_one_of(&route.origin);
        /// Matches destinations that contain this text, in any language. Case is ignored.
        destination: Substring => destination.is_in_one_of(&route.destination);
    }
    TransportRouteOrder by TransportRouteOrderField {
        /// The route number, compared as text.
        Route => &route.route;
        /// The operator.
        Operator => route.operator.as_deref();
    }
}

/// The fields that this dataset adds to its publisher's query type.
#[derive(Default)]
pub struct TransportPart;

#[sync_resolvers]
#[Object]
impl TransportPart {
    /// All public transport routes to and from Science Park (C5).
    #[graphql(
        complexity = "crate::domain::pagination::list_cost(child_complexity)",
        deprecation = "Use `transportRoutesConnection`."
    )]
    async fn transport_routes<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only routes with this number.")] route: Option<String>,
    ) -> Answer<Vec<ByRef<'a, TransportRoute>>> {
        let is_wanted = |known: &&TransportRoute| {
            route.as_ref().is_none_or(|number| known.route.eq_ignore_ascii_case(number.trim()))
        };
        answer::list(ctx, snapshots(ctx).records().filter(is_wanted).collect())
    }

    /// Public transport routes to and from Science Park (C5).
    async fn transport_routes_connection<'a>(
        &self,
        ctx: &Context<'a>,
        list: ListArguments<TransportRoute>,
    ) -> Answer<Page<'a, TransportRoute>> {
        list.page(ctx)
    }
}
