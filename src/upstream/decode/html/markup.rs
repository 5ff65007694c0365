//! Splits an HTML page into tags and texts.

use super::MOST_SPANNED;

/// A token of a page. Names are in lower case.
pub enum HtmlToken<'a> {
    Begin {
        name: &'a str,
        tag: TagAttributes<'a>,
    },
    End(&'a str),
    /// Text with its entities resolved.
    Text(String),
}

/// The attributes of a tag: the text after its name.
#[derive(Clone, Copy)]
pub struct TagAttributes<'a>(&'a str);

impl<'a> TagAttributes<'a> {
    /// Returns an attribute as an integer, from 1 to the maximum span of a cell. 1 if it is missing or invalid.
    pub fn count(self, name: &str) -> u32 {
        self.value(name).and_then(|text| text.trim().parse().ok()).unwrap_or(1).clamp(1, MOST_SPANNED)
    }

    /// Returns the value of an attribute, quoted or unquoted.
    fn value(self, name: &str) -> Option<&'a str> {
        let mut rest = self.0;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            if rest.is_empty() {
                return None;
            }
            let key = &rest[..end];
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                (value, rest) = match quote {
                    Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                    None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
                };
            }
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
        }
    }
}

/// An iterator over the tokens of a page.
pub struct Markup<'a> {
    rest: &'a str,
}

/// Elements whose text is not visible page text.
const SKIPPED: [&str; 4] = ["script", "style", "title", "textarea"];
/// The elements that the decoder needs. Their names are static, so tokens need no allocation.
const KNOWN: [&str; 10] = ["table", "tr", "td", "th", "caption", "br", "p", "div", "li", ""];

impl<'a> Markup<'a> {
    pub fn new(content: &'a str) -> Self {
        Self { rest: content }
    }

    /// Moves past the next occurrence of `text`, or to the end if there is none.
    fn skip_past(&mut self, text: &str) {
        self.rest = self.rest.find(text).map_or("", |at| &self.rest[at + text.len()..]);
    }

    /// Moves to the end tag of an element.
    fn skip_element(&mut self, name: &str) {
        let ends = self.rest.match_indices("</").find(|(at, _)| {
            self.rest.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        });
        self.rest = ends.map_or("", |(at, _)| &self.rest[at..]);
    }
}

impl<'a> Iterator for Markup<'a> {
    type Item = HtmlToken<'a>;

    fn next(&mut self) -> Option<HtmlToken<'a>> {
        loop {
            let begins_tag =
                |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
            if !self.rest.starts_with('<') || !begins_tag(&self.rest[1..]) {
                // Text extends to the next tag. A `<` that does not begin a tag is text.
                let next = self.rest.match_indices('<').find(|(at, _)| begins_tag(&self.rest[at + 1..]));
                let end = next.map_or(self.rest.len(), |(at, _)| at);
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return (!text.is_empty()).then(|| HtmlToken::Text(resolved(text)));
            }
            if self.rest.starts_with("<!--") {
                self.skip_past("-->");
            } else if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                self.skip_past(">");
            } else {
                let inner = &self.rest[1..];
                let end = tag_end(inner);
                let tag = &inner[..end];
                self.rest = inner.get(end + 1..).unwrap_or_default();
                let is_end = tag.starts_with('/');
                let tag = tag.trim_start_matches('/');
                let (name, attributes) =
                    tag.split_at(tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len()));
                if let Some(skipped) = SKIPPED.iter().find(|skipped| skipped.eq_ignore_ascii_case(name)) {
                    if !is_end {
                        self.skip_element(skipped);
                    }
                    continue;
                }
                let name = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)).copied().unwrap_or_default();
                return Some(if is_end {
                    HtmlToken::End(name)
                } else {
                    HtmlToken::Begin { name, tag: TagAttributes(attributes) }
                });
            }
            if self.rest.is_empty() {
                return None;
            }
        }
    }
}

/// Returns the position of the `>` that ends a tag, ignoring quoted ones.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, character) in tag.char_indices() {
        match (quote, character) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // An unclosed quote: the tag ends at the first `>`.
    tag.find('>').unwrap_or(tag.len())
}

/// Resolves the entities of a text. Unknown entities are kept unchanged.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        if let Some((character, end)) = end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            out.push(character);
            rest = &rest[end + 1..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out + rest
}

/// Resolves an entity: a numeric reference, or a name that table exports use.
fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "minus" => '−',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "bull" => '•',
        "middot" => '·',
        "deg" => '°',
        "times" => '×',
        "plusmn" => '±',
        "sup2" => '²',
        "sup3" => '³',
        "frac12" => '½',
        "frac14" => '¼',
        "pound" => '£',
        "yen" => '¥',
        "euro" => '€',
        "cent" => '¢',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "sect" => '§',
        "para" => '¶',
        "dagger" => '†',
        "Dagger" => '‡',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "uuml" => 'ü',
        "ouml" => 'ö',
        "auml" => 'ä',
        _ => return None,
    })
}
