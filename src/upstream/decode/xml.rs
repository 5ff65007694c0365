//! Decodes XML.
//!
//! Repeated elements become rows. Their child elements and attributes become columns, in the order of first appearance;
//! nested ones are named by their dotted path. Envelopes around the rows are ignored. [`document`] parses the text.

use std::collections::HashMap;

use super::{BlankLines, DecodeError, MOST_COLUMNS, push, push_row};
use crate::domain::table::Table;

mod document;

use document::{XmlDocument, children, elements, is_leaf, parse};

/// Decodes an XML text. Row 0 is the header made of the names; records are numbered from 1.
pub fn decode(content: &str) -> Result<Table, DecodeError> {
    let content = content.trim_start_matches('\u{feff}');
    let document = parse(content)?;
    let records = records(&document)?;
    let mut columns = Columns::default();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let mut cells = Vec::new();
        flatten(&document, record, 0, &mut columns, &mut cells)?;
        rows.push(cells);
    }
    let mut table = Table::default();
    table.begin_row(0);
    for name in &columns.names {
        push(&mut table, name)?;
    }
    for (number, mut cells) in (1..).zip(rows) {
        // A name that repeats within a record becomes one cell with several lines, like an array in JSON.
        push_row(&mut table, number, &mut cells, BlankLines::Omitted)?;
    }
    Ok(table)
}

/// Returns the nodes that are records.
fn records(document: &XmlDocument<'_>) -> Result<Vec<usize>, DecodeError> {
    // Among the non-empty elements that repeat under one parent, choose those with the most content. Rows outweigh
    // repeated elements in the envelope and within a row.
    let mut most = (0, 0, "");
    for parent in 0..document.len() {
        let mut weights: HashMap<&str, (usize, usize)> = HashMap::new();
        for child in elements(document, parent).filter(|child| !is_leaf(document, *child)) {
            let (count, weight) = weights.entry(document[child].name).or_default();
            *count += 1;
            *weight += document[child].end - child;
        }
        let repeating = weights.into_iter().filter(|(_, (count, _))| *count > 1);
        if let Some((name, (_, weight))) = repeating.max_by_key(|(name, (_, weight))| (*weight, *name))
            && weight > most.0
        {
            most = (weight, parent, name);
        }
    }
    let (weight, parent, name) = most;
    if weight > 0 {
        // An empty element among the rows is an empty row.
        return Ok(elements(document, parent).filter(|child| document[*child].name == name).collect());
    }
    single(document)
}

/// Returns the records of a document in which only texts repeat: the one below its envelopes, or each text of a list.
fn single(document: &XmlDocument<'_>) -> Result<Vec<usize>, DecodeError> {
    let mut node = 0;
    while let Some(inner) = inside(document, node) {
        node = inner;
    }
    let mut leaves = elements(document, node);
    match (leaves.next(), leaves.clone().next()) {
        (Some(first), Some(_))
            if children(document, node)
                .all(|leaf| is_leaf(document, leaf) && document[leaf].name == document[first].name) =>
        {
            Ok(elements(document, node).collect())
        }
        (Some(only), None) if node == 0 && !document[only].text.is_empty() => {
            let found = format!("a single value in `{}`", document[only].name);
            Err(DecodeError::Shape { expected: "elements that are records", found })
        }
        (None, _) if node == 0 => {
            Err(DecodeError::Shape { expected: "elements that are records", found: "no element".to_owned() })
        }
        // An envelope without text is an empty list.
        _ if (node..document[node].end).all(|inner| document[inner].text.is_empty()) => Ok(Vec::new()),
        _ => Ok(vec![node]),
    }
}

/// Returns the content of an envelope: its only element, or an element among others that is a list of one record.
fn inside(document: &XmlDocument<'_>, node: usize) -> Option<usize> {
    let holds = |node: usize| elements(document, node).filter(|child| !is_leaf(document, *child)).collect::<Vec<_>>();
    let [only] = holds(node)[..] else { return None };
    let alone = |node: usize| elements(document, node).count() == 1;
    (alone(node) || (alone(only) && !holds(only).is_empty())).then_some(only)
}

