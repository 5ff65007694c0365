//! The index: what can be found, by its words, in memory.

use tantivy::{
    Index as Engine, ReloadPolicy, Searcher, TantivyDocument, Term,
    collector::{Count, TopDocs},
    columnar::Column,
    query::{
        BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, FuzzyTermQuery, Occur, PhraseQuery, Query,
        TermQuery,
    },
    schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token as Indexed},
};

use super::words::{Asked, Term as Wanted};
use crate::{
    graph::search::tokens::tokens,
    record::{SearchType, Told},
};

/// How much more a word in a title says than one elsewhere.
const TITLE: f32 = 3.0;
/// How much less a word says that is only like the one asked for.
const LIKE: f32 = 0.3;
/// What the engine may use for its tables while it indexes, at first; it takes more as it needs.
const BUDGET: usize = 15 << 20;

/// Something that a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// By the organisation's number.
    Organisation(u32),
    /// By the record's number.
    Record(u32),
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

/// The words of everything.
pub struct Index {
    searcher: Searcher,
    fields: Fields,
    items: Column<u64>,
}

#[derive(Clone, Copy)]
struct Fields {
    title: Field,
    body: Field,
    kind: Field,
    item: Field,
}

impl Item {
    const fn number(self) -> u64 {
        let (kind, number) = match self {
            Self::Organisation(number) => (0, number),
            Self::Record(number) => (1, number),
            Self::Dataset(number) => (2, number),
        };
        kind << 32 | number as u64
    }

    const fn of(number: u64) -> Self {
        let low = number as u32;
        match number >> 32 {
            0 => Self::Organisation(low),
            1 => Self::Record(low),
            _ => Self::Dataset(low),
        }
    }
}

impl Index {
    /// Indexes everything. Time and memory grow linearly with the texts.
    pub fn build<'a>(all: impl Iterator<Item = (Item, SearchType, Told<'a>)>) -> tantivy::Result<Self> {
        let (schema, fields) = schema();
        let builder = Engine::builder().schema(schema);
        let mut writer = builder.single_segment_index_writer(tantivy::directory::RamDirectory::create(), BUDGET)?;
        for (item, kind, told) in all {
            let mut document = TantivyDocument::new();
            document.add_u64(fields.item, item.number());
            document.add_u64(fields.kind, kind as u64);
            for text in told.title {
                document.add_pre_tokenized_text(fields.title, indexed(text));
            }
            for text in told.body {
                document.add_pre_tokenized_text(fields.body, indexed(text));
            }
            writer.add_document(document)?;
        }
        let reader = writer.finalize()?.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let reader: tantivy::IndexReader = reader;
        let searcher = reader.searcher();
        let items = searcher.segment_reader(0).fast_fields().u64("item")?;
        Ok(Self { searcher, fields, items })
    }

    /// The best things of these kinds, or of any, from one position to another.
    pub fn find(
        &self,
        asked: &Asked,
        kinds: &[SearchType],
        range: std::ops::Range<usize>,
        count: bool,
    ) -> tantivy::Result<Found> {
        let Some(query) = self.query(asked, kinds) else {
            return Ok(Found { hits: Vec::new(), total: count.then_some(0) });
        };
        let total = if count { Some(self.searcher.search(&query, &Count)?) } else { None };
        let top = TopDocs::with_limit(range.len().max(1)).and_offset(range.start).order_by_score();
        let hits = self.searcher.search(&query, &top)?;
        let item =
            |(score, address): (f32, tantivy::DocAddress)| Some((score, Item::of(self.items.first(address.doc_id)?)));
        Ok(Found { hits: hits.into_iter().filter_map(item).collect(), total })
    }

    /// Whether no text has this word.
    pub fn is_unknown(&self, word: &str) -> tantivy::Result<bool> {
        let occurs = |field| self.searcher.doc_freq(&Term::from_field_text(field, word));
        Ok(occurs(self.fields.title)? + occurs(self.fields.body)? == 0)
    }

    fn query(&self, asked: &Asked, kinds: &[SearchType]) -> Option<BooleanQuery> {
        if asked.terms.is_empty() {
            return None;
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(asked.terms.len() + 1);
        for term in &asked.terms {
            let in_fields = [(self.fields.title, TITLE), (self.fields.body, 1.0)];
            let either = in_fields.map(|(field, weight)| boosted(one_term(term, field), weight));
            clauses.push((Occur::Must, Box::new(DisjunctionMaxQuery::with_tie_breaker(Vec::from(either), 0.1))));
        }
        if !kinds.is_empty() {
            let kind = |kind: &SearchType| -> Box<dyn Query> {
                let term = Term::from_field_u64(self.fields.kind, *kind as u64);
                Box::new(TermQuery::new(term, IndexRecordOption::Basic))
            };
            let any = BooleanQuery::union(kinds.iter().map(kind).collect());
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(any), 0.0))));
        }
        Some(BooleanQuery::new(clauses))
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("documents", &self.searcher.num_docs()).finish_non_exhaustive()
    }
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
    let indexing =
        TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqsAndPositions).set_tokenizer("raw");
    let text = TextOptions::default().set_indexing_options(indexing);
    let title = builder.add_text_field("title", text.clone());
    let body = builder.add_text_field("body", text);
    let kind = builder.add_u64_field("kind", NumericOptions::default().set_indexed());
    let item = builder.add_u64_field("item", NumericOptions::default().set_fast());
    (builder.build(), Fields { title, body, kind, item })
}

fn indexed(text: &str) -> PreTokenizedString {
    let mut indexed = Vec::new();
    for (position, token) in tokens(text).into_iter().enumerate() {
        let (offset_from, offset_to) = (token.start, token.end);
        let mut add = |text| indexed.push(Indexed { offset_from, offset_to, position, text, position_length: 1 });
        // The word itself too: a mistyped word has the stem of no word.
        if token.word != token.text {
            add(token.word);
        }
        add(token.text);
    }
    PreTokenizedString { text: String::new(), tokens: indexed }
}
