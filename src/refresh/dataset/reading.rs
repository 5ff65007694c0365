//! Reads fetched files and checks them.

use crate::{
    domain::{catalog::Distribution, value::printable},
    refresh::dataset::{DatasetRefresher, LoadError, RefreshContext, raw_file},
    upstream::{
        decode::DecodeError,
        guard::{self, UnreadReason},
        plausibility::{PlausibilityError, judge_files, plausibility},
        raw::RawFile,
        read_options::ReadError,
        snapshot::Snapshot,
        source::FileRequest,
    },
};

impl DatasetRefresher {
    /// Reads the files and checks the result. `None` if nothing changed or the result is rejected.
    ///
    /// The last good version replaces a file that is not a table, whose reader aborted, or that lost its columns or
    /// most of its rows.
    pub(crate) async fn read(
        &mut self,
        mut raw: Vec<RawFile>,
        wanted: &[FileRequest],
        context: &RefreshContext,
        errors: &mut Vec<LoadError>,
    ) -> Option<(Snapshot, Vec<RawFile>)> {
        let source = self.source;
        // The addresses of failed files. Each format of a table is tried once.
        let mut failed_at: Vec<String> = Vec::new();
        loop {
            if raw.is_empty() || self.is_as_before(&raw) {
                return None;
            }
            let (url, error) = match self.try_reading(&raw).await {
                Ok(snapshot) => match self.worse_file(&snapshot) {
                    Some((url, error)) => (url, Some(error.into())),
                    None => match plausibility(source, &snapshot, &self.snapshot) {
                        Ok(()) => return Some((snapshot, raw)),
                        Err(error) => {
                            errors.push(error.into());
                            return None;
                        }
                    },
                },
                Err(UnreadReason::File(error)) => {
                    let may_be_missing =
                        wanted.iter().any(|wanted| wanted.file.url == error.url && wanted.may_be_missing);
                    let is_missing =
                        may_be_missing && error.error == DecodeError::Html && self.known(&error.url).is_none();
                    (error.url.clone(), (!is_missing).then(|| UnreadReason::File(error).into()))
                }
                Err(together) => {
                    errors.push(together.into());
                    return None;
                }
            };
            let failed: Vec<String> =
                raw.iter().filter(|file| file.distribution.url == url).map(|file| file.sha256.clone()).collect();
            raw.retain(|file| file.distribution.url != url);
            failed_at.push(url.clone());
            let table = wanted.iter().find(|wanted| wanted.is_at(&url));
            if let Some(twin) = self.twin(table, &failed_at, context).await {
                if let Some(error) = error {
                    let message = printable(&error);
                    tracing::warn!(dataset = source.dataset.plan, "{message}; trying {}", twin.distribution.url);
                }
                raw.push(twin);
            } else {
                errors.extend(error);
                // The last good version is known to be readable. The failed body is not tried again.
                let before = table.map_or_else(|| self.known(&url), |wanted| self.known_of(wanted));
                raw.extend(before.filter(|known| !failed.contains(&known.sha256)));
            }
            sort(&mut raw);
        }
    }

    /// Fetches the same table in a format that was not tried yet. `None` if that fails.
    async fn twin(
        &self,
        table: Option<&FileRequest>,
        failed_at: &[String],
        context: &RefreshContext,
    ) -> Option<RawFile> {
        let untried: Vec<&Distribution> = table?.all().filter(|file| !failed_at.contains(&file.url)).collect();
        if untried.is_empty() {
            return None;
        }
        let recent = self.recent(context);
        let (file, fetched) = context.fetch_any(self.source.dataset.plan, untried.into_iter(), recent).await.ok()?;
        Some(raw_file(file, &fetched))
    }

    /// Returns a file that is less plausible than the served one from the same address.
    ///
    /// `None` if the portal mixes up its files, because the address then does not identify the file.
    fn worse_file(&self, snapshot: &Snapshot) -> Option<(String, PlausibilityError)> {
        let has_addresses = self.source.identify.is_none();
        has_addresses.then(|| judge_files(self.source, snapshot, &self.snapshot))?.into_iter().next()
    }

    async fn try_reading(&mut self, raw: &[RawFile]) -> Result<Snapshot, UnreadReason> {
        if let Some((file, error)) = raw.iter().find_map(|file| Some((file, self.given_up.get(&file.sha256)?))) {
            return Err(ReadError { url: file.distribution.url.clone(), error: error.error.clone() }.into());
        }
        let read = guard::read(self.source, raw.to_vec(), self.options.clone(), guard::LONGEST).await;
        if let Err(UnreadReason::File(error @ ReadError { error: DecodeError::GaveUp(_), .. })) = &read {
            let body = raw.iter().find(|file| file.distribution.url == error.url);
            self.given_up.extend(body.map(|file| (file.sha256.clone(), error.clone())));
        }
        read
    }
}

/// Sorts files in the order of sources: by period and address.
pub(crate) fn sort(raw: &mut [RawFile]) {
    raw.sort_by(|a, b| {
        (&a.distribution.period, &a.distribution.url).cmp(&(&b.distribution.period, &b.distribution.url))
    });
}
