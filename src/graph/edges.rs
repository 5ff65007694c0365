//! The map of the graph: every edge between records, organisations and their sources, and the `Node` interface over
//! all that has an id.

use async_graphql::{
    ComplexObject, Context, ID, Interface, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use super::{
    LinkedMention,
    dataset::Dataset,
    likeness::PossibleMatch,
    mention::{Link, MentionObject},
    organisation::{Organisation, PublisherObject},
    provenance::Provenance,
    view::{View, graph},
};
use crate::{
    page::{List, Page, Total, Window, by_position},
    plain::{Plain, Shown, edges},
    publishers::{
        answer,
        hkas::accreditations::{Accreditation, AccreditationScheme},
        hkstpc::{
            car_parks::CarParkVacancy, events::Event, restaurants::Restaurant, tenancies::Tenancy, tenders::Tender,
            transport::TransportRoute, vacancies::JobVacancy,
        },
        itc::{business_grants::BusinessGrant, research_institutions::ResearchDesignation},
        itf::{
            better_living::BetterLivingProject,
            key_laboratories::KeyLaboratory,
            projects::{self, FundedProject, FundedProjectFilter, FundedProjectOrder},
            raise_plus::RaisePlusProject,
            trials::TrialProject,
            ventures::VentureInvestment,
        },
    },
    query_error::to_graphql,
    record::{Head, Record, Role},
    upstream::snapshot::Snapshot,
    values::text::{Language, Text},
};

/// The derive takes paths only, so a reference needs a name.
type Ref<'a, T> = &'a T;

/// Anything with an id, the same across refreshes and restarts.
#[derive(Plain, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its id, the same across refreshes and restarts."))]
pub enum Node<'a> {
    Organisation(Ref<'a, Organisation>),
    FundedProject(Ref<'a, FundedProject>),
    TrialProject(Ref<'a, TrialProject>),
    BetterLivingProject(Ref<'a, BetterLivingProject>),
    RaisePlusProject(Ref<'a, RaisePlusProject>),
    KeyLaboratory(Ref<'a, KeyLaboratory>),
    VentureInvestment(Ref<'a, VentureInvestment>),
    Accreditation(Ref<'a, Accreditation>),
    Tenancy(Ref<'a, Tenancy>),
    JobVacancy(Ref<'a, JobVacancy>),
    CarParkVacancy(Ref<'a, CarParkVacancy>),
    Restaurant(Ref<'a, Restaurant>),
    TransportRoute(Ref<'a, TransportRoute>),
    Event(Ref<'a, Event>),
    Tender(Ref<'a, Tender>),
    BusinessGrant(Ref<'a, BusinessGrant>),
    ResearchDesignation(Ref<'a, ResearchDesignation>),
    Dataset(Dataset<'a>),
}

impl<'a> Node<'a> {
    /// What has this id.
    pub fn find(view: &'a View, id: &str) -> Option<Self> {
        let graph = &view.graph;
        let organisation = || graph.organisation(id).map(Self::from);
        let record = || graph.record(id).and_then(|(snapshot, index)| Self::of_record(snapshot, index));
        organisation().or_else(record).or_else(|| Dataset::named(view, id).map(Self::Dataset))
    }

    /// The record at this position of a snapshot.
    pub fn of_record(snapshot: &'a Snapshot, index: usize) -> Option<Self> {
        fn at<'a, T: Record>(snapshot: &'a Snapshot, index: usize) -> Option<Node<'a>>
        where
            Node<'a>: From<&'a T>,
        {
            snapshot.records::<T>().get(index).map(Node::from)
        }
        at::<FundedProject>(snapshot, index)
            .or_else(|| at::<TrialProject>(snapshot, index))
            .or_else(|| at::<BetterLivingProject>(snapshot, index))
            .or_else(|| at::<RaisePlusProject>(snapshot, index))
            .or_else(|| at::<KeyLaboratory>(snapshot, index))
            .or_else(|| at::<VentureInvestment>(snapshot, index))
            .or_else(|| at::<Accreditation>(snapshot, index))
            .or_else(|| at::<Tenancy>(snapshot, index))
            .or_else(|| at::<JobVacancy>(snapshot, index))
            .or_else(|| at::<CarParkVacancy>(snapshot, index))
            .or_else(|| at::<Restaurant>(snapshot, index))
            .or_else(|| at::<TransportRoute>(snapshot, index))
            .or_else(|| at::<Event>(snapshot, index))
            .or_else(|| at::<Tender>(snapshot, index))
            .or_else(|| at::<BusinessGrant>(snapshot, index))
            .or_else(|| at::<ResearchDesignation>(snapshot, index))
    }
}

// --- organisation → records --------------------------------------------------------------------------------------

#[edges]
#[ComplexObject]
impl Organisation {
    /// Its id, the same across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// The ids that it had before: of organisations that turned out to be this one. They go on to work.
    async fn former_ids(&self) -> Vec<ID> {
        self.former_ids.iter().map(Into::into).collect()
    }

    /// Its name in a language, or in the nearest one that a publisher gives.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Without it the language that the request accepts, else English.")] language: Option<Language>,
    ) -> &str {
        let accepted = || ctx.data_opt::<Language>().copied().unwrap_or(Language::En);
        self.name_in(language.unwrap_or_else(accepted))
    }

    /// The publishers whose rows name it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn publishers(&self) -> Vec<PublisherObject> {
        self.publisher_codes.iter().copied().map(PublisherObject).collect()
    }

    /// The projects of the Innovation and Technology Fund that it leads.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn funded_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Which of them; all without it.")] filter: Option<FundedProjectFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<FundedProjectOrder>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, FundedProject>> {
        let led = graph(ctx).naming(self, &[Role::LeadApplicant]);
        let window = Window { first, after, last, before };
        projects::page(ctx, led, filter.unwrap_or_default(), order_by.as_ref(), &window)
    }

    /// The trial projects that it applied for or takes part in.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn trial_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only as APPLICANT or only as PARTICIPANT.")] role: Option<Role>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, TrialProject>> {
        let roles = role.map_or(vec![Role::Applicant, Role::Participant], |role| vec![role]);
        page(ctx, self, &roles, &Window { first, after, last, before })
    }

    /// The projects for better living that it applied for, alone or with others.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn better_living_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, BetterLivingProject>> {
        page(ctx, self, &[Role::Applicant, Role::CoApplicant], &Window { first, after, last, before })
    }

    /// The `RAISe`+ projects that it takes part in, as university or as start-up.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn raise_plus_projects<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, RaisePlusProject>> {
        page(ctx, self, &[Role::LeadApplicant, Role::CoApplicant], &Window { first, after, last, before })
    }

    /// The grants of the Distance Business Programme that it received.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn business_grants<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, BusinessGrant>> {
        page(ctx, self, &[Role::Grantee], &Window { first, after, last, before })
    }

    /// The investments of the Venture Fund in it, or beside which it invested.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn venture_investments<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<Shown<'a, VentureInvestment>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Investee, Role::CoInvestor]))
    }

    /// The key laboratories that it hosts.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn key_laboratories<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<Shown<'a, KeyLaboratory>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Host]))
    }

    /// Its accreditations and those of its laboratories.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn accreditations<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "Only of this scheme.")] scheme: Option<AccreditationScheme>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, Accreditation>> {
        let held = graph(ctx).naming(self, &[Role::Holder]);
        let held = held.kept(|held: &Accreditation| scheme.is_none_or(|scheme| scheme == held.scheme));
        answer::page(ctx, &held, &Window { first, after, last, before })
    }

    /// Its units in Science Park.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn tenancies<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Vec<Shown<'a, Tenancy>>> {
        answer::list(ctx, graph(ctx).records_of(self, &[Role::Tenant]))
    }

    /// The jobs that it offers in Science Park.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn vacancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, JobVacancy>> {
        page(ctx, self, &[Role::Employer], &Window { first, after, last, before })
    }

    /// Its designation as a local research institution.
    async fn research_designation<'a>(&self, ctx: &Context<'a>) -> answer::Answer<Shown<'a, ResearchDesignation>> {
        answer::one(ctx, graph(ctx).records_of(self, &[Role::Designee]).into_iter().next())
    }

    /// Every row that names it.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn mentions<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<String, MentionObject<'a>, Total, EmptyFields>> {
        let mention = |position: usize| MentionObject(graph(ctx).mention_at(self.mentions[position]));
        to_graphql(by_position(self.mentions.len(), &Window { first, after, last, before }, mention))
    }

    /// Why each row is taken to name it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn links<'a>(&self, ctx: &Context<'a>) -> Vec<Link<'a>> {
        graph(ctx).mentions_to(self).map(Link).collect()
    }

    /// The organisations that may be the same one, surest first. They were not linked: no rule that can be trusted says so.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn possible_matches<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(default = 0.5, desc = "From 0 to 1.")] min_confidence: f64,
    ) -> Vec<PossibleMatch<'a>> {
        let mut found = graph(ctx).likeness().matches(self.number);
        found.retain(|found| found.possible.confidence >= min_confidence);
        found
    }
}