/// The columns found so far. Paths are numbered: equal names below the same path share a number.
#[derive(Default)]
struct Columns<'a> {
    names: Vec<String>,
    paths: HashMap<(usize, &'a str), usize>,
    /// The dotted name of each path except path 0 (the record itself), with its column if it has one.
    named: Vec<(String, Option<usize>)>,
}

impl<'a> Columns<'a> {
    fn below(&mut self, path: usize, name: &'a str) -> Result<usize, DecodeError> {
        if let Some(known) = self.paths.get(&(path, name)) {
            return Ok(*known);
        }
        if self.named.len() >= MOST_COLUMNS {
            return Err(DecodeError::TooManyColumns);
        }
        let prefix = if path == 0 { "" } else { &self.named[path - 1].0 };
        let dotted = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        self.named.push((dotted, None));
        self.paths.insert((path, name), self.named.len());
        Ok(self.named.len())
    }

    fn column(&mut self, path: usize) -> usize {
        let next = self.names.len();
        let (name, column) = &mut self.named[path - 1];
        *column.get_or_insert_with(|| {
            self.names.push(name.clone());
            next
        })
    }
}

/// Collects each text below `node` with its column.
fn flatten<'a, 'd>(
    document: &'d XmlDocument<'a>,
    node: usize,
    path: usize,
    columns: &mut Columns<'a>,
    cells: &mut Vec<(usize, &'d str)>,
) -> Result<(), DecodeError> {
    let text = document[node].text.as_str();
    if path == 0 && !text.is_empty() {
        // A record's own text is named `value`, as in JSON. In a list of texts, it is named after the elements.
        let name = if is_leaf(document, node) { document[node].name } else { "value" };
        let own = columns.below(0, name)?;
        cells.push((columns.column(own), text));
    } else if path > 0 && (is_leaf(document, node) || !text.is_empty()) {
        cells.push((columns.column(path), text));
    }
    for child in children(document, node) {
        let below = columns.below(path, document[child].name)?;
        flatten(document, child, below, columns, cells)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(content: &str) -> Vec<Vec<String>> {
        let table = decode(content).unwrap();
        (0..table.len()).map(|row| table.cells(row).map(str::to_owned).collect()).collect()
    }

    fn refused(content: &str) -> String {
        decode(content).unwrap_err().to_string()
    }

    #[test]
    fn elements_and_attributes_are_columns() {
        let content = "<?xml version='1.0' encoding='Big5'?>\n<!-- c --><rows xmlns='urn:x' xmlns:d='urn:y'><?pi x?>
            <d:row id='1'><name lang='en'>R&amp;D &#67;entre</name><sum><d:m>1.10</d:m></sum></d:row>
            <d:row id='2'><name><![CDATA[<b> & ]]>x</name><tag>a</tag><tag>b</tag><none/></d:row>
            </rows>";
        assert_eq!(
            rows(content),
            [
                vec!["id", "name", "name.lang", "sum.m", "tag", "none"],
                vec!["1", "R&D Centre", "en", "1.10"],
                vec!["2", "<b> & x", "", "", "a\nb", ""],
            ]
        );
    }

    #[test]
    fn records_are_found_in_every_envelope() {
        let expected = [vec!["a", "b"], vec!["1", "2"], vec!["3", "4"]];
        let items = "<item><a>1</a><b>2</b></item><item><a>3</a><b>4</b></item>";
        for content in [
            format!("<value>{items}</value>"),
            format!("<response><value>{items}</value></response>"),
            format!("<r><link rel='x'/><link rel='y'/><ok>true</ok><value>{items}</value></r>"),
            "<root><row a='1' b='2'/><row a='3' b='4'/></root>".to_owned(),
            "<root><row><a>1</a><b>2</b></row><row b='4'><a>3</a></row></root>"
                .replace(" b='4'><a>3</a>", "><a>3</a><b>4</b>"),
        ] {
            assert_eq!(rows(&content), expected, "{content}");
        }
    }

    #[test]
    fn envelopes_of_one_record_or_none() {
        for content in [
            "<response><value><item><a>1</a><b>2</b></item></value></response>",
            "<response><success>true</success><value><item><a>1</a><b>2</b></item></value></response>",
            "<root><row a='1' b='2'/></root>",
            "<row a='1' b='2'/>",
        ] {
            assert_eq!(rows(content), [["a", "b"], ["1", "2"]], "{content}");
        }
        assert_eq!(rows("<item><id>1</id><at><city>x</city></at></item>"), [["id", "at.city"], ["1", "x"]]);
        for content in ["<rows/>", "<response><value/></response>", "<response><value></value><page/></response>"] {
            assert_eq!(rows(content), [Vec::<String>::new()], "{content}");
        }
    }

    #[test]
    fn text_and_mixed_content() {
        assert_eq!(rows("<list><v>x</v><v>y</v></list>"), [["v"], ["x"], ["y"]]);
        assert_eq!(
            rows("<l><p>Hello <b>big</b> world</p><p k='1'>plain</p></l>"),
            [vec!["value", "b", "k"], vec!["Hello world", "big"], vec!["plain", "", "1"]]
        );
        assert_eq!(
            rows("<l><p><a>R & D</a></p><p><a>é</a></p><p/></l>"),
            [vec!["a"], vec!["R & D"], vec!["é"], vec![]]
        );
    }

    #[test]
    fn bombs_are_refused() {
        let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n<l><v>&b;</v></l>";
        assert!(
            refused(laughs).contains("line 1, column 52: expected only predefined entities"),
            "{}",
            refused(laughs)
        );
        assert!(refused("<l>\n<v>&nbsp;</v></l>").contains("line 2"));
        assert!(refused("<l v='&b;'/>").contains('b'));
        assert!(refused(&"<a>".repeat(100_000)).contains("at most 64 levels"));
        assert!(refused(&format!("<{}/>", "a".repeat(300))).contains("at most 256 bytes"));
        let wide: String = (0..20_000).map(|name| format!("<n{name}>1</n{name}>")).collect();
        assert!(refused(&format!("<r>{wide}</r>")).contains("at most 16384 columns"));
        assert_eq!(rows("<!DOCTYPE l SYSTEM 'x.dtd'><l><v>1</v><v>2</v></l>").len(), 3);
    }

    #[test]
    fn errors_name_the_location_or_element() {
        assert!(refused("<a>\n  <b></c></a>").contains("line 2"), "{}", refused("<a>\n  <b></c></a>"));
        assert!(refused("<a><b>1</b>").contains("expected `</a>`"));
        assert!(refused("<a>5</a>").contains("a single value in `a`"));
        assert!(refused("  ").contains("no element"));
    }

    proptest! {
        #[test]
        fn xml_like_text_never_panics(content in "(<[ab]|</[ab]|/?>| c='|[é&;#\"' ]|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|[d:]){0,40}") {
            let _ = decode(&content);
        }

        #[test]
        fn valid_xml_decodes(parts in proptest::collection::vec(0_u8..8, 0..60)) {
            let mut content = String::from("<r>");
            let mut open = Vec::new();
            for part in parts {
                match part {
                    0..3 => { open.push(part); content.extend(["<x:n", &part.to_string(), " é='&lt;'>"]); }
                    3 | 4 => if let Some(name) = open.pop() { content.extend(["</x:n", &name.to_string(), ">"]); },
                    5 => content += "<n5/>",
                    6 => content += "é &amp; ",
                    _ => content += "<![CDATA[ü]]>",
                }
            }
            for name in open.into_iter().rev() {
                content.extend(["</x:n", &name.to_string(), ">"]);
            }
            content += "</r>";
            match decode(&content) {
                Ok(_) | Err(DecodeError::Shape { .. }) => {}
                Err(error) => panic!("{content}: {error}"),
            }
        }
    }
}
