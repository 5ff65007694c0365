//! Tests of every kind of change, one at a time.

use async_graphql::parser::parse_schema;

use super::*;

/// Returns the changes between two schemas, one per line.
fn describe_changes(old: &str, new: &str) -> Vec<String> {
    let changes = changes(&parse_schema(old).unwrap(), &parse_schema(new).unwrap());
    changes.iter().map(|one| format!("{} {}: {}", one.severity.word(), one.place, one.what)).collect()
}

/// Asserts a change, and that a schema does not differ from itself.
fn assert_changes(cases: &[(&str, &str, &str)]) {
    for (old, new, expected) in cases {
        assert_eq!(describe_changes(old, new), [*expected], "{old} → {new}");
        assert!(describe_changes(old, old).is_empty() && describe_changes(new, new).is_empty(), "{old} → {new}");
    }
}

#[test]
fn types_and_roots() {
    assert_changes(&[
        ("scalar A scalar B", "scalar A", "breaking B: type removed"),
        ("scalar A", "scalar A scalar B", "safe B: type added"),
        ("scalar A", "enum A { B }", "breaking A: a scalar became an enum"),
        ("type A { b: Int }", "input A { b: Int }", "breaking A: an object became an input object"),
        ("interface A { b: Int }", "union A = B", "breaking A: an interface became a union"),
        (
            "schema { query: A } type A { a: Int } type B { a: Int }",
            "schema { query: B } type A { a: Int } type B { a: Int }",
            "breaking schema.query: `A` became `B`",
        ),
        (
            "schema { query: A mutation: A } type A { a: Int }",
            "schema { query: A } type A { a: Int }",
            "breaking schema.mutation: `A` removed",
        ),
        (
            "schema { query: A } type A { a: Int }",
            "schema { query: A subscription: A } type A { a: Int }",
            "safe schema.subscription: `A` added",
        ),
        (
            "type Query { a: Int } type B { a: Int }",
            "schema { query: B } type Query { a: Int } type B { a: Int }",
            "breaking schema.query: `Query` became `B`",
        ),
        ("scalar A", "\"\"\"A day.\"\"\" scalar A", "safe A: description changed"),
    ]);
    assert!(describe_changes("\"\"\"A  day.\"\"\" scalar A", "\"A day.\" scalar A").is_empty());
}

#[test]
fn fields() {
    assert_changes(&[
        ("type A { b: Int c: Int }", "type A { b: Int }", "breaking A.c: field removed"),
        ("interface A { b: Int c: Int }", "interface A { b: Int }", "breaking A.c: field removed"),
        ("type A { b: Int }", "type A { b: Int c: Int }", "safe A.c: field added"),
        ("type A { b: Int }", "type A { b: String }", "breaking A.b: type `Int` became `String`"),
        ("type A { b: Int! }", "type A { b: Int }", "breaking A.b: type `Int!` became `Int`"),
        ("type A { b: Int }", "type A { b: Int! }", "safe A.b: type `Int` became `Int!`"),
        ("type A { b: Int }", "type A { b: [Int] }", "breaking A.b: type `Int` became `[Int]`"),
        ("type A { b: [Int!] }", "type A { b: [Int]! }", "breaking A.b: type `[Int!]` became `[Int]!`"),
        ("type A { b: [Int] }", "type A { b: [Int!]! }", "safe A.b: type `[Int]` became `[Int!]!`"),
        ("type A { b: Int }", "type A { b: Int @deprecated }", "safe A.b: deprecated"),
        ("type A { b: Int @deprecated }", "type A { b: Int }", "safe A.b: not deprecated any more"),
        ("type A { b: Int }", "type A { \"C.\" b: Int }", "safe A.b: description changed"),
    ]);
}

