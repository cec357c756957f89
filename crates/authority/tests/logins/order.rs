//! The order of the checks: of several mistakes the first one is named, and nothing later is looked at.

use countersign_authority::{Check, Outcome, verdict};
use countersign_model::{Feature, IntegrationChange, LoginSearch, TokenChange};
use countersign_testkit::{Account, Blueprint, Call, Caller, Storage};
use tokio::io::AsyncWriteExt as _;

const REST: &str = "/services/rest/record/v1/customer";

/// What is wrong, in the order in which it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Wrong {
    TwoHeaders,
    Doubled,
    Missing,
    Version,
    Method,
    Cookie,
    Realm,
    Timestamp,
    ShortNonce,
    FeatureOff,
    ConsumerKey,
    Blocked,
    TokenId,
    Inactive,
    Signature,
    UserInactive,
    Busy,
    UsedNonce,
}

const IN_ORDER: &[(Wrong, &str)] = &[
    (Wrong::TwoHeaders, "(ambiguous)"),
    (Wrong::Doubled, "parameter_rejected"),
    (Wrong::Missing, "MissingTokenPassportRequiredFields"),
    (Wrong::Version, "VersionRejected"),
    (Wrong::Method, "UnknownAlgorithm"),
    (Wrong::Cookie, "(ambiguous)"),
    (Wrong::Realm, "(login failure)"),
    (Wrong::Timestamp, "InvalidTimestamp"),
    (Wrong::ShortNonce, "nonce_rejected"),
    (Wrong::FeatureOff, "FeatureDisabled"),
    (Wrong::ConsumerKey, "consumer_key_unknown"),
    (Wrong::Blocked, "consumer_key_refused"),
    (Wrong::TokenId, "token_rejected"),
    (Wrong::Inactive, "token_rejected"),
    (Wrong::Signature, "InvalidSignature"),
    (Wrong::UserInactive, "permission_denied"),
    // No login failure, so no word.
    (Wrong::Busy, "429"),
    (Wrong::UsedNonce, "NonceUsed"),
];

type Bend = fn(Call) -> Call;

/// A call with everything wrong that is found at `first` or later.
fn bent(caller: &Caller, first: Wrong) -> Call {
    let mut call = caller.get(REST).oauth("oauth_nonce", "usedBefore");
    let bends: [(Wrong, Bend); 12] = [
        (Wrong::Missing, |call| call.without("oauth_token")),
        (Wrong::Version, |call| call.oauth("oauth_version", "2.0")),
        (Wrong::Method, |call| {
            call.oauth("oauth_signature_method", "HMAC-SHA1")
        }),
        (Wrong::Cookie, |call| call.header("Cookie", "JSESSIONID=1")),
        (Wrong::Realm, |call| call.realm("7654321")),
        (Wrong::Timestamp, |call| call.seconds_off(-301)),
        (Wrong::ShortNonce, |call| call.oauth("oauth_nonce", "short")),
        (Wrong::ConsumerKey, |call| {
            call.oauth("oauth_consumer_key", "nobody")
        }),
        (Wrong::TokenId, |call| call.oauth("oauth_token", "nothing")),
        (Wrong::Signature, |call| {
            call.signed_as("http://elsewhere.example/")
        }),
        (Wrong::Doubled, |call| {
            call.rewrite(|header| format!("{header}, a=\"1\", a=\"1\""))
        }),
        (Wrong::TwoHeaders, |call| {
            call.header("Authorization", "OAuth a=\"1\"")
        }),
    ];
    for (wrong, bend) in bends {
        // Without its token a call cannot also have a wrong one.
        let hidden = wrong == Wrong::TokenId && first <= Wrong::Missing;
        if wrong >= first && !hidden {
            call = bend(call);
        }
    }
    call
}

async fn spoil(account: &Account) {
    let owner = account.owner();
    account
        .switch_features(&[], &[Feature::TokenBasedAuthentication])
        .await;
    let change = IntegrationChange::Block;
    account
        .authority
        .change_integration_state(&owner, account.integration.id, change)
        .await
        .unwrap();
    account
        .authority
        .change_token_state(&owner, account.token.id, TokenChange::Inactivate)
        .await
        .unwrap();
    account.change_elsewhere("UPDATE entity SET inactive = 1").await;
}

async fn mend(account: &Account, wrong: Wrong) {
    let owner = account.owner();
    match wrong {
        Wrong::FeatureOff => {
            let feature = [Feature::TokenBasedAuthentication];
            account.switch_features(&feature, &[]).await;
        }
        Wrong::Blocked => {
            let change = IntegrationChange::Enable;
            account
                .authority
                .change_integration_state(&owner, account.integration.id, change)
                .await
                .map(drop)
                .unwrap();
        }
        Wrong::Inactive => {
            let change = TokenChange::Activate;
            account
                .authority
                .change_token_state(&owner, account.token.id, change)
                .await
                .map(drop)
                .unwrap();
        }
        Wrong::UserInactive => account.change_elsewhere("UPDATE entity SET inactive = 0").await,
        _ => {}
    }
}

#[tokio::test]
async fn of_all_mistakes_the_first_check_names_its_own() {
    let account = Account::with(Blueprint {
        storage: Storage::Folder,
        concurrency: 1,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());

    // The nonce is used, and then a request that has not ended takes the only place.
    assert_eq!(bent(&caller, Wrong::UsedNonce).send().await.status, 200);
    let unfinished = caller.post(REST, "{}").sign();
    let mut stream = server.connect().await;
    let (head, _body) = unfinished.bytes.split_at(unfinished.bytes.len() - 2);
    stream.write_all(head).await.unwrap();
    let mut holder = Some(stream);
    account.until_running(1).await;
    spoil(&account).await;

    let mut refusing = Vec::new();
    for (wrong, word) in IN_ORDER {
        let rows = account.logins().await.len();
        let answer = bent(&caller, *wrong).send().await;
        if *wrong == Wrong::Busy {
            assert_eq!((answer.status, account.logins().await.len()), (429, rows));
            drop(holder.take());
            account.until_running(0).await;
        } else {
            assert_eq!(
                account.last_login().await.detail.as_deref(),
                Some(*word),
                "{wrong:?}"
            );
            assert_eq!(account.logins().await.len(), rows + 1, "{wrong:?}");
            refusing.extend(refusing_check(&account).await);
        }
        mend(&account, *wrong).await;
    }
    assert_eq!(caller.get(REST).send().await.status, 200);
    assert_eq!(
        refusing_check(&account).await,
        None,
        "whoever is let in passed them all"
    );

    // What is told of the checks afterwards has the same order, and leaves out none that leaves a row.
    let place = |check: &Check| Check::ALL.iter().position(|known| known == check);
    assert!(refusing.is_sorted_by_key(place), "{refusing:?}");
    refusing.dedup();
    assert_eq!(
        refusing.len(),
        Check::ALL.len() - 1,
        "a missing place leaves no row"
    );
}

/// The check that refused the last login, as its verdict tells it.
async fn refusing_check(account: &Account) -> Option<Check> {
    let page = account
        .authority
        .logins(LoginSearch::default(), None, 1)
        .await
        .unwrap();
    let checks = verdict(&page.rows[0].1).unwrap();
    let refused = checks
        .into_iter()
        .find(|(_, outcome)| *outcome == Outcome::Refused);
    refused.map(|(check, _)| check)
}
