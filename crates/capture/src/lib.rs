//! Reads a failing request in the forms people have at hand, and the answer it got.
//!
//! A curl line, a dump of curl -v, a HAR file, a Postman export, header lines, a SOAP envelope, a log: [`read`] finds out which
//! it is and gives a [`CapturedRequest`], as exact as the form allows. What had to be assumed is said. [`compare`] sets
//! two of them side by side, [`Meaning::of`] says what an answer of NetSuite's means.
//!
//! It computes only: no clock, no file, no network. An error names the place and never quotes a value, which may be a
//! secret.
//!
//! ```
//! let text = r#"curl -X POST 'https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer' \
//!   -H 'Authorization: OAuth realm="1234567"' --json '{"companyName":"Acme"}'"#;
//! let [request] = &countersign_capture::read(text.as_bytes(), None)?[..] else { panic!() };
//! assert_eq!(request.method.as_deref(), Some("POST"));
//! assert_eq!(request.header("content-type"), Some("application/json"));
//! # Ok::<(), countersign_capture::CaptureError>(())
//! ```

mod answer;
mod captured;
mod causes;
mod cmd_words;
mod comparison;
mod curl;
mod curl_options;
mod encoding;
mod error;
mod fault;
mod har;
mod header_lines;
mod http_dump;
mod log;
mod meaning;
mod moment;
mod postman;
mod powershell;
mod reading;
mod settings;
mod shell_words;
mod soap;

pub use answer::{AnswerCode, CapturedAnswer};
pub use captured::{Address, CapturedRequest, Form, UnknownForm, language_of};
pub use causes::Cause;
pub use comparison::{Comparison, Difference, compare};
pub use error::{CaptureError, Place};
pub use fault::Fault;
pub use meaning::{Kind, Meaning};
pub use reading::{MAX_CAPTURE, read};
pub use settings::SigningSettings;
