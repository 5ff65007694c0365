//! Limits on queries, enforced before execution. Pure.
//!
//! [`Guard::parse`] scans the text in one pass before it calls the parser. [`Guard::price`] computes the cost of the
//! document with all fragments expanded. It does not expand them: each fragment is measured once, after the fragments
//! that it contains. Both take time linear in the text. The framework's own limits are a second line of defence.

use async_graphql::{Name, Variables, parser::types::ExecutableDocument};
use serde::Serialize;

use crate::api::document::ParsedDocument;

mod cost;
mod dependencies;
mod order;
mod scan;
mod shape;
mod violation;

use cost::{Measurer, SelectionCost};
pub use dependencies::DatasetDependencies;
use shape::SchemaShape;
pub use violation::LimitViolation;

/// The maximum size of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tokens in the text.
    pub tokens: usize,
    /// Nesting of brackets of every kind, including those of types and values, and of fragments in fragments.
    pub nesting: usize,
    /// Bytes in one name or number. Errors repeat names.
    pub name: usize,
    /// Values in the variables, however deeply they are nested.
    pub values: usize,
    /// Bytes of arguments with every variable and fragment expanded. Errors repeat arguments.
    pub arguments: usize,
    /// Fields and fragments with every fragment expanded. A validator visits all of them.
    pub selections: usize,
    /// Nesting depth of fields.
    pub depth: usize,
    /// Aliases with every fragment expanded.
    pub aliases: usize,
    /// Directives with every fragment expanded.
    pub directives: usize,
    /// Fields in the response, counted before execution. A page counts the fields requested of each of its items.
    pub cost: usize,
    /// Introspection fields in the response.
    pub introspection: usize,
}

impl Limits {
    /// The limits of a public endpoint. The deepest example has 9 levels. Introspection as sent by tools has 15 levels
    /// and requests about 60 000 fields.
    pub const DEFAULT: Self = Self {
        tokens: 10_000,
        nesting: 64,
        name: 128,
        values: 2_000,
        arguments: 256 << 10,
        selections: 5_000,
        depth: 24,
        aliases: 250,
        directives: 100,
        cost: 30_000,
        introspection: 100_000,
    };

    /// The limits for a router, which sends the keys of all entities of a response in one query. The maximum cost is
    /// the same.
    pub const OF_A_ROUTER: Self = Self { values: 40_000, arguments: 1 << 20, ..Self::DEFAULT };
}

/// The cost of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueryCost {
    /// The maximum number of fields in the response.
    pub requested: usize,
    /// The limit on `requested`.
    pub limit: usize,
    /// The fields in the query with every fragment expanded.
    pub fields: usize,
    pub depth: usize,
    pub aliases: usize,
    /// The introspection fields in the response.
    pub introspection: usize,
}

/// The cost of the operations of one request so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CostBudget {
    cost: usize,
    introspection: usize,
}

/// Checks queries before they reach the schema.
pub struct Guard {
    limits: Limits,
    shape: SchemaShape,
}

impl Guard {
    /// A guard for the schema with this SDL.
    pub fn new(sdl: &str, limits: Limits) -> Self {
        Self { limits, shape: SchemaShape::of(sdl) }
    }

    /// Parses a text within the limits.
    pub fn parse(&self, text: &str) -> Result<ParsedDocument, LimitViolation> {
        scan::scan(text, &self.limits)?;
        ParsedDocument::parse(text).map_err(|error| LimitViolation::Unparsable { message: error.message, at: error.at })
    }

    /// Adds the cost of an operation to a request. The limit applies to the total of the request.
    pub fn spend(&self, spent: CostBudget, price: &QueryCost) -> Result<CostBudget, LimitViolation> {
        let cost = spent.cost.saturating_add(price.requested);
        let introspection = spent.introspection.saturating_add(price.introspection);
        let Limits { cost: most_cost, introspection: most_introspection, .. } = self.limits;
        if cost > most_cost {
            Err(LimitViolation::Cost { most: most_cost, found: cost })
        } else if introspection > most_introspection {
            Err(LimitViolation::Introspection { most: most_introspection, found: introspection })
        } else {
            Ok(CostBudget { cost, introspection })
        }
    }

    /// The datasets that a response to a document can show.
    pub fn touched(&self, document: &ExecutableDocument) -> DatasetDependencies {
        DatasetDependencies::by(document, &self.shape)
    }

    /// Maximum total size of the variables in bytes that is within the limits wherever the document uses them.
    pub fn room(&self, document: &ExecutableDocument) -> Result<usize, LimitViolation> {
        let none = Variables::default();
        let with_variables_of = |bytes| {
            let measurer = Measurer::new(&self.shape, document, &none).with_variables_of(bytes);
            extent(measurer, document, None).map(|extent| extent.all.arguments)
        };
        let (without, with) = (with_variables_of(0)?, with_variables_of(1)?);
        let left = self.limits.arguments.saturating_sub(without);
        Ok(left / (with - without).max(1))
    }

    /// The maximum number of values in the variables of a request.
    pub fn most_values(&self) -> usize {
        self.limits.values
    }

