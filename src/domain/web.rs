//! Web URLs as typed into a form, with or without a scheme.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use url::Url;

use crate::domain::value::ValueError;

/// An absolute web URL, `https://…` or `http://…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WebAddress(String);

const EXPECTED: &str = "a web address, `https://www.example.org`";

impl WebAddress {
    /// The URL in this text. A missing scheme becomes `http://`, which every site serves or redirects. Only web schemes
    /// are accepted, because published values may be used in a client's `href`.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let error = || ValueError::new(EXPECTED, text);
        let trimmed = text.trim();
        let absolute = if trimmed.contains("://") { trimmed.to_owned() } else { format!("http://{trimmed}") };
        let url = Url::parse(&absolute).map_err(|_| error())?;
        let host_is_public = url.host_str().is_some_and(|host| host.contains('.'));
        let plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https")
            || !host_is_public
            || !plain
            || trimmed.contains(char::is_whitespace)
        {
            return Err(error());
        }
        Ok(Self(url.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

crate::domain::resolve::leaf! {
    WebAddress: |address, sink| sink.text(&address.0);
}

/// An absolute URL with the scheme `http` or `https`.
#[Scalar(name = "URL", specified_by_url = "https://url.spec.whatwg.org/")]
impl ScalarType for WebAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Self::parse(text).map_err(InputValueError::custom),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_and_without_scheme() {
        for (text, address) in [
            ("https://treelyair.com", "https://treelyair.com/"),
            ("www.hkfits.com", "http://www.hkfits.com/"),
            ("d-shape.com ", "http://d-shape.com/"),
            ("https://www.magook.com/#/", "https://www.magook.com/#/"),
        ] {
            assert_eq!(WebAddress::parse(text).map(|a| a.0), Ok(address.to_owned()), "{text}");
        }
    }

    #[test]
    fn invalid_addresses_are_rejected() {
        for text in [
            "javascript://alert(1)",
            "someone@example.com",
            "N/A",
            "coming soon",
            "ftp://example.com",
            "http://u:p@a.com",
        ] {
            assert!(WebAddress::parse(text).is_err(), "{text}");
        }
    }
}
