//! Descriptions of types that come from libraries without one: connections and scalars.

use async_graphql::{
    Any, EmptyMutation, ID, ObjectType, SchemaBuilder, SubscriptionType,
    connection::{Connection, EmptyFields},
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::{
    api::{
        collaborator::{CollaboratorPage, RecordPage},
        dataset::Reject,
        edges::GrantPage,
        figures::ObservationObject,
        mention::MentionObject,
        search::SearchPage,
        table::TableRow,
    },
    domain::pagination::{Page, Total},
    index::organisation::Organisation,
    publishers::{
        hkas::accreditations::Accreditation,
        hkstpc::{
            events::Event, restaurants::Restaurant, tenancies::Tenancy, tenders::Tender, transport::TransportRoute,
            vacancies::JobVacancy,
        },
        itc::{
            business_grants::BusinessGrant, research_institutions::ResearchDesignation,
            tech_connect::TechConnectProject,
        },
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
};

/// A connection whose items are created for the response.
type Owned<T> = Connection<String, T, Total, EmptyFields>;

/// Adds the missing type descriptions to the schema.
pub fn describe<Q, S>(schema: SchemaBuilder<Q, EmptyMutation, S>) -> SchemaBuilder<Q, EmptyMutation, S>
where
    Q: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    schema
        .override_input_type_description::<Any>("For routers: an entity representation, given by its type and key.")
        .override_output_type_description::<ID>("Opaque, globally unique identifier.")
        .override_output_type_description::<Date>("A calendar date, such as `2024-03-31`.")
        .override_output_type_description::<Timestamp>("A point in time in UTC, such as `2024-03-31T04:05:06Z`.")
        .override_output_type_description::<Decimal>("An exact decimal number as a string, such as `1234.50`.")
        .override_output_type_description::<Page<'static, Accreditation>>("A page of accreditations.")
        .override_output_type_description::<Page<'static, BetterLivingProject>>("A page of Better Living projects.")
        .override_output_type_description::<Page<'static, BusinessGrant>>("A page of business grants.")
        .override_output_type_description::<Page<'static, Event>>("A page of events.")
        .override_output_type_description::<Page<'static, FundedProject>>("A page of funded projects.")
        .override_output_type_description::<Page<'static, JobVacancy>>("A page of job vacancies.")
        .override_output_type_description::<Page<'static, KeyLaboratory>>("A page of key laboratories.")
        .override_output_type_description::<Page<'static, Organisation>>("A page of organisations.")
        .override_output_type_description::<Page<'static, RaisePlusProject>>(
            "A page of projects of the `RAISe+` Scheme.",
        )
        .override_output_type_description::<Page<'static, ResearchDesignation>>(
            "A page of designations of research institutions.",
        )
        .override_output_type_description::<Page<'static, Restaurant>>("A page of restaurants.")
        .override_output_type_description::<Page<'static, TechConnectProject>>("A page of TechConnect projects.")
        .override_output_type_description::<Page<'static, Tenancy>>("A page of tenancies.")
        .override_output_type_description::<Page<'static, Tender>>("A page of tenders.")
        .override_output_type_description::<Page<'static, TransportRoute>>("A page of transport routes.")
        .override_output_type_description::<Page<'static, TrialProject>>("A page of trial projects.")
        .override_output_type_description::<Page<'static, VentureInvestment>>("A page of investments.")
        .override_output_type_description::<CollaboratorPage>("A page of collaborators.")
        .override_output_type_description::<RecordPage<'static>>("A page of records.")
        .override_output_type_description::<GrantPage<'static>>("A page of grants.")
        .override_output_type_description::<Owned<MentionObject<'static>>>("A page of mentions.")
        .override_output_type_description::<Owned<ObservationObject<'static>>>("A page of observations.")
        .override_output_type_description::<Owned<Reject>>("A page of rows that could not be read as records.")
        .override_output_type_description::<Owned<TableRow>>("A page of table rows as published.")
        .override_output_type_description::<SearchPage<'static>>("A page of search hits, best match first.")
}
