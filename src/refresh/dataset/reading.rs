//! Reading what came, and judging it.

use crate::{
    refresh::dataset::{DatasetRefresher, LoadError},
    upstream::{
        decode::DecodeError,
        guard::{self, Unread},
        plausibility::{Implausible, judge_files, plausibility},
        raw::RawFile,
        read::ReadError,
        snapshot::Snapshot,
        source::Wanted,
    },
};

impl DatasetRefresher {
    /// Reads the files and judges the result. `None` when nothing changed or nothing better came. A file that is no
    /// table, that its reader gave up on, or that lost its columns or most of its rows, is replaced by the one known
    /// before.
    pub(crate) async fn read(
        &mut self,
        mut raw: Vec<RawFile>,
        wanted: &[Wanted],
        errors: &mut Vec<LoadError>,
    ) -> Option<(Snapshot, Vec<RawFile>)> {
        let source = self.source;
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
                Err(Unread::File(error)) => {
                    let may_be_missing =
                        wanted.iter().any(|wanted| wanted.file.url == error.url && wanted.may_be_missing);
                    let is_missing =
                        may_be_missing && error.error == DecodeError::Html && self.known(&error.url).is_none();
                    (error.url.clone(), (!is_missing).then(|| Unread::File(error).into()))
                }
                Err(together) => {
                    errors.push(together.into());
                    return None;
                }
            };
            errors.extend(error);
            let failed: Vec<String> =
                raw.iter().filter(|file| file.distribution.url == url).map(|file| file.sha256.clone()).collect();
            raw.retain(|file| file.distribution.url != url);
            // What was known before has been read before; the file that failed now is not tried again.
            raw.extend(self.known(&url).filter(|known| !failed.contains(&known.sha256)));
            sort(&mut raw);
        }
    }

    /// A file that is worse than the one served from its address. Where the portal mixes files up, an address says nothing
    /// about its file.
    fn worse_file(&self, snapshot: &Snapshot) -> Option<(String, Implausible)> {
        let has_addresses = self.source.identify.is_none();
        has_addresses.then(|| judge_files(snapshot, &self.snapshot))?.into_iter().next()
    }

    async fn try_reading(&mut self, raw: &[RawFile]) -> Result<Snapshot, Unread> {
        if let Some((file, error)) = raw.iter().find_map(|file| Some((file, self.given_up.get(&file.sha256)?))) {
            return Err(ReadError { url: file.distribution.url.clone(), error: error.error.clone() }.into());
        }
        let read = guard::read(self.source, raw.to_vec(), self.options.clone(), guard::LONGEST).await;
        if let Err(Unread::File(error @ ReadError { error: DecodeError::GaveUp(_), .. })) = &read {
            let body = raw.iter().find(|file| file.distribution.url == error.url);
            self.given_up.extend(body.map(|file| (file.sha256.clone(), error.clone())));
        }
        read
    }
}

/// Sorts files as sources do: by period and address.
pub(crate) fn sort(raw: &mut [RawFile]) {
    raw.sort_by(|a, b| {
        (&a.distribution.period, &a.distribution.url).cmp(&(&b.distribution.period, &b.distribution.url))
    });
}
