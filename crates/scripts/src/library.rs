//! Deployments and script files as they were read: most calls are of one that ran before.
//!
//! Invariant: what is here was read of the records in the state that is its key, and whoever asks names the state that it sees. So
//! nothing has to be dropped when records change: it is not asked for any more, and goes when there is no room for it.

use std::sync::Arc;

use countersign_records::State;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::deployment::Deployment;

const DEPLOYMENTS: usize = 1000;
/// Script files, and bytes of all of them.
const FILES: usize = 1000;
const BYTES: u64 = 32 << 20;

/// Deployments by the script and the deployment that an address names, files by their path.
pub(crate) struct Library {
    deployments: Cache<(State, String, String), Arc<Deployment>>,
    files: Cache<(State, String), Arc<str>, Bytes>,
}

impl Default for Library {
    fn default() -> Self {
        Self {
            deployments: Cache::new(DEPLOYMENTS),
            files: Cache::with_weighter(FILES, BYTES, Bytes),
        }
    }
}

impl Library {
    pub(crate) fn deployment(&self, place: &(State, String, String)) -> Option<Arc<Deployment>> {
        self.deployments.get(place)
    }

    pub(crate) fn keep_deployment(&self, place: (State, String, String), deployment: Arc<Deployment>) {
        self.deployments.insert(place, deployment);
    }

    pub(crate) fn file(&self, place: &(State, String)) -> Option<Arc<str>> {
        self.files.get(place)
    }

    pub(crate) fn keep_file(&self, place: (State, String), text: Arc<str>) {
        self.files.insert(place, text);
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<(State, String), Arc<str>> for Bytes {
    fn weight(&self, (_, path): &(State, String), text: &Arc<str>) -> u64 {
        u64::try_from(path.len() + text.len()).unwrap_or(u64::MAX)
    }
}
