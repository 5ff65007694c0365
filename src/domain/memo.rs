//! Keeps the results of pure functions of a text: publishers use the same headings and labels in every version and language
//! of a file, and reading one takes far longer than looking it up.

use moka::sync::Cache;

/// The results of one function, by the text that they depend on.
pub struct Memo<V>(Cache<String, V>);

impl<V: Clone + Send + Sync + 'static> Memo<V> {
    /// Texts longer than this, in bytes, are read anew each time.
    const LONGEST: usize = 200;

    /// Keeps at most this many results.
    pub fn new(capacity: u64) -> Self {
        Self(Cache::new(capacity))
    }

    /// The result for a text: the one kept, or the one that the function makes now.
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
