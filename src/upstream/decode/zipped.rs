//! Detects the content of a zip file: a workbook in one of three package formats, or an archive of files.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{DecodeError, grid::wrong};

/// The maximum number of parts of a package.
pub(super) const MOST_PARTS: usize = 1000;
/// The maximum size of one part, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// The kind of content of a zip file.
#[derive(Debug, PartialEq, Eq)]
pub enum Package {
    Xlsx,
    Xlsb,
    Ods,
    /// Files that are not a package, by their index in the archive.
    Files(Vec<usize>),
}

/// Detects the content of a zip file by the names of its parts.
pub fn package(body: &[u8]) -> Result<Package, DecodeError> {
    let mut zip = open(body)?;
    let mut files = Vec::new();
    let (mut is_office, mut is_binary, mut has_content, mut has_manifest) = (false, false, false, false);
    for index in 0..zip.len() {
        let part = zip.by_index_raw(index).map_err(|error| wrong("zip", error))?;
        let name = part.name().map_err(|error| wrong("zip", error))?.to_lowercase().replace('\\', "/");
        is_office |= name == "[content_types].xml" || name == "xl/workbook.xml";
        is_binary |= name == "xl/workbook.bin";
        has_content |= name == "content.xml";
        has_manifest |= name == "meta-inf/manifest.xml" || name == "mimetype";
        // Skip metadata files that operating systems add.
        let last = name.rsplit('/').next().unwrap_or_default();
        if !(last.is_empty() || last.starts_with('.') || last == "thumbs.db" || name.starts_with("__macosx/")) {
            files.push(index);
        }
    }
    Ok(match () {
        () if is_binary => Package::Xlsb,
        () if is_office => Package::Xlsx,
        () if has_content && has_manifest => Package::Ods,
        () => Package::Files(files),
    })
}

/// Returns the content of the only file in an archive.
pub fn only_file(body: &[u8], files: &[usize], limit: u64) -> Result<Vec<u8>, DecodeError> {
    let [index] = files else {
        let found = format!("a zip of {}", files.len());
        return Err(DecodeError::Shape { expected: "a file, a workbook, or a zip of one file", found });
    };
    let mut zip = open(body)?;
    read(zip.by_index(*index).map_err(|error| wrong("zip", error))?, limit)
}

/// Returns the part of a package with this name, ignoring case because programs differ in it.
pub(super) fn part(body: &[u8], name: &str) -> Result<Option<Vec<u8>>, DecodeError> {
    let mut zip = open(body)?;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|error| wrong("zip", error))?;
        let found = part.name().map_err(|error| wrong("zip", error))?.replace('\\', "/");
        if found.eq_ignore_ascii_case(name) {
            return read(part, MOST_BYTES).map(Some);
        }
    }
    Ok(None)
}

fn open(body: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, DecodeError> {
    let zip = ZipArchive::new(Cursor::new(body)).map_err(|error| wrong("zip", error))?;
    if zip.len() > MOST_PARTS {
        return Err(wrong("zip", format!("expected at most {MOST_PARTS} parts, found {}", zip.len())));
    }
    Ok(zip)
}

/// Reads to the end, up to `limit` bytes. The sizes declared in a zip file may be false.
pub(super) fn read(part: impl Read, limit: u64) -> Result<Vec<u8>, DecodeError> {
    let mut content = Vec::new();
    part.take(limit + 1).read_to_end(&mut content).map_err(|error| wrong("zip", error))?;
    if content.len() as u64 > limit {
        return Err(wrong("zip", format!("expected at most {limit} bytes, found more")));
    }
    Ok(content)
}
