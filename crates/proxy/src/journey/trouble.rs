//! What a caller is told of a call that did not arrive.

use countersign_client::{Open, Sending, Unanswered};
use countersign_front::BodyError;
use http::StatusCode;

use super::Journey;
use crate::book::Keyed;
use crate::pace::TooSlow;
use crate::refusal::Refusal;

impl Journey<'_> {
    pub(super) fn opened(&self, open: Open) -> Refusal {
        let by_whom = match self.payload.sending() {
            Sending::Held => String::new(),
            Sending::Upload => format!(
                ", by a call whose body is no larger than {} bytes",
                self.shared.settings.kept_body
            ),
        };
        let message = format!(
            "The account has refused the last {} logins of connection {}, and five in a row could lock its user, so nothing \
             more is sent now. Look at it with `countersign doctor`, or give it new credentials; it is tried again in {} s{by_whom}.",
            open.failures,
            self.connection,
            open.retry_after.as_secs()
        );
        Refusal {
            retry_after: Some(open.retry_after),
            ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "LOGIN_REFUSED", message)
        }
    }

    pub(super) fn not_yet_known(&self) -> Refusal {
        let message = format!(
            "It is not known yet whether the credentials of connection {} work: as many requests are under way as may fail \
             without locking its user, and one at most whose body is too large to be held. Send it again when one of them \
             was answered.",
            self.connection
        );
        Refusal::unavailable(message)
    }
}

/// The caller's own body ended the request.
pub(super) fn caller_broke_off(error: &Unanswered) -> Option<Refusal> {
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.find_map(|cause| {
        let broken = cause.downcast_ref::<BodyError>().cloned().map(Refusal::from);
        broken.or_else(|| cause.downcast_ref::<TooSlow>().copied().map(Refusal::from))
    })
}

pub(super) fn unanswered(error: &Unanswered, keyed: &Keyed) -> Refusal {
    if let Some(broken) = caller_broke_off(error) {
        return broken;
    }
    tracing::warn!(account = %keyed.account, %error, "an account gave no answer");
    let rest = match error.is_unsent() {
        true => "Nothing was sent: look at the network and at the account's address.",
        false => "Whether it did what was asked is not known: look before you send it again.",
    };
    Refusal::no_answer(
        StatusCode::BAD_GATEWAY,
        format!("Account {} gave no answer. {rest}", keyed.account),
    )
}
