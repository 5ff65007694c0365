//! Texts that may contain HTML, sanitised for display.

use std::{collections::HashSet, fmt::Write, sync::LazyLock};

use ammonia::{Builder, UrlRelative};

use crate::domain::text::{Language, Text};

/// The maximum length of HTML in bytes, and the maximum number of its tags. The parser takes time quadratic in the
/// nesting of tags.
const LONGEST: usize = 64 * 1024;
const MOST_TAGS: usize = 2_000;

/// The end tags of elements that begin a new line.
const LINE_ENDS: [&str; 13] =
    ["/p", "/div", "/li", "/ul", "/ol", "/tr", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6", "/blockquote"];

/// A text with markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RichText {
    /// The text as HTML that is safe to include in a page. It has no scripts, styles, images or forms.
    pub html: Text,
    /// The text without markup.
    pub text: Text,
}

impl RichText {
    /// A text as published: HTML or plain text.
    pub fn of(published: &Text) -> Self {
        let (mut html, mut text) = (Text::default(), Text::default());
        for language in Language::ALL {
            if let Some(source) = published.published(language) {
                let clean = sanitised(source);
                *text.published_mut(language) =
                    Some(clean.as_ref().map_or_else(|| source.to_owned(), |html| plain(html)));
                *html.published_mut(language) = Some(clean.unwrap_or_else(|| escaped(source)));
            }
        }
        Self { html, text }
    }
}

/// The safe part of HTML. `None` for plain text, and for HTML with too many tags.
fn sanitised(source: &str) -> Option<String> {
    static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
        let mut builder = Builder::default();
        builder
            .rm_tags(["img", "map", "area"])
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
            .url_relative(UrlRelative::Deny);
        builder
    });
    if source.len() > LONGEST || source.bytes().filter(|byte| *byte == b'<').count() > MOST_TAGS {
        return None;
    }
    let is_html = ammonia::is_html(source) || source.contains("&amp;") || source.contains("&nbsp;");
    is_html.then(|| SANITISER.clean(source).to_string())
}

/// Plain text as HTML.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>\n"),
            c => html.push(c),
        }
    }
    html
}

/// Sanitised HTML as plain text. White space is collapsed, and the end of a block ends the line. The sanitiser writes
/// only four entities.
fn plain(html: &str) -> String {
    let mut lines = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find('<') {
        push_words(&mut lines, &rest[..begin]);
        let tag = &rest[begin + 1..];
        let end = tag_end(tag);
        let name = tag[..end].split_whitespace().next().unwrap_or_default();
        if name == "br" || LINE_ENDS.contains(&name) {
            lines.push('\n');
        } else if name == "li" {
            lines.push_str("• ");
        }
        rest = tag.get(end + 1..).unwrap_or_default();
    }
    push_words(&mut lines, rest);
    let mut text = String::with_capacity(lines.len());
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "•") {
        let _ = writeln!(text, "{line}");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The position of the `>` that ends a tag. The sanitiser writes attributes in double quotes.
fn tag_end(tag: &str) -> usize {
    let mut is_quoted = false;
    let end = tag.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    end.unwrap_or(tag.len())
}

fn push_words(lines: &mut String, html: &str) {
    for (position, part) in html.split([' ', '\t', '\n', '\r']).enumerate() {
        if position > 0 && !lines.ends_with([' ', '\n']) {
            lines.push(' ');
        }
        let text = part.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        lines.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html_and_text(source: &str) -> (String, String) {
        let RichText { html, text } = RichText::of(&Text::english(source));
        (html.en.unwrap(), text.en.unwrap())
    }

    #[test]
    fn html_is_sanitised() {
        for (source, html, text) in [
            ("<p>Build <b>robots</b>.</p><p>Ask.</p>", "<p>Build <b>robots</b>.</p><p>Ask.</p>", "Build robots.\nAsk."),
            (
                "<ul><li>R&amp;D\n &lt; 5 years</li><li>Test</li></ul>",
                "<ul><li>R&amp;D\n &lt; 5 years</li><li>Test</li></ul>",
                "• R&D < 5 years\n• Test",
            ),
            ("one<br>two<br/>three", "one<br>two<br>three", "one\ntwo\nthree"),
            (
                "<script>alert(1)</script><p onclick=\"x()\" style=\"a\">Hi<img src=\"https://t.invalid/p.gif\"></p>",
                "<p>Hi</p>",
                "Hi",
            ),
            (
                "<a href=\"javascript:x()\">Apply</a> <iframe src=\"//x\"></iframe>",
                "<a rel=\"noopener noreferrer\">Apply</a> ",
                "Apply",
            ),
            ("<div>&amp;lt;b&amp;gt;</div>", "<div>&amp;lt;b&amp;gt;</div>", "&lt;b&gt;"),
            ("&nbsp;Now", "&nbsp;Now", "Now"),
            ("<p title=\"a > b\">Hi</p>", "<p title=\"a > b\">Hi</p>", "Hi"),
        ] {
            assert_eq!(html_and_text(source), (html.to_owned(), text.to_owned()), "{source}");
        }
        let (html, _) = html_and_text("<a href=\"https://jobs.example.org/a?b=1&c=2\">Apply</a>");
        assert_eq!(html, "<a href=\"https://jobs.example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer\">Apply</a>");
    }

    #[test]
    fn plain_text_is_unchanged() {
        let source = "R&D, 3 < 5\n- Build > test";
        assert_eq!(html_and_text(source), ("R&amp;D, 3 &lt; 5<br>\n- Build &gt; test".to_owned(), source.to_owned()));
    }

    #[test]
    fn html_with_too_many_tags_is_shown_as_text() {
        let source = "<div>".repeat(MOST_TAGS + 1);
        let (html, text) = html_and_text(&source);
        assert_eq!(text, source);
        assert!(!html.contains('<'));
        let (html, _) = html_and_text(&"<div>".repeat(MOST_TAGS));
        assert!(html.starts_with("<div>"));
    }
}
