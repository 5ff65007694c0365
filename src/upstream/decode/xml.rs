//! Decodes XML.
//!
//! Repeated elements become rows. Their child elements and attributes become columns, in the order of first appearance;
//! nested ones are named by their dotted path. Envelopes around the rows and namespaces are ignored. Only predefined
//! entities and character references are supported. A document that declares its own entities is refused, because a few
//! such lines can expand to gigabytes.

use std::collections::HashMap;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, Event, attributes::Attributes},
    name::QName,
};

use super::{DecodeError, LONGEST_NAME, MOST_CELLS, MOST_COLUMNS, push};
use crate::domain::table::Table;

const DEEPEST: usize = 64;

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
        cells.sort_by_key(|(place, _)| *place);
        table.begin_row(number);
        let mut next = 0;
        // A name that repeats within a record becomes one cell with several lines, like an array in JSON.
        for repeated in cells.chunk_by(|one, other| one.0 == other.0) {
            for _ in next..repeated[0].0 {
                push(&mut table, "")?;
            }
            let lines: Vec<&str> = repeated.iter().map(|(_, text)| *text).filter(|text| !text.is_empty()).collect();
            push(&mut table, &lines.join("\n"))?;
            next = repeated[0].0 + 1;
        }
    }
    Ok(table)
}

/// An element or an attribute. A document lists all nodes in document order, beginning with the document itself.
struct Node<'a> {
    name: &'a str,
    text: String,
    /// The index of the first node after this one and its descendants.
    end: usize,
    is_attribute: bool,
}

type Document<'a> = [Node<'a>];

/// Returns the direct children of a node: its attributes, then its elements.
fn children<'d>(document: &'d Document<'_>, node: usize) -> impl Iterator<Item = usize> + Clone + 'd {
    let end = document[node].end;
    let within = move |child: usize| (child < end).then_some(child);
    std::iter::successors(within(node + 1), move |child| within(document[*child].end))
}

fn elements<'d>(document: &'d Document<'_>, node: usize) -> impl Iterator<Item = usize> + Clone + 'd {
    children(document, node).filter(|child| !document[*child].is_attribute)
}

/// True if a node has no children.
fn is_leaf(document: &Document<'_>, node: usize) -> bool {
    document[node].end == node + 1
}

fn parse(content: &str) -> Result<Vec<Node<'_>>, DecodeError> {
    let mut reader = Reader::from_str(content);
    // A bare `&`, as in `R & D`, is invalid but common and harmless.
    reader.config_mut().allow_dangling_amp = true;
    let mut document = vec![Node { name: "", text: String::new(), end: 0, is_attribute: false }];
    let mut open = vec![0];
    loop {
        let event = reader.read_event();
        let begin = usize::try_from(reader.error_position()).unwrap_or(0);
        let end = usize::try_from(reader.buffer_position()).unwrap_or(0);
        let place = if event.is_err() { begin } else { end };
        let wrong = |reason: String| at(content, place, reason);
        let event = event.map_err(|error| wrong(error.to_string()))?;
        let here = open.last().copied().unwrap_or(0);
        match event {
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let is_empty = matches!(event, Event::Empty(_));
                separate(&mut document[here].text);
                if open.len() > DEEPEST {
                    return Err(wrong(format!("expected at most {DEEPEST} levels of elements, found more")));
                }
                let element = document.len();
                // Take the tag from the text and not from the event, because the nodes borrow it.
                let begin = end.saturating_sub(tag.len() + if is_empty { 2 } else { 1 });
                let inner = content.get(begin..begin + tag.len()).unwrap_or_default();
                add_element(&mut document, inner, tag.name().0.len()).map_err(&wrong)?;
                document[element].end = document.len();
                if !is_empty {
                    open.push(element);
                }
                if document.len() > MOST_CELLS {
                    return Err(DecodeError::TooManyCells);
                }
            }
            Event::End(_) => {
                open.pop();
                document[here].end = document.len();
                let trimmed = document[here].text.trim_end().len();
                document[here].text.truncate(trimmed);
                let parent = open.last().copied().unwrap_or(0);
                separate(&mut document[parent].text);
            }
            Event::Text(text) => append(&mut document[here].text, &text.xml10_content()),
            Event::CData(text) => append(&mut document[here].text, &text.xml10_content()),
            Event::GeneralRef(entity) => {
                let mut buffer = [0; 4];
                let text = resolve(&entity, &mut buffer).map_err(&wrong)?;
                // A space from a reference is intentional, so it is not trimmed.
                document[here].text.push_str(text);
            }
            Event::DocType(declaration) if declaration.contains("<!ENTITY") => {
                return Err(wrong("expected only predefined entities, found a DOCTYPE that declares others".into()));
            }
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.len() > 1 => {
                return Err(wrong(format!("expected `</{}>`, found the end of the text", document[here].name)));
            }
            Event::Eof => break,
        }
    }
    document[0].end = document.len();
    Ok(document)
}

