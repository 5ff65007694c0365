//! A local server in place of the publishers: serves the fixtures at their official addresses, with injected faults.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode, Uri, header},
    response::IntoResponse,
};
use futures::{StreamExt, stream};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::fixtures::{self, ServedFile};

/// The response for one address instead of its file.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status and `Retry-After` for the first requests, `times` in number; then the file.
    Status { status: u16, retry_after: Option<&'static str>, times: usize },
    /// The file, after this delay.
    Slow(Duration),
    /// The file, one byte at a time with this delay between bytes.
    SlowBody(Duration),
    /// Half of the file; then the connection is closed.
    CutOff,
    /// The file, with this `Content-Length`.
    WrongLength(usize),
    /// These bytes, with this `Content-Encoding`.
    Encoded(&'static str, Vec<u8>),
    /// This body with this media type.
    Typed(&'static str, Vec<u8>),
    /// An endless body.
    Endless,
    /// A redirect to this address.
    Redirect(String),
}

#[derive(Default)]
struct Script {
    files: HashMap<String, ServedFile>,
    faults: HashMap<String, Fault>,
    request_counts: HashMap<String, usize>,
    not_modified: HashMap<String, usize>,
    user_agent: String,
    in_flight: usize,
    max_in_flight: usize,
    /// The part of the responses that are errors, in percent.
    failure_percent: u8,
    random_failures: usize,
}

/// A running server. It is stopped when the value is dropped.
pub struct LocalUpstream {
    pub base: String,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

impl Drop for LocalUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LocalUpstream {
    /// Starts a server with the fixtures.
    pub async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script { files: fixtures::load(), ..Script::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(respond).with_state(script.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, script, task }
    }

    /// Replaces the file at an official address. The new file has no validators.
    pub fn put(&self, url: &str, body: impl Into<Vec<u8>>) {
        let served = ServedFile {
            status: 200,
            content_type: "text/csv".into(),
            body: body.into(),
            etag: None,
            last_modified: None,
        };
        self.script.lock().unwrap().files.insert(fixtures::address(url), served);
    }

    /// Replaces the file at an official address. The new file has this `ETag`.
    pub fn put_tagged(&self, url: &str, body: &str, etag: &str) {
        self.put(url, body);
        let mut script = self.script.lock().unwrap();
        script.files.get_mut(&fixtures::address(url)).unwrap().etag = Some(etag.to_owned());
    }

    /// The file at an official address.
    pub fn body(&self, url: &str) -> Vec<u8> {
        self.script.lock().unwrap().files[&fixtures::address(url)].body.clone()
    }

    /// Removes a file. Its address then returns 404.
    pub fn remove(&self, url: &str) {
        self.script.lock().unwrap().files.remove(&fixtures::address(url));
    }

    /// Sets the fault of an address.
    pub fn set_fault(&self, url: &str, fault: Fault) {
        self.script.lock().unwrap().faults.insert(fixtures::address(url), fault);
    }

    /// Clears the fault of an address.
    pub fn clear_fault(&self, url: &str) {
        self.script.lock().unwrap().faults.remove(&fixtures::address(url));
    }

    /// The `User-Agent` of the last request.
    pub fn user_agent(&self) -> String {
        self.script.lock().unwrap().user_agent.clone()
    }

    /// Returns this status for every address.
    pub fn fail_all(&self, status: u16) {
        let mut script = self.script.lock().unwrap();
        let urls: Vec<String> = script.files.keys().cloned().collect();
        for url in urls {
            script.faults.insert(url, Fault::Status { status, retry_after: None, times: usize::MAX });
        }
    }

    /// Answers a random part of the requests with an error.
    pub fn fail_randomly(&self, percent: u8) {
        self.script.lock().unwrap().failure_percent = percent;
    }

    /// The number of random errors so far.
    pub fn random_failures(&self) -> usize {
        self.script.lock().unwrap().random_failures
    }

    /// The number of requests for an address.
    pub fn request_count(&self, url: &str) -> usize {
        self.script.lock().unwrap().request_counts.get(&fixtures::address(url)).copied().unwrap_or(0)
    }

    /// The number of 304 responses for an address.
    pub fn not_modified(&self, url: &str) -> usize {
        self.script.lock().unwrap().not_modified.get(&fixtures::address(url)).copied().unwrap_or(0)
    }

    /// The highest number of concurrent requests.
    pub fn max_in_flight(&self) -> usize {
        self.script.lock().unwrap().max_in_flight
    }
}

async fn respond(State(script): State<Arc<Mutex<Script>>>, uri: Uri, headers: HeaderMap) -> impl IntoResponse {
    let address = fixtures::requested_address(&uri);
    let (served, fault) = {
        let mut script = script.lock().unwrap();
        *script.request_counts.entry(address.clone()).or_default() += 1;
        headers[header::USER_AGENT].to_str().unwrap().clone_into(&mut script.user_agent);
        script.in_flight += 1;
        script.max_in_flight = script.max_in_flight.max(script.in_flight);
        let is_random = fastrand::u8(0..100) < script.failure_percent;
        script.random_failures += usize::from(is_random);
        let fault = match script.faults.get_mut(&address) {
            _ if is_random => Some(Fault::Status { status: 500, retry_after: None, times: 0 }),
            Some(Fault::Status { times: 0, .. }) | None => None,
            Some(fault) => {
                let now = fault.clone();
                if let Fault::Status { times, .. } = fault {
                    *times -= 1;
                }
                Some(now)
            }
        };
        (script.files.get(&address).cloned(), fault)
    };
    let response = with_fault(served.as_ref(), fault, &headers).await;
    let mut script = script.lock().unwrap();
    script.in_flight -= 1;
    if response.status() == StatusCode::NOT_MODIFIED {
        *script.not_modified.entry(address).or_default() += 1;
    }
    response
}

async fn with_fault(served: Option<&ServedFile>, fault: Option<Fault>, headers: &HeaderMap) -> Response<Body> {
    let body = served.map(|served| served.body.clone()).unwrap_or_default();
    match fault {
        None => fixtures::file_response(served, headers),
        Some(Fault::Status { status, retry_after, .. }) => {
            let mut response = Response::builder().status(status);
            if let Some(wait) = retry_after {
                response = response.header(header::RETRY_AFTER, wait);
            }
            response.body(Body::from("sorry")).unwrap()
        }
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            fixtures::file_response(served, headers)
        }
        Some(Fault::SlowBody(pause)) => {
            let bytes = stream::iter(body).then(move |byte| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, std::io::Error>(vec![byte])
            });
            Response::new(Body::from_stream(bytes))
        }
        Some(Fault::WrongLength(length)) => {
            // Streamed, because the server would correct the length of a plain body.
            let body = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(body)]));
            Response::builder().header(header::CONTENT_LENGTH, length).body(body).unwrap()
        }
        Some(Fault::Encoded(encoding, body)) => {
            Response::builder().header(header::CONTENT_ENCODING, encoding).body(Body::from(body)).unwrap()
        }
        Some(Fault::Typed(media_type, body)) => {
            Response::builder().header(header::CONTENT_TYPE, media_type).body(Body::from(body)).unwrap()
        }
        Some(Fault::CutOff) => {
            let half = body[..body.len() / 2].to_vec();
            let broken = stream::iter([Ok(half), Err(std::io::Error::other("cut off"))]);
            Response::builder().header(header::CONTENT_LENGTH, body.len()).body(Body::from_stream(broken)).unwrap()
        }
        Some(Fault::Endless) => {
            let chunk = || Ok::<_, std::io::Error>(vec![b'x'; 64 << 10]);
            Response::new(Body::from_stream(stream::repeat_with(chunk).then(|chunk| async { chunk })))
        }
        Some(Fault::Redirect(to)) => {
            Response::builder().status(302).header(header::LOCATION, to).body(Body::empty()).unwrap()
        }
    }
}