/// A page of the records that name an organisation in these roles.
fn page<'a, T: Record>(
    ctx: &Context<'a>,
    organisation: &Organisation,
    roles: &[Role],
    window: &Window,
) -> answer::Answer<Page<'a, T>> {
    answer::page(ctx, &graph(ctx).naming(organisation, roles), window)
}

// --- records → organisations -------------------------------------------------------------------------------------

/// An organisation as a row names it, beside others.
#[derive(Plain, SimpleObject)]
#[graphql(complex)]
pub struct Participant {
    /// The name as written.
    pub name: Text,
    /// As what it takes part.
    pub role: Role,
    #[graphql(skip)]
    organisation: Option<u32>,
}

#[edges]
#[ComplexObject]
impl Participant {
    /// The organisation that the name means.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<&'a Organisation> {
        self.organisation.map(|number| &graph(ctx).organisations()[number as usize])
    }
}

/// The names that a record gives in a role, each with the organisation it means; a joint name stands once for each of
/// its organisations.
fn participants(ctx: &Context<'_>, head: &Head, role: Role, names: &[Text]) -> Vec<Participant> {
    let in_role = |mention: &&LinkedMention| mention.role == role;
    let mentions = graph(ctx).mentions_of(head);
    let first_slot = graph(ctx).first_slot(head, role);
    let mut participants = Vec::with_capacity(names.len());
    for (slot, name) in (first_slot..).zip(names) {
        let meant = mentions.iter().filter(in_role).filter(|mention| usize::from(mention.slot) == slot);
        let mut numbers: Vec<Option<u32>> = meant.map(|mention| Some(mention.organisation)).collect();
        if numbers.is_empty() {
            numbers.push(None);
        }
        participants.extend(numbers.into_iter().map(|organisation| Participant {
            name: name.clone(),
            role,
            organisation,
        }));
    }
    participants
}

