//! Names the mistake behind a refused login, with proof.
//!
//! Given a request as it arrived and the secrets it should have been signed with, [`diagnose`] recomputes the
//! signature under each known mistake and sees which one gives the signature that was sent. A match is a proof: it
//! cannot come about by chance. What stands in the header for everybody to see is named as well.
//!
//! It computes only: no clock, no randomness, no file, no network. No finding holds a secret, but a finding says more
//! than a caller who is not logged in may know: it belongs into the account's own pages and the caller's own doctor.
//!
//! ```
//! use countersign_diagnose::{Certainty, Evidence, Known, Mistake, Presented, diagnose};
//! use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
//!
//! let credentials = Credentials {
//!     account: "1234567".parse()?,
//!     consumer_key: "71cc02b7".into(),
//!     consumer_secret: Secret::new("7278da58"),
//!     token: "89e08d97".into(),
//!     token_secret: Secret::new("060cd9ab"),
//! };
//! // Signed without its query.
//! let host = "1234567.suitetalk.api.netsuite.com";
//! let signed = Request::received("GET", Scheme::Https, host, "/services/rest/record/v1/customer")?;
//! let header = Signer::new(&credentials).sign(&signed, &Stamp::new(1_700_000_000, "fjaLirsIcCGVZWzBX0pq")?);
//!
//! let diagnosis = diagnose(&Evidence {
//!     method: "GET",
//!     scheme: Scheme::Https,
//!     authority: host,
//!     target: "/services/rest/record/v1/customer?limit=5",
//!     content_type: None,
//!     body: b"",
//!     presented: Presented::Headers(&[&header]),
//!     session_cookie: false,
//!     now: Some(1_700_000_000),
//!     known: Known {
//!         consumer_secret: Some(&credentials.consumer_secret),
//!         token_secret: Some(&credentials.token_secret),
//!         ..Known::default()
//!     },
//! });
//! let finding = &diagnosis.findings[0];
//! assert_eq!((finding.mistake, finding.certainty), (Mistake::QueryNotSigned, Certainty::Proved));
//! assert_eq!(finding.cause, "The URL was signed without its query: limit is missing from the signature.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alphabet;
mod base_variants;
mod claim_mistakes;
mod code_hints;
mod diagnosis;
mod evidence;
mod explanation;
mod finding;
mod fixes;
mod flow_mistakes;
mod hashing;
mod header_mistakes;
mod json;
mod key_variants;
mod mistake;
mod output_variants;
mod plain_wording;
mod recipe;
mod redaction;
mod report;
mod scene;
mod search;
mod signing_key;
mod undecided;
mod vendor_example;
mod wording;
mod words;

pub use diagnosis::diagnose;
pub use evidence::{Elsewhere, Evidence, Known, NonceHistory, OtherSecrets, Owner, Presented};
pub use finding::{BaseStrings, Certainty, CodeHint, Diagnosis, Finding, Fix, Proof, SignatureCheck};
pub use json::{BaseStringsJson, CodeHintJson, FindingJson, FixJson, ProofJson, leading};
pub use mistake::{Group, Mistake, UnknownMistake};
