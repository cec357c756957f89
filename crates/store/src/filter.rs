//! Which rows of the audits to give.

use countersign_model::NotedRecord;
use countersign_world::UnixTime;

/// The most rows one call gives, whatever its limit says.
pub const MAX_ROWS: u32 = 1000;

/// The Status column of the Login Audit Trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
}

/// Rows of the Login Audit Trail, the last written first.
#[derive(Clone, Copy, Debug)]
pub struct LoginFilter {
    pub status: Option<Outcome>,
    /// Rows of this moment and later.
    pub since: Option<UnixTime>,
    pub limit: u32,
}

impl Default for LoginFilter {
    fn default() -> Self {
        Self {
            status: None,
            since: None,
            limit: MAX_ROWS,
        }
    }
}

/// System notes, newest first.
#[derive(Clone, Copy, Debug)]
pub struct NoteFilter {
    pub record: Option<NotedRecord>,
    pub limit: u32,
}

impl Default for NoteFilter {
    fn default() -> Self {
        Self {
            record: None,
            limit: MAX_ROWS,
        }
    }
}
