//! Waiting on the thread of a script for work that may start threads of its own: a statement, the address of a name, another
//! script.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinError;

/// The work is done on the runtime's own threads: one that it starts has the priority of whoever starts it, serves others
/// afterwards, and never gets a higher one. That of a long script is low.
///
/// # Errors
/// When the work panics, or the runtime ends before it does.
pub(super) fn done_by<T: Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, JoinError> {
    runtime.block_on(runtime.spawn(work))
}
