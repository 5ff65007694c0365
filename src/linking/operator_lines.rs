//! An operator's curated lines, merged with the embedded ones.
//!
//! The operator's lines about two names take precedence. A `different` line removes the embedded `same` and `alias`
//! lines about them, and a `same` or `alias` line removes the embedded `different` lines. Any other contradiction is an
//! error that names both sides.

use crate::linking::{
    curated::{ALIAS, Curated, DIFFERENT, SAME},
    curated_file::{self, AliasLine, CuratedError, PairLine},
    name_key::NameKey,
};

/// The texts of an operator's files. Empty for a missing file.
#[derive(Clone, Debug, Default)]
pub struct OperatorLines {
    pub alias: String,
    pub same: String,
    pub different: String,
}

/// One of the curated files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CuratedFile {
    Alias,
    Same,
    Different,
}

impl CuratedFile {
    pub const ALL: [Self; 3] = [Self::Alias, Self::Same, Self::Different];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Alias => "alias.csv",
            Self::Same => "same.csv",
            Self::Different => "different.csv",
        }
    }

    /// Returns the columns of a new file.
    fn columns(self) -> &'static str {
        let embedded = match self {
            Self::Alias => ALIAS,
            Self::Same => SAME,
            Self::Different => DIFFERENT,
        };
        embedded.lines().next().unwrap_or_default()
    }
}

impl OperatorLines {
    /// Returns the text of a file.
    pub const fn text(&self, file: CuratedFile) -> &String {
        match file {
            CuratedFile::Alias => &self.alias,
            CuratedFile::Same => &self.same,
            CuratedFile::Different => &self.different,
        }
    }

    /// Appends a line to a file, with values by column. A column without a value is empty.
    pub fn append(&mut self, file: CuratedFile, values: &[(&str, String)]) -> Result<(), csv::Error> {
        let text = match file {
            CuratedFile::Alias => &mut self.alias,
            CuratedFile::Same => &mut self.same,
            CuratedFile::Different => &mut self.different,
        };
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            *text = format!("{}\n", file.columns());
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let value = |column: &str| {
            let named = values.iter().find(|(name, _)| *name == column.trim());
            named.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
        };
        let line: Vec<String> = reader.headers()?.iter().map(value).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&line)?;
        let written = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        text.push_str(&String::from_utf8_lossy(&written));
        Ok(())
    }
}

/// Readable descriptions of the embedded lines that an operator's lines removed.
pub type OverriddenLines = Vec<String>;

impl Curated {
    /// Merges the embedded lines with an operator's.
    pub fn with_operator(lines: &OperatorLines) -> Result<(Self, OverriddenLines), CuratedError> {
        let own_aliases = curated_file::aliases(&lines.alias)?;
        let own_same = curated_file::pairs("same.csv", &lines.same)?;
        let own_different = curated_file::pairs("different.csv", &lines.different)?;
        let mut aliases = curated_file::aliases(ALIAS)?;
        let mut same = curated_file::pairs("same.csv", SAME)?;
        let mut different = curated_file::pairs("different.csv", DIFFERENT)?;
        let mut struck = Vec::new();
        for [a, b] in everywhere(&own_different) {
            for line in aliases.iter_mut().filter(|line| says_one(line, a, b)) {
                struck.push(format!("`{}` is {} of `{}`", line.alias, line.kind_in_words(), line.own_name()));
                line.forget_alias();
            }
            strike(&mut same, a, b, "are one", &mut struck);
        }
        let said_one = everywhere(&own_same).map(|[a, b]| (a.as_str(), b.as_str()));
        let named_one = own_aliases.iter().map(|line| (line.own_name(), line.alias.as_str()));
        for (a, b) in said_one.chain(named_one) {
            strike(&mut different, a, b, "differ", &mut struck);
        }
        aliases.extend(own_aliases);
        same.extend(own_same);
        different.extend(own_different);
        Ok((Self::of_lines(aliases, same, different)?, struck))
    }
}

/// Returns the name pairs of lines that apply to all publishers.
fn everywhere(lines: &[PairLine]) -> impl Iterator<Item = &[String; 2]> {
    lines.iter().filter(|line| line.publishers == [None, None]).map(|line| &line.names)
}

fn says_one(line: &AliasLine, a: &str, b: &str) -> bool {
    let is_own = |name: &str| is_same_name(&line.name_en, name) || is_same_name(&line.name_zh, name);
    let is_alias = |name: &str| is_same_name(&line.alias, name);
    is_own(a) && is_alias(b) || is_own(b) && is_alias(a)
}

fn strike(lines: &mut Vec<PairLine>, a: &str, b: &str, says: &str, struck: &mut OverriddenLines) {
    lines.retain(|line| {
        let [first, second] = &line.names;
        let is_it =
            is_same_name(first, a) && is_same_name(second, b) || is_same_name(first, b) && is_same_name(second, a);
        if is_it {
            struck.push(format!("`{first}` and `{second}` {says}"));
        }
        !is_it
    });
}

