//! Parsed documents in the forms of two libraries: one validates, the other executes.
//!
//! A text is parsed once. The executor's form is converted from the validator's, so that both have the same values.

use std::collections::HashMap;

use apollo_compiler::{Name as TreeName, Node, ast, parser::SourceSpan};
use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
        VariableDefinition,
    },
};
use async_graphql_value::Value;
use serde_json::Number;

/// A parsed document that is not validated yet.
pub struct ParsedDocument {
    /// The form that is validated.
    pub(super) tree: ast::Document,
    /// The form that is executed.
    pub executable: ExecutableDocument,
}

/// The position and the message of a syntax error.
pub struct SyntaxError {
    pub message: String,
    pub at: Pos,
}

impl ParsedDocument {
    /// Parses a text. The caller must have limited its nesting.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let tree = match ast::Document::parse(text, "") {
            Ok(tree) => tree,
            Err(found) => {
                let first = found.errors.iter().next().map(|error| error.to_json());
                let at = first.as_ref().and_then(|error| error.locations.first());
                let at = at.map_or(Pos { line: 1, column: 1 }, |at| Pos { line: at.line, column: at.column });
                let message = first.map_or_else(|| "the text is not GraphQL".to_owned(), |error| error.message);
                let line = message.lines().next().unwrap_or_default();
                return Err(SyntaxError { message: in_words(line), at });
            }
        };
        if tree.definitions.is_empty() {
            let message = "expected an operation, found none".to_owned();
            return Err(SyntaxError { message, at: Pos { line: 1, column: 1 } });
        }
        let mut converter = Converter { text, line: 1, at: 0, column: 1 };
        let executable = converter.document(&tree)?;
        Ok(Self { tree, executable })
    }

    /// The variables that an operation declares. `None` selects the only operation.
    pub(super) fn variables(&self, operation: Option<&str>) -> &[Node<ast::VariableDefinition>] {
        let mut operations = self.tree.definitions.iter().filter_map(ast::Definition::as_operation_definition);
        let chosen = operations.find(|known| operation.is_none() || known.name.as_deref() == operation);
        chosen.map_or(&[], |chosen| &chosen.variables)
    }
}

/// The tokens that the parser names in its messages, and how they are written.
const TOKENS: [(&str, &str); 12] = [
    ("L_CURLY", "`{`"),
    ("R_CURLY", "`}`"),
    ("L_PAREN", "`(`"),
    ("R_PAREN", "`)`"),
    ("L_BRACK", "`[`"),
    ("R_BRACK", "`]`"),
    ("COLON", "`:`"),
    ("DOLLAR", "`$`"),
    ("AT", "`@`"),
    ("EQ", "`=`"),
    ("SPREAD", "`...`"),
    ("NAME", "a name"),
];

/// Rewrites a message of the parser, with tokens as written in a document.
fn in_words(message: &str) -> String {
    let message = message.trim_start_matches("syntax error: ");
    let Some((expected, found)) = message.rsplit_once(", got ") else { return message.to_owned() };
    let name = expected.trim_start_matches("expected ");
    let token = TOKENS.iter().find(|(known, _)| *known == name);
    let expected = token.map_or_else(|| expected.to_owned(), |(_, written)| format!("expected {written}"));
    match found {
        "EOF" => format!("{expected}, found the end of the document"),
        found => format!("{expected}, found `{found}`"),
    }
}

/// Converts a document and tracks lines and columns.
struct Converter<'t> {
    text: &'t str,
    line: usize,
    at: usize,
    column: usize,
}

