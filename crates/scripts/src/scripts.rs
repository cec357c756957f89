//! What the executions of one account share.

use std::sync::{Arc, OnceLock};

use countersign_authority::Authority;
use countersign_records::{Records, RecordsError};

use crate::cache::Cache;
use crate::deployment::Deployment;
use crate::engine::Engine;
use crate::library::Library;
use crate::outside::Wire;

/// The scripts of one account, as far as they are in no database. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Scripts {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    authority: Arc<Authority>,
    cache: Cache,
    library: Arc<Library>,
    wire: OnceLock<Arc<dyn Wire>>,
    engine: OnceLock<Arc<Engine>>,
}

impl Scripts {
    pub fn new(authority: Arc<Authority>) -> Self {
        Self {
            inner: Arc::new(Inner {
                authority,
                cache: Cache::default(),
                library: Arc::default(),
                wire: OnceLock::new(),
                engine: OnceLock::new(),
            }),
        }
    }

    /// Says how a script's call of the account's own hosts is answered. The first to say so is believed.
    pub fn answered_by(&self, wire: Arc<dyn Wire>) {
        let _ = self.inner.wire.set(wire);
    }

    /// Says on which threads scripts run, where several accounts share them. The first to say so is believed.
    pub fn run_on(&self, engine: Arc<Engine>) {
        let _ = self.inner.engine.set(engine);
    }

    /// `script` and `deploy` of an address: each a number or a script id. It is read again only where the records have changed.
    pub async fn deployment(
        &self,
        records: &Records,
        script: &str,
        deploy: &str,
    ) -> Result<Option<Arc<Deployment>>, RecordsError> {
        let library = Arc::clone(self.library());
        let (script, deploy) = (script.to_owned(), deploy.to_owned());
        records
            .look(move |records| Deployment::found(records, &library, script, deploy))
            .await
    }

    /// The hosts that scripts may call besides their account's own.
    pub fn may_call(&self) -> &[String] {
        let engine = self.inner.engine.get();
        engine
            .and_then(|engine| engine.outside())
            .map_or(&[], |outside| outside.hosts())
    }

    pub fn authority(&self) -> &Arc<Authority> {
        &self.inner.authority
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.inner.engine.get_or_init(Arc::default)
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.inner.cache
    }

    pub(crate) fn library(&self) -> &Arc<Library> {
        &self.inner.library
    }

    pub(crate) fn wire(&self) -> Option<&Arc<dyn Wire>> {
        self.inner.wire.get()
    }
}
