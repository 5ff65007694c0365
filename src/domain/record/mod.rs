//! The interface between rows and records. A dataset's file declares the columns that it knows ([`Column`]) and how one
//! [`Row`] becomes one record ([`Record::read`]). A cell that cannot be read affects only its row ([`CellError`]).

use std::borrow::Cow;

use async_graphql::Enum;

use crate::domain::{catalog::Dataset, resolve::SyncResolve, text::Text};

pub mod binding;
pub mod column;
mod items;
mod row;
mod search_text;

pub use binding::Binding;
pub use column::{Column, HeaderAlias, Presence, ValueShape};
pub use row::{CellError, Row, RowPart, UnmappedValue};
pub use search_text::{SearchText, SearchType};

/// A typed row, which is also a GraphQL object.
pub trait Record: SyncResolve + Send + Sync + Sized + 'static {
    /// The columns from which it is read.
    const COLUMNS: &'static [&'static Column];

    /// Whether the other cells of a row are kept with the record as [`Row::extra`], for publishers whose columns are
    /// not known in advance.
    const KEEPS_EXTRA: bool = false;

    /// Reads a record from a row.
    fn read(row: &Row<'_>) -> Result<Self, CellError>;

    /// The key that identifies the record in its dataset across publications: a reference number, else a name.
    fn key(&self) -> Cow<'_, str>;

    fn meta(&self) -> &RecordMeta;

    fn meta_mut(&mut self) -> &mut RecordMeta;

    /// Calls `say` with every organisation that the record names, in a fixed order.
    fn mentions(&self, say: &mut dyn FnMut(Mention<'_>));

    /// The name or title of the record for use in lists.
    fn label(&self) -> &Text;

    /// The search type of the record.
    const SEARCH_TYPE: SearchType;

    /// The texts by which a search finds the record.
    fn search_text(&self) -> SearchText<'_>;

    /// Merges another row with the same key, for records that span several rows. By default, both rows stay separate
    /// records.
    fn absorb(&mut self, other: Self) -> Result<(), Self> {
        Err(other)
    }
}

/// The two methods of [`Record`] that are the same for every record: its metadata is the field `meta`.
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

/// The metadata of a record: its ID and the row from which it was read.
#[derive(Clone, Debug)]
pub struct RecordMeta {
    /// The plan number and the key, such as `D36:ITP/023/19TP`. Stable across refreshes and restarts.
    pub id: String,
    pub dataset: &'static Dataset,
    /// The index of the file in the snapshot.
    pub file: u16,
    /// The row number in that file.
    pub row: u32,
    /// The position among the dataset's records.
    pub index: u32,
}

/// An organisation as named by a record.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    pub role: Role,
    pub name: &'a Text,
    pub website: Option<&'a str>,
    pub address: Option<&'a str>,
}

impl<'a> Mention<'a> {
    /// A name without a unit or other details.
    pub const fn of(role: Role, name: &'a Text) -> Self {
        Self { role, name, website: None, address: None }
    }
}

/// The role in which a record names an organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The lead applicant of a funded project.
    LeadApplicant,
    /// The applicant for a grant or a trial.
    Applicant,
    /// A co-applicant for a grant.
    CoApplicant,
    /// An organisation that tries out the result of a project.
    Participant,
    /// A company that takes part in a project.
    CompanyPartner,
    /// The R&D Centre that the reference number of a project identifies.
    RdCentre,
    /// The host of a key laboratory or a project.
    Host,
    /// The recipient of a grant.
    Grantee,
    /// The recipient of an investment.
    Investee,
    /// An investor alongside the public fund.
    CoInvestor,
    /// The holder of an accreditation.
    Holder,
    /// A tenant of Science Park.
    Tenant,
    /// The employer that offers a job vacancy.
    Employer,
    /// A designated research institution.
    Designee,
}
