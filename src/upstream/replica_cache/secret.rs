//! The secret that authenticates bodies in the shared cache. Without it, any client with write access to Redis can
//! change the rows that replicas serve.

use std::fmt;

use ring::hmac;

/// The secret of all replicas of a gateway. `Debug` does not print it.
#[derive(Clone)]
pub struct CacheSecret(hmac::Key);

impl fmt::Debug for CacheSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheSecret")
    }
}

impl CacheSecret {
    pub fn new(text: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))
    }

    /// Returns the authentication code of the metadata under a key. The metadata contains the checksum of its body.
    pub fn code(&self, key: &str, meta: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, &message(key, meta)).as_ref().to_vec()
    }

    /// True if the code is correct for the metadata. The comparison takes constant time.
    pub fn verifies(&self, key: &str, meta: &[u8], code: &[u8]) -> bool {
        hmac::verify(&self.0, &message(key, meta), code).is_ok()
    }
}

fn message(key: &str, meta: &[u8]) -> Vec<u8> {
    [key.as_bytes(), b"\n", meta].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_valid_only_for_its_secret_key_and_text() {
        let secret = CacheSecret::new("open sesame");
        let code = secret.code("key", b"meta");
        assert!(secret.verifies("key", b"meta", &code));
        for (secret, key, meta) in
            [("open sesame!", "key", "meta"), ("open sesame", "kez", "meta"), ("open sesame", "key", "mete")]
        {
            assert!(!CacheSecret::new(secret).verifies(key, meta.as_bytes(), &code), "{secret} {key} {meta}");
        }
        assert!(!secret.verifies("key", b"meta", b""));
        assert!(!format!("{secret:?}").contains("sesame"));
    }
}
