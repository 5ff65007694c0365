//! From the parameters of a request to its answer: find the document, guard it, run it off the serving threads.

use std::{sync::Arc, time::Duration};

use async_graphql::{
    Request, Response as Answer, ServerError, Variables,
    parser::types::{DocumentOperations, ExecutableDocument},
};
use axum::http::StatusCode;
use serde_json::Value;
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};
use tracing::{Instrument, Span};

use super::{
    codes,
    parameters::{CostWish, Parameters},
    refusal::Refusal,
};
use crate::{
    graph::view::View,
    schema::{
        Pair,
        guard::{Excess, Guard, Spent, Touched},
    },
    server::{
        Gateway,
        documents::{Document, DocumentError},
    },
    values::text::Language,
};

/// How long an answer is waited for.
const DEADLINE: Duration = Duration::from_secs(10);
/// When a request that found no place may come again.
const SOON: Duration = Duration::from_secs(1);
/// The most fields of a query whose wrong names are told what may have been meant.
const HELPED: usize = 100;
/// The longest name of an operation that traces tell, in bytes.
const LONGEST_NAME: usize = 100;

/// One operation with its document.
struct Operation {
    document: Document,
    asked: Parameters,
    wish: CostWish,
}

/// What runs an operation; cheap to clone into another thread.
struct Runner {
    helpful: Pair,
    terse: Pair,
    guard: Arc<Guard>,
    view: Arc<View>,
    language: Language,
}

/// An answer and the datasets that it can show.
pub struct Answered {
    pub answer: Answer,
    pub touched: Touched,
}

impl Answered {
    fn refused(error: ServerError) -> Self {
        Self { answer: Answer::from_errors(vec![error]), touched: Touched::default() }
    }
}

/// Answers operations from a view in their order, each by itself; together they may cost what one may.
pub async fn answer(
    gateway: &Gateway,
    view: &Arc<View>,
    asked: Vec<Parameters>,
    wish: CostWish,
    language: Language,
) -> Result<Vec<Answered>, Refusal> {
    let mut operations = Vec::with_capacity(asked.len());
    for asked in asked {
        let wish = match wish {
            CostWish::Nothing if asked.extensions.as_ref().is_some_and(|extensions| extensions.cost) => {
                CostWish::Include
            }
            wish => wish,
        };
        let document = gateway.documents.find(&asked).await;
        operations.push(document.map(|document| Operation { document, asked, wish }));
    }
    let Ok(place) = gateway.running.clone().try_acquire_owned() else {
        let message = "expected a free place for the query, found all taken: try again soon";
        return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON));
    };
    let runner = Runner {
        helpful: gateway.helpful.clone(),
        terse: gateway.terse.clone(),
        guard: gateway.guard.clone(),
        view: view.clone(),
        language,
    };
    let span = Span::current();
    // Resolvers never wait, so a query holds its thread until it is done: it must not be one of those that serve.
    let running = tokio::task::spawn_blocking(move || run_all(&runner, operations, &span, place));
    let (answers, valid) = match tokio::time::timeout(DEADLINE, running).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => {
            tracing::error!("a query ended early: {error}");
            let message = "the query could not be answered";
            return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", message));
        }
        Err(_) => {
            let message = format!("expected a query that takes at most {} s", DEADLINE.as_secs());
            return Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "DEADLINE_EXCEEDED", message).retry_after(SOON));
        }
    };
    for document in valid {
        gateway.documents.keep(document).await;
    }
    Ok(answers)
}

/// Runs operations one after the other. The place is taken until the last is done, even if nobody waits any longer.
fn run_all(
    runner: &Runner,
    operations: Vec<Result<Operation, DocumentError>>,
    span: &Span,
    place: OwnedSemaphorePermit,
) -> (Vec<Answered>, Vec<Document>) {
    let mut valid = Vec::new();
    let mut spent = Spent::default();
    let mut answers = Vec::with_capacity(operations.len());
    for operation in operations {
        let answered = match operation {
            Err(error) => Answered::refused(error.into()),
            Ok(Operation { document, asked, wish }) => {
                let answered = runner.run(&document, asked, wish, &mut spent, span);
                if document.keep_as.is_some() && !codes::is_request_error(&answered.answer) {
                    valid.push(document);
                }
                answered
            }
        };
        answers.push(answered);
    }
    drop(place);
    (answers, valid)
}

impl Runner {
    fn run(&self, document: &Document, asked: Parameters, wish: CostWish, spent: &mut Spent, span: &Span) -> Answered {
        let refused = |excess: Excess| Answered::refused(excess.into());
        let variables = Variables::from_json(Value::Object(asked.variables.unwrap_or_default()));
        let operation = asked.operation_name.as_deref();
        let parsed = match self.guard.parse(&document.text) {
            Ok(parsed) => parsed,
            Err(excess) => return refused(excess),
        };
        let price = match self.guard.price(&parsed, operation, &variables) {
            Ok(price) => price,
            Err(excess) => return refused(excess),
        };
        match self.guard.spend(*spent, &price) {
            Ok(now) => *spent = now,
            Err(excess) => return refused(excess),
        }
        let touched = self.guard.touched(&parsed);
        describe(&parsed, operation, span);
        let Pair { running, validating } = if price.fields <= HELPED { &self.helpful } else { &self.terse };
        let schema = if wish == CostWish::Only { validating } else { running };
        let request = self.request(document, operation, variables, Some(parsed));
        let mut answer = Handle::current().block_on(schema.execute(request).instrument(span.clone()));
        codes::complete(&mut answer, || {
            let without = self.request(document, operation, Variables::default(), None);
            Handle::current().block_on(validating.execute(without)).errors
        });
        if wish != CostWish::Nothing {
            match async_graphql::to_value(price) {
                Ok(price) => answer = answer.extension("cost", price),
                Err(error) => answer.errors.push(ServerError::new(error.to_string(), None)),
            }
        }
        Answered { answer, touched }
    }

    fn request(
        &self,
        document: &Document,
        operation: Option<&str>,
        variables: Variables,
        parsed: Option<ExecutableDocument>,
    ) -> Request {
        let mut request = Request::new(&*document.text).variables(variables);
        request.operation_name = operation.map(str::to_owned);
        if let Some(parsed) = parsed {
            request.set_parsed_query(parsed);
        }
        crate::schema::on(&self.view, request).data(self.language)
    }
}

/// Puts the operation's name and type into the span.
fn describe(document: &ExecutableDocument, wanted: Option<&str>, span: &Span) {
    let (name, operation) = match &document.operations {
        DocumentOperations::Single(operation) => (None, operation),
        DocumentOperations::Multiple(operations) => {
            let found = match wanted {
                Some(wanted) => operations.iter().find(|(name, _)| name.as_str() == wanted),
                None => operations.iter().next(),
            };
            let Some((name, operation)) = found else { return };
            (Some(name.to_string()), operation)
        }
    };
    if let Some(name) = name.filter(|name| name.len() <= LONGEST_NAME) {
        span.record("graphql.operation.name", name);
    }
    span.record("graphql.operation.type", operation.node.ty.to_string());
}
