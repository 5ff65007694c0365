//! The grants as publishers list them. A grant that two datasets list counts in one of them only.

use std::collections::HashMap;

use crate::{
    domain::{money::Money, record::Role},
    index::{funding::FundingKind, grants::records::GrantRecord},
    publishers::{
        itc::business_grants::BusinessGrant,
        itf::{
            better_living::BetterLivingProject, key_laboratories::KeyLaboratory, projects::FundedProject,
            raise_plus::RaisePlusProject, trials::TrialProject, ventures::VentureInvestment,
        },
    },
    upstream::{snapshot::Snapshot, snapshots::Snapshots},
};

/// A grant as listed by a publisher.
pub(super) struct ListedGrant<'a> {
    pub index: usize,
    pub kind: FundingKind,
    /// The role in which its organisation is named.
    pub role: Role,
    pub programme: Option<&'a str>,
    pub year: Option<i32>,
    pub amount: Option<Money>,
    /// The fund's reference number, which may occur in two datasets.
    pub reference: Option<&'a str>,
}

/// Calls `say` with each grant in a snapshot.
pub(super) fn collect_grants<'a>(snapshot: &'a Snapshot, say: &mut dyn FnMut(ListedGrant<'a>)) {
    collect::<FundedProject>(snapshot, say);
    collect::<TrialProject>(snapshot, say);
    collect::<BetterLivingProject>(snapshot, say);
    collect::<RaisePlusProject>(snapshot, say);
    collect::<KeyLaboratory>(snapshot, say);
    collect::<VentureInvestment>(snapshot, say);
    collect::<BusinessGrant>(snapshot, say);
}

fn collect<'a, T: GrantRecord>(snapshot: &'a Snapshot, say: &mut dyn FnMut(ListedGrant<'a>)) {
    for (index, record) in snapshot.records::<T>().iter().enumerate() {
        say(listed(index, record));
    }
}

fn listed<T: GrantRecord>(index: usize, record: &T) -> ListedGrant<'_> {
    ListedGrant {
        index,
        kind: T::KIND,
        role: T::ROLE,
        programme: record.programme().map(|programme| programme.code.as_str()),
        year: record.year(),
        amount: record.amount(),
        reference: record.reference(),
    }
}
/// The dataset in which each reference number counts. A reference number that occurs in two datasets counts in the
/// first one with a known amount, else in the first one. All of its records in that dataset count.
pub(super) struct References(HashMap<String, (usize, bool)>);

impl References {
    pub fn of(snapshots: &Snapshots) -> Self {
        let mut owners: HashMap<String, (usize, bool)> = HashMap::new();
        for (position, snapshot) in snapshots.iter().enumerate() {
            collect_grants(snapshot, &mut |grant| {
                let Some(reference) = grant.reference else { return };
                let has_amount = grant.amount.is_some();
                let (owner, is_known) = owners.entry(reference_key(reference)).or_insert((position, has_amount));
                if *owner == position {
                    *is_known |= has_amount;
                } else if has_amount && !*is_known {
                    (*owner, *is_known) = (position, true);
                }
            });
        }
        Self(owners)
    }

    /// Whether a grant with the reference number of this key counts in the dataset at a position.
    pub fn count_in(&self, position: usize, reference: Option<&str>) -> bool {
        let owner = reference.and_then(|reference| self.0.get(reference));
        owner.is_none_or(|(owner, _)| *owner == position)
    }
}

/// The key of a reference number, ignoring white space and case.
pub(super) fn reference_key(reference: &str) -> String {
    reference.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}
