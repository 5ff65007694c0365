//! The cache of valid operations. A cached operation is neither parsed nor validated again.
//!
//! The validity of a document does not depend on its variables. Variables are validated by their shape: all strings are
//! equally valid, but lists, enum values and page sizes are checked. Each entry therefore stores the shapes that were
//! validated.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ahash::RandomState;
use async_graphql::parser::types::{BaseType, ExecutableDocument};
use moka::sync::Cache;
use serde_json::{Map, Value};

use crate::{
    api::{
        executor::{FastExecutor, PreparedQuery},
        guard::{DatasetDependencies, Guard, QueryCost},
    },
    server::graphql::canonical,
};

/// The estimated overhead of an operation in bytes beside its text: per selected field, and fixed.
const OF_A_FIELD: usize = 600;
const BESIDE: usize = 1_000;
/// The divisor of the cache size that gives the share for the texts of valid documents.
const SHARE_OF_TEXTS: u64 = 8;
/// The estimated overhead of such a text in bytes.
const OF_A_TEXT: usize = 100;
/// Maximum number of variable shapes stored per operation.
const MOST_SHAPES: usize = 32;
/// Maximum length of a variable shape in bytes.
const LONGEST_SHAPE: usize = 250;
/// Maximum time of a response on a serving thread. Slower operations run on a separate thread.
const FAST: Duration = Duration::from_millis(2);
/// The number of responses that run on a separate thread after a slow one.
const AFTER_SLOW: u32 = 50;
/// The number of responses that use the framework after the fast executor failed, because errors tend to persist.
const AFTER_FAILURE: u32 = 20;

/// A size-bounded cache of recent valid operations.
pub struct PreparedCache {
    known: Option<Cache<Name, Arc<PreparedQueries>, RandomState>>,
    /// The texts of valid documents, including those that the framework executes.
    valid: Option<Cache<Arc<str>, (), RandomState>>,
}

/// The key of an operation: the text of its document, and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Name {
    text: Arc<str>,
    operation: Option<Box<str>>,
}

/// A valid operation.
pub struct PreparedQueries {
    pub ready: PreparedQuery,
    pub touched: Arc<DatasetDependencies>,
    /// Maximum size of the variables in bytes that always passes the guard.
    max_variable_bytes: usize,
    most_values: usize,
    fields: usize,
    /// The cost of the operation by validated variable shape.
    prices: Mutex<HashMap<Box<str>, QueryCost>>,
    /// The number of next responses that run on a separate thread.
    off_thread_left: AtomicU32,
    /// The number of next responses that use the framework.
    framework_left: AtomicU32,
    /// The estimated size of a response in bytes.
    length: AtomicUsize,
}

