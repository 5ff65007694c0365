//! Restores an earlier version: directly in the process that holds the lock, or by a request file for that process.

use std::{fs, path::PathBuf};

use crate::{
    domain::{catalog::Dataset, clock},
    upstream::file_store::{FileStore, FileStoreError, RefusedBody, Version, disk, prune, version},
};

impl FileStore {
    /// Returns the versions of a dataset, newest first.
    pub fn versions(&self, dataset: &Dataset) -> Result<Vec<Version>, FileStoreError> {
        let folder = self.folder.join(dataset.plan);
        Ok(version::all(&folder)?.sound)
    }

    /// Restores a version as a new version with the same files. The new version refuses the bodies of the version that
    /// it replaces.
    pub fn restore(&self, dataset: &Dataset, number: u32) -> Result<Version, FileStoreError> {
        self.claim()?;
        let folder = self.folder.join(dataset.plan);
        let wanted = self.version(dataset, number)?;
        for card in &wanted.files {
            card.read(&folder).map_err(|reason| FileStoreError::Damaged { number, url: card.url.clone(), reason })?;
        }
        let wanted_bodies: Vec<RefusedBody> = wanted.refusals().collect();
        let mut refused: Vec<RefusedBody> = Vec::new();
        for newest in self.versions(dataset)?.into_iter().take(1) {
            let undone = newest.refusals().chain(newest.refused.iter().cloned());
            refused.extend(undone.filter(|body| !wanted_bodies.contains(body)));
        }
        let number = version::next_number(&folder)?;
        let restored =
            Version { number, kept_at: clock::now(), restored_from: Some(wanted.number), refused, files: wanted.files };
        restored.write(&folder).and_then(|()| prune(&folder))?;
        Ok(restored)
    }

    fn version(&self, dataset: &Dataset, number: u32) -> Result<Version, FileStoreError> {
        let versions = self.versions(dataset)?;
        let known = || versions.iter().map(|known| format!("{}", known.number)).collect::<Vec<_>>().join(", ");
        let wanted = versions.iter().find(|known| known.number == number).cloned();
        wanted.ok_or_else(|| FileStoreError::NoVersion { known: known(), found: number })
    }

    /// Requests that the process that holds the lock restores a version.
    pub fn request(&self, dataset: &Dataset, number: u32) -> Result<(), FileStoreError> {
        self.version(dataset, number)?;
        let folder = self.requests();
        let write = || {
            fs::create_dir_all(&folder)?;
            disk::write(&folder, dataset.plan, number.to_string().as_bytes())
        };
        write().map_err(FileStoreError::from)
    }

    /// Removes and returns the pending requests as pairs of plan number and version number. Empty if this process does
    /// not hold the lock.
    pub fn take_requests(&self) -> Vec<(String, u32)> {
        let mut requests = Vec::new();
        if !self.is_claimed() {
            return requests;
        }
        for path in disk::paths(&self.requests()).unwrap_or_default() {
            let plan = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let number = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
            if let Some(number) = number.filter(|_| !plan.starts_with('.'))
                && disk::remove(&path).is_ok()
            {
                requests.push((plan, number));
            }
        }
        requests
    }

    fn requests(&self) -> PathBuf {
        self.folder.join("restore")
    }
}
