//! Memoisation of pure functions of a text. Publishers repeat the same headings and labels in every version and
//! language of a file, and parsing one takes far longer than a lookup.

use moka::sync::Cache;

/// The results of one function, by their text.
pub struct Memo<V>(Cache<String, V>);

impl<V: Clone + Send + Sync + 'static> Memo<V> {
    /// The maximum length of a memoised text in bytes.
    const LONGEST: usize = 200;

    /// Creates a cache of at most this many results.
    pub fn new(capacity: u64) -> Self {
        Self(Cache::new(capacity))
    }

    /// Returns the cached result for a text, or computes and caches it.
    pub fn of(&self, text: &str, make: impl FnOnce(&str) -> V) -> V {
        if text.len() > Self::LONGEST {
            return make(text);
        }
        if let Some(kept) = self.0.get(text) {
            return kept;
        }
        let made = make(text);
        self.0.insert(text.to_owned(), made.clone());
        made
    }
}
