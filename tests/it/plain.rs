//! The fast executor returns the same responses as async-graphql: random queries over every type run through both.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Positioned, Request, Schema, Value, Variables,
    parser::{
        parse_query, parse_schema,
        types::{BaseType, FieldDefinition, InputValueDefinition, TypeKind, TypeSystemDefinition},
    },
};
use fastrand::Rng;
use futures::FutureExt;
use lionrock::{
    api::{
        self,
        context::{graph, view},
        dataset::DatasetObject,
        executor::{FastExecutor, Outcome},
        subgraph::Subgraph,
    },
    domain::{
        record::Record,
        resolve::{ByRef, Owned},
    },
    index::organisation::Organisation,
    publishers::{
        hkas::accreditations::Accreditation,
        hkstpc::{
            car_parks::CarParkVacancy, events::Event, restaurants::Restaurant, tenancies::Tenancy, tenders::Tender,
            transport::TransportRoute, vacancies::JobVacancy,
        },
        itc::{
            business_grants::BusinessGrant, research_institutions::ResearchDesignation,
            tech_connect::TechConnectProject,
        },
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, overview, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
        snapshots,
        statistical_table::StatisticalTable,
    },
    refresh::{Refresher, view::View},
};
use serde_json::json;

use crate::gateway::fixtures;

/// The queries made for each type.
const QUERIES: u64 = 12;
/// How many objects of a type are asked for.
const OBJECTS: usize = 5;

/// The root with every type twice: as the gateway shows it, and as the framework alone would.
struct Both;

fn some<'a, T: Record>(ctx: &Context<'a>) -> impl Iterator<Item = &'a T> {
    snapshots(ctx).records().take(OBJECTS)
}

fn table<'a>(ctx: &Context<'a>) -> Option<StatisticalTable<'a>> {
    StatisticalTable::of(ctx, &overview::SOURCE)?.ok()
}

macro_rules! both {
    ($($shown:ident $alone:ident: $type:ident;)*) => {
        #[Object]
        impl Both {
            $(
                async fn $shown<'a>(&self, ctx: &Context<'a>) -> Vec<ByRef<'a, $type>> {
                    some(ctx).map(ByRef).collect()
                }
                async fn $alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a $type> {
                    some(ctx).collect()
                }
            )*
            async fn organisation_shown<'a>(&self, ctx: &Context<'a>) -> Vec<ByRef<'a, Organisation>> {
                graph(ctx).organisations().iter().take(OBJECTS).map(ByRef).collect()
            }
            async fn organisation_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a Organisation> {
                graph(ctx).organisations().iter().take(OBJECTS).collect()
            }
            async fn dataset_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Owned<DatasetObject<'a>>> {
                DatasetObject::all(view(ctx)).take(OBJECTS).map(Owned).collect()
            }
            async fn dataset_alone<'a>(&self, ctx: &Context<'a>) -> Vec<DatasetObject<'a>> {
                DatasetObject::all(view(ctx)).take(OBJECTS).collect()
            }
            async fn table_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Owned<StatisticalTable<'a>>> {
                table(ctx).map(Owned).into_iter().collect()
            }
            async fn table_alone<'a>(&self, ctx: &Context<'a>) -> Vec<StatisticalTable<'a>> {
                table(ctx).into_iter().collect()
            }
        }
    };
}

both! {
    project_shown project_alone: FundedProject;
    trial_shown trial_alone: TrialProject;
    better_living_shown better_living_alone: BetterLivingProject;
    raise_plus_shown raise_plus_alone: RaisePlusProject;
    key_laboratory_shown key_laboratory_alone: KeyLaboratory;
    venture_shown venture_alone: VentureInvestment;
    accreditation_shown accreditation_alone: Accreditation;
    tenancy_shown tenancy_alone: Tenancy;
    vacancy_shown vacancy_alone: JobVacancy;
    car_park_shown car_park_alone: CarParkVacancy;
    restaurant_shown restaurant_alone: Restaurant;
    route_shown route_alone: TransportRoute;
    event_shown event_alone: Event;
    tender_shown tender_alone: Tender;
    grant_shown grant_alone: BusinessGrant;
    designation_shown designation_alone: ResearchDesignation;
    tech_connect_shown tech_connect_alone: TechConnectProject;
}

/// Makes selections of the types of a schema.
struct Maker {
    /// The fields of objects and interfaces.
    types: HashMap<String, Vec<FieldDefinition>>,
    /// The interfaces of each object.
    interfaces: HashMap<String, Vec<String>>,
    /// The objects of each interface.
    possible: HashMap<String, Vec<String>>,
    random: Rng,
    /// Named fragments made so far.
    fragments: Vec<String>,
    has_directives: bool,
}

