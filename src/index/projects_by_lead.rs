//! The projects that each organisation leads, in every sort order. The cost of a page does not depend on the number of
//! projects.

use std::sync::{Arc, OnceLock};

use crate::{
    domain::{
        pagination::{PageSource, SortOrder},
        record::{Record, Role},
    },
    index::{Graph, by_organisation::ByOrganisation, organisation::Organisation},
    publishers::{
        itf::projects::{FundedProject, FundedProjectOrder},
        listing::RecordOrder,
    },
    upstream::rows::RecordList,
};

/// The projects by the organisation that leads them, for each sort order that has been requested.
pub(super) type ProjectsByLead = [OnceLock<ByOrganisation>; <FundedProjectOrder as RecordOrder<FundedProject>>::COUNT];

/// Groups all projects by their lead organisation, keeping the given order.
fn by_lead(graph: &Graph, projects: &RecordList<'_, FundedProject>, order: &SortOrder) -> ByOrganisation {
    let leads = |number: u32| {
        let project = projects.at(number as usize);
        let leads = project.map(|project| graph.organisations_of(project.meta(), &[Role::LeadApplicant]));
        leads.into_iter().flatten().map(move |lead| (lead.number, number))
    };
    let pairs: Vec<(u32, u32)> = order.numbers().iter().copied().flat_map(leads).collect();
    ByOrganisation::of(graph.organisations().len(), pairs.iter().copied())
}

impl Graph {
    /// The projects that an organisation leads, in the given order.
    pub fn led_by(&self, organisation: &Organisation, order: &FundedProjectOrder) -> ProjectsOfLead<'_> {
        let projects = self.snapshots.rows();
        let all = order.of(&projects);
        let by_organisation = self.projects_by_lead[order.number()].get_or_init(|| by_lead(self, &projects, all));
        ProjectsOfLead { numbers: by_organisation.numbers_of(organisation.number), projects, order: all }
    }

    /// Reuses the sorted projects of another graph if both graphs have the same projects.
    pub(super) fn led_as(&self, before: Option<&Self>) -> Arc<ProjectsByLead> {
        let same = before
            .filter(|before| self.is_linked_as(before) && self.snapshots.has_same::<FundedProject>(&before.snapshots));
        same.map(|before| before.projects_by_lead.clone()).unwrap_or_default()
    }
}

/// The projects that an organisation leads, in a sort order of all projects.
pub struct ProjectsOfLead<'a> {
    numbers: &'a [u32],
    projects: RecordList<'a, FundedProject>,
    order: &'a SortOrder,
}

impl<'a> PageSource<'a, FundedProject> for ProjectsOfLead<'a> {
    fn places(&self) -> usize {
        self.numbers.len()
    }

    fn at(&self, place: usize) -> Option<&'a FundedProject> {
        self.projects.at(*self.numbers.get(place)? as usize)
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        let wanted = self.order.place_of(self.projects.place_of(id)? as u32);
        self.numbers.binary_search_by_key(&wanted, |number| self.order.place_of(*number)).ok()
    }

    fn count(&self) -> usize {
        self.places()
    }
}
