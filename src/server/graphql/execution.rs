//! Executes the parameters of a request.
//!
//! A new document is checked by the guard, validated and run on a separate thread. A known document goes to the
//! response cache, then straight to the resolvers.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use async_graphql::{
    Data, Request, Response as Answer, ServerError, Value as GraphqlValue, Variables,
    parser::types::{DocumentOperations, ExecutableDocument},
};
use futures::FutureExt;
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tracing::{Instrument, Span};

use crate::{
    api::{
        self,
        executor::{NotWritten, ResponseSize},
        guard::{CostBudget, DatasetDependencies, QueryCost},
    },
    domain::{
        clock::{Cancelled, RequestClock},
        metrics::CacheOutcome,
    },
    refresh::view::View,
    server::{
        Gateway, GatewayParts,
        client::Client,
        documents::{Document, DocumentError},
        graphql::{
            checks::{CheckedOperation, check},
            codes,
            encoded_response::{Cacheability, EncodedResponse},
            off_thread::{failed, off_thread},
            parameters::{CostDetail, Parameters},
            prepared_cache::PreparedQueries,
            raw_request_cache::EntryMeta,
            refusal::Refusal,
            response_cache::CacheKey,
            span::describe,
        },
    },
};

/// Maximum time of a response on a serving thread. A slower response is restarted on a separate thread.
const FAST_LIMIT: Duration = Duration::from_millis(5);
/// Maximum number of bytes of text in the variables of a response on a serving thread. The cost of a search grows with
/// its words.
const LONGEST_FAST_TEXT: usize = 128;

/// An operation with its document.
struct Operation {
    document: Document,
    parameters: Parameters,
    cost_detail: CostDetail,
}

/// Runs the operations of one request. Cheap to clone into another thread.
#[derive(Clone)]
pub struct QueryRunner {
    pub gateway: Gateway,
    pub view: Arc<View>,
    /// The client that waits for the response. `None` for the program itself.
    pub client: Option<Client>,
}

impl QueryRunner {
    /// Runs an operation.
    pub async fn answer(
        self,
        parameters: Parameters,
        cost_detail: CostDetail,
    ) -> Result<(Arc<EncodedResponse>, Option<EntryMeta>), Refusal> {
        let cost_detail = cost_detail.or(&parameters);
        let document = match self.gateway.documents.find(&parameters).await {
            Ok(document) => document,
            Err(error) => return refused(vec![error.into()]).map(|written| (Arc::new(written), None)),
        };
        let known = self.known(&document, &parameters, cost_detail);
        self.gateway.refresher.metrics().document_cache(CacheOutcome::of(known.is_some()));
        let Some((known, price)) = known else {
            let operation = Operation { document, parameters, cost_detail };
            let mut answers = self.run_off_thread(vec![Ok(operation)]).await?;
            return answers.pop().map(|written| (Arc::new(written), None)).ok_or_else(failed);
        };
        let (name, operation) = known.ready.operation();
        describe(name, operation.ty, &Span::current());
        let variables = parameters.variables.unwrap_or_default();
        let key = CacheKey::new(known.clone(), &variables, cost_detail == CostDetail::Include, &self.view);
        let gateway = self.gateway.clone();
        let meta = EntryMeta::new(&known, &self.view);
        let (answer, was_kept) =
            gateway.answers.get(key, self.run_prepared(known, price, variables, cost_detail)).await;
        gateway.refresher.metrics().response_cache(CacheOutcome::of(was_kept));
        // A request that registers a persisted query is never cached, so that each one registers the document.
        let meta = (was_kept && document.keep_as.is_none()).then_some(meta);
        if answer.is_ok() {
            gateway.documents.keep(document).await;
        }
        answer.map(|written| (written, meta))
    }

    /// Runs a batch of operations in order and independently. Their total cost must not exceed that of one operation.
    pub async fn answer_all(
        self,
        parameters: Vec<Parameters>,
        cost_detail: CostDetail,
    ) -> Result<Vec<EncodedResponse>, Refusal> {
        let mut operations = Vec::with_capacity(parameters.len());
        for parameters in parameters {
            let cost_detail = cost_detail.or(&parameters);
            let document = self.gateway.documents.find(&parameters).await;
            operations.push(document.map(|document| Operation { document, parameters, cost_detail }));
        }
        self.run_off_thread(operations).await
    }

    /// Returns the operation and its cost, if it is known to be valid with these variables.
    fn known(
        &self,
        document: &Document,
        parameters: &Parameters,
        cost_detail: CostDetail,
    ) -> Option<(Arc<PreparedQueries>, QueryCost)> {
        if cost_detail == CostDetail::Only {
            return None;
        }
        let known = self.gateway.known.get(&document.text, parameters.operation_name.as_deref())?;
        let none = Map::new();
        let price = known.price(parameters.variables.as_ref().unwrap_or(&none))?;
        Some((known, price))
    }

