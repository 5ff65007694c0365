//! Typing errors: an automaton that accepts the words that differ from a given word by a few letters.
//!
//! A missing, added or wrong letter is one error, as are two exchanged neighbouring letters (optimal string alignment).
//! Only cells near the diagonal of the distance table can be small enough, so a state holds two short rows.

use fst::Automaton;

/// The maximum number of errors.
const MOST: usize = 2;
/// The number of cells kept per row: those within [`MOST`] columns of the diagonal.
const BAND: usize = 2 * MOST + 1;

/// Accepts the words that differ from a word by a limited number of letters. Letters are bytes, so a letter that is not
/// ASCII may count twice.
#[derive(Clone, Copy, Debug)]
pub struct FuzzyMatcher<'w> {
    word: &'w [u8],
    errors: u8,
    /// Whether words that begin with an accepted word are accepted too.
    is_prefix: bool,
}

/// Two rows of the distance table, with the costs after the last letters read.
#[derive(Clone, Copy, Debug)]
pub struct DistanceRows {
    read: usize,
    last: u8,
    row: [u8; BAND],
    before: [u8; BAND],
    /// The minimum number of errors of an accepted prefix.
    accepted: u8,
}

impl<'w> FuzzyMatcher<'w> {
    pub fn to(word: &'w str, errors: u8) -> Self {
        Self { word: word.as_bytes(), errors: errors.min(MOST as u8), is_prefix: false }
    }

    /// Also accepts words that begin with an accepted word.
    #[must_use]
    pub const fn or_longer(self) -> Self {
        Self { is_prefix: true, ..self }
    }

    /// Whether the automaton accepts a word.
    pub fn accepts(&self, word: &str) -> bool {
        let mut state = self.start();
        for byte in word.bytes() {
            if !self.can_match(&state) {
                return false;
            }
            state = self.accept(&state, byte);
        }
        self.is_match(&state)
    }

    const fn impossible(self) -> u8 {
        self.errors + 1
    }

    /// The column of a cell. `None` if it is outside the table.
    fn column(self, read: usize, cell: usize) -> Option<usize> {
        (read + cell).checked_sub(MOST).filter(|column| *column <= self.word.len())
    }

    /// The number of errors in the word read.
    fn errors(self, state: &DistanceRows) -> u8 {
        let cell = (self.word.len() + MOST).checked_sub(state.read);
        cell.and_then(|cell| state.row.get(cell)).copied().unwrap_or(self.impossible())
    }
}

impl Automaton for FuzzyMatcher<'_> {
    type State = DistanceRows;

    fn start(&self) -> DistanceRows {
        let mut row = [self.impossible(); BAND];
        for (cell, cost) in row.iter_mut().enumerate() {
            if let Some(column) = self.column(0, cell) {
                *cost = (column as u8).min(self.impossible());
            }
        }
        let state =
            DistanceRows { read: 0, last: 0, row, before: [self.impossible(); BAND], accepted: self.impossible() };
        DistanceRows { accepted: self.errors(&state).min(self.impossible()), ..state }
    }

    fn is_match(&self, state: &DistanceRows) -> bool {
        if self.is_prefix { state.accepted <= self.errors } else { Self::errors(*self, state) <= self.errors }
    }

    fn can_match(&self, state: &DistanceRows) -> bool {
        self.is_prefix && state.accepted <= self.errors || state.row.iter().any(|cost| *cost <= self.errors)
    }

    fn accept(&self, state: &DistanceRows, byte: u8) -> DistanceRows {
        let read = state.read + 1;
        let mut row = [self.impossible(); BAND];
        for cell in 0..BAND {
            let Some(column) = self.column(read, cell) else { continue };
            let Some(letter) = column.checked_sub(1) else {
                row[cell] = (read as u8).min(self.impossible());
                continue;
            };
            let wrong = state.row[cell] + u8::from(self.word[letter] != byte);
            let added = state.row.get(cell + 1).map_or(self.impossible(), |cost| cost + 1);
            let missing = cell.checked_sub(1).map_or(self.impossible(), |left| row[left] + 1);
            let is_exchanged =
                letter > 0 && read > 1 && self.word[letter] == state.last && self.word[letter - 1] == byte;
            let exchanged = if is_exchanged { state.before[cell] + 1 } else { self.impossible() };
            row[cell] = wrong.min(added).min(missing).min(exchanged).min(self.impossible());
        }
        let next = DistanceRows { read, last: byte, row, before: state.row, accepted: state.accepted };
        DistanceRows { accepted: Self::errors(*self, &next).min(state.accepted), ..next }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_error_of_each_kind() {
        let harbour = FuzzyMatcher::to("harbour", 1);
        for (word, expected) in [
            ("harbour", true),
            ("harbor", true),
            ("harbuor", true),
            ("harbours", true),
            ("hxrbour", true),
            ("arbour", true),
            ("harbr", false),
            ("harbourly", false),
        ] {
            assert_eq!(harbour.accepts(word), expected, "{word}");
        }
        assert!(harbour.or_longer().accepts("harbuorside") && !harbour.or_longer().accepts("hrbuorside"));
    }

    proptest! {
        #[test]
        fn agrees_with_the_osa_distance(word in "[abc]{1,9}", other in "[abc]{0,10}", errors in 0_u8..=2) {
            let expected = strsim::osa_distance(&word, &other) <= usize::from(errors);
            prop_assert_eq!(FuzzyMatcher::to(&word, errors).accepts(&other), expected);
            let begins = (0..=other.len()).any(|end| strsim::osa_distance(&word, &other[..end]) <= usize::from(errors));
            prop_assert_eq!(FuzzyMatcher::to(&word, errors).or_longer().accepts(&other), begins);
        }
    }
}
