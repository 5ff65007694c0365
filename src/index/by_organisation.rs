//! Numbers of records, grouped by organisation.

/// Numbers grouped by organisation. Takes four bytes per number and per organisation.
#[derive(Debug, Default)]
pub(super) struct ByOrganisation {
    /// The start of each organisation's numbers, followed by the end of the last.
    begins: Vec<u32>,
    numbers: Vec<u32>,
}

impl ByOrganisation {
    /// Groups pairs of an organisation and a number. The numbers of an organisation keep their order.
    pub fn of(organisations: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut begins = vec![0; organisations + 1];
        for (organisation, _) in pairs.clone() {
            begins[organisation as usize + 1] += 1;
        }
        for organisation in 0..organisations {
            begins[organisation + 1] += begins[organisation];
        }
        let mut next = begins.clone();
        let mut numbers = vec![0; begins[organisations] as usize];
        for (organisation, number) in pairs {
            let place = &mut next[organisation as usize];
            numbers[*place as usize] = number;
            *place += 1;
        }
        Self { begins, numbers }
    }

    /// The numbers of an organisation.
    pub fn numbers_of(&self, organisation: u32) -> &[u32] {
        let [begin, end] = [0, 1].map(|more| self.begins[organisation as usize + more] as usize);
        &self.numbers[begin..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_order() {
        let by_organisation = ByOrganisation::of(4, [(2, 7), (0, 5), (2, 3), (3, 7), (0, 6)].into_iter());
        let groups: Vec<&[u32]> = (0..4).map(|organisation| by_organisation.numbers_of(organisation)).collect();
        assert_eq!(groups, [&[5, 6][..], &[], &[7, 3], &[7]]);
    }
}