impl PreparedCache {
    /// Creates a cache of at most `bytes` bytes. Zero disables it.
    pub fn new(bytes: u64) -> Self {
        let weight = |name: &Name, known: &Arc<PreparedQueries>| {
            let shape = MOST_SHAPES * LONGEST_SHAPE;
            let bytes = name.text.len() * 2 + known.fields * OF_A_FIELD + shape + BESIDE;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let text_weight = |text: &Arc<str>, (): &()| u32::try_from(text.len() + OF_A_TEXT).unwrap_or(u32::MAX);
        let of_texts = bytes / SHARE_OF_TEXTS;
        let known = Cache::builder().max_capacity(bytes - of_texts).weigher(weight);
        let valid = Cache::builder().max_capacity(of_texts).weigher(text_weight);
        let is_enabled = bytes > 0;
        Self {
            known: is_enabled.then(|| known.build_with_hasher(RandomState::new())),
            valid: is_enabled.then(|| valid.build_with_hasher(RandomState::new())),
        }
    }

    /// True if the document is known to be valid.
    pub fn is_valid(&self, text: &str) -> bool {
        self.valid.as_ref().is_some_and(|valid| valid.get(text).is_some())
    }

    /// Records that a document is valid.
    pub fn learn_valid(&self, text: &str) {
        if let Some(valid) = &self.valid {
            valid.insert(text.into(), ());
        }
    }

    /// Returns the operation of a document, if it is cached.
    pub fn get(&self, text: &Arc<str>, operation: Option<&str>) -> Option<Arc<PreparedQueries>> {
        self.known.as_ref()?.get(&Name { text: text.clone(), operation: operation.map(Into::into) })
    }

    /// Prepares the operation for the fast executor, without adding it to the cache.
    ///
    /// `None` if only the framework can run it, or if the cache is disabled.
    pub fn prepare(
        &self,
        guard: &Guard,
        executor: &FastExecutor,
        text: &Arc<str>,
        document: &ExecutableDocument,
        operation: Option<&str>,
        price: QueryCost,
    ) -> Option<Arc<PreparedQueries>> {
        self.known.as_ref()?;
        self.get(text, operation).or_else(|| {
            let ready = executor.prepare(document, operation)?;
            Some(Arc::new(PreparedQueries {
                fields: price.fields + ready.fields(),
                ready,
                touched: Arc::new(guard.touched(document)),
                max_variable_bytes: guard.room(document).ok()?,
                most_values: guard.most_values(),
                prices: Mutex::default(),
                off_thread_left: AtomicU32::new(AFTER_SLOW),
                framework_left: AtomicU32::new(0),
                length: AtomicUsize::new(0),
            }))
        })
    }

    /// Adds an operation that is valid with these variables.
    pub fn learn(
        &self,
        text: &Arc<str>,
        operation: Option<&str>,
        known: Arc<PreparedQueries>,
        variables: &Map<String, Value>,
        price: QueryCost,
    ) {
        known.learn(variables, price);
        if let Some(all) = &self.known {
            all.insert(Name { text: text.clone(), operation: operation.map(Into::into) }, known);
        }
    }
}

impl PreparedQueries {
    /// Returns the cost with these variables, if the operation is known to be valid with them.
    pub fn price(&self, variables: &Map<String, Value>) -> Option<QueryCost> {
        let fits = values(variables.values()) <= self.most_values && self.bytes(variables) <= self.max_variable_bytes;
        let shape = fits.then(|| self.shape(variables))??;
        self.prices.lock().unwrap_or_else(PoisonError::into_inner).get(&*shape).copied()
    }

    fn learn(&self, variables: &Map<String, Value>, price: QueryCost) {
        let Some(shape) = self.shape(variables) else { return };
        let mut prices = self.prices.lock().unwrap_or_else(PoisonError::into_inner);
        if prices.len() >= MOST_SHAPES {
            prices.clear();
        }
        prices.insert(shape.into(), price);
    }

    /// Returns the variable shape. Equal shapes have the same validity and cost. `None` if the shape is too long.
    fn shape(&self, variables: &Map<String, Value>) -> Option<String> {
        let mut shape = String::new();
        for definition in &self.ready.operation().1.variable_definitions {
            let value = variables.get(definition.node.name.node.as_str());
            let is_text = matches!(
                &definition.node.var_type.node.base,
                BaseType::Named(name) if matches!(name.as_str(), "String" | "ID")
            );
            match value {
                None => shape.push('-'),
                Some(Value::String(_)) if is_text => shape.push('s'),
                Some(value) => canonical::write(value, &mut shape),
            }
            shape.push(' ');
            if shape.len() > LONGEST_SHAPE {
                return None;
            }
        }
        Some(shape)
    }

    /// Returns an upper bound of the variables' size in bytes as the guard counts it, including defaults.
    fn bytes(&self, variables: &Map<String, Value>) -> usize {
        let definitions = &self.ready.operation().1.variable_definitions;
        let defaults = definitions.iter().filter_map(|definition| definition.node.default_value.as_ref());
        let defaults: usize = defaults.map(|default| default.node.to_string().len()).sum();
        variables.values().map(written).sum::<usize>() + defaults
    }

    /// Returns the estimated size of the next response in bytes. `None` if the response must use the framework.
    pub fn estimated_length(&self) -> Option<usize> {
        let left = self.framework_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.is_err().then(|| self.length.load(Ordering::Relaxed))
    }

    /// Records the size in bytes of a response of the fast executor.
    pub fn record_length(&self, length: usize) {
        self.length.store(length + length / 8, Ordering::Relaxed);
    }

    /// Records that the fast executor could not make a response.
    pub fn record_failure(&self) {
        self.framework_left.store(AFTER_FAILURE, Ordering::Relaxed);
    }

