//! The checks of an operation before it runs, for queries and subscriptions alike.

use async_graphql::{ServerError, Variables, parser::types::ExecutableDocument};
use serde_json::{Map, Value};

use crate::{
    api::{
        document::ParsedDocument,
        guard::{CostBudget, LimitViolation, QueryCost},
        validation::Suggestions,
    },
    server::GatewayParts,
};

/// Maximum number of fields of a query whose errors contain spelling suggestions.
const HELPED: usize = 100;

/// An operation that is valid, within the limits, and has a value of the right type for every variable.
pub struct CheckedOperation {
    pub document: ExecutableDocument,
    pub price: QueryCost,
    pub variables: Map<String, Value>,
}

/// Checks an operation of a parsed document: first the limits, then the document, then the variables.
///
/// The cost is added to `spent` only if it is within the limits.
pub fn check(
    gateway: &GatewayParts,
    text: &str,
    parsed: ParsedDocument,
    operation: Option<&str>,
    variables: Map<String, Value>,
    spent: &mut CostBudget,
) -> Result<CheckedOperation, Vec<ServerError>> {
    let GatewayParts { guard, validator, known, .. } = gateway;
    let given = Variables::from_json(Value::Object(variables.clone()));
    let limits = |excess: LimitViolation| vec![ServerError::from(excess)];
    let priced = guard.price(&parsed.executable, operation, &given).and_then(|price| {
        *spent = guard.spend(*spent, &price)?;
        Ok(price)
    });
    // An error about the operation name is reported only if the document is valid.
    let suggestions = match &priced {
        Err(excess) if !excess.is_about_name() => return Err(limits(excess.clone())),
        Ok(price) if price.fields <= HELPED => Suggestions::Included,
        _ => Suggestions::Omitted,
    };
    if !known.is_valid(text) {
        validator.validate(&parsed, suggestions)?;
        known.learn_valid(text);
    }
    let price = priced.map_err(limits)?;
    let variables = validator.coerce(&parsed, operation, variables).map_err(|error| vec![error])?;
    Ok(CheckedOperation { document: parsed.executable, price, variables })
}
