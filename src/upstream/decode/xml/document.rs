//! Parses an XML text into a list of nodes.
//!
//! Namespaces are ignored. Only predefined entities and character references are supported. A document that declares its
//! own entities is refused, because a few such lines can expand to gigabytes.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, Event, attributes::Attributes},
    name::QName,
};

use crate::upstream::decode::{DecodeError, LONGEST_NAME, MOST_CELLS};

/// The maximum number of levels of elements.
const DEEPEST: usize = 64;

/// An element or an attribute. A document lists all nodes in document order, beginning with the document itself.
pub(super) struct XmlNode<'a> {
    pub name: &'a str,
    pub text: String,
    /// The index of the first node after this one and its descendants.
    pub end: usize,
    is_attribute: bool,
}

pub(super) type XmlDocument<'a> = [XmlNode<'a>];

/// Returns the direct children of a node: its attributes, then its elements.
pub(super) fn children<'d>(document: &'d XmlDocument<'_>, node: usize) -> impl Iterator<Item = usize> + Clone + 'd {
    let end = document[node].end;
    let within = move |child: usize| (child < end).then_some(child);
    std::iter::successors(within(node + 1), move |child| within(document[*child].end))
}

pub(super) fn elements<'d>(document: &'d XmlDocument<'_>, node: usize) -> impl Iterator<Item = usize> + Clone + 'd {
    children(document, node).filter(|child| !document[*child].is_attribute)
}

/// True if a node has no children.
pub(super) fn is_leaf(document: &XmlDocument<'_>, node: usize) -> bool {
    document[node].end == node + 1
}

/// Parses a text into its nodes.
pub(super) fn parse(content: &str) -> Result<Vec<XmlNode<'_>>, DecodeError> {
    let mut reader = Reader::from_str(content);
    // A bare `&`, as in `R & D`, is invalid but common and harmless.
    reader.config_mut().allow_dangling_amp = true;
    let mut document = vec![XmlNode { name: "", text: String::new(), end: 0, is_attribute: false }];
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

fn add<'a>(document: &mut Vec<XmlNode<'a>>, name: &'a str, text: String, is_attribute: bool) -> Result<(), String> {
    if name.len() > LONGEST_NAME {
        return Err(format!("expected names of at most {LONGEST_NAME} bytes, found `{}…`", shortened(name)));
    }
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let end = document.len() + 1;
    document.push(XmlNode { name, text, end, is_attribute });
    Ok(())
}

/// Adds an element and its attributes, except those that describe the XML itself. `tag` begins with the name.
fn add_element<'a>(document: &mut Vec<XmlNode<'a>>, tag: &'a str, name_len: usize) -> Result<(), String> {
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
