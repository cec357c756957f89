use super::*;
use crate::integration::tests::integration;
use crate::login::tests::{features, role};
use crate::user::tests::user;
use crate::{Authentication, TokenMaker};
use proptest::prelude::*;

const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const CALLER: IntegrationId = IntegrationId::new(1);

fn application(callback: &str) -> Integration {
    Integration {
        authentication: Authentication {
            authorization_flow: true,
            callback_url: Some(callback.into()),
            ..Authentication::default()
        },
        ..integration(IntegrationState::Enabled)
    }
}

fn may() -> MayMakeToken {
    let maker = TokenMaker {
        user: &user(),
        role: &role(),
        features: &features(),
    };
    maker
        .may_authorize(&application("https://my.example.com/cb"))
        .unwrap()
}

fn issued() -> RequestToken {
    let token = RequestTokenId::parse("request").unwrap();
    RequestToken::issue(token, CALLER, "https://my.example.com/cb".into(), None, NOW)
}

fn after(seconds: u64) -> UnixTime {
    NOW.plus(Duration::from_secs(seconds))
}

#[test]
fn an_allowed_token_is_exchanged_once() {
    let allowed = issued().allow(may(), after(60)).unwrap();
    let (used, user, role) = allowed
        .exchange(CALLER, VerifierAnswer::Right, after(61))
        .unwrap();
    assert_eq!((user, role), (EntityId::new(42), RoleId::new(1001)));
    let again = used
        .exchange(CALLER, VerifierAnswer::Right, after(62))
        .unwrap_err();
    assert_eq!(again.detail_column(), "TokenRejected");
}

#[test]
fn a_wrong_verifier_uses_nothing_up() {
    let allowed = issued().allow(may(), after(60)).unwrap();
    let refused = allowed
        .clone()
        .exchange(CALLER, VerifierAnswer::Wrong, after(61))
        .unwrap_err();
    assert_eq!(refused.detail_column(), "InvalidVerifier");
    assert!(allowed.exchange(CALLER, VerifierAnswer::Right, after(62)).is_ok());
}

#[test]
fn a_denied_token_has_no_verifier() {
    let denied = issued().deny(after(60)).unwrap();
    for verifier in [VerifierAnswer::Empty, VerifierAnswer::Right] {
        let refused = denied.clone().exchange(CALLER, verifier, after(61)).unwrap_err();
        assert_eq!(refused.detail_column(), "InvalidVerifier");
    }
    assert!(
        denied.allow(may(), after(62)).is_err(),
        "a click on Allow after Deny"
    );
}

#[test]
fn another_record_cannot_exchange_it() {
    let allowed = issued().allow(may(), after(60)).unwrap();
    let refused = allowed
        .exchange(IntegrationId::new(2), VerifierAnswer::Right, after(61))
        .unwrap_err();
    assert_eq!(refused.detail_column(), "TokenRejected");
}

#[test]
fn token_and_verifier_lapse() {
    let late = issued().allow(may(), after(3600)).unwrap_err();
    assert_eq!(late.detail_column(), "TokenRejected");
    let allowed = issued().allow(may(), after(3599)).unwrap();
    assert!(
        allowed
            .clone()
            .exchange(CALLER, VerifierAnswer::Right, after(3599 + 599))
            .is_ok()
    );
    assert!(
        allowed
            .exchange(CALLER, VerifierAnswer::Right, after(3599 + 600))
            .is_err()
    );
}

#[test]
fn step_one_holds_the_callback_to_the_record() {
    let record = application("https://*.example.com/callback");
    assert!(callback_of(&record, "https://a.example.com/callback").is_ok());
    let too_deep = callback_of(&record, "https://a.b.example.com/callback").unwrap_err();
    assert_eq!(
        too_deep.detail_column(),
        "InvalidCallback https://a.b.example.com/callback"
    );
    assert!(callback_of(&application("http://localhost:*"), "http://localhost:53682/cb").is_ok());
    let forged = callback_of(&record, "x\r\ny").unwrap_err().detail_column();
    assert!(!forged.contains(['\r', '\n']), "{forged:?}");
}

#[test]
fn step_one_names_what_is_wrong_with_the_record() {
    let callback = "https://my.example.com/cb";
    let word = |record: &Integration| callback_of(record, callback).unwrap_err().detail_column();
    let mut blocked = application(callback);
    blocked.state = IntegrationState::Blocked;
    assert_eq!(word(&blocked), "IntegrationBlocked");
    assert_eq!(
        word(&integration(IntegrationState::Enabled)),
        "AuthorizationFlowRequired"
    );
    assert_eq!(
        word(&application(callback).uninstall(NOW).unwrap()),
        "UnknownIntegration"
    );
}

proptest! {
    /// Whatever is tried in whatever order, at most one access token comes of a request token, and only after Allow.
    #[test]
    fn at_most_one_access_token_comes_of_it(steps in prop::collection::vec((0..4_u8, 0..400_u64), 0..20)) {
        let mut token = issued();
        let (mut now, mut allowed, mut made) = (NOW, false, 0);
        for (step, seconds) in steps {
            now = now.plus(Duration::from_secs(seconds));
            let result = match step {
                0 => token.clone().allow(may(), now).inspect(|_| allowed = true),
                1 => token.clone().deny(now),
                2 => token.clone().exchange(CALLER, VerifierAnswer::Wrong, now).map(|(used, ..)| used),
                _ => token.clone().exchange(CALLER, VerifierAnswer::Right, now).map(|(used, ..)| used),
            };
            if let Ok(after) = result {
                made += u32::from(step >= 2);
                token = after;
            }
            prop_assert!(made <= u32::from(allowed));
        }
    }
}