/// The organisations that a record names in a role.
fn organisations<'a>(ctx: &Context<'a>, head: &Head, role: Role) -> Vec<&'a Organisation> {
    graph(ctx).organisations_of(head, &[role])
}

/// The organisation that a record names in a role, the first one of several.
fn organisation<'a>(ctx: &Context<'a>, head: &Head, role: Role) -> Option<&'a Organisation> {
    organisations(ctx, head, role).into_iter().next()
}

/// What every record tells of itself; part of each record's own object.
#[edges]
#[Object]
impl Head {
    /// Its id, the same across refreshes and restarts.
    async fn id(&self) -> ID {
        self.id.as_str().into()
    }

    /// Where it stands: the dataset, the file and the row.
    async fn provenance<'a>(&self, ctx: &Context<'a>) -> Provenance<'a> {
        Provenance::of(ctx, self)
    }
}

/// As the interface [`Node`] asks a record for its id.
trait HasId {
    async fn id(&self, ctx: &Context<'_>) -> async_graphql::Result<ID>;
}

impl<T: Record> HasId for T {
    async fn id(&self, _: &Context<'_>) -> async_graphql::Result<ID> {
        Ok(self.head().id.as_str().into())
    }
}

#[edges]
#[ComplexObject]
impl FundedProject {
    /// The organisation that leads the project, the first one of joint applicants.
    async fn lead_applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::LeadApplicant).map(Shown)
    }

    /// The organisations that lead the project: several when they apply jointly.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn lead_applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::LeadApplicant).into_iter().map(Shown).collect())
    }
}

