//! The contract of a row. A dataset's file says which columns it knows ([`Column`]) and how one [`Row`] becomes one
//! record ([`Record::read`]); a cell that does not mean what it should costs that row only ([`CellError`]).

use std::borrow::Cow;

use async_graphql::Enum;

use crate::domain::{catalog::Dataset, resolve::SyncResolve, text::Text};

pub mod binding;
pub mod column;
mod items;
mod row;
mod search_text;

pub use binding::Binding;
pub use column::{Column, HeaderAlias, Presence, Shape};
pub use row::{CellError, Extra, Row, RowPart};
pub use search_text::{SearchText, SearchType};

/// One typed row: one GraphQL object.
pub trait Record: SyncResolve + Send + Sync + Sized + 'static {
    /// The columns it is read from.
    const COLUMNS: &'static [&'static Column];

    /// Whether a row's other cells go with the record as [`Row::extra`], where the publisher's columns are not known.
    const KEEPS_EXTRA: bool = false;

    /// The record that this row is.
    fn read(row: &Row<'_>) -> Result<Self, CellError>;

    /// What identifies it in its dataset across publications: a reference number, else a name.
    fn key(&self) -> Cow<'_, str>;

    fn meta(&self) -> &RecordMeta;

    fn meta_mut(&mut self) -> &mut RecordMeta;

    /// Names every organisation that the record names, in a fixed order.
    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>));

    /// As what a search finds it.
    const SEARCH_TYPE: SearchType;

    /// What a search finds it by.
    fn search_text(&self) -> SearchText<'_>;

    /// Takes in another row of the same key, where one record is spread over several rows; the default keeps both.
    fn absorb(&mut self, other: Self) -> Result<(), Self> {
        Err(other)
    }
}

/// The two methods of [`Record`] that are the same for every record: its head is the field `meta`.
macro_rules! has_meta {
    () => {
        fn meta(&self) -> &crate::domain::record::RecordMeta {
            &self.meta
        }

        fn meta_mut(&mut self) -> &mut crate::domain::record::RecordMeta {
            &mut self.meta
        }
    };
}
pub(crate) use has_meta;

/// Where a record stands: its id and the row it was read from.
#[derive(Clone, Debug)]
pub struct RecordMeta {
    /// Plan number and key, `D36:ITP/023/19TP`; the same across refreshes and restarts.
    pub id: String,
    pub dataset: &'static Dataset,
    /// Which of the snapshot's files it came from.
    pub file: u16,
    /// The row's number in that file.
    pub row: u32,
    /// Its position among the dataset's records.
    pub index: u32,
}

/// An organisation as a record names it.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    pub role: Role,
    pub name: &'a Text,
    pub website: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl<'a> Mention<'a> {
    /// A name without anything beside it.
    pub const fn of(role: Role, name: &'a Text) -> Self {
        Self { role, name, website: None, address: None }
    }
}

/// As what a record names an organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Leads a funded project.
    LeadApplicant,
    /// Applies for a grant or a trial.
    Applicant,
    /// Applies together with the applicant.
    CoApplicant,
    /// Tries out a project's result.
    Participant,
    /// Takes part in a project as a company.
    CompanyPartner,
    /// Is the R&D Centre that the reference number of a project names.
    RdCentre,
    /// Hosts a key laboratory or a project.
    Host,
    /// Receives a grant.
    Grantee,
    /// Receives an investment.
    Investee,
    /// Invests beside the public fund.
    CoInvestor,
    /// Holds an accreditation.
    Holder,
    /// Has a unit in the park.
    Tenant,
    /// Offers a job.
    Employer,
    /// Is designated as a research institution.
    Designee,
}
