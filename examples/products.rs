//! The subgraph `products` of Apollo's compatibility suite, built like Lionrock's subgraphs: with the same framework,
//! the same SDL printer and the same query guard. `make verify` runs the suite against it.
//!
//! ```sh
//! cargo run --example products
//! ```

use std::sync::Arc;

use async_graphql::{
    ComplexObject, EmptyMutation, EmptySubscription, ID, InputObject, Object, Request, Response, Schema, SimpleObject,
    TypeDirective,
};
use axum::{Router, body::Bytes, extract::State, http::header, routing::post};
use lionrock::api::guard::{Guard, Limits};
use tokio::net::TcpListener;

#[TypeDirective(location = "Object", composable = "https://myspecs.dev/myCustomDirective/v1.0")]
fn custom() {}

#[derive(SimpleObject, Clone)]
#[graphql(directive = custom::apply())]
struct Product {
    id: ID,
    sku: Option<String>,
    package: Option<String>,
    variation: Option<ProductVariation>,
    dimensions: Option<ProductDimension>,
    #[graphql(provides = "totalProductsCreated")]
    created_by: Option<User>,
    #[graphql(tag = "internal")]
    notes: Option<String>,
    research: Vec<ProductResearch>,
}

#[derive(SimpleObject, Clone)]
struct ProductVariation {
    id: ID,
}

#[derive(InputObject)]
struct ProductVariationKey {
    id: ID,
}

#[derive(SimpleObject, Clone)]
#[graphql(shareable)]
struct ProductDimension {
    size: Option<String>,
    weight: Option<f64>,
    #[graphql(inaccessible)]
    unit: Option<String>,
}

#[derive(SimpleObject, Clone)]
struct ProductResearch {
    study: CaseStudy,
    outcome: Option<String>,
}

#[derive(SimpleObject, Clone)]
struct CaseStudy {
    case_number: ID,
    description: Option<String>,
}

#[derive(InputObject)]
#[graphql(rename_fields = "camelCase")]
struct CaseStudyKey {
    case_number: ID,
}

#[derive(SimpleObject, Clone)]
struct DeprecatedProduct {
    sku: String,
    package: String,
    reason: Option<String>,
    created_by: Option<User>,
}

#[derive(SimpleObject, Clone)]
#[graphql(extends, complex)]
struct User {
    #[graphql(external)]
    email: ID,
    #[graphql(override_from = "users")]
    name: Option<String>,
    #[graphql(external)]
    total_products_created: Option<i32>,
    #[graphql(external)]
    years_of_employment: i32,
}

#[ComplexObject]
impl User {
    #[graphql(requires = "totalProductsCreated yearsOfEmployment")]
    async fn average_products_created_per_year(&self) -> Option<i32> {
        self.total_products_created.and_then(|total| total.checked_div(self.years_of_employment))
    }
}

#[derive(SimpleObject)]
#[graphql(interface_object)]
struct Inventory {
    id: ID,
    deprecated_products: Vec<DeprecatedProduct>,
}

fn user() -> User {
    User {
        email: "support@apollographql.com".into(),
        name: Some("Jane Smith".to_owned()),
        total_products_created: Some(1337),
        years_of_employment: 10,
    }
}

fn deprecated() -> DeprecatedProduct {
    DeprecatedProduct {
        sku: "apollo-federation-v1".to_owned(),
        package: "@apollo/federation-v1".to_owned(),
        reason: Some("Migrate to Federation V2".to_owned()),
        created_by: Some(user()),
    }
}

fn research(case_number: &str, description: &str) -> ProductResearch {
    let study = CaseStudy { case_number: case_number.into(), description: Some(description.to_owned()) };
    ProductResearch { study, outcome: None }
}