#[edges]
#[ComplexObject]
impl TrialProject {
    /// The organisation that applied, the first one of joint applicants.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Applicant).map(Shown)
    }

    /// The organisations that applied: several when they apply jointly.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn applicants<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::Applicant).into_iter().map(Shown).collect())
    }

    /// The public bodies that try out the result.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn participants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::Participant, &self.participant_names)
    }
}

#[edges]
#[ComplexObject]
impl BetterLivingProject {
    /// The organisation that applied.
    async fn applicant<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Applicant).map(Shown)
    }

    /// The organisations that applied with it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn co_applicants(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::CoApplicant, &self.co_applicant_names)
    }
}

#[edges]
#[ComplexObject]
impl RaisePlusProject {
    /// The universities whose project it is.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn universities(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::LeadApplicant, &self.university_names)
    }

    /// The start-up company.
    async fn start_up<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::CoApplicant).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl KeyLaboratory {
    /// The institution that hosts it, the first one of several.
    async fn host<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Host).map(Shown)
    }

    /// The institutions that host it.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn hosts<'a>(&self, ctx: &Context<'a>) -> Option<Vec<Shown<'a, Organisation>>> {
        Some(organisations(ctx, &self.head, Role::Host).into_iter().map(Shown).collect())
    }
}

#[edges]
#[ComplexObject]
impl VentureInvestment {
    /// The company that was invested in.
    async fn company<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Investee).map(Shown)
    }

    /// Those who invested beside the fund.
    #[graphql(complexity = "crate::page::list_cost(child_complexity)")]
    async fn co_investors(&self, ctx: &Context<'_>) -> Vec<Participant> {
        participants(ctx, &self.head, Role::CoInvestor, &self.co_investor_names)
    }
}

#[edges]
#[ComplexObject]
impl Accreditation {
    /// The organisation that holds it: that of the laboratory, where the name is a laboratory's.
    async fn holder<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Holder).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl Tenancy {
    /// The organisation that has the unit.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Tenant).map(Shown)
    }

    /// The jobs that its organisation offers.
    #[graphql(complexity = "crate::page::cost(first, last, child_complexity)")]
    async fn vacancies<'a>(
        &self,
        ctx: &Context<'a>,
        #[graphql(desc = "How many, from the front: 20 unless told, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> answer::Answer<Page<'a, JobVacancy>> {
        match organisation(ctx, &self.head, Role::Tenant) {
            Some(tenant) => page(ctx, tenant, &[Role::Employer], &Window { first, after, last, before }),
            None => answer::page::<_, [&JobVacancy]>(ctx, &[], &Window { first, after, last, before }),
        }
    }
}

#[edges]
#[ComplexObject]
impl BusinessGrant {
    /// The enterprise that received it.
    async fn enterprise<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Grantee).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl ResearchDesignation {
    /// The institution that is designated.
    async fn institution<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Designee).map(Shown)
    }
}

#[edges]
#[ComplexObject]
impl JobVacancy {
    /// The organisation that hires.
    async fn organisation<'a>(&self, ctx: &Context<'a>) -> Option<Shown<'a, Organisation>> {
        organisation(ctx, &self.head, Role::Employer).map(Shown)
    }
}
