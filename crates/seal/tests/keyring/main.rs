//! The keyring as its users meet it: real folders, real files, real crashes.
#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod interruption;
mod loading;
mod rotation;
mod sealing;
mod snapshot;
mod stored_formats;
