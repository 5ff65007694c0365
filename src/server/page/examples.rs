//! The example queries in the tabs of the page. They are not part of its build, so a changed query needs no new build.

/// In the order of the tabs. Each file is named here because cargo does not notice a new file in an embedded folder.
pub const QUERIES: [&str; 8] = [
    include_str!("../../../examples/01-one-organisation.graphql"),
    include_str!("../../../examples/02-tenants-with-public-money.graphql"),
    include_str!("../../../examples/03-sums-by-year-and-programme.graphql"),
    include_str!("../../../examples/04-medical-laboratories.graphql"),
    include_str!("../../../examples/05-trial-projects.graphql"),
    include_str!("../../../examples/06-dataset-status.graphql"),
    include_str!("../../../examples/07-statistics.graphql"),
    include_str!("../../../examples/08-grants-and-collaborators.graphql"),
];