    /// True if recent responses were fast enough for the next one to run on the serving thread.
    pub fn is_fast(&self) -> bool {
        self.off_thread_left.load(Ordering::Relaxed) == 0
    }

    /// Records the duration of a response.
    pub fn record_duration(&self, time: Duration) {
        if time > FAST {
            self.off_thread_left.store(AFTER_SLOW, Ordering::Relaxed);
        } else {
            let _ = self.off_thread_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        }
    }
}

/// Returns the maximum size in bytes of a serialised value. An escaped character takes up to six bytes.
fn written(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() * 6 + 2,
        Value::Array(items) => items.iter().map(|item| written(item) + 2).sum::<usize>() + 2,
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + written(value) + 4).sum::<usize>() + 2,
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 40,
    }
}

/// Returns the number of values, including nested ones.
fn values<'a>(all: impl Iterator<Item = &'a Value>) -> usize {
    all.map(|value| match value {
        Value::Array(items) => 1 + values(items.iter()),
        Value::Object(fields) => 1 + values(fields.values()),
        _ => 1,
    })
    .sum()
}

#[cfg(test)]
mod tests {
    use async_graphql::Variables;
    use serde_json::json;

    use super::*;
    use crate::api::{guard::Limits, subgraph::Subgraph};

    /// Returns the cache entry of a document's only operation after a valid request with these variables.
    fn prepared(text: &str, variables: &Value) -> Option<Arc<PreparedQueries>> {
        let guard = Guard::new(&crate::api::sdl(), Limits::DEFAULT);
        let document = guard.parse(text).unwrap().executable;
        let price = guard.price(&document, None, &Variables::from_json(variables.clone())).unwrap();
        let (all, text) = (PreparedCache::new(1 << 20), text.into());
        let known = all.prepare(&guard, &FastExecutor::new(Subgraph::default()), &text, &document, None, price)?;
        all.learn(&text, None, known, variables.as_object().unwrap(), price);
        all.get(&text, None)
    }

    fn is_valid(known: &PreparedQueries, variables: &Value) -> bool {
        known.price(variables.as_object().unwrap()).is_some()
    }

    #[test]
    fn prepared_queries_are_reused_for_other_strings_but_not_for_other_numbers() {
        let text = "query($name: String!, $n: Int) { organisation(by: { name: $name }) { id } organisations(first: $n) { totalCount } }";
        let known = prepared(text, &json!({ "name": "a", "n": 2 })).unwrap();
        for same in [json!({ "name": "another", "n": 2 }), json!({ "n": 2, "name": "", "unused": [1] })] {
            assert!(is_valid(&known, &same), "{same}");
        }
        let long = "x".repeat(100_000);
        for other in [
            json!({ "name": "a", "n": 3 }),
            json!({ "name": "a", "n": "2" }),
            json!({ "name": "a" }),
            json!({ "name": null, "n": 2 }),
            json!({ "name": ["a"], "n": 2 }),
            json!({ "name": 2, "n": 2 }),
            json!({ "name": long, "n": 2 }),
            json!({ "name": "a", "n": 2, "unused": vec![1; 3000] }),
        ] {
            assert!(!is_valid(&known, &other), "{}", other.to_string().chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn introspection_and_operation_directives_are_not_prepared() {
        for text in [
            "{ __schema { queryType { name } } }",
            "query @x { organisations { totalCount } }",
            "{ ...A } fragment A on Query { __type(name: \"Query\") { name } }",
        ] {
            assert!(prepared(text, &json!({})).is_none(), "{text}");
        }
        assert!(prepared("{ organisations(first: 1) { totalCount @skip(if: true) } }", &json!({})).is_some());
        assert!(prepared("{ ...A __typename } fragment A on Query { hkas { __typename } }", &json!({})).is_some());
    }

    #[test]
    fn a_slow_query_counts_as_slow_for_a_while() {
        let known = prepared("{ hkas { __typename } }", &json!({})).unwrap();
        let quickly = |times| (0..times).for_each(|_| known.record_duration(Duration::from_micros(10)));
        quickly(AFTER_SLOW - 1);
        assert!(!known.is_fast());
        quickly(2);
        assert!(known.is_fast());
        known.record_duration(FAST * 2);
        assert!(!known.is_fast());
    }
}
