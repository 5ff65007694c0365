//! Stored documents: trusted documents from the operator's folder, and automatic persisted queries by hash.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_graphql::{ErrorExtensionValues, ServerError};
use moka::future::Cache;
use sha2::{Digest, Sha256};

use super::graphql::parameters::{Parameters, PersistedQuery};

/// Maximum size of all persisted queries in bytes.
const KEPT: u64 = 16 << 20;
/// The estimated overhead of a document in bytes, without its text.
const BESIDE: usize = 200;

/// The stored documents of a server.
pub struct Documents {
    trusted: HashMap<String, Arc<str>>,
    trusted_only: bool,
    left: Cache<String, Arc<str>>,
}

/// A document to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub text: Arc<str>,
    /// The hash under which the document is stored once it is valid.
    pub keep_as: Option<String>,
}

/// A trusted document from the operator's folder.
#[derive(Clone, Debug)]
pub struct TrustedFile {
    pub path: PathBuf,
    pub text: Arc<str>,
}

impl TrustedFile {
    /// Returns the id by which clients refer to the document.
    pub fn id(&self) -> String {
        id(&self.text)
    }
}

/// An error in the folder of trusted documents.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("cannot read the trusted documents in `{path}`: {source}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("expected `*.graphql` files in `{0}`, found none")]
    Empty(PathBuf),
}

/// The reason why a document is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    // Apollo clients recognise this exact message.
    #[error("PersistedQueryNotFound")]
    NotFound,
    #[error("expected `persistedQuery` of version 1, found {0}")]
    Version(u32),
    #[error("provided sha does not match query")]
    OtherHash,
    #[error("expected the id or text of a trusted document, found another document")]
    NotTrusted,
}

impl DocumentError {
    /// Returns the code in `extensions.code`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::Version(_) => "PERSISTED_QUERY_NOT_SUPPORTED",
            Self::OtherHash => "PERSISTED_QUERY_HASH_MISMATCH",
            Self::NotTrusted => "DOCUMENT_NOT_TRUSTED",
        }
    }
}

impl From<DocumentError> for ServerError {
    fn from(found: DocumentError) -> Self {
        let mut error = Self::new(found.to_string(), None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", found.code());
        error.extensions = Some(extensions);
        error
    }
}

/// Returns the id of a document: the SHA-256 of its text in hexadecimal.
pub fn id(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads all `*.graphql` files of a folder, sorted by name.
pub fn read_folder(folder: &Path) -> Result<Vec<TrustedFile>, FolderError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| FolderError::Unreadable { path, source }
    };
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>())
        .map_err(unreadable(folder))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "graphql"));
    paths.sort();
    if paths.is_empty() {
        return Err(FolderError::Empty(folder.to_owned()));
    }
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            Ok(TrustedFile { path, text: text.into() })
        })
        .collect()
}

impl Documents {
    /// Creates the store with these trusted documents. `trusted_only` rejects all others.
    pub fn new(trusted: impl IntoIterator<Item = TrustedFile>, trusted_only: bool) -> Self {
        let weight = |key: &String, text: &Arc<str>| u32::try_from(key.len() + text.len() + BESIDE).unwrap_or(u32::MAX);
        Self {
            trusted: trusted.into_iter().map(|file| (file.id(), file.text)).collect(),
            trusted_only,
            left: Cache::builder().max_capacity(KEPT).weigher(weight).build(),
        }
    }

    /// Adds the texts of documents that are always trusted.
    #[must_use]
    pub fn with_trusted(mut self, texts: impl IntoIterator<Item = Arc<str>>) -> Self {
        self.trusted.extend(texts.into_iter().map(|text| (id(&text), text)));
        self
    }

    /// Returns the document that a request refers to.
    pub async fn find(&self, parameters: &Parameters) -> Result<Document, DocumentError> {
        let persisted = parameters.extensions.as_ref().and_then(|extensions| extensions.persisted_query.as_ref());
        match (&parameters.query, &parameters.document_id, persisted) {
            (_, _, Some(PersistedQuery { version, .. })) if *version != 1 => Err(DocumentError::Version(*version)),
            (Some(text), _, persisted) => self.given(text, persisted.map(|persisted| persisted.sha256_hash.as_str())),
            (None, Some(id), _) => self.kept(id.strip_prefix("sha256:").unwrap_or(id)).await,
            (None, None, Some(persisted)) => self.kept(&persisted.sha256_hash).await,
            (None, None, None) => Err(DocumentError::NotFound),
        }
    }