    /// The cost of one operation of a document, if every part of the document is within the limits.
    pub fn price(
        &self,
        document: &ExecutableDocument,
        operation: Option<&str>,
        variables: &Variables,
    ) -> Result<QueryCost, LimitViolation> {
        let Limits { nesting, values, arguments, selections, depth, aliases, directives, cost, introspection, .. } =
            self.limits;
        let check = |most: usize, found: usize, excess: fn(usize, usize) -> LimitViolation| {
            if found > most { Err(excess(most, found)) } else { Ok(()) }
        };
        check(values, cost::values(variables), |most, found| LimitViolation::Values { most, found })?;
        let chosen = chosen(document, operation)?;
        let Extent { all, asked, nested } = extent(Measurer::new(&self.shape, document, variables), document, chosen)?;
        check(depth, all.depth, |most, found| LimitViolation::Depth { most, found })?;
        // Unused fragments are traversed too.
        check(nesting, all.nesting.max(nested), |most, found| LimitViolation::Depth { most, found })?;
        check(selections, all.selections, |most, found| LimitViolation::Selections { most, found })?;
        check(arguments, all.arguments, |most, found| LimitViolation::Arguments { most, found })?;
        check(aliases, all.aliases, |most, found| LimitViolation::Aliases { most, found })?;
        check(directives, all.directives, |most, found| LimitViolation::Directives { most, found })?;
        check(cost, asked.cost, |most, found| LimitViolation::Cost { most, found })?;
        check(introspection, asked.introspected, |most, found| LimitViolation::Introspection { most, found })?;
        let SelectionCost { cost: requested, fields, depth, aliases, introspected, .. } = asked;
        Ok(QueryCost { requested, limit: cost, fields, depth, aliases, introspection: introspected })
    }
}

/// The size of a document.
struct Extent {
    all: SelectionCost,
    /// The operation to run, by itself.
    asked: SelectionCost,
    /// The nesting depth of fields and fragments within any fragment.
    nested: usize,
}

fn extent<'a>(
    mut measurer: Measurer<'a>,
    document: &'a ExecutableDocument,
    chosen: Option<&str>,
) -> Result<Extent, LimitViolation> {
    let mut nested = 0;
    for fragment in order::fragments(document)? {
        nested = nested.max(measurer.fragment(fragment).nesting);
    }
    let mut all = SelectionCost::default();
    let mut asked = SelectionCost::default();
    for (name, operation) in document.operations.iter() {
        let measured = measurer.operation(&operation.node);
        all.add(measured);
        if name.map(Name::as_str) == chosen {
            asked = measured;
        }
    }
    Ok(Extent { all, asked, nested })
}