/// Appends text without the leading space that pretty-printing adds.
fn append(text: &mut String, more: &str) {
    let begins = text.is_empty() || text.ends_with(' ');
    text.push_str(if begins { more.trim_start() } else { more });
}

/// Separates texts that an element interrupts.
fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with(char::is_whitespace) {
        text.push(' ');
    }
}

fn resolve<'b>(entity: &'b BytesRef<'_>, buffer: &'b mut [u8; 4]) -> Result<&'b str, String> {
    match entity.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.encode_utf8(buffer)),
        Ok(None) => quick_xml::escape::resolve_predefined_entity(entity)
            .ok_or_else(|| format!("expected a predefined entity, found `&{};`", shortened(entity))),
        Err(error) => Err(error.to_string()),
    }
}

fn add<'a>(document: &mut Vec<Node<'a>>, name: &'a str, text: String, is_attribute: bool) -> Result<(), String> {
    if name.len() > LONGEST_NAME {
        return Err(format!("expected names of at most {LONGEST_NAME} bytes, found `{}…`", shortened(name)));
    }
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let end = document.len() + 1;
    document.push(Node { name, text, end, is_attribute });
    Ok(())
}

/// Adds an element and its attributes, except those that describe the XML itself. `tag` begins with the name.
fn add_element<'a>(document: &mut Vec<Node<'a>>, tag: &'a str, name_len: usize) -> Result<(), String> {
    add(document, tag.get(..name_len).unwrap_or_default(), String::new(), false)?;
    // The check for duplicate names takes quadratic time.
    for attribute in Attributes::new(tag, name_len).with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let QName(name) = attribute.key;
        if name == "xmlns" || ["xmlns:", "xsi:", "xml:"].iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        add(document, name, value.trim().to_owned(), true)?;
    }
    Ok(())
}

/// Returns the nodes that are records.
fn records(document: &Document<'_>) -> Result<Vec<usize>, DecodeError> {
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
fn single(document: &Document<'_>) -> Result<Vec<usize>, DecodeError> {
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
fn inside(document: &Document<'_>, node: usize) -> Option<usize> {
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
    document: &'d Document<'a>,
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

fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}

/// Returns an error with the line and column of a byte of the text.
fn at(content: &str, byte: usize, reason: String) -> DecodeError {
    let before = content.as_bytes().get(..byte).unwrap_or(content.as_bytes());
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    DecodeError::Xml { line, column, reason }
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
    fn envelopes_do_not_matter() {
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
    fn one_record_or_none() {
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
    fn texts_alone_and_among_elements() {
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
    fn errors_say_where() {
        assert!(refused("<a>\n  <b></c></a>").contains("line 2"), "{}", refused("<a>\n  <b></c></a>"));
        assert!(refused("<a><b>1</b>").contains("expected `</a>`"));
        assert!(refused("<a>5</a>").contains("a single value in `a`"));
        assert!(refused("  ").contains("no element"));
    }

    proptest! {
        #[test]
        fn near_xml_decodes_or_says_why(content in "(<[ab]|</[ab]|/?>| c='|[é&;#\"' ]|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?|[d:]){0,40}") {
            let _ = decode(&content);
        }

        #[test]
        fn sound_xml_decodes(parts in proptest::collection::vec(0_u8..8, 0..60)) {
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
