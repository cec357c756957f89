//! Operations of sessions, which NetSuite had before every request carried a token: each says what to do instead.

use countersign_authority::PublicAnswer;
use countersign_protocol::EndpointVersion;
use countersign_soap::{Emulated, operations};

use super::envelope::{Fault, Namespaces};
use super::refusal as of_token;
use crate::reply::{Reply, mark_not_emulated};

/// The last endpoint that takes a user's password.
const LAST_WITH_PASSWORDS: &str = "2020_1";

pub(super) fn is_ended(operation: &str) -> bool {
    operations().any(|known| known.name == operation && known.emulated == Emulated::Ended)
}

/// It brings credentials of its own along, and no token.
pub(super) fn takes_passwords(operation: &str) -> bool {
    matches!(operation, "login" | "ssoLogin" | "mapSso")
}

/// What somebody with a token is told.
pub(super) fn told(operation: &str) -> String {
    match operation {
        "searchMore" | "searchNext" => format!(
            "{operation} goes on with the search of a session, and a TokenPassport begins none. Call searchMoreWithId."
        ),
        _ => format!("{operation} cannot be used with a TokenPassport, which begins no session."),
    }
}

/// The fault for somebody without one.
pub(super) fn refusal(version: EndpointVersion, operation: &str, public: PublicAnswer) -> Reply {
    let (PublicAnswer::InvalidLogin | PublicAnswer::InvalidCredentials) = public else {
        return of_token(version, public);
    };
    let namespaces = Namespaces(version);
    let takes_them = LAST_WITH_PASSWORDS
        .parse()
        .is_ok_and(|last: EndpointVersion| version <= last);
    if takes_them {
        let feature = format!("SOAP {operation} with a user's credentials");
        let text = format!(
            "Countersign does not emulate this yet: {feature}. Send a TokenPassport with each request."
        );
        return mark_not_emulated(Fault::INVALID_PASSWORD_LOGIN.reply(namespaces, &text), &feature);
    }
    let text = format!(
        "Since endpoint 2020_2 there is no {operation}, and no user's credentials are taken. Send a TokenPassport with \
         each request."
    );
    Fault::INVALID_PASSWORD_LOGIN.reply(namespaces, &text)
}
