//! Collects the distinct labels of one level.

use std::collections::HashMap;

use super::phrase::{Phrase, two_names};
use crate::domain::text::Text;

/// The distinct labels in order of occurrence.
#[derive(Default)]
pub struct Labels {
    pub texts: Vec<Text>,
    index: HashMap<Text, usize>,
}

impl Labels {
    pub fn add(&mut self, text: Text) -> usize {
        *self.index.entry(text.clone()).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() - 1
        })
    }

    pub fn phrases(&self) -> Vec<Phrase> {
        self.texts.iter().map(Phrase::of).collect()
    }

    /// Splits every label into an outer and an inner name: `Scheme A – Approved`. `None` if any label has no two names.
    pub fn two_levels(&self) -> Option<Vec<(Text, Text)>> {
        let pairs: Vec<(Text, Text)> = self.texts.iter().map(two_names).collect::<Option<_>>()?;
        let mut outer: HashMap<&Text, usize> = HashMap::new();
        let mut inner: HashMap<&Text, usize> = HashMap::new();
        for (left, right) in &pairs {
            *outer.entry(left).or_default() += 1;
            *inner.entry(right).or_default() += 1;
        }
        let repeated = |counts: &HashMap<&Text, usize>| counts.len() > 1 && counts.values().all(|count| *count > 1);
        (outer.len() + inner.len() < pairs.len() + usize::from(pairs.len() == 4)
            && repeated(&outer)
            && repeated(&inner))
        .then_some(pairs)
    }
}