    /// Checks that the text is permitted.
    pub fn permit(&self, text: &str) -> Result<(), DocumentError> {
        self.given(text, None).map(|_| ())
    }

    /// Stores a valid document for later requests by hash.
    pub async fn keep(&self, document: Document) {
        if let Some(hash) = document.keep_as {
            self.left.insert(hash, document.text).await;
        }
    }

    fn given(&self, text: &str, hash: Option<&str>) -> Result<Document, DocumentError> {
        if hash.is_none() && !self.trusted_only {
            return Ok(Document { text: text.into(), keep_as: None });
        }
        let own = id(text);
        if hash.is_some_and(|hash| !hash.eq_ignore_ascii_case(&own)) {
            return Err(DocumentError::OtherHash);
        }
        match self.trusted.get(&own) {
            Some(text) => Ok(Document { text: text.clone(), keep_as: None }),
            None if self.trusted_only => Err(DocumentError::NotTrusted),
            None => Ok(Document { text: text.into(), keep_as: Some(own) }),
        }
    }

    async fn kept(&self, id: &str) -> Result<Document, DocumentError> {
        let id = id.to_ascii_lowercase();
        let text = match self.trusted.get(&id) {
            Some(text) => Some(text.clone()),
            None if self.trusted_only => return Err(DocumentError::NotTrusted),
            None => self.left.get(&id).await,
        };
        text.map(|text| Document { text, keep_as: None }).ok_or(DocumentError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "{ __typename }";

    fn parameters(value: serde_json::Value) -> Parameters {
        serde_json::from_value(value).unwrap()
    }

    fn by_hash(hash: &str, query: Option<&str>) -> Parameters {
        parameters(json!({ "query": query, "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }))
    }

    #[tokio::test]
    async fn a_document_is_found_after_its_registration() {
        let documents = Documents::new([], false);
        let hash = id(TEXT);
        assert_eq!(documents.find(&by_hash(&hash, None)).await, Err(DocumentError::NotFound));
        let left = documents.find(&by_hash(&hash, Some(TEXT))).await.unwrap();
        assert_eq!(documents.find(&by_hash(&hash, None)).await, Err(DocumentError::NotFound), "not yet validated");
        documents.keep(left).await;
        assert_eq!(&*documents.find(&by_hash(&hash.to_uppercase(), None)).await.unwrap().text, TEXT);
        let id = parameters(json!({ "documentId": format!("sha256:{hash}") }));
        assert_eq!(&*documents.find(&id).await.unwrap().text, TEXT);
        assert_eq!(documents.find(&by_hash(&hash, Some("{ other }"))).await, Err(DocumentError::OtherHash));
        let version = parameters(json!({ "extensions": { "persistedQuery": { "version": 2, "sha256Hash": hash } } }));
        assert_eq!(documents.find(&version).await, Err(DocumentError::Version(2)));
    }

    #[tokio::test]
    async fn only_trusted_documents_are_found() {
        let file = TrustedFile { path: PathBuf::from("a.graphql"), text: TEXT.into() };
        let documents = Documents::new([file.clone()], true);
        for trusted in [
            parameters(json!({ "query": TEXT })),
            parameters(json!({ "documentId": file.id() })),
            by_hash(&file.id(), None),
            by_hash(&file.id(), Some(TEXT)),
        ] {
            assert_eq!(&*documents.find(&trusted).await.unwrap().text, TEXT);
        }
        let other = "{ __typename  }";
        for refused in
            [parameters(json!({ "query": other })), by_hash(&id(other), Some(other)), by_hash(&id(other), None)]
        {
            assert_eq!(documents.find(&refused).await, Err(DocumentError::NotTrusted));
        }
    }

    #[tokio::test]
    async fn registered_documents_are_limited_by_their_total_size() {
        let documents = Documents::new([], false);
        for n in 0..600 {
            let text = format!("{{ __typename }} # {n} {}", " ".repeat(60_000));
            let document = documents.find(&by_hash(&id(&text), Some(&text))).await.unwrap();
            documents.keep(document).await;
        }
        documents.left.run_pending_tasks().await;
        assert!(documents.left.weighted_size() <= KEPT && documents.left.entry_count() > 100);
    }
}
