//! Prints the Science Park tenants that have public funding or an accredited laboratory, with their source rows.
//!
//! ```sh
//! cargo run -- [CLUSTER]      # LIONROCK_URL is the address of the gateway (default http://127.0.0.1:4000/graphql)
//! ```

use std::{collections::BTreeSet, env};

use anyhow::{Context, bail};
use graphql_client::{GraphQLQuery, Response};
use tenants::{ResponseData, TenantsOrganisationsNodes as Tenant, Variables};

/// An exact decimal, as text.
type Decimal = String;

#[derive(GraphQLQuery)]
#[graphql(schema_path = "../../../schema/graph.graphql", query_path = "src/tenants.graphql")]
struct Tenants;

/// Requests one page. Errors in the response are returned as an error.
fn fetch_page(url: &str, variables: Variables) -> anyhow::Result<ResponseData> {
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let mut response = agent.post(url).send_json(Tenants::build_query(variables))?;
    let response: Response<ResponseData> = response.body_mut().read_json().context("expected a GraphQL response")?;
    let errors: Vec<String> = response.errors.into_iter().flatten().map(|error| error.message).collect();
    if !errors.is_empty() {
        bail!("{}", errors.join("; "));
    }
    response.data.context("expected data in the response, found none")
}

/// Fetches all pages of tenants.
fn tenants(url: &str, cluster: Option<&str>) -> anyhow::Result<Vec<Tenant>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let variables = Variables { clusters: cluster.map(|cluster| vec![cluster.to_owned()]), after };
        // Null only with an error, which is handled above.
        let page = fetch_page(url, variables)?.organisations.context("the gateway returned no organisations")?;
        found.extend(page.nodes);
        if !page.page_info.has_next_page {
            return Ok(found);
        }
        after = page.page_info.end_cursor;
    }
}

fn main() -> anyhow::Result<()> {
    let url = env::var("LIONROCK_URL").unwrap_or_else(|_| "http://127.0.0.1:4000/graphql".to_owned());
    let cluster = env::args().nth(1);
    let all = tenants(&url, cluster.as_deref()).with_context(|| url.clone())?;
    let mut attributions = BTreeSet::new();
    let mut shown = 0;
    for tenant in &all {
        // Null only with an error, which is handled above.
        let accreditations = tenant.accreditations.as_ref().map_or(0, |page| page.total_count);
        if tenant.funding.count == 0 && accreditations == 0 {
            continue;
        }
        shown += 1;
        let rows: Vec<String> = tenant
            .tenancies
            .iter()
            .flat_map(|page| &page.nodes)
            .map(|tenancy| &tenancy.provenance)
            .map(|source| {
                attributions.insert(source.attribution.as_str());
                let dataset = source.dataset.as_ref().and_then(|dataset| dataset.title.en.as_deref());
                format!("{} row {}", dataset.unwrap_or("-"), source.row)
            })
            .collect();
        // Null if no amount is known.
        let total = tenant.funding.total.as_ref();
        let total = total.map_or("-".to_owned(), |total| format!("{} {}", total.currency, total.amount));
        println!("{}\t{total}\t{accreditations} accreditations\t{}", tenant.name.shown, rows.join(", "));
    }
    println!("{shown} of {} tenants", all.len());
    for attribution in attributions {
        println!("{attribution}");
    }
    Ok(())
}
