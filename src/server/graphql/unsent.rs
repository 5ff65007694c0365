//! The limit on the bytes of unsent responses. A client that does not read its responses occupies memory. A body is
//! counted until it is passed to the connection.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use hyper::body::{Frame, SizeHint};

use crate::server::{
    client::Client,
    concurrency::{FairPermit, FairSemaphore, NoPermit},
    graphql::refusal::Refusal,
};

/// Maximum size of the body of a response that is not counted.
const SMALL: usize = 16 << 10;
/// Maximum size of one frame, so that a connection takes a body in parts.
const FRAME: usize = 64 << 10;
/// The number of bytes per permit.
const UNIT: usize = 1 << 10;
/// Minimum limit on unsent bytes.
const LEAST: usize = 64 << 20;
/// The number of responses of the maximum size that may be unsent.
const LARGEST_RESPONSES: usize = 8;
/// The `Retry-After` of a response that exceeds the limit.
const SOON: std::time::Duration = std::time::Duration::from_secs(1);

/// The limit on the bytes of unsent responses.
pub struct UnsentBytes(FairSemaphore);

impl UnsentBytes {
    /// Creates the limit for responses of at most this size.
    pub fn for_responses_of(largest: usize) -> Self {
        Self(FairSemaphore::new((largest.saturating_mul(LARGEST_RESPONSES)).max(LEAST) / UNIT))
    }

    /// Returns the body of a response to `client`.
    pub fn body(&self, client: Option<&Client>, bytes: Bytes) -> Result<Body, Refusal> {
        if bytes.len() <= SMALL {
            return Ok(bytes.into());
        }
        let reserved = self.reserve(client, bytes.len())?;
        Ok(Body::new(CountedBody { bytes, _reserved: reserved }))
    }

    /// Reserves bytes of the limit for a response to `client`.
    pub fn reserve(&self, client: Option<&Client>, bytes: usize) -> Result<FairPermit, Refusal> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        self.0.try_acquire_many(client, units).map_err(|none| {
            let message = match none {
                NoPermit::Exhausted => "too many bytes of responses are unsent: retry later",
                NoPermit::ShareExceeded => {
                    "too many bytes of responses to this client are unsent: read them, then retry"
                }
            };
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
        })
    }
}

/// A body with the reservation for its bytes.
struct CountedBody {
    bytes: Bytes,
    _reserved: FairPermit,
}

impl hyper::body::Body for CountedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.bytes.len().min(FRAME);
        Poll::Ready(Some(Ok(Frame::data(self.bytes.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn a_body_reserves_its_bytes_until_it_is_sent() {
        let unsent = UnsentBytes::for_responses_of(1 << 20);
        let client = Client::Address(IpAddr::from([192, 0, 2, 1]));
        let large = Bytes::from(vec![b'x'; 1 << 20]);
        let bodies: Vec<Body> =
            std::iter::from_fn(|| unsent.body(Some(&client), large.clone()).ok()).take(1000).collect();
        assert_eq!(bodies.len(), 48, "three quarters of 64 MiB");
        assert!(unsent.body(Some(&client), Bytes::from_static(b"small")).is_ok());
        let other = Client::Address(IpAddr::from([192, 0, 2, 2]));
        let body = unsent.body(Some(&other), large.clone()).unwrap();
        assert_eq!(to_bytes(body, usize::MAX).await.unwrap(), large);
        drop(bodies);
        assert!(unsent.body(Some(&client), large).is_ok());
    }
}
