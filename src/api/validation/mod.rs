//! Validation of documents, and coercion of variables, by the specification.
//!
//! Most rules are those of `apollo-compiler`. Where it is more lenient than the specification, [`positions`] and
//! [`lists`] add the rule. The guard has already limited the size of the document.

use apollo_compiler::{Name, Node, Schema, ast, diagnostic::ToCliReport, schema::ExtendedType, ty, validation::Valid};
use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use crate::api::document::ParsedDocument;

mod coercion;
mod lists;
mod positions;
mod suggestions;

/// Maximum number of errors that are reported for one document.
const MOST_ERRORS: usize = 20;

/// The error for a field without a selection. It is also reported if every selected field is unknown.
const NO_SELECTION: &str = "interface, union and object types must have a subselection set";

/// Validates documents against one schema.
pub struct DocumentValidator {
    schema: Valid<Schema>,
}

/// Whether errors about unknown fields suggest a field with a similar name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestions {
    Included,
    /// Finding suggestions is slow when thousands of names are wrong.
    Omitted,
}

impl DocumentValidator {
    /// A validator for the schema with this SDL.
    pub fn new(sdl: &str) -> Self {
        let mut schema = Schema::parse(sdl, "").expect("the schema's own SDL is well formed");
        add_is_one_of(&mut schema);
        lists::add_argument(&mut schema);
        Self { schema: Valid::assume_valid(schema) }
    }

    /// Checks a document by every rule of the specification.
    pub fn validate(&self, parsed: &ParsedDocument, suggestions: Suggestions) -> Result<(), Vec<ServerError>> {
        let document = match parsed.tree.to_executable_validate(&self.schema) {
            Ok(document) => document,
            Err(invalid) => {
                let mut errors = Vec::new();
                let unknown = match suggestions {
                    Suggestions::Included => suggestions::unknown_fields(&self.schema, &parsed.tree),
                    Suggestions::Omitted => Vec::new(),
                };
                for found in invalid.errors.iter().take(MOST_ERRORS) {
                    let span = found.error.location();
                    let offset = span.map(|span| span.offset());
                    let better = unknown.iter().find(|(at, _)| Some(*at) == offset).map(|(_, message)| message.clone());
                    let found = found.to_json();
                    let contains = |at: &usize| span.is_some_and(|span| span.offset() < *at && *at < span.end_offset());
                    if found.message == NO_SELECTION && unknown.iter().any(|(at, _)| contains(at)) {
                        continue;
                    }
                    let at = found.locations.first().map(|at| Pos { line: at.line, column: at.column });
                    errors.push(invalid_document(better.unwrap_or(found.message), at));
                }
                return Err(errors);
            }
        };
        let found = positions::check(&self.schema, &document);
        let found = if found.is_empty() { lists::check(&self.schema, &parsed.tree) } else { found };
        if found.is_empty() {
            return Ok(());
        }
        let errors = found.into_iter().take(MOST_ERRORS).map(|(message, span)| {
            let at = span.and_then(|span| span.line_column(&parsed.tree.sources));
            invalid_document(message, at.map(|at| Pos { line: at.line, column: at.column }))
        });
        Err(errors.collect())
    }
}

fn invalid_document(message: String, at: Option<Pos>) -> ServerError {
    coded(message, at, "GRAPHQL_VALIDATION_FAILED")
}

fn coded(message: String, at: Option<Pos>, code: &str) -> ServerError {
    let mut error = ServerError::new(message, at);
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set("code", code);
    error
}

/// Adds the field of introspection that the framework has and `apollo-compiler` does not know.
fn add_is_one_of(schema: &mut Schema) {
    let name = Name::new_static_unchecked("isOneOf");
    if let Some(ExtendedType::Object(introspected)) = schema.types.get_mut("__Type") {
        let definition = ast::FieldDefinition {
            description: None,
            name: name.clone(),
            arguments: Vec::new(),
            ty: ty!(Boolean),
            directives: ast::DirectiveList::default(),
        };
        introspected.make_mut().fields.insert(name, Node::new(definition).into());
    }
}

#[cfg(test)]
mod tests;
