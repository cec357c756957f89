//! A failing request explained: what was found out about it, and how that is shown to people, programs and support.

mod case;
mod diagnosis;
pub(crate) mod json;
mod secrets;
pub(crate) mod support;
pub(crate) mod text;

use countersign_capture::{CapturedRequest, Comparison, Meaning};

pub(crate) use case::{Case, address};
pub(crate) use secrets::Secrets;

/// All that is said about a request.
pub(crate) struct Explained<'e> {
    pub(crate) request: &'e CapturedRequest,
    pub(crate) case: Case,
    /// Of the answer it got.
    pub(crate) meaning: Option<Meaning>,
    /// The request it was compared with.
    pub(crate) other: Option<Other>,
}

pub(crate) struct Other {
    pub(crate) case: Case,
    pub(crate) comparison: Comparison,
}
