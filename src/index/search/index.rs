//! The index: what can be found, by its words, in memory.
//!
//! Each snapshot's records are indexed by themselves, and so are the organisations and the datasets: what did not change is
//! not indexed again. A search goes through all of them, and how rare a word is, is counted over all of them.

use std::{iter::Enumerate, vec};

use tantivy::{
    DocAddress, Index as Engine, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::{Count, TopDocs},
    query::{
        Bm25StatisticsProvider, BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery,
        Query, TermQuery,
    },
    schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{Token as Indexed, TokenStream, Tokenizer, TokenizerManager},
};

use crate::{
    domain::record::{SearchText, SearchType},
    index::{
        search::{
            tokens::{Token, tokens},
            words::{Asked, Term as Wanted},
        },
        snapshot_index::RecordRef,
    },
};

/// How much more a word in a title says than one elsewhere.
const TITLE: f32 = 3.0;
/// How much less a word says that is only like the one asked for.
const LIKE: f32 = 0.3;
/// What the engine uses for its tables while it indexes, at first; it takes more as it needs.
const BUDGET: usize = 1 << 20;
/// What the engine knows [`Wording`] by.
const TOKENIZER: &str = "words";

/// Something that a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// By the organisation's number.
    Organisation(u32),
    Record(RecordRef),
    /// By the dataset's position among the sources.
    Dataset(u32),
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Best first, each with its score.
    pub hits: Vec<(f32, Item)>,
    /// How many there are in all, where that was asked.
    pub total: Option<usize>,
}

/// The words of things of one kind.
pub struct Words {
    searcher: Searcher,
    fields: Fields,
}

#[derive(Clone, Copy)]
struct Fields {
    title: Field,
    body: Field,
}

impl Words {
    /// Indexes things, which are known by their positions then. Time and memory grow with the texts.
    pub fn of<'a>(all: impl Iterator<Item = SearchText<'a>>) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        let tokenizers = TokenizerManager::new();
        tokenizers.register(TOKENIZER, Wording);
        let builder = Engine::builder().schema(schema).tokenizers(tokenizers);
        let mut writer = builder.single_segment_index_writer(tantivy::directory::RamDirectory::create(), BUDGET)?;
        for told in all {
            let mut document = TantivyDocument::new();
            for text in told.title {
                document.add_text(fields.title, text);
            }
            for text in told.body {
                document.add_text(fields.body, text);
            }
            writer.add_document(document)?;
        }
        let reader = writer.finalize()?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let reader: tantivy::IndexReader = reader;
        Ok(Self { searcher: reader.searcher(), fields })
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("things", &self.searcher.num_docs()).finish_non_exhaustive()
    }
}

/// What the things of one kind are.
#[derive(Clone, Copy, Debug)]
pub enum Shelved {
    Organisations,
    /// The records of the snapshot at this position.
    Records(usize),
    Datasets,
}

impl Shelved {
    fn item(self, position: u32) -> Item {
        match self {
            Self::Organisations => Item::Organisation(position),
            Self::Records(snapshot) => Item::Record(RecordRef::new(snapshot, position as usize)),
            Self::Datasets => Item::Dataset(position),
        }
    }
}

/// The words of things of one kind, with what these are.
#[derive(Debug)]
pub struct Part<'a> {
    pub shelved: Shelved,
    pub kind: SearchType,
    pub words: &'a Words,
}

/// The words of everything.
#[derive(Debug)]
pub struct Index<'a> {
    parts: Vec<Part<'a>>,
}

impl<'a> Index<'a> {
    /// All of these together. Of things that fit equally well, those of an earlier part come first.
    pub const fn of(parts: Vec<Part<'a>>) -> Self {
        Self { parts }
    }

    /// The best things of these kinds, or of any, from one position to another.
    pub fn find(
        &self,
        asked: &Asked,
        kinds: &[SearchType],
        range: std::ops::Range<usize>,
        count: bool,
    ) -> tantivy::Result<Found> {
        let mut total = 0;
        let mut hits: Vec<(f32, Item)> = Vec::new();
        for part in self.parts.iter().filter(|part| kinds.is_empty() || kinds.contains(&part.kind)) {
            let Words { searcher, fields } = part.words;
            let Some(query) = query(asked, *fields) else { continue };
            if count {
                total += searcher.search(&query, &Count)?;
            }
            let top = TopDocs::with_limit(range.end.max(1)).order_by_score();
            let found = searcher.search_with_statistics_provider(&query, &top, self)?;
            let item = |(score, address): (f32, DocAddress)| (score, part.shelved.item(address.doc_id));
            hits.extend(found.into_iter().map(item));
        }
        hits.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let hits = hits.into_iter().skip(range.start).take(range.len()).collect();
        Ok(Found { hits, total: count.then_some(total) })
    }

