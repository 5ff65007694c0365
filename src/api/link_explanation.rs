//! Explanations of why two names do or do not refer to the same organisation.

use async_graphql::{Enum, SimpleObject};

use crate::{
    api::mention::Link,
    domain::{query_error::QueryError, resolve::SyncResolve, text::Language, value::shorten},
    index::{
        Graph, LinkedMention,
        candidate_matches::{LinkRefusal, PossibleMatch},
        organisation::Organisation,
    },
    linking,
};

/// The maximum number of links in one explanation.
const MOST_LINKS: usize = 50;

/// Whether two names refer to the same organisation.
#[derive(SyncResolve, Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkVerdict {
    /// The names refer to the same organisation.
    Same,
    /// The names may refer to the same organisation. The evidence is not sufficient to decide.
    Possible,
    /// The names refer to different organisations.
    Different,
}

/// An explanation of why two names do or do not refer to the same organisation.
#[derive(SyncResolve, SimpleObject)]
pub struct LinkExplanation<'a> {
    /// Whether the two names refer to the same organisation.
    pub verdict: LinkVerdict,
    /// The reason, in one sentence.
    pub summary: String,
    /// The organisation that the first ID refers to.
    pub a: &'a Organisation,
    /// The organisation that the second ID refers to.
    pub b: &'a Organisation,
    /// If the two are the same, one link for each distinct name and method, at most 50. Empty otherwise.
    pub links: Vec<Link<'a>>,
    /// The evidence, if the two may be the same. `null` otherwise.
    pub possible_match: Option<PossibleMatch<'a>>,
    /// Links between the two that a rule proposed and a safeguard rejected.
    pub refusals: Vec<LinkRefusal>,
}

impl<'a> LinkExplanation<'a> {
    /// Explains the link between two IDs, each of an organisation or of a record that names one.
    pub fn of(graph: &'a Graph, a: &str, b: &str) -> Result<Self, QueryError> {
        let (a, b) = (Named::by(graph, a)?, Named::by(graph, b)?);
        let refusals = graph.candidate_matches().refusals(a.organisation.number, b.organisation.number);
        let is_other = |found: &PossibleMatch<'_>| found.other == b.organisation.number;
        let possible_match = graph.candidate_matches().matches(a.organisation.number).into_iter().find(is_other);
        let same = a.organisation.number == b.organisation.number;
        let links = if same { different_names(a.mentions.iter().chain(&b.mentions)) } else { Vec::new() };
        let (verdict, summary) = if same {
            let said: Vec<&str> = links.iter().map(|link| link.evidence.as_ref()).collect();
            (LinkVerdict::Same, format!("the same organisation: {}", shorten(&said.join("; "))))
        } else if let Some(found) = &possible_match {
            (
                LinkVerdict::Possible,
                format!("possibly the same organisation, but no reliable rule links them: {}", found.possible.evidence),
            )
        } else if let Some(refusal) = refusals.first() {
            let [one, other] = refusal.written(graph);
            (LinkVerdict::Different, format!("`{one}` and `{other}` are similar, but {}", refusal.reason))
        } else {
            let key = |organisation: &Organisation| linking::key_in_words(&organisation.name.nearest(Language::En));
            let keys = (key(a.organisation), key(b.organisation));
            (LinkVerdict::Different, format!("no rule links them: {} and {}", keys.0, keys.1))
        };
        let links = links.into_iter().map(Link).collect();
        Ok(Self { verdict, summary, a: a.organisation, b: b.organisation, links, possible_match, refusals })
    }
}

/// The organisation that an ID refers to, and the names that refer to it.
struct Named<'a> {
    organisation: &'a Organisation,
    mentions: Vec<&'a LinkedMention>,
}

impl<'a> Named<'a> {
    fn by(graph: &'a Graph, id: &str) -> Result<Self, QueryError> {
        if let Some(organisation) = graph.organisation(id) {
            return Ok(Self { organisation, mentions: graph.mentions_to(organisation).collect() });
        }
        let of_record = graph.record(id).and_then(|(snapshot, index)| {
            let mentions = graph.mentions_of(snapshot.records.meta(index)?);
            Some((mentions.first()?.organisation, mentions))
        });
        let (number, mentions) = of_record.ok_or_else(|| QueryError::NotNamed(shorten(id).into_owned()))?;
        let mentions = mentions.iter().filter(|mention| mention.organisation == number).collect();
        Ok(Self { organisation: graph.organisation_at(number), mentions })
    }
}

/// One mention for each distinct name and link method.
fn different_names<'a, 'b>(mentions: impl Iterator<Item = &'b &'a LinkedMention>) -> Vec<&'a LinkedMention>
where
    'a: 'b,
{
    let mut found: Vec<&LinkedMention> = Vec::new();
    for mention in mentions {
        let is_new = found.iter().all(|known| {
            (&known.en, &known.zh, &known.unit, known.method)
                != (&mention.en, &mention.zh, &mention.unit, mention.method)
        });
        if is_new {
            found.push(mention);
        }
        if found.len() == MOST_LINKS {
            break;
        }
    }
    found
}
