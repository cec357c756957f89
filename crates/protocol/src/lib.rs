#![doc = include_str!("../README.md")]

mod account_id;
mod base_string;
mod connect;
mod digits;
mod encoding;
mod header;
mod key;
mod local_server;
mod nlauth;
mod passport;
mod public_address;
mod request;
mod secret;
mod signer;
mod soap_header;
mod stamp;
mod unverified;

pub use account_id::{AccountId, AccountIdError, Environment, Service};
pub use base_string::{BaseString, Scratch};
pub use connect::{ConnectPassword, ConnectPasswordError};
pub use encoding::{percent_decode, percent_encode};
pub use header::{AuthorizationHeader, HeaderError, MAX_HEADER, Syntax, Value};
pub use key::{Signature, SignatureMismatch, SignatureValid, SigningKey, SigningKeyAlong};
pub use local_server::{LocalServer, LocalServerError};
pub use nlauth::{NlAuth, NlAuthError};
pub use passport::{EndpointVersion, EndpointVersionError, SignedPassport, TokenPassport};
pub use public_address::is_public_address;
pub use request::{Request, RequestError, Scheme, parameters};
pub use secret::Secret;
pub use signer::{Credentials, Signer, authorization_header};
pub use soap_header::{SoapHeader, SoapHeaderError};
pub use stamp::{MIN_NONCE, Stamp, StampError, TIMESTAMP_WINDOW};
pub use unverified::{Needs, Refusal, Unverified};
