//! A local publisher's server: serves the fixtures at their official addresses, with scripted faults.

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

use crate::fixtures::{self, Served};

/// How the server answers for one address instead of its file.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, with this `Retry-After`, so many times; then the file.
    Status { status: u16, retry_after: Option<&'static str>, times: usize },
    /// The file, after this long.
    Slow(Duration),
    /// The file, a byte at a time with this pause between.
    SlowBody(Duration),
    /// Half of the file, then the connection ends.
    CutOff,
    /// The file, announced as this many bytes.
    WrongLength(usize),
    /// These bytes, announced as compressed in this way.
    Encoded(&'static str, Vec<u8>),
    /// This body with this media type.
    Typed(&'static str, Vec<u8>),
    /// More and more bytes.
    Endless,
    /// A redirect to this address.
    Redirect(String),
}

#[derive(Default)]
struct Script {
    files: HashMap<String, Served>,
    faults: HashMap<String, Fault>,
    asked: HashMap<String, usize>,
    not_modified: HashMap<String, usize>,
    user_agent: String,
    under_way: usize,
    most_under_way: usize,
    /// The part of the responses that are errors, in percent.
    failure_percent: u8,
    random_failures: usize,
}

/// The server.
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
    /// Serves the fixtures.
    pub async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script { files: fixtures::load(), ..Script::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(script.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, script, task }
    }

    /// Puts a file at an official address, without validators.
    pub fn put(&self, url: &str, body: impl Into<Vec<u8>>) {
        let served =
            Served { status: 200, content_type: "text/csv".into(), body: body.into(), etag: None, last_modified: None };
        self.script.lock().unwrap().files.insert(fixtures::address(url), served);
    }

    /// Puts a file at an official address, with this `ETag`.
    pub fn put_tagged(&self, url: &str, body: &str, etag: &str) {
        self.put(url, body);
        let mut script = self.script.lock().unwrap();
        script.files.get_mut(&fixtures::address(url)).unwrap().etag = Some(etag.to_owned());
    }

    /// The file at an official address.
    pub fn body(&self, url: &str) -> Vec<u8> {
        self.script.lock().unwrap().files[&fixtures::address(url)].body.clone()
    }

    /// Takes a file away.
    pub fn remove(&self, url: &str) {
        self.script.lock().unwrap().files.remove(&fixtures::address(url));
    }

    /// Answers with a fault for this address.
    pub fn fail(&self, url: &str, fault: Fault) {
        self.script.lock().unwrap().faults.insert(fixtures::address(url), fault);
    }

    /// Answers for this address with its file again.
    pub fn mend(&self, url: &str) {
        self.script.lock().unwrap().faults.remove(&fixtures::address(url));
    }

    /// Who asked last.
    pub fn user_agent(&self) -> String {
        self.script.lock().unwrap().user_agent.clone()
    }

    /// Answers for every address with this status.
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

    /// How often an address was asked for.
    pub fn asked(&self, url: &str) -> usize {
        self.script.lock().unwrap().asked.get(&fixtures::address(url)).copied().unwrap_or(0)
    }

    /// How often the server could answer that an address has not changed.
    pub fn not_modified(&self, url: &str) -> usize {
        self.script.lock().unwrap().not_modified.get(&fixtures::address(url)).copied().unwrap_or(0)
    }

    /// The most requests that were under way at once.
    pub fn most_under_way(&self) -> usize {
        self.script.lock().unwrap().most_under_way
    }
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, uri: Uri, headers: HeaderMap) -> impl IntoResponse {
    let address = fixtures::asked(&uri);
    let (served, fault) = {
        let mut script = script.lock().unwrap();
        *script.asked.entry(address.clone()).or_default() += 1;
        headers[header::USER_AGENT].to_str().unwrap().clone_into(&mut script.user_agent);
        script.under_way += 1;
        script.most_under_way = script.most_under_way.max(script.under_way);
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
    script.under_way -= 1;
    if response.status() == StatusCode::NOT_MODIFIED {
        *script.not_modified.entry(address).or_default() += 1;
    }
    response
}

async fn with_fault(served: Option<&Served>, fault: Option<Fault>, headers: &HeaderMap) -> Response<Body> {
    let body = served.map(|served| served.body.clone()).unwrap_or_default();
    match fault {
        None => fixtures::answer(served, headers),
        Some(Fault::Status { status, retry_after, .. }) => {
            let mut response = Response::builder().status(status);
            if let Some(wait) = retry_after {
                response = response.header(header::RETRY_AFTER, wait);
            }
            response.body(Body::from("sorry")).unwrap()
        }
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            fixtures::answer(served, headers)
        }
        Some(Fault::SlowBody(pause)) => {
            let bytes = stream::iter(body).then(move |byte| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, std::io::Error>(vec![byte])
            });
            Response::new(Body::from_stream(bytes))
        }
        Some(Fault::WrongLength(length)) => {
            // As a stream: of a plain body the server knows better.
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
