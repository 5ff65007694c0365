//! The projects that each organisation leads, in every sort order. A page is read directly from the order, however many
//! projects the organisation leads.

use std::sync::{Arc, OnceLock};

use crate::{
    domain::{
        pagination::{PageSource, SortOrder},
        record::{Record, Role},
    },
    index::{Graph, organisation::Organisation},
    publishers::itf::projects::{FundedProject, FundedProjectOrder},
    upstream::rows::RecordList,
};

/// The projects by the organisation that leads them, for each sort order that has been requested. Each takes four bytes
/// per project and per organisation.
pub(super) type ProjectsByLead = [OnceLock<ByOrganisation>; FundedProjectOrder::COUNT];

/// Record numbers, grouped by organisation.
#[derive(Debug)]
pub(super) struct ByOrganisation {
    /// The start of each organisation's records, by the organisation's number.
    begins: Vec<u32>,
    records: Vec<u32>,
}

impl ByOrganisation {
    /// Groups all projects by their lead organisation, keeping the given order.
    fn of(graph: &Graph, projects: &RecordList<'_, FundedProject>, order: &SortOrder) -> Self {
        let leads = |number: u32| {
            let project = projects.at(number as usize);
            let leads = project.map(|project| graph.organisations_of(project.meta(), &[Role::LeadApplicant]));
            leads.into_iter().flatten().map(move |lead| (lead.number, number))
        };
        let mut projects_by_lead: Vec<(u32, u32)> = order.numbers().iter().copied().flat_map(leads).collect();
        // Stable: what one organisation leads stays in order.
        projects_by_lead.sort_by_key(|(lead, _)| *lead);
        let mut begins = Vec::with_capacity(graph.organisations().len() + 1);
        for (place, (lead, _)) in (0..).zip(&projects_by_lead) {
            begins.resize((*lead as usize + 1).max(begins.len()), place);
        }
        begins.resize(graph.organisations().len() + 1, projects_by_lead.len() as u32);
        Self { begins, records: projects_by_lead.into_iter().map(|(_, number)| number).collect() }
    }

    fn records_of(&self, organisation: u32) -> &[u32] {
        let at = organisation as usize;
        &self.records[self.begins[at] as usize..self.begins[at + 1] as usize]
    }
}

impl Graph {
    /// The projects that an organisation leads, in the given order.
    pub fn led_by(&self, organisation: &Organisation, order: &FundedProjectOrder) -> ProjectsOfLead<'_> {
        let projects = self.snapshots.rows();
        let all = order.of(&projects);
        let by_organisation =
            self.projects_by_lead[order.number()].get_or_init(|| ByOrganisation::of(self, &projects, all));
        ProjectsOfLead { numbers: by_organisation.records_of(organisation.number), projects, order: all }
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
