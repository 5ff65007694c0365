//! Bodies of responses, counted until they have been handed to the connection. A client that does not read holds memory,
//! so the bytes of all unsent responses are limited.

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
    graphql::refusal::Refusal,
    places::{NoPlace, Place, Places},
};

/// Maximum size of the body of a response that is not counted.
const SMALL: usize = 16 << 10;
/// Maximum size of one frame, so that a connection takes a body in parts.
const FRAME: usize = 64 << 10;
/// The bytes for which one place stands.
const UNIT: usize = 1 << 10;
/// Minimum number of bytes that may be unsent.
const LEAST: usize = 64 << 20;
/// The number of the largest responses that may be unsent.
const LARGEST_RESPONSES: usize = 8;
/// The `Retry-After` of a response for which there is no room.
const SOON: std::time::Duration = std::time::Duration::from_secs(1);

/// The room for the bytes of unsent responses.
pub struct UnsentBytes(Places);

impl UnsentBytes {
    /// The room for responses of at most this size.
    pub fn for_responses_of(largest: usize) -> Self {
        Self(Places::new((largest.saturating_mul(LARGEST_RESPONSES)).max(LEAST) / UNIT))
    }

    /// Returns the body of a response to `client`.
    pub fn body(&self, client: Option<&Client>, bytes: Bytes) -> Result<Body, Refusal> {
        if bytes.len() <= SMALL {
            return Ok(bytes.into());
        }
        let room = self.room(client, bytes.len())?;
        Ok(Body::new(CountedBody { bytes, _room: room }))
    }

    /// Returns room for bytes to `client`.
    pub fn room(&self, client: Option<&Client>, bytes: usize) -> Result<Place, Refusal> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        self.0.take_many(client, units).map_err(|none| {
            let message = match none {
                NoPlace::Full => "too many bytes of responses are unsent: retry later",
                NoPlace::ShareTaken => "too many bytes of responses to this client are unsent: read them, then retry",
            };
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(SOON)
        })
    }
}

/// A body that holds room for its bytes.
struct CountedBody {
    bytes: Bytes,
    _room: Place,
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
    async fn a_body_holds_its_room_until_it_has_been_handed_over() {
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
