//! The publishers: a folder per publisher, a file per dataset. To add a dataset, add its file and its line in
//! [`datasets`].
//!
//! The files of all datasets have the same order: record, source and reader, query fields, tests. Records are GraphQL
//! types. Edges between publishers are in [`crate::api::edges`].

use std::sync::Arc;

use async_graphql::{Context, MergedObject, Object};

use crate::{
    domain::{
        clock::RequestClock,
        resolve::{SyncResolve, sync_resolvers},
    },
    upstream::{snapshots::Snapshots, source::Source},
};

pub mod answer;
pub mod hkas;
pub mod hkctc;
pub mod hkpc;
pub mod hkstpc;
pub mod itc;
pub mod itf;
pub mod listing;
pub mod rdc;
pub mod statistical_table;
pub mod words;

/// All datasets by publisher, in the order of the publishers' ranks. Calls the macro `$apply` with the list.
///
/// A line names the module of a dataset, its sources, its part of the publisher's query type, and the type of its
/// records. Two datasets can share a record type, and a dataset whose rows another field returns has no part.
macro_rules! datasets {
    ($apply:ident) => {
        $apply! {
            /// The Innovation and Technology Fund.
            itf: Itf {
                projects: [SOURCE], ProjectsPart, FundedProject;
                register: [SOURCE];
                trials: [SOURCE, SPECIAL_CALL], TrialsPart, TrialProject;
                better_living: [SOURCE], BetterLivingPart, BetterLivingProject;
                raise_plus: [SOURCE], RaisePlusPart, RaisePlusProject;
                key_laboratories: [SOURCE], KeyLaboratoriesPart, KeyLaboratory;
                ventures: [SOURCE], VenturesPart, VentureInvestment;
                overview: [SOURCE], OverviewPart;
                annual_overview: [SOURCE], AnnualOverviewPart;
                by_industry: [SOURCE], ByIndustryPart;
                annual_by_industry: [SOURCE], AnnualByIndustryPart;
                by_technology: [SOURCE], ByTechnologyPart;
                annual_by_technology: [SOURCE], AnnualByTechnologyPart;
                patent_grant: [SOURCE], PatentGrantPart;
                research_talent_hub: [SOURCE], ResearchTalentHubPart;
                voucher_by_service: [SOURCE], TechnologyVoucherByServicePart;
                voucher_by_business: [SOURCE], TechnologyVoucherByBusinessPart;
                general_support: [SOURCE], GeneralSupportPart;
                public_courses: [SOURCE], PublicCoursesPart;
                training_grants: [SOURCE], TrainingGrantsPart;
            }
            /// The Hong Kong Accreditation Service.
            hkas: Hkas {
                accreditations: [HOKLAS, HKCAS, HKIAS], AccreditationsPart, Accreditation;
            }
            /// The Hong Kong Science and Technology Parks Corporation.
            hkstpc: Hkstpc {
                tenancies: [SOURCE], TenanciesPart, Tenancy;
                vacancies: [SOURCE], VacanciesPart, JobVacancy;
                car_parks: [SOURCE, EV_SOURCE], CarParksPart, CarParkVacancy;
                restaurants: [SOURCE], RestaurantsPart, Restaurant;
                transport: [SOURCE], TransportPart, TransportRoute;
                events: [SOURCE], EventsPart, Event;
                tenders: [SOURCE], TendersPart, Tender;
                car_park_utilisation: [SOURCE], CarParkUtilisationPart;
                technology_companies: [SOURCE], TechnologyCompaniesPart;
                graduated_incubatees: [SOURCE], GraduatedIncubateesPart;
                research_practitioners: [SOURCE], ResearchPractitionersPart;
                space: [SOURCE], SpacePart;
                direct_investment: [SOURCE], DirectInvestmentPart;
            }
            /// The Innovation and Technology Commission.
            itc: Itc {
                business_grants: [SOURCE], BusinessGrantsPart, BusinessGrant;
                research_institutions: [SOURCE], ResearchInstitutionsPart, ResearchDesignation;
                talent_quotas: [SOURCE], TalentQuotasPart;
                talent_quotas_by_technology: [SOURCE], TalentQuotasByTechnologyPart;
                expenditure: [SOURCE], ExpenditurePart;
                bureau_expenditure: [SOURCE], BureauExpenditurePart;
                tech_connect: [SOURCE], TechConnectPart, TechConnectProject;
            }
            /// The R&D Centres.
            rdc: Rdc {
                key_performance_indicators: [SOURCE], RdCentreIndicatorsPart;
            }
            /// The Hong Kong Productivity Council.
            hkpc: Hkpc {
                key_performance_indicators: [SOURCE], HkpcIndicatorsPart;
            }
            /// The Hong Kong Council for Testing and Certification.
            hkctc: Hkctc {
                establishments: [SOURCE], EstablishmentsPart;
                key_statistics: [SOURCE], KeyStatisticsPart;
                receipts_by_service: [SOURCE], ReceiptsByServicePart;
                receipts_from_testing: [SOURCE], ReceiptsFromTestingPart;
                receipts_by_size: [SOURCE], ReceiptsBySizePart;
                establishments_by_size: [SOURCE], EstablishmentsBySizePart;
                persons_by_occupation: [SOURCE], PersonsByOccupationPart;
                professionals_by_education: [SOURCE], ProfessionalsByEducationPart;
                associate_professionals_by_education: [SOURCE], AssociateProfessionalsByEducationPart;
                other_establishments_by_occupation: [SOURCE], OtherEstablishmentsByOccupationPart;
                profit_ratio: [SOURCE], ProfitRatioPart;
                value_added_per_person: [SOURCE], ValueAddedPerPersonPart;
                business_concentration: [SOURCE], BusinessConcentrationPart;
            }
        }
    };
}
pub(crate) use datasets;