#[test]
fn arguments() {
    assert_changes(&[
        ("type A { b(c: Int): Int }", "type A { b: Int }", "breaking A.b(c): argument removed"),
        ("type A { b: Int }", "type A { b(c: Int!): Int }", "breaking A.b(c): required argument added"),
        ("type A { b: Int }", "type A { b(c: Int! = 1): Int }", "dangerous A.b(c): optional argument added"),
        ("type A { b: Int }", "type A { b(c: Int): Int }", "dangerous A.b(c): optional argument added"),
        ("type A { b(c: Int): Int }", "type A { b(c: Int!): Int }", "breaking A.b(c): type `Int` became `Int!`"),
        ("type A { b(c: Int!): Int }", "type A { b(c: Int): Int }", "safe A.b(c): type `Int!` became `Int`"),
        ("type A { b(c: Int): Int }", "type A { b(c: ID): Int }", "breaking A.b(c): type `Int` became `ID`"),
        ("type A { b(c: [Int!]!): Int }", "type A { b(c: [Int]): Int }", "safe A.b(c): type `[Int!]!` became `[Int]`"),
        ("type A { b(c: Int = 1): Int }", "type A { b(c: Int = 2): Int }", "dangerous A.b(c): default `1` became `2`"),
        ("type A { b(c: Int = 1): Int }", "type A { b(c: Int): Int }", "dangerous A.b(c): default `1` removed"),
        ("type A { b(c: Int! = 1): Int }", "type A { b(c: Int!): Int }", "breaking A.b(c): default `1` removed"),
        ("type A { b(c: Int): Int }", "type A { b(c: Int = 1): Int }", "dangerous A.b(c): default `1` added"),
        ("type A { b(c: Int): Int }", "type A { b(\"D.\" c: Int): Int }", "safe A.b(c): description changed"),
    ]);
}

#[test]
fn input_fields() {
    assert_changes(&[
        ("input A { b: Int c: Int }", "input A { b: Int }", "breaking A.c: input field removed"),
        ("input A { b: Int }", "input A { b: Int c: Int! }", "breaking A.c: required input field added"),
        ("input A { b: Int }", "input A { b: Int c: Int! = 1 }", "dangerous A.c: optional input field added"),
        ("input A { b: Int }", "input A { b: Int! }", "breaking A.b: type `Int` became `Int!`"),
        ("input A { b: Int! }", "input A { b: Int }", "safe A.b: type `Int!` became `Int`"),
        ("input A { b: Int = 1 }", "input A { b: Int = 2 }", "dangerous A.b: default `1` became `2`"),
    ]);
}

#[test]
fn members_and_values() {
    assert_changes(&[
        ("enum A { B C }", "enum A { B }", "breaking A.C: enum value removed"),
        ("enum A { B }", "enum A { B C }", "dangerous A.C: enum value added"),
        ("enum A { B }", "enum A { B @deprecated }", "safe A.B: deprecated"),
        ("union A = B | C", "union A = B", "breaking A: member `C` removed"),
        ("union A = B", "union A = B | C", "dangerous A: member `C` added"),
        ("type A implements B & C { d: Int }", "type A implements B { d: Int }", "breaking A: interface `C` removed"),
        ("type A implements B { d: Int }", "type A implements B & C { d: Int }", "dangerous A: interface `C` added"),
    ]);
}

#[test]
fn directives() {
    assert_changes(&[
        ("scalar A directive @b on FIELD", "scalar A", "breaking @b: directive removed"),
        ("scalar A", "scalar A directive @b on FIELD", "safe @b: directive added"),
        ("directive @b on FIELD | QUERY", "directive @b on FIELD", "breaking @b: location `Query` removed"),
        ("directive @b on FIELD", "directive @b on FIELD | QUERY", "safe @b: location `Query` added"),
        ("directive @b(c: Int) on FIELD", "directive @b on FIELD", "breaking @b(c): argument removed"),
        ("directive @b on FIELD", "directive @b(c: Int!) on FIELD", "breaking @b(c): required argument added"),
    ]);
}

#[test]
fn the_most_severe_change_comes_first() {
    let old = "type A { b: Int c: Int } enum E { X }";
    let new = "type A { c: Int! } enum E { X Y }";
    assert_eq!(
        describe_changes(old, new),
        ["breaking A.b: field removed", "dangerous E.Y: enum value added", "safe A.c: type `Int` became `Int!`"]
    );
}
