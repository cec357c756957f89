//! The three-step TBA authorization flow: a request token is issued with a callback, a user allows or denies it, and an
//! allowed one is exchanged once for an access token.

mod consent;
mod redirect;
mod refusal;
mod request_token;

pub use consent::{FlowState, FlowStateError, MAX_FLOW_STATE};
pub use redirect::Redirect;
pub use refusal::{FlowRefusal, FlowStep, Named, PublicRefusal, RequestTokenFault, VerifierFault};
pub use request_token::{
    REQUEST_TOKEN_LASTS, RequestToken, RequestTokenState, VERIFIER_LASTS, VerifierAnswer, callback_of,
    serves_flow,
};