impl Converter<'_> {
    /// The position of a part of the document. Takes linear time in total if the parts are in text order.
    fn position(&mut self, span: Option<SourceSpan>) -> Pos {
        let wanted = span.map_or(self.at, |span| span.offset());
        if wanted < self.at {
            (self.line, self.at, self.column) = (1, 0, 1);
        }
        for character in self.text.get(self.at..wanted).unwrap_or_default().chars() {
            self.column += 1;
            if character == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            }
        }
        self.at = wanted;
        Pos { line: self.line, column: self.column }
    }

    fn document(&mut self, tree: &ast::Document) -> Result<ExecutableDocument, SyntaxError> {
        let (mut anonymous, mut named, mut fragments) = (None, HashMap::new(), HashMap::new());
        for definition in &tree.definitions {
            let at = self.position(definition.location());
            match definition {
                ast::Definition::OperationDefinition(operation) => {
                    let converted = Positioned::new(self.operation(operation, at), at);
                    match &operation.name {
                        Some(known) => _ = named.entry(name(known)).or_insert(converted),
                        None => anonymous = Some(converted),
                    }
                }
                ast::Definition::FragmentDefinition(fragment) => {
                    let converted = FragmentDefinition {
                        type_condition: condition(&fragment.type_condition, at),
                        directives: directives(&fragment.directives, at),
                        selection_set: self.selections(&fragment.selection_set, at),
                    };
                    fragments.entry(name(&fragment.name)).or_insert_with(|| Positioned::new(converted, at));
                }
                _ => {
                    let message = "expected an operation or a fragment, found a definition of a schema".to_owned();
                    return Err(SyntaxError { message, at });
                }
            }
        }
        let operations = match anonymous {
            Some(operation) if named.is_empty() => DocumentOperations::Single(operation),
            // Validation rejects an operation without a name beside others.
            _ => DocumentOperations::Multiple(named),
        };
        Ok(ExecutableDocument { operations, fragments })
    }

    fn operation(&mut self, operation: &ast::OperationDefinition, at: Pos) -> OperationDefinition {
        let variables = operation.variables.iter().map(|variable| {
            let at = self.position(variable.location());
            let default = variable.default_value.as_ref().and_then(|default| value(default).into_const());
            let variable = VariableDefinition {
                name: Positioned::new(name(&variable.name), at),
                var_type: Positioned::new(type_of(&variable.ty), at),
                directives: directives(&variable.directives, at),
                default_value: default.map(|default| Positioned::new(default, at)),
            };
            Positioned::new(variable, at)
        });
        OperationDefinition {
            variable_definitions: variables.collect(),
            ty: match operation.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            directives: directives(&operation.directives, at),
            selection_set: self.selections(&operation.selection_set, at),
        }
    }

    fn selections(&mut self, selections: &[ast::Selection], within: Pos) -> Positioned<SelectionSet> {
        let items = selections.iter().map(|selection| match selection {
            ast::Selection::Field(field) => {
                let at = self.position(field.location());
                let converted = Field {
                    alias: field.alias.as_ref().map(|alias| Positioned::new(name(alias), at)),
                    name: Positioned::new(name(&field.name), at),
                    arguments: arguments(&field.arguments, at),
                    directives: directives(&field.directives, at),
                    selection_set: self.selections(&field.selection_set, at),
                };
                Positioned::new(Selection::Field(Positioned::new(converted, at)), at)
            }
            ast::Selection::FragmentSpread(spread) => {
                let at = self.position(spread.location());
                let converted = FragmentSpread {
                    fragment_name: Positioned::new(name(&spread.fragment_name), at),
                    directives: directives(&spread.directives, at),
                };
                Positioned::new(Selection::FragmentSpread(Positioned::new(converted, at)), at)
            }
            ast::Selection::InlineFragment(fragment) => {
                let at = self.position(fragment.location());
                let converted = InlineFragment {
                    type_condition: fragment.type_condition.as_ref().map(|of_type| condition(of_type, at)),
                    directives: directives(&fragment.directives, at),
                    selection_set: self.selections(&fragment.selection_set, at),
                };
                Positioned::new(Selection::InlineFragment(Positioned::new(converted, at)), at)
            }
        });
        Positioned::new(SelectionSet { items: items.collect() }, within)
    }
}

fn name(name: &TreeName) -> Name {
    Name::new(name.as_str())
}

fn condition(of_type: &TreeName, at: Pos) -> Positioned<TypeCondition> {
    Positioned::new(TypeCondition { on: Positioned::new(name(of_type), at) }, at)
}

fn directives(list: &ast::DirectiveList, at: Pos) -> Vec<Positioned<Directive>> {
    let converted = list.iter().map(|directive| Directive {
        name: Positioned::new(name(&directive.name), at),
        arguments: arguments(&directive.arguments, at),
    });
    converted.map(|directive| Positioned::new(directive, at)).collect()
}

fn arguments(list: &[Node<ast::Argument>], at: Pos) -> Vec<(Positioned<Name>, Positioned<Value>)> {
    let converted = list.iter().map(|argument| (name(&argument.name), value(&argument.value)));
    converted.map(|(name, value)| (Positioned::new(name, at), Positioned::new(value, at))).collect()
}