macro_rules! define_publishers {
    ($($(#[$doc:meta])* $publisher:ident: $object:ident {
        $($dataset:ident: [$($source:ident),+] $(, $part:ident $(, $record:ident)?)?;)+
    })+) => {
        /// Returns the sources of all datasets, in the order of the publishers' ranks.
        pub fn sources() -> Vec<&'static Source> {
            vec![$($($(&$publisher::$dataset::$source,)+)+)+]
        }

        $(
            $(#[$doc])*
            #[derive(SyncResolve, MergedObject, Default)]
            pub struct $object($($($publisher::$dataset::$part,)?)+);
        )+
    };
}
datasets!(define_publishers);

/// The publishers' part of the query root.
#[derive(SyncResolve, MergedObject, Default)]
pub struct Publishers(ItfRoot, HkasRoot, HkstpcRoot, ItcRoot, HkpcRoot, HkctcRoot);

macro_rules! root {
    ($root:ident, $field:ident, $part:ty, $doc:literal) => {
        #[derive(Default)]
        pub struct $root;

        #[sync_resolvers]
        #[Object]
        impl $root {
            #[doc = $doc]
            async fn $field(&self) -> Option<$part> {
                Some(<$part>::default())
            }
        }
    };
}

root!(ItfRoot, itf, Itf, "The Innovation and Technology Fund: funded projects, trials, laboratories, investments.");
root!(
    HkasRoot,
    hkas,
    Hkas,
    "The Hong Kong Accreditation Service: accredited laboratories, certification and inspection bodies."
);
root!(
    HkstpcRoot,
    hkstpc,
    Hkstpc,
    "The Hong Kong Science and Technology Parks Corporation: tenants, job vacancies, car parks, events."
);
root!(
    ItcRoot,
    itc,
    Itc,
    "The Innovation and Technology Commission: business grants and designated research institutions."
);

root!(HkpcRoot, hkpc, Hkpc, "The Hong Kong Productivity Council: key performance indicators.");
root!(HkctcRoot, hkctc, Hkctc, "The Hong Kong Council for Testing and Certification: industry statistics.");

/// The rows that this request reads. Cancels the request if its deadline has passed.
pub fn snapshots<'a>(ctx: &Context<'a>) -> &'a Snapshots {
    RequestClock::check_cancelled(ctx);
    ctx.data_unchecked::<Arc<Snapshots>>()
}