impl Maker {
    fn new(sdl: &str, seed: u64) -> Self {
        let (mut types, mut interfaces) = (HashMap::new(), HashMap::new());
        let mut possible: HashMap<String, Vec<String>> = HashMap::new();
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let (fields, implements) = match definition.node.kind {
                TypeKind::Object(object) => (object.fields, object.implements),
                TypeKind::Interface(interface) => (interface.fields, Vec::new()),
                _ => continue,
            };
            types.insert(name.clone(), fields.into_iter().map(|field| field.node).collect());
            let implements: Vec<String> = implements.iter().map(|interface| interface.node.to_string()).collect();
            for interface in &implements {
                possible.entry(interface.clone()).or_default().push(name.clone());
            }
            interfaces.insert(name, implements);
        }
        let random = Rng::with_seed(seed);
        Self { types, interfaces, possible, random, fragments: Vec::new(), has_directives: true }
    }

    /// A selection of an interface: one of its fields, and selections of two of its objects.
    fn selection_of_interface(&mut self, of: &str, depth: usize) -> String {
        let mut object = || {
            let possible = &self.possible[of];
            possible[self.random.usize(0..possible.len())].clone()
        };
        let [some, other] = [object(), object()];
        let field = self.field(of, depth);
        let [of_some, of_other] = [&some, &other].map(|of| self.selection(of, depth));
        format!("{{ {field} ... on {some} {of_some} __typename ... on {other} {of_other} }}")
    }

    /// A selection of a type in braces, at most so deep.
    fn selection(&mut self, of: &str, depth: usize) -> String {
        let mut parts = Vec::new();
        for _ in 0..self.random.usize(1..6) {
            let part = match self.random.usize(0..14) {
                0 => "__typename".to_owned(),
                1 => format!("... {}", self.selection(of, depth)),
                2 => format!("... on {of} {} {}", self.directive(), self.selection(of, depth)),
                3 if !self.interfaces[of].is_empty() => {
                    let all = &self.interfaces[of];
                    let interface = all[self.random.usize(0..all.len())].clone();
                    format!("... on {interface} {{ {} }}", self.field(&interface, depth))
                }
                4 => {
                    let (number, selection) = (self.fragments.len(), self.selection(of, depth));
                    // Another one may have been made within.
                    let name = format!("F{number}x{}", self.fragments.len());
                    self.fragments.push(format!("fragment {name} on {of} {selection}"));
                    format!("...{name} {}", self.directive())
                }
                _ => self.field(of, depth),
            };
            parts.push(part);
        }
        format!("{{ {} }}", parts.join(" "))
    }

    fn field(&mut self, of: &str, depth: usize) -> String {
        let fields = &self.types[of];
        let field = &fields[self.random.usize(0..fields.len())];
        let (name, inner) = (field.name.node.to_string(), inner_type(&field.ty.node.base).to_owned());
        let needs = |argument: &Positioned<InputValueDefinition>| {
            !argument.node.ty.node.nullable && argument.node.default_value.is_none()
        };
        let argument = match name.as_str() {
            "in" => "(language: ZH_HANT)",
            "funding" if of == "Query" => "(groupBy: [YEAR, KIND, ORGANISATION], filter: { year: { from: 2022 } })",
            _ if field.arguments.iter().any(needs) => return "__typename".to_owned(),
            _ if field.arguments.iter().any(|argument| argument.node.name.node == "first") => "(first: 2)",
            _ => "",
        };
        let is_object = self.types.contains_key(&inner);
        // The clock goes on between the two.
        let is_clock = ["ageSeconds", "freshness"].contains(&name.as_str());
        let is_deep = depth == 0 && is_object;
        if is_clock || is_deep || name.starts_with('_') {
            return "__typename".to_owned();
        }
        let alias = if self.random.u8(0..4) == 0 { format!("{name}{inner}: ") } else { String::new() };
        let selection = match (is_object, self.possible.contains_key(&inner)) {
            (true, true) => self.selection_of_interface(&inner, depth - 1),
            (true, false) => self.selection(&inner, depth - 1),
            (false, _) => String::new(),
        };
        format!("{alias}{name}{argument} {} {selection}", self.directive())
    }

    fn directive(&mut self) -> &'static str {
        match self.random.u8(0..14) {
            _ if !self.has_directives => "",
            0 => "@include(if: $yes)",
            1 => "@skip(if: $yes)",
            2 => "@include(if: false)",
            3 => "@skip(if: false)",
            _ => "",
        }
    }
}