    /// Runs an operation that is known to be valid. Fast operations run on the current thread.
    async fn run_prepared(
        self,
        known: Arc<PreparedQueries>,
        price: QueryCost,
        variables: Map<String, Value>,
        cost_detail: CostDetail,
    ) -> Result<EncodedResponse, Refusal> {
        let is_fast = known.is_fast() && text_length(variables.values()) <= LONGEST_FAST_TEXT;
        let variables = Variables::from_json(Value::Object(variables));
        let begun = Instant::now();
        if is_fast {
            let clock = Arc::new(RequestClock::with_limit(FAST_LIMIT));
            let resolving = AssertUnwindSafe(self.resolve(&known, price, &variables, cost_detail, clock));
            match resolving.catch_unwind().await {
                Ok(written) => {
                    known.record_duration(begun.elapsed());
                    return written;
                }
                // The response is slower than before, so it is restarted on a separate thread.
                Err(payload) if payload.is::<Cancelled>() => known.record_duration(begun.elapsed()),
                Err(_) => return Err(failed()),
            }
        }
        let clock = Arc::new(RequestClock::default());
        let (gateway, client, span) = (self.gateway.clone(), self.client.clone(), Span::current());
        let resolving = {
            let clock = clock.clone();
            async move {
                let begun = Instant::now();
                let written = self.resolve(&known, price, &variables, cost_detail, clock).await;
                known.record_duration(begun.elapsed());
                written
            }
        };
        off_thread(&gateway.queue, client.as_ref(), clock, move || {
            Handle::current().block_on(resolving.instrument(span))
        })
        .await?
    }

    async fn resolve(
        &self,
        known: &PreparedQueries,
        price: QueryCost,
        variables: &Variables,
        cost_detail: CostDetail,
        clock: Arc<RequestClock>,
    ) -> Result<EncodedResponse, Refusal> {
        let length = if cost_detail == CostDetail::Nothing { known.estimated_length() } else { None };
        if let Some(length) = length {
            let size = ResponseSize { expected: length, limit: self.gateway.options.max_response_size };
            match self.gateway.executor.run(&known.ready, variables.clone(), self.data(&clock), size) {
                Ok(body) => {
                    known.record_length(body.len());
                    let cacheability = Cacheability::without_errors(&clock);
                    return Ok(EncodedResponse::new(body, cacheability, known.touched.clone()));
                }
                Err(NotWritten::TooLarge) => return self.too_large(),
                Err(NotWritten::FieldFailed) => known.record_failure(),
            }
        }
        let (name, document) = (known.ready.operation().0, known.ready.document().clone());
        let request = self.request(name, variables.clone(), document, &clock);
        let mut answer = Box::pin(self.gateway.schema.execute(request)).await;
        codes::complete(&mut answer);
        add_cost(&mut answer, price, cost_detail);
        self.encoded(&answer, known.touched.clone(), &clock)
    }

    /// Serialises a response of the framework.
    fn encoded(
        &self,
        answer: &Answer,
        touched: Arc<DatasetDependencies>,
        clock: &RequestClock,
    ) -> Result<EncodedResponse, Refusal> {
        let encoded = EncodedResponse::of(answer, touched, clock).ok_or_else(failed)?;
        if encoded.body.len() > self.gateway.options.max_response_size { self.too_large() } else { Ok(encoded) }
    }

    fn too_large(&self) -> Result<EncodedResponse, Refusal> {
        let most = self.gateway.options.max_response_size;
        let message = format!("expected a response of at most {most} bytes, found a larger one: request fewer items");
        refused(vec![codes::coded(message, "ANSWER_TOO_LARGE")])
    }

    /// Runs operations one after the other on a separate thread. The turn in the queue is held until the last one
    /// ends, even if the request is cancelled.
    async fn run_off_thread(
        self,
        operations: Vec<Result<Operation, DocumentError>>,
    ) -> Result<Vec<EncodedResponse>, Refusal> {
        let clock = Arc::new(RequestClock::default());
        let (gateway, client, span) = (self.gateway.clone(), self.client.clone(), Span::current());
        let (answers, valid) =
            off_thread(&gateway.queue, client.as_ref(), clock.clone(), move || self.run_all(operations, &clock, &span))
                .await?;
        for document in valid {
            gateway.documents.keep(document).await;
        }
        answers
    }

    fn run_all(
        &self,
        operations: Vec<Result<Operation, DocumentError>>,
        clock: &Arc<RequestClock>,
        span: &Span,
    ) -> (Result<Vec<EncodedResponse>, Refusal>, Vec<Document>) {
        let mut valid = Vec::new();
        let mut spent = CostBudget::default();
        let run = |operation| match operation {
            Err(error) => refused(vec![DocumentError::into(error)]),
            Ok(Operation { document, parameters, cost_detail }) => {
                let written = self.run(&document, parameters, cost_detail, &mut spent, clock, span)?;
                if document.keep_as.is_some() && written.cacheability != Cacheability::RequestError {
                    valid.push(document);
                }
                Ok(written)
            }
        };
        (operations.into_iter().map(run).collect(), valid)
    }

