//! SuiteQL as a caller sees it: statements asked of a small company in a real file.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says loudly what went wrong"
)]

mod attacks;
mod company;
mod corpus;
mod meanings;
mod paging;
mod refusals;
mod statements;
