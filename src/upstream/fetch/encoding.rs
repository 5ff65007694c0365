//! Decodes bodies in encodings that the client did not request. The client itself decodes gzip and br.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::error::FetchErrorKind;

/// The maximum window size of a zstd frame, as a power of two. It limits the memory of the decoder.
const ZSTD_WINDOW: u32 = 26;

/// Removes the encodings of a body, last applied first. Fails if the result exceeds `limit` bytes.
pub(super) fn decoded(mut body: Bytes, encodings: &str, limit: usize) -> Result<Bytes, FetchErrorKind> {
    let names = encodings.split(',').map(|name| name.trim().to_ascii_lowercase());
    for name in names.rev().filter(|name| !name.is_empty() && name != "identity") {
        let decoded = match name.as_str() {
            "gzip" | "x-gzip" => read(MultiGzDecoder::new(&*body), limit),
            // Standard deflate has a zlib header and a checksum; some servers send the raw stream.
            "deflate" if is_zlib(&body) => read(ZlibDecoder::new(&*body), limit),
            "deflate" => read(DeflateDecoder::new(&*body), limit),
            "zstd" => zstd::Decoder::with_buffer(&*body)
                .and_then(|mut decoder| decoder.window_log_max(ZSTD_WINDOW).map(|()| decoder))
                .and_then(|decoder| read(decoder, limit)),
            _ => return Err(FetchErrorKind::Encoding(name)),
        };
        body = decoded.map_err(|error| FetchErrorKind::Connection(format!("a damaged {name} body: {error}")))?.into();
        if body.len() > limit {
            return Err(FetchErrorKind::TooLarge(limit));
        }
    }
    Ok(body)
}

/// True if a body starts with a zlib header: method 8, and a 16-bit value divisible by 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

/// Reads at most one byte beyond the limit.
fn read(reader: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write};
    use proptest::prelude::*;

    use super::*;

    const BODY: &[u8] = b"Kite,Colour\r\nSilk,red\r\n";

    fn zlib(body: &[u8]) -> Bytes {
        let mut encoder = write::ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap().into()
    }

    fn raw_deflate(body: &[u8]) -> Bytes {
        let mut encoder = write::DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap().into()
    }

    #[test]
    fn unrequested_encodings_are_decoded() {
        let zstd = Bytes::from(zstd::encode_all(BODY, 3).unwrap());
        for (body, encodings) in [
            (Bytes::from_static(BODY), "identity"),
            (zlib(BODY), "deflate"),
            (raw_deflate(BODY), "Deflate"),
            (zstd.clone(), "zstd"),
            (zlib(&zstd), "zstd, deflate"),
        ] {
            assert_eq!(decoded(body, encodings, 1000).unwrap(), BODY, "{encodings}");
        }
    }

    #[test]
    fn bombs_and_unknown_encodings_are_refused() {
        let zeros = vec![0; 100_000];
        let zstd = Bytes::from(zstd::encode_all(&*zeros, 3).unwrap());
        assert_eq!(decoded(zlib(&zeros), "deflate", 1000), Err(FetchErrorKind::TooLarge(1000)));
        assert_eq!(decoded(zstd.clone(), "zstd", 1000), Err(FetchErrorKind::TooLarge(1000)));
        assert_eq!(decoded(zstd, "compress", 1000), Err(FetchErrorKind::Encoding("compress".to_owned())));
        assert!(matches!(decoded(Bytes::from_static(BODY), "zstd", 1000), Err(FetchErrorKind::Connection(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..300), encoding in "(deflate|zstd|gzip)") {
            let _ = decoded(body.into(), &encoding, 10_000);
        }
    }
}