fn inner_type(base: &BaseType) -> &str {
    match base {
        BaseType::Named(name) => name,
        BaseType::List(item) => inner_type(&item.base),
    }
}

fn answer(schema: &Schema<Both, EmptyMutation, EmptySubscription>, view: &Arc<View>, text: &str) -> String {
    let request = Request::new(text).variables(Variables::from_json(json!({ "yes": true })));
    let answer = schema.execute(api::on(view, request)).now_or_never().expect("no resolver waits");
    serde_json::to_string(&answer).unwrap()
}

async fn graph_of_fixtures() -> Arc<Refresher> {
    fixtures()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_ready_answers_as_the_framework_does() {
    let view = graph_of_fixtures().await.view();
    let schema = Schema::build(Both, EmptyMutation, EmptySubscription).finish();
    let sdl = schema.sdl();
    for (root, of) in [
        ("project", "FundedProject"),
        ("trial", "TrialProject"),
        ("betterLiving", "BetterLivingProject"),
        ("raisePlus", "RaisePlusProject"),
        ("keyLaboratory", "KeyLaboratory"),
        ("venture", "VentureInvestment"),
        ("accreditation", "Accreditation"),
        ("tenancy", "Tenancy"),
        ("vacancy", "JobVacancy"),
        ("carPark", "CarParkVacancy"),
        ("restaurant", "Restaurant"),
        ("route", "TransportRoute"),
        ("event", "Event"),
        ("tender", "Tender"),
        ("grant", "BusinessGrant"),
        ("designation", "ResearchDesignation"),
        ("techConnect", "TechConnectProject"),
        ("organisation", "Organisation"),
        ("dataset", "Dataset"),
        ("table", "StatisticalTable"),
    ] {
        let mut answered = 0;
        for seed in 0..QUERIES {
            let mut maker = Maker::new(&sdl, seed);
            let (selection, fragments) = (maker.selection(of, 3), maker.fragments.join(" "));
            let query = |way: &str| format!("query($yes: Boolean!) {{ objects: {root}{way} {selection} }} {fragments}");
            let (shown, alone) = (answer(&schema, &view, &query("Shown")), answer(&schema, &view, &query("Alone")));
            if shown != alone {
                let same = shown.bytes().zip(alone.bytes()).take_while(|(a, b)| a == b).count();
                let about = |text: &str| text.chars().skip(same.saturating_sub(200)).take(400).collect::<String>();
                panic!("{}\nshown: …{}…\nalone: …{}…", query("Shown"), about(&shown), about(&alone));
            }
            answered += u64::from(shown.starts_with("{\"data\":{\"objects\":[{"));
        }
        assert!(answered > QUERIES / 4, "{of}: only {answered} of {QUERIES} queries were valid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_at_once_is_what_the_framework_answers() {
    let view = graph_of_fixtures().await.view();
    let schema = api::build(Subgraph::default());
    let lane = FastExecutor::new(Subgraph::default());
    let (mut written, mut left) = (0, 0);
    for seed in 0..10 * QUERIES {
        let mut maker = Maker::new(&api::sdl(), seed);
        maker.has_directives = false;
        let (selection, fragments) = (maker.selection("Query", 3), maker.fragments.join(" "));
        let text = format!("{selection} {fragments}");
        let document = parse_query(&text).unwrap();
        let mut answer = schema.execute(api::on(&view, &*text)).now_or_never().expect("no resolver waits");
        let Some(ready) = lane.prepare(&document, None).filter(|_| answer.data != Value::Null) else { continue };
        let ran = lane.run(&ready, Variables::default(), api::data(&view), Some(0));
        match ran.now_or_never().expect("no resolver waits") {
            Outcome::Written(json) => {
                assert_eq!(String::from_utf8(json).unwrap(), serde_json::to_string(&answer).unwrap(), "{text}");
                written += 1;
            }
            Outcome::Answer(mut with_framework) => {
                // The framework resolves what is asked for twice twice.
                for answer in [&mut answer, &mut with_framework] {
                    answer.errors.sort_by_key(|error| format!("{:?}", error.path));
                    answer.errors.dedup_by_key(|error| (error.path.clone(), error.message.clone()));
                    answer.errors.iter_mut().for_each(|error| error.locations.clear());
                }
                assert_eq!(with_framework, answer, "{text}");
                left += 1;
            }
        }
    }
    assert!(written > left && left > 0 && written > 3 * QUERIES, "{written} written, {left} left to the framework");
}