    /// Checks, validates and runs an operation.
    fn run(
        &self,
        document: &Document,
        parameters: Parameters,
        cost_detail: CostDetail,
        spent: &mut CostBudget,
        clock: &Arc<RequestClock>,
        span: &Span,
    ) -> Result<EncodedResponse, Refusal> {
        let GatewayParts { guard, schema, known: operations, executor, .. } = &*self.gateway;
        let operation = parameters.operation_name.as_deref();
        let given = parameters.variables.unwrap_or_default();
        let checked = guard.parse(&document.text).map_err(|excess| vec![excess.into()]).and_then(|parsed| {
            describe_chosen(&parsed.executable, operation, span);
            check(&self.gateway, &document.text, parsed, operation, given.clone(), spent)
        });
        let CheckedOperation { document: parsed, price, variables } = match checked {
            Ok(checked) => checked,
            Err(errors) => return refused(errors),
        };
        if cost_detail == CostDetail::Only {
            let mut answer = Answer::new(GraphqlValue::Null);
            add_cost(&mut answer, price, cost_detail);
            return EncodedResponse::of(&answer, Arc::default(), clock).ok_or_else(failed);
        }
        let known = operations.prepare(guard, executor, &document.text, &parsed, operation, price);
        if let Some(known) = known {
            let values = Variables::from_json(Value::Object(variables.clone()));
            let resolving = self.resolve(&known, price, &values, cost_detail, clock.clone());
            let written = Handle::current().block_on(resolving.instrument(span.clone()))?;
            // A prepared operation receives its variables unchanged, so they must not differ from the coerced ones.
            if written.cacheability != Cacheability::RequestError && variables == given {
                operations.learn(&document.text, operation, known, &given, price);
            }
            return Ok(written);
        }
        let touched = Arc::new(guard.touched(&parsed));
        let variables = Variables::from_json(Value::Object(variables));
        let request = self.request(operation, variables, parsed, clock);
        let mut answer = Handle::current().block_on(schema.execute(request).instrument(span.clone()));
        codes::complete(&mut answer);
        add_cost(&mut answer, price, cost_detail);
        self.encoded(&answer, touched, clock)
    }

    fn request(
        &self,
        operation: Option<&str>,
        variables: Variables,
        parsed: ExecutableDocument,
        clock: &Arc<RequestClock>,
    ) -> Request {
        let mut request = Request::new("").variables(variables);
        request.operation_name = operation.map(str::to_owned);
        request.set_parsed_query(parsed);
        let mut request = api::on(&self.view, request);
        request.data = self.data(clock);
        request
    }

    /// Returns the context data of the resolvers.
    fn data(&self, clock: &Arc<RequestClock>) -> Data {
        let mut data = api::data(&self.view);
        data.insert(clock.clone());
        data
    }
}

/// The number of bytes in the texts of values, including nested ones.
fn text_length<'v>(values: impl Iterator<Item = &'v Value>) -> usize {
    let length = |value: &Value| match value {
        Value::String(text) => text.len(),
        Value::Array(items) => text_length(items.iter()),
        Value::Object(fields) => text_length(fields.values()),
        _ => 0,
    };
    values.map(length).sum()
}

fn refused(errors: Vec<ServerError>) -> Result<EncodedResponse, Refusal> {
    let mut answer = Answer::from_errors(errors);
    codes::complete(&mut answer);
    EncodedResponse::of(&answer, Arc::default(), &RequestClock::default()).ok_or_else(failed)
}

fn add_cost(answer: &mut Answer, price: QueryCost, cost_detail: CostDetail) {
    if cost_detail != CostDetail::Nothing {
        match async_graphql::to_value(price) {
            Ok(price) => {
                answer.extensions.insert("cost".to_owned(), price);
            }
            Err(error) => answer.errors.push(ServerError::new(error.to_string(), None)),
        }
    }
}

/// Records the name and type of the chosen operation in the span.
fn describe_chosen(document: &ExecutableDocument, wanted: Option<&str>, span: &Span) {
    match &document.operations {
        DocumentOperations::Single(operation) => describe(None, operation.node.ty, span),
        DocumentOperations::Multiple(operations) => {
            let found = match wanted {
                Some(wanted) => operations.iter().find(|(name, _)| name.as_str() == wanted),
                None => operations.iter().next(),
            };
            if let Some((name, operation)) = found {
                describe(Some(name), operation.node.ty, span);
            }
        }
    }
}