/// The name of the operation to run. `None` for an operation without a name.
fn chosen<'a>(document: &'a ExecutableDocument, wanted: Option<&str>) -> Result<Option<&'a str>, LimitViolation> {
    let mut names = document.operations.iter().map(|(name, _)| name.map(Name::as_str));
    match wanted {
        Some(wanted) => names
            .find(|name| *name == Some(wanted))
            .ok_or_else(|| LimitViolation::UnknownOperation(crate::domain::value::shorten(wanted).into_owned())),
        None if document.operations.iter().len() > 1 => Err(LimitViolation::NoOperationName),
        None => Ok(names.next().flatten()),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Pos, value};

    use super::*;

    fn guard(limits: Limits) -> Guard {
        Guard::new(
            "type Query { item: Item  items(first: Int, last: Int): ItemConnection!  all: [Item!]!  nodes(ids: [ID!]!): [Item]! }
             type Item { id: ID!  names: [String!]!  item: Item  items(first: Int): ItemConnection!  all: [Item!]! }
             type ItemConnection { nodes: [Item!]!  pageInfo: PageInfo! }
             type PageInfo { hasNextPage: Boolean! }",
            limits,
        )
    }

    fn price(text: &str, variables: async_graphql::Value) -> Result<QueryCost, LimitViolation> {
        let guard = guard(Limits { cost: 1_000_000_000_000, ..Limits::DEFAULT });
        guard.price(&guard.parse(text)?.executable, None, &Variables::from_value(variables))
    }

    fn cost(text: &str) -> usize {
        price(text, value!({})).unwrap().requested
    }

    #[test]
    fn the_cost_of_a_page_is_that_of_its_items() {
        assert_eq!(cost("{ item { id names } }"), 3);
        assert_eq!(cost("{ items(first: 5) { nodes { id } } }"), 1 + 5 * 2);
        assert_eq!(cost("{ items(first: 0) { nodes { id } pageInfo { hasNextPage } } }"), 1 + 4);
        // The default of `first` counts too.
        assert_eq!(cost("{ items(last: 7) { nodes { id } } }"), 1 + 20 * 2);
        assert_eq!(cost("{ items(last: 30) { nodes { id } } }"), 1 + 30 * 2);
        assert_eq!(cost("{ items { nodes { id } } }"), 1 + 20 * 2);
        assert_eq!(cost("{ all { id } }"), 1 + 10);
        assert_eq!(cost(r#"{ nodes(ids: ["a", "b", "c"]) { id } }"#), 1 + 3);
        assert_eq!(
            cost("{ items(first: 5) { nodes { items(first: 10) { nodes { id } } } } }"),
            1 + 5 * (1 + 1 + 10 * 2)
        );
    }

    #[test]
    fn variables_and_their_defaults_are_counted() {
        let query = "query($n: Int = 7, $ids: [ID!]!) { items(first: $n) { nodes { id } } nodes(ids: $ids) { id } }";
        assert_eq!(price(query, value!({ "ids": ["a"] })).unwrap().requested, 1 + 7 * 2 + 2);
        assert_eq!(price(query, value!({ "n": 3, "ids": ["a", "b"] })).unwrap().requested, 1 + 3 * 2 + 3);
        assert_eq!(price(query, value!({ "n": null, "ids": [] })).unwrap().requested, 1 + 20 * 2 + 1);
    }

    #[test]
    fn fragments_are_counted_at_every_spread() {
        let query = "{ a: item { ...F } b: items(first: 3) { nodes { ...F ... on Item { id } } } }
                     fragment F on Item { x: id ...G } fragment G on Item { id item { id } }";
        let found = price(query, value!({})).unwrap();
        assert_eq!((found.fields, found.depth, found.aliases), (1 + 4 + 2 + 4 + 1, 4, 4));
        assert_eq!(found.requested, 5 + 1 + 3 * (1 + 4 + 1));
    }

    #[test]
    fn doubling_fragments_are_counted_without_expansion() {
        let levels: String = (0..60).map(|n| format!("fragment F{n} on Item {{ ...F{0} ...F{0} }} ", n + 1)).collect();
        let query = format!("{{ item {{ ...F0 }} }} fragment F60 on Item {{ id }} {levels}");
        let found = price(&query, value!({}));
        assert!(matches!(found, Err(LimitViolation::Selections { found, .. }) if found > 1 << 59), "{found:?}");
        let query = query.replace("F60 on Item { id }", "F60 on Item { id ...F0 }");
        assert!(matches!(price(&query, value!({})), Err(LimitViolation::Cycle { .. })));
    }

    #[test]
    fn every_limit_is_enforced() {
        let small = Limits {
            selections: 6,
            depth: 3,
            aliases: 2,
            directives: 1,
            cost: 50,
            arguments: 20,
            values: 2,
            nesting: 6,
            introspection: 10,
            ..Limits::DEFAULT
        };
        let guard = guard(small);
        for (text, code) in [
            ("{ item { id item { id names } item { id } } }", "QUERY_TOO_COMPLEX"),
            ("{ item { item { item { id } } } }", "QUERY_TOO_DEEP"),
            ("{ a: __typename b: __typename c: __typename }", "TOO_MANY_ALIASES"),
            ("{ item @skip(if: true) @include(if: false) { id } }", "TOO_MANY_DIRECTIVES"),
            ("query @a @b { item { id } }", "TOO_MANY_DIRECTIVES"),
            ("query($x: Int @a @b) { item { id } }", "TOO_MANY_DIRECTIVES"),
            ("{ items(first: 30) { nodes { id } } }", "QUERY_TOO_COMPLEX"),
            ("{ __schema { types { name } } }", "QUERY_TOO_COMPLEX"),
            ("{ ... { ... { ... { ... { ... { id } } } } } }", "OK"),
            ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...D }
              fragment D on Query { ...E } fragment E on Query { ...F } fragment F on Query { __typename }", "QUERY_TOO_DEEP"),
            ("{ __typename } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...D }
              fragment D on Query { ...E } fragment E on Query { ...F } fragment F on Query { ...G } fragment G on Query { __typename }", "QUERY_TOO_DEEP"),
            (r#"{ nodes(ids: ["0123456789", "abc"]) { id } }"#, "ARGUMENTS_TOO_LARGE"),
            (r#"query($x: [ID!] = ["0123456789"]) { nodes(ids: $x) { id } a: nodes(ids: $x) { id } }"#, "ARGUMENTS_TOO_LARGE"),
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
        ] {
            let found = guard
                .parse(text)
                .and_then(|document| guard.price(&document.executable, None, &Variables::default()))
                .map_or_else(|excess| excess.code(), |_| "OK");
            assert_eq!(found, code, "{text}");
        }
        let document = guard.parse("{ __typename }").unwrap().executable;
        let variables = Variables::from_value(value!({ "a": [1, { "b": 2 }] }));
        assert!(matches!(guard.price(&document, None, &variables), Err(LimitViolation::Values { most: 2, found: 4 })));
        assert_eq!(
            guard.price(&document, Some("X"), &Variables::default()),
            Err(LimitViolation::UnknownOperation("X".to_owned()))
        );
    }

    #[test]
    fn parse_errors_do_not_quote_the_document() {
        let secret = "{ secret { !!! } }";
        let Err(excess) = guard(Limits::DEFAULT).parse(secret) else { panic!("parsed") };
        assert!(!excess.to_string().contains("secret") && !excess.to_string().contains('\n'), "{excess}");
        assert_eq!(excess.at(), Some(Pos { line: 1, column: 12 }));
    }
}
