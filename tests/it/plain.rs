//! What lies ready answers as the framework does: every object asked for both ways, on queries made at random.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Object, Request, Schema, Variables,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition},
    },
};
use fastrand::Rng;
use futures::FutureExt;
use lionrock::{
    graph::{
        organisation::Organisation,
        refresh::Refresher,
        view::{View, graph},
    },
    plain::Shown,
    publishers::{
        hkas::accreditations::Accreditation,
        hkstpc::{car_parks::CarParkVacancy, tenancies::Tenancy},
        itf::{projects::FundedProject, trials::TrialProject},
        snapshots,
    },
    record::Record,
    schema,
};
use serde_json::json;

use crate::{gateway::fetched, local_upstream::LocalUpstream};

/// The queries made for each type.
const QUERIES: u64 = 40;
/// How many objects of a type are asked for.
const OBJECTS: usize = 5;

/// The root with every type twice: as the gateway shows it, and as the framework alone would.
struct Both;

fn some<'a, T: Record>(ctx: &Context<'a>) -> impl Iterator<Item = &'a T> {
    snapshots(ctx).records().take(OBJECTS)
}

#[Object]
impl Both {
    async fn project_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, FundedProject>> {
        some(ctx).map(Shown).collect()
    }
    async fn project_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a FundedProject> {
        some(ctx).collect()
    }
    async fn trial_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, TrialProject>> {
        some(ctx).map(Shown).collect()
    }
    async fn trial_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a TrialProject> {
        some(ctx).collect()
    }
    async fn accreditation_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, Accreditation>> {
        some(ctx).map(Shown).collect()
    }
    async fn accreditation_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a Accreditation> {
        some(ctx).collect()
    }
    async fn tenancy_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, Tenancy>> {
        some(ctx).map(Shown).collect()
    }
    async fn tenancy_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a Tenancy> {
        some(ctx).collect()
    }
    async fn car_park_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, CarParkVacancy>> {
        some(ctx).map(Shown).collect()
    }
    async fn car_park_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a CarParkVacancy> {
        some(ctx).collect()
    }
    async fn organisation_shown<'a>(&self, ctx: &Context<'a>) -> Vec<Shown<'a, Organisation>> {
        graph(ctx).organisations().iter().take(OBJECTS).map(Shown).collect()
    }
    async fn organisation_alone<'a>(&self, ctx: &Context<'a>) -> Vec<&'a Organisation> {
        graph(ctx).organisations().iter().take(OBJECTS).collect()
    }
}

/// Makes selections of the types of a schema.
struct Maker {
    types: HashMap<String, Vec<FieldDefinition>>,
    random: Rng,
    /// Named fragments made so far.
    fragments: Vec<String>,
}

impl Maker {
    fn new(sdl: &str, seed: u64) -> Self {
        let document = parse_schema(sdl).unwrap();
        let types = document.definitions.into_iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else { return None };
            let TypeKind::Object(object) = definition.node.kind else { return None };
            let fields = object.fields.into_iter().map(|field| field.node).collect();
            Some((definition.node.name.node.to_string(), fields))
        });
        Self { types: types.collect(), random: Rng::with_seed(seed), fragments: Vec::new() }
    }

    /// A selection of a type in braces, at most so deep.
    fn selection(&mut self, of: &str, depth: usize) -> String {
        let mut parts = Vec::new();
        for _ in 0..self.random.usize(1..6) {
            let part = match self.random.usize(0..14) {
                0 => "__typename".to_owned(),
                1 => format!("... {}", self.selection(of, depth)),
                2 => format!("... on {of} {} {}", self.directive(), self.selection(of, depth)),
                3 if self.is_node(of) => format!("... on Node {{ {} }}", ["id", "again: id"][self.random.usize(0..2)]),
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

    fn is_node(&self, of: &str) -> bool {
        self.types[of].iter().any(|field| field.name.node == "id") && of != "Publisher"
    }

    fn field(&mut self, of: &str, depth: usize) -> String {
        let fields = &self.types[of];
        let field = &fields[self.random.usize(0..fields.len())];
        let (name, inner) = (field.name.node.to_string(), inner_type(&field.ty.node.base).to_owned());
        let argument = match name.as_str() {
            "in" => "(language: ZH_HANT)",
            _ if field.arguments.iter().any(|argument| argument.node.name.node == "first") => "(first: 2)",
            _ => "",
        };
        let is_object = self.types.contains_key(&inner);
        // The clock goes on between the two.
        let is_clock = ["ageSeconds", "freshness"].contains(&name.as_str());
        if is_clock || is_object && depth == 0 || !is_object && inner == "Node" {
            return "__typename".to_owned();
        }
        let alias = if self.random.u8(0..4) == 0 { format!("{name}{inner}: ") } else { String::new() };
        let selection = if is_object { self.selection(&inner, depth - 1) } else { String::new() };
        format!("{alias}{name}{argument} {} {selection}", self.directive())
    }

    fn directive(&mut self) -> &'static str {
        match self.random.u8(0..14) {
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
    let answer = schema.execute(schema::on(view, request)).now_or_never().expect("no resolver waits");
    serde_json::to_string(&answer).unwrap()
}

async fn graph_of_fixtures() -> Arc<Refresher> {
    fetched(&LocalUpstream::start().await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_ready_answers_as_the_framework_does() {
    let view = graph_of_fixtures().await.view();
    let schema = Schema::build(Both, EmptyMutation, EmptySubscription).finish();
    let sdl = schema.sdl();
    for (root, of) in [
        ("project", "FundedProject"),
        ("trial", "TrialProject"),
        ("accreditation", "Accreditation"),
        ("tenancy", "Tenancy"),
        ("carPark", "CarParkVacancy"),
        ("organisation", "Organisation"),
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
        assert!(answered > QUERIES / 2, "{of}: only {answered} of {QUERIES} queries were valid");
    }
}