fn value(tree: &ast::Value) -> Value {
    match tree {
        ast::Value::Null => Value::Null,
        ast::Value::Boolean(value) => Value::Boolean(*value),
        ast::Value::String(value) => Value::String(value.clone()),
        ast::Value::Enum(value) => Value::Enum(name(value)),
        ast::Value::Variable(variable) => Value::Variable(name(variable)),
        ast::Value::Int(digits) => match digits.as_str().parse::<i64>() {
            Ok(number) => Value::Number(number.into()),
            // Only an ID or a decimal may be so long. Both are parsed from text without loss.
            Err(_) => Value::String(digits.as_str().to_owned()),
        },
        ast::Value::Float(digits) => match digits.as_str().parse().ok().and_then(Number::from_f64) {
            Some(number) => Value::Number(number),
            None => Value::String(digits.as_str().to_owned()),
        },
        ast::Value::List(items) => Value::List(items.iter().map(|item| value(item)).collect()),
        ast::Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, field)| (name(key), value(field))).collect())
        }
    }
}

fn type_of(tree: &ast::Type) -> Type {
    let base = match tree {
        ast::Type::Named(of) | ast::Type::NonNullNamed(of) => BaseType::Named(name(of)),
        ast::Type::List(item) | ast::Type::NonNullList(item) => BaseType::List(Box::new(type_of(item))),
    };
    Type { base, nullable: !tree.is_non_null() }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn syntax_errors_name_tokens_by_their_symbols() {
        let message = |text: &str| ParsedDocument::parse(text).err().map(|error| error.message);
        let end = message("{ organisations { id }").unwrap();
        assert_eq!(end, "expected `}`, found the end of the document");
        let colon = message("{ node(id 1) { id } }").unwrap();
        assert!(colon.starts_with("expected ") && !colon.contains(", got "), "{colon}");
    }

    #[test]
    fn the_converted_document_equals_the_parsed_one() {
        let text = "query A($x: [ID!]! = [\"a\"], $y: F = { b: 1, c: [true, null, RED] }) @f {\n  é: a(b: $x) @d(e: 1.5) {\n \
                    ... on T @skip(if: true) { c } ...G @include(if: false) ... { d(e: \"\"\"\n   f\n    g\n \"\"\") } }\n}\n \
                    subscription B { c } fragment G on T @h { __typename }"
            .replace('é', "e");
        let ours = ParsedDocument::parse(&text).map_err(|error| error.message).unwrap().executable;
        let theirs = parse_query(&text).unwrap();
        // Positions within a field are ignored. Only the positions of operations and fragments are compared.
        let plain = |document: &ExecutableDocument| {
            let mut json = serde_json::to_value(document).unwrap();
            remove_positions(&mut json);
            json
        };
        assert_eq!(plain(&ours), plain(&theirs));
        let begins = |document: &ExecutableDocument| document.operations.iter().map(|(_, op)| op.pos).max();
        assert_eq!(begins(&ours), begins(&theirs));
        assert_eq!(ours.fragments["G"].pos, theirs.fragments["G"].pos);
    }

    fn remove_positions(json: &mut serde_json::Value) {
        match json {
            serde_json::Value::Object(fields) => {
                fields.remove("pos");
                fields.values_mut().for_each(remove_positions);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(remove_positions),
            _ => {}
        }
    }

    #[test]
    fn values_follow_the_specification() {
        let text = r#"{ a(b: "\u{1F600}\uD83D\uDE00é\n", c: -0, d: 99999999999999999999, e: 1e400, f: -1.5e2) }"#;
        let document = ParsedDocument::parse(text).map_err(|error| error.message).unwrap().executable;
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("no field") };
        let values: Vec<String> = field.node.arguments.iter().map(|(_, value)| value.node.to_string()).collect();
        assert_eq!(values, ["\"😀😀é\\n\"", "0", "\"99999999999999999999\"", "\"1e400\"", "-150.0"]);
        for wrong in
            [r#"{ a(b: "\uD83D") }"#, r#"{ a(b: "\u{110000}") }"#, "{ a(b: 01) }", "{ a(b: 1.) }", "{ a(b: 1x) }"]
        {
            assert!(ParsedDocument::parse(wrong).is_err(), "{wrong}");
        }
    }
}