    /// Whether no text has this word.
    pub fn is_unknown(&self, word: &str) -> tantivy::Result<bool> {
        for Part { words: Words { searcher, fields }, .. } in &self.parts {
            for field in [fields.title, fields.body] {
                if searcher.doc_freq(&Term::from_field_text(field, word))? > 0 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn sum(&self, of: impl Fn(&Searcher) -> tantivy::Result<u64>) -> tantivy::Result<u64> {
        self.parts.iter().map(|part| of(&part.words.searcher)).sum()
    }
}

/// Every part has the same fields, in the same order.
impl Bm25StatisticsProvider for Index<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.sum(|searcher| searcher.total_num_tokens(field))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.sum(Bm25StatisticsProvider::total_num_docs)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.sum(|searcher| searcher.doc_freq(term))
    }
}

fn query(asked: &Asked, fields: Fields) -> Option<BooleanQuery> {
    let clause = |term: &Wanted| -> (Occur, Box<dyn Query>) {
        let in_fields = [(fields.title, TITLE), (fields.body, 1.0)];
        let either = in_fields.map(|(field, weight)| boosted(one_term(term, field), weight));
        (Occur::Must, Box::new(DisjunctionMaxQuery::with_tie_breaker(Vec::from(either), 0.1)))
    };
    (!asked.terms.is_empty()).then(|| BooleanQuery::new(asked.terms.iter().map(clause).collect()))
}

fn one_term(term: &Wanted, field: Field) -> Box<dyn Query> {
    let text = |text: &str| Term::from_field_text(field, text);
    match term {
        Wanted::Word(word) => Box::new(TermQuery::new(text(word), IndexRecordOption::WithFreqs)),
        Wanted::Phrase(characters) if characters.len() == 1 => {
            Box::new(TermQuery::new(text(&characters[0]), IndexRecordOption::WithFreqs))
        }
        Wanted::Phrase(characters) => {
            Box::new(PhraseQuery::new(characters.iter().map(|character| text(character)).collect()))
        }
        Wanted::Like { word, is_last } => {
            let mut like: Vec<Box<dyn Query>> =
                Vec::from([boosted(Box::new(FuzzyTermQuery::new(text(word), 1, true)), LIKE)]);
            if *is_last {
                like.push(boosted(Box::new(FuzzyTermQuery::new_prefix(text(word), 0, true)), LIKE));
            }
            Box::new(BooleanQuery::union(like))
        }
    }
}

fn boosted(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_tokenizer(TOKENIZER);
    let text = TextOptions::default().set_indexing_options(indexing);
    let title = builder.add_text_field("title", text.clone());
    let body = builder.add_text_field("body", text);
    (builder.build(), Fields { title, body })
}

/// Gives the engine the words of a text.
#[derive(Clone)]
struct Wording;

impl Tokenizer for Wording {
    type TokenStream<'a> = Worded;

    fn token_stream(&mut self, text: &str) -> Worded {
        Worded { rest: tokens(text).into_iter().enumerate(), stem: None, now: Indexed::default() }
    }
}

/// The words of a text, each with its stem at the same position.
struct Worded {
    rest: Enumerate<vec::IntoIter<Token>>,
    /// The stem of the word now, where it is another text.
    stem: Option<String>,
    now: Indexed,
}

impl TokenStream for Worded {
    fn advance(&mut self) -> bool {
        if let Some(stem) = self.stem.take() {
            self.now.text = stem;
            return true;
        }
        let Some((position, token)) = self.rest.next() else { return false };
        // The word itself too: a mistyped word has the stem of no word.
        self.stem = Some(token.text).filter(|stem| *stem != token.word);
        self.now =
            Indexed { offset_from: token.start, offset_to: token.end, position, text: token.word, position_length: 1 };
        true
    }

    fn token(&self) -> &Indexed {
        &self.now
    }

    fn token_mut(&mut self) -> &mut Indexed {
        &mut self.now
    }
}