fn is_same_name(a: &str, b: &str) -> bool {
    NameKey::of_text(a).is_some_and(|key| NameKey::of_text(b) == Some(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALIAS_HEAD: &str = "name_en,name_zh,alias,kind,organisation_kind,source,valid_from,valid_until\n";
    const PAIR_HEAD: &str = "publisher_a,name_a,publisher_b,name_b,source,note\n";

    fn alias(lines: &str) -> OperatorLines {
        OperatorLines { alias: format!("{ALIAS_HEAD}{lines}"), ..OperatorLines::default() }
    }

    #[test]
    fn a_line_follows_the_columns_of_its_file() {
        let decision = [
            ("name_a", "Alpha, Limited".to_owned()),
            ("name_b", "Beta\nLtd".to_owned()),
            ("source", "a letter".to_owned()),
        ];
        let mut lines = OperatorLines::default();
        lines.append(CuratedFile::Same, &decision).unwrap();
        assert_eq!(lines.same, format!("{PAIR_HEAD},\"Alpha, Limited\",,Beta Ltd,a letter,\n"));
        lines.same = "source,publisher_a,name_a,publisher_b,name_b\na,,A,,B".to_owned();
        lines.append(CuratedFile::Same, &decision).unwrap();
        assert!(lines.same.ends_with("\na,,A,,B\na letter,,\"Alpha, Limited\",,Beta Ltd\n"), "{}", lines.same);
        let (curated, _) = Curated::with_operator(&lines).unwrap();
        assert_eq!(curated.same.len(), Curated::embedded().same.len() + 2);
    }

    #[test]
    fn empty_lines_have_no_effect() {
        let (curated, struck) = Curated::with_operator(&OperatorLines::default()).unwrap();
        assert!(struck.is_empty());
        assert_eq!(curated.aliases.len(), Curated::embedded().aliases.len());
    }

    #[test]
    fn lines_add_to_the_embedded_ones() {
        let lines = alias("Imaginary Harbour Robotics Limited,,Harbour Bots,TRADING,,https://a.hk,,\n");
        let (curated, _) = Curated::with_operator(&lines).unwrap();
        let known = |name: &str| curated.known(name).map(|known| known.organisation);
        assert!(known("Harbour Bots").is_some());
        assert_eq!(known("Harbour Bots"), known("Imaginary Harbour Robotics Ltd"));
        assert!(known("The University of Hong Kong").is_some());
    }

    #[test]
    fn a_contradiction_with_an_embedded_line_names_both() {
        let lines = alias("Imaginary Harbour University,,HKU,ACRONYM,,https://a.hk,,\n");
        let error = Curated::with_operator(&lines).unwrap_err().to_string();
        assert!(
            error.contains("`HKU`")
                && error.contains("`The University of Hong Kong`")
                && error.contains("`Imaginary Harbour University`"),
            "{error}"
        );
    }

    #[test]
    fn a_different_line_overrides_an_embedded_alias() {
        let lines = OperatorLines {
            different: format!("{PAIR_HEAD},HKU,,The University of Hong Kong,https://a.hk,\n"),
            ..alias("Imaginary Harbour University,,HKU,ACRONYM,,https://a.hk,,\n")
        };
        let (curated, struck) = Curated::with_operator(&lines).unwrap();
        assert_eq!(struck, ["`HKU` is an acronym of `The University of Hong Kong`"]);
        let named = |name: &str| {
            let known = curated.known(name).unwrap();
            curated.organisations[known.organisation as usize].name.as_str()
        };
        assert_eq!(named("HKU"), "Imaginary Harbour University");
        assert_eq!(named("Hong Kong University"), "The University of Hong Kong");
    }

    #[test]
    fn operator_lines_must_not_contradict_each_other() {
        let pair = |line: &str| format!("{PAIR_HEAD}{line}");
        let lines = OperatorLines {
            alias: String::new(),
            same: pair(",Alpha Limited,,Beta Limited,https://a.hk,\n"),
            different: pair(",Beta Ltd,,Alpha Ltd,https://a.hk,\n"),
        };
        let error = Curated::with_operator(&lines).unwrap_err().to_string();
        assert!(error.contains("`Beta Ltd`") && error.contains("`Alpha Ltd`"), "{error}");
    }

    #[test]
    fn a_different_line_that_removes_no_alias_names_the_contradiction() {
        let different = format!("{PAIR_HEAD},HKU,,Hong Kong University,https://a.hk,\n");
        let lines = OperatorLines { different, ..OperatorLines::default() };
        let error = Curated::with_operator(&lines).unwrap_err().to_string();
        assert!(error.contains("`HKU`") && error.contains("link both to `The University of Hong Kong`"), "{error}");
    }

    #[test]
    fn wrong_columns_are_named() {
        let lines =
            OperatorLines { same: "first,second\nA Limited,B Limited\n".to_owned(), ..OperatorLines::default() };
        let error = Curated::with_operator(&lines).unwrap_err().to_string();
        assert!(error.contains("`same.csv`") && error.contains("`first,second`"), "{error}");
    }
}