fn products() -> [Product; 2] {
    let product = |sku: &str, package: &str, variation: &str, study: ProductResearch| Product {
        id: format!("apollo-{sku}").into(),
        sku: Some(sku.to_owned()),
        package: Some(package.to_owned()),
        variation: Some(ProductVariation { id: variation.into() }),
        dimensions: Some(ProductDimension {
            size: Some("small".to_owned()),
            weight: Some(1.0),
            unit: Some("kg".to_owned()),
        }),
        created_by: Some(user()),
        notes: None,
        research: vec![study],
    };
    [
        product("federation", "@apollo/federation", "OSS", research("1234", "Federation Study")),
        product("studio", "", "platform", research("1235", "Studio Study")),
    ]
}

struct Query;

#[Object]
impl Query {
    async fn product(&self, id: ID) -> Option<Product> {
        products().into_iter().find(|product| product.id == id)
    }

    #[graphql(deprecation = "Use product query instead")]
    async fn deprecated_product(&self, sku: String, package: String) -> Option<DeprecatedProduct> {
        Some(deprecated()).filter(|product| product.sku == sku && product.package == package)
    }

    #[graphql(entity)]
    async fn product_by_id(&self, id: ID) -> Option<Product> {
        products().into_iter().find(|product| product.id == id)
    }

    #[graphql(entity)]
    async fn product_by_package(&self, sku: String, package: String) -> Option<Product> {
        products()
            .into_iter()
            .find(|product| product.sku.as_ref() == Some(&sku) && product.package.as_ref() == Some(&package))
    }

    #[graphql(entity)]
    async fn product_by_variation(&self, sku: String, variation: ProductVariationKey) -> Option<Product> {
        let is_it = |product: &Product| {
            product.sku.as_ref() == Some(&sku)
                && product.variation.as_ref().is_some_and(|known| known.id == variation.id)
        };
        products().into_iter().find(is_it)
    }

    #[graphql(entity)]
    async fn deprecated_product_by_key(&self, sku: String, package: String) -> Option<DeprecatedProduct> {
        Some(deprecated()).filter(|product| product.sku == sku && product.package == package)
    }

    #[graphql(entity)]
    async fn research_by_study(&self, study: CaseStudyKey) -> Option<ProductResearch> {
        let all = products().into_iter().flat_map(|product| product.research);
        all.into_iter().find(|research| research.study.case_number == study.case_number)
    }

    #[graphql(entity)]
    async fn user_by_email(
        &self,
        #[graphql(key)] email: ID,
        total_products_created: Option<i32>,
        years_of_employment: Option<i32>,
    ) -> Option<User> {
        let known = user();
        let years_of_employment = years_of_employment.unwrap_or(known.years_of_employment);
        let user = User { total_products_created, years_of_employment, ..known };
        Some(user).filter(|user| user.email == email)
    }

    #[graphql(entity)]
    async fn inventory_by_id(&self, id: ID) -> Option<Inventory> {
        Some(Inventory { id, deprecated_products: vec![deprecated()] })
    }
}

type Products = Schema<Query, EmptyMutation, EmptySubscription>;

/// Executes one request, unless the guard rejects it.
async fn execute(
    State(served): State<Arc<(Products, Guard)>>,
    body: Bytes,
) -> ([(header::HeaderName, &'static str); 1], Vec<u8>) {
    let (schema, guard) = &*served;
    let response = match serde_json::from_slice::<Request>(&body) {
        Ok(mut request) => match check(guard, &request) {
            Ok(document) => {
                request.set_parsed_query(document);
                schema.execute(request).await
            }
            Err(error) => Response::from_errors(vec![error]),
        },
        Err(error) => Response::from_errors(vec![async_graphql::ServerError::new(error.to_string(), None)]),
    };
    ([(header::CONTENT_TYPE, "application/json")], serde_json::to_vec(&response).unwrap_or_default())
}

/// Parses a request and checks its cost.
fn check(
    guard: &Guard,
    request: &Request,
) -> Result<async_graphql::parser::types::ExecutableDocument, async_graphql::ServerError> {
    let document = guard.parse(&request.query)?;
    guard.price(&document.executable, request.operation_name.as_deref(), &request.variables)?;
    Ok(document.executable)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    let guard = Guard::new(&schema.sdl(), Limits::OF_A_ROUTER);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("products at http://{}/", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().route("/", post(execute)).with_state(Arc::new((schema, guard)))).await?)
}
