//! Decompresses gzip files and zip files with a single file. The content is then decoded like an uncompressed file.

use std::borrow::Cow;

use flate2::read::MultiGzDecoder;

use super::{
    DecodeError,
    zipped::{self, Package},
};

/// The maximum size of a file after decompression, in bytes; equal to the limit for a body.
const MOST_BYTES: u64 = 64 << 20;
/// The maximum nesting depth of archives.
const DEEPEST: usize = 2;

/// Returns the decompressed file, or the body itself if it is not compressed. A workbook does not count as an archive.
pub fn unpacked(body: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    within(body, MOST_BYTES)
}

fn within(body: &[u8], limit: u64) -> Result<Cow<'_, [u8]>, DecodeError> {
    let mut file = Cow::Borrowed(body);
    for _ in 0..DEEPEST {
        let inner = if file.starts_with(b"\x1f\x8b") {
            zipped::read(MultiGzDecoder::new(&*file), limit)?
        } else if file.starts_with(b"PK\x03\x04") {
            match zipped::package(&file)? {
                Package::Files(files) => zipped::only_file(&file, &files, limit)?,
                Package::Xlsx | Package::Xlsb | Package::Ods => return Ok(file),
            }
        } else {
            return Ok(file);
        };
        file = Cow::Owned(inner);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use flate2::{Compression, write::GzEncoder};
    use zip::{ZipWriter, write::SimpleFileOptions};

    use crate::upstream::decode::{DecodedTable, decode};

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn cells(body: &[u8]) -> Vec<String> {
        let DecodedTable { table, .. } = decode(body, None, None).unwrap().swap_remove(0);
        (0..table.len()).flat_map(|row| table.cells(row)).map(str::to_owned).collect()
    }

    #[test]
    fn a_compressed_file_is_decoded_like_a_plain_file() {
        let csv = b"Kite,Colour\r\nSilk,red\r\n";
        let expected = ["Kite", "Colour", "Silk", "red"];
        assert_eq!(cells(&gzip(csv)), expected);
        assert_eq!(cells(&zip(&[("list/kites.csv", csv), ("__MACOSX/list/._kites.csv", b"x")])), expected);
        assert_eq!(cells(&gzip(&zip(&[("kites.csv", csv)]))), expected);
        assert_eq!(
            cells(&zip(&[("kites.json", b"[{\"Kite\":\"Silk\",\"Colour\":\"red\"}]")])),
            ["Kite", "Colour", "Silk", "red"]
        );
    }

    #[test]
    fn several_files_and_bombs_are_refused() {
        let refused = |body: &[u8]| decode(body, None, None).unwrap_err().to_string();
        assert!(refused(&zip(&[("a.csv", b"a"), ("b.csv", b"b")])).contains("found a zip of 2"));
        let zeros = vec![b'0'; 100_001];
        for bomb in [gzip(&zeros), zip(&[("zeros.csv", &zeros)])] {
            assert!(bomb.len() < 1000, "{}", bomb.len());
            let error = super::within(&bomb, 100_000).unwrap_err().to_string();
            assert!(error.contains("at most 100000 bytes"), "{error}");
        }
        assert!(refused(&gzip(&gzip(&gzip(b"a,b\n1,2")))).contains("gzip data"));
        assert!(refused(&gzip(b"a,b\n1,2")[..12]).contains("zip"));
    }
}
