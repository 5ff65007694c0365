//! The grants as publishers list them. A grant that two datasets list counts in one of them.

use std::collections::HashMap;

use crate::{
    domain::{money::Money, record::Role},
    index::funding::FundingKind,
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

/// Passes each grant in a snapshot to `say`.
pub(super) fn collect_grants(snapshot: &Snapshot, say: &mut dyn FnMut(ListedGrant<'_>)) {
    let mut add = |index, kind, role, programme, year, amount, reference: &'_ Option<String>| {
        say(ListedGrant { index, kind, role, programme, year, amount, reference: reference.as_deref() });
    };
    for (index, project) in snapshot.records::<FundedProject>().iter().enumerate() {
        let programme = project.programme.as_ref().map(|programme| programme.code.as_str());
        add(
            index,
            FundingKind::FundedProject,
            Role::LeadApplicant,
            programme,
            project.year,
            project.funding,
            &project.reference,
        );
    }
    for (index, project) in snapshot.records::<TrialProject>().iter().enumerate() {
        add(
            index,
            FundingKind::TrialProject,
            Role::Applicant,
            None,
            project.year,
            project.approved,
            &project.reference,
        );
    }
    for (index, project) in snapshot.records::<BetterLivingProject>().iter().enumerate() {
        add(index, FundingKind::BetterLivingProject, Role::Applicant, None, None, project.grant, &None);
    }
    for (index, project) in snapshot.records::<RaisePlusProject>().iter().enumerate() {
        add(index, FundingKind::RaisePlusProject, Role::LeadApplicant, None, project.year, project.approved, &None);
    }
    for (index, laboratory) in snapshot.records::<KeyLaboratory>().iter().enumerate() {
        add(index, FundingKind::KeyLaboratory, Role::Host, None, laboratory.year, laboratory.funding, &None);
    }
    for (index, investment) in snapshot.records::<VentureInvestment>().iter().enumerate() {
        add(index, FundingKind::VentureInvestment, Role::Investee, None, investment.year, investment.amount, &None);
    }
    for (index, grant) in snapshot.records::<BusinessGrant>().iter().enumerate() {
        add(index, FundingKind::BusinessGrant, Role::Grantee, None, None, grant.approved, &None);
    }
}

/// The dataset in which each reference number counts. A reference number that occurs in two datasets counts in one of
/// them, however often it occurs there: the first one with a known amount, else the first one.
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

    /// Whether a grant with this reference number counts in the dataset at a position.
    pub fn count_in(&self, position: usize, reference: Option<&str>) -> bool {
        let owner = reference.and_then(|reference| self.0.get(&reference_key(reference)));
        owner.is_none_or(|(owner, _)| *owner == position)
    }
}

/// The key of a reference number, ignoring white space and case.
fn reference_key(reference: &str) -> String {
    reference.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}
