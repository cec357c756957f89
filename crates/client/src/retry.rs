//! When a call may be tried again, and after how long.

use std::time::Duration;

use countersign_capture::Fault;
use countersign_world::Entropy;
use http::StatusCode;

/// How often and how patiently a call is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Attempts in all; 1 never repeats.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles with each further one.
    pub first_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 1,
            first_wait: Duration::from_secs(2),
        }
    }
}

impl Retry {
    /// Only what is proved not executed is repeated: the account was busy and said so. Never a login failure, which
    /// would count towards a lock.
    pub(crate) fn applies(&self, attempt: u32, status: StatusCode, body: &[u8]) -> bool {
        let busy = match status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::BAD_REQUEST => says_busy(body, Fault::of_restlet),
            StatusCode::INTERNAL_SERVER_ERROR => says_busy(body, Fault::of_soap),
            _ => false,
        };
        busy && attempt < self.attempts
    }

    /// A random part of a growing span, so that callers who were refused together do not come back together.
    pub fn wait(&self, attempt: u32, entropy: &dyn Entropy) -> Duration {
        const LONGEST: Duration = Duration::from_secs(60);
        let span = self
            .first_wait
            .saturating_mul(1 << attempt.saturating_sub(1).min(16))
            .min(LONGEST);
        let mut random = [0; 2];
        entropy.fill(&mut random);
        span.mul_f64(0.5 + f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX) / 2.0)
    }
}

fn says_busy(body: &[u8], read: fn(&str) -> Option<Fault>) -> bool {
    let fault = std::str::from_utf8(body).ok().and_then(read);
    fault.is_some_and(|fault| fault.is_busy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SystemEntropy;

    #[test]
    fn only_a_busy_account_is_called_again() {
        let retry = Retry {
            attempts: 3,
            ..Retry::default()
        };
        assert!(retry.applies(1, StatusCode::TOO_MANY_REQUESTS, b""));
        assert!(retry.applies(
            2,
            StatusCode::BAD_REQUEST,
            b"{\"error\":{\"code\":\"SSS_REQUEST_LIMIT_EXCEEDED\"}}"
        ));
        assert!(retry.applies(
            2,
            StatusCode::INTERNAL_SERVER_ERROR,
            b"<Envelope><Body><Fault><detail><fault><code>WS_REQUEST_BLOCKED</code></fault></detail></Fault></Body></Envelope>"
        ));
        // An error that quotes the caller does not prove that nothing was done.
        for quoted in [
            &b"{\"error\":{\"code\":\"UNEXPECTED_ERROR\",\"message\":\"SSS_REQUEST_LIMIT_EXCEEDED\"}}"[..],
            b"error code: UNEXPECTED_ERROR\nerror message: error code: SSS_REQUEST_LIMIT_EXCEEDED",
        ] {
            assert!(!retry.applies(1, StatusCode::BAD_REQUEST, quoted));
        }
        let quoted =
            b"<Envelope><Body><Fault><faultstring>WS_REQUEST_BLOCKED</faultstring></Fault></Body></Envelope>";
        assert!(!retry.applies(1, StatusCode::INTERNAL_SERVER_ERROR, quoted));
        assert!(!retry.applies(3, StatusCode::TOO_MANY_REQUESTS, b""));
        for status in [
            StatusCode::UNAUTHORIZED,
            StatusCode::BAD_REQUEST,
            StatusCode::INTERNAL_SERVER_ERROR,
        ] {
            assert!(!retry.applies(1, status, b"INVALID_LOGIN"));
        }
    }

    #[test]
    fn waits_grow_spread_and_end() {
        let retry = Retry {
            attempts: 99,
            first_wait: Duration::from_secs(2),
        };
        for attempt in 1..99 {
            let wait = retry.wait(attempt, &SystemEntropy);
            let most = Duration::from_secs(2u64.saturating_pow(attempt.min(20)).min(60));
            assert!(wait >= most / 2 && wait <= most, "{attempt}: {wait:?}");
        }
    }
}
