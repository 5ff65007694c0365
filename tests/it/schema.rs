//! The public SDL is a reviewed file: it equals what the binary prints.

use std::path::Path;

#[test]
fn the_committed_sdl_is_the_one_in_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/graph.graphql");
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let printed = lionrock::schema::sdl();
    assert!(
        committed == printed,
        "the schema moved: read the change, then `cargo run -- schema > schema/graph.graphql`"
    );
}

#[test]
fn every_record_type_is_a_node_with_provenance() {
    let sdl = lionrock::schema::sdl();
    for name in [
        "FundedProject",
        "TrialProject",
        "BetterLivingProject",
        "RaisePlusProject",
        "KeyLaboratory",
        "VentureInvestment",
        "Accreditation",
        "Tenancy",
        "BusinessGrant",
        "ResearchDesignation",
    ] {
        let begin = sdl.find(&format!("type {name} implements Node {{")).unwrap_or_else(|| panic!("{name} is no node"));
        let body = &sdl[begin..begin + sdl[begin..].find("\n}").unwrap()];
        assert!(body.contains("provenance: Provenance!"), "{name} has no provenance");
    }
}
