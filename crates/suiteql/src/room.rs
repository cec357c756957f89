//! Room on the stack for walking a statement.
//!
//! Attack: a statement so deep that reading it overflows the stack, which ends the whole process. Its depth is limited, and
//! for that depth a thread of its own has the room, whatever stack the caller runs on.

use std::panic::resume_unwind;
use std::thread::{Builder, scope};

use crate::error::QueryError;

/// Four times what the deepest statement took in a debug build.
const STACK: usize = 16 << 20;

/// Runs `work` on a stack that is large enough for any statement that is let in.
pub(crate) fn with_room<T: Send>(
    work: impl FnOnce() -> Result<T, QueryError> + Send,
) -> Result<T, QueryError> {
    scope(|scope| {
        let thread = Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let thread = thread.map_err(QueryError::NoThread)?;
        thread.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
