//! States that no built-in vector asks for, and expectations that are wrong: the same signed request each time, as a state
//! changes nothing about a signature.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a stage that cannot be set up fails its test"
)]

use countersign_conformance::run;
use countersign_vectors::{Expect, Outcome, Step, Vector, embedded, parse};
use serde_json::{Value, json};

/// A built-in vector whose signature is right, with nothing wrong about its account.
fn rightly_signed(id: &str) -> Vector {
    let all = embedded().into_iter().flat_map(|file| parse(file).unwrap());
    let vector = all.into_iter().find(|vector| vector.id == id);
    Vector {
        expect: Expect::Accept,
        reason: None,
        mistake: None,
        restlet_error_code: None,
        context: Default::default(),
        ..vector.expect("the vector is built in")
    }
}

fn on_restlet() -> Vector {
    rightly_signed("S06")
}

fn on_rest() -> Vector {
    rightly_signed("F02")
}

fn with(context: &Value, vector: Vector) -> Vector {
    let context = context.as_object().expect("a context is an object").clone();
    Vector {
        context: context.into_iter().collect(),
        ..vector
    }
}

fn refused(word: &str, mistake: &str, vector: Vector) -> Vector {
    Vector {
        expect: Expect::Refuse,
        reason: Some(word.to_owned()),
        mistake: Some(mistake.to_owned()),
        ..vector
    }
}

async fn passes(vector: Vector) {
    let outcome = run(&vector).await;
    assert_eq!(outcome, Outcome::Passed, "{:?}", vector.context);
}

#[tokio::test]
async fn every_state_is_refused_by_its_word_and_mistake() {
    let another = "permission_denied";
    for (context, word, mistake) in [
        (
            json!({ "integration_state": "Blocked" }),
            "consumer_key_refused",
            "integration_blocked",
        ),
        (
            json!({ "integration_state": "uninstalled" }),
            "consumer_key_unknown",
            "consumer_key_unknown",
        ),
        (
            json!({ "integration_boxes": { "Token-based Authentication": false } }),
            "consumer_key_refused",
            "integration_without_tba",
        ),
        (
            json!({ "token_state": "revoked" }),
            "token_rejected",
            "token_revoked",
        ),
        (
            json!({ "token": "other_integration" }),
            "token_rejected",
            "token_other_integration",
        ),
        (
            json!({ "features": { "TBA": false } }),
            "FeatureDisabled",
            "feature_disabled",
        ),
        (json!({ "feature": "off" }), "FeatureDisabled", "feature_disabled"),
        (
            json!({ "entity_state": "without access" }),
            another,
            "entity_without_access",
        ),
        (json!({ "role_hidden": true }), another, "role_hidden"),
        (
            json!({ "role_permissions": ["REST Web Services"] }),
            another,
            "role_without_tba",
        ),
        (json!({ "role_permissions": [] }), another, "role_without_tba"),
        (
            json!({ "ip_rules": ["2001:db8::/32"], "client_ip": "2001:db9::1" }),
            "(login failure, IP rule)",
            "ip_rule",
        ),
        (
            json!({ "user_locked_until": 1_700_000_001 }),
            "temporary_locked",
            "locked",
        ),
    ] {
        passes(refused(word, mistake, with(&context, on_restlet()))).await;
    }
}

#[tokio::test]
async fn what_hinders_nobody_lets_in() {
    for context in [
        json!({}),
        json!({ "user_locked_until": 1_700_000_000 }),
        json!({ "ip_rules": ["203.0.113.0/24", "198.51.100.7"], "client_ip": "198.51.100.7" }),
        json!({ "role_permissions": { "User Access Tokens": "Full" } }),
        json!({ "role_flags": ["two_factor_required"] }),
        json!({ "token_state": "active", "entity_state": "active", "role_assigned": true, "integration": "present" }),
    ] {
        passes(with(&context, on_restlet())).await;
    }
    passes(with(&json!({ "role_flags": ["web_services_only"] }), on_rest())).await;
}

#[tokio::test]
async fn rest_refuses_in_its_own_shape() {
    let revoked = with(&json!({ "token_state": "revoked" }), on_rest());
    passes(refused("token_rejected", "token_revoked", revoked)).await;
}

#[tokio::test]
async fn too_many_at_once_is_no_failed_login() {
    let crowded = json!({ "free_requests": 0 });
    for (vector, code) in [
        (on_restlet(), Some("SSS_REQUEST_LIMIT_EXCEEDED")),
        (on_rest(), None),
    ] {
        let vector = refused("(not a login failure)", "concurrency", with(&crowded, vector));
        passes(Vector {
            restlet_error_code: code.map(ToOwned::to_owned),
            ..vector
        })
        .await;
    }
}

#[tokio::test]
async fn a_wrong_expectation_fails_where_it_is_wrong() {
    let failed_at = async |vector: &Vector| match run(vector).await {
        Outcome::Failed { step, .. } => Some(step),
        _ => None,
    };
    let inactive = json!({ "token_state": "inactive" });
    let right = refused("token_rejected", "token_inactive", with(&inactive, on_restlet()));

    let let_in = with(&inactive, on_restlet());
    assert_eq!(failed_at(&let_in).await, Some(Step::AuditTrail));
    let other_word = refused("permission_denied", "token_inactive", right.clone());
    assert_eq!(failed_at(&other_word).await, Some(Step::AuditTrail));
    let other_mistake = refused("token_rejected", "token_revoked", right.clone());
    assert_eq!(failed_at(&other_mistake).await, Some(Step::AuditTrail));
    let other_code = Vector {
        restlet_error_code: Some("INVALID_REQUEST".to_owned()),
        ..right.clone()
    };
    assert_eq!(failed_at(&other_code).await, Some(Step::Answer));
    let other_status = Vector {
        http_status: Some(403),
        ..right
    };
    assert_eq!(failed_at(&other_status).await, Some(Step::Answer));
}

#[tokio::test]
async fn a_vector_that_is_not_understood_does_not_pass() {
    for (context, word) in [
        (json!({ "weather": "rain" }), "token_rejected"),
        (json!({ "token_state": "tired" }), "token_rejected"),
        (json!({}), "a_word_of_nobody"),
    ] {
        let vector = refused(word, "none", with(&context, on_restlet()));
        assert!(
            matches!(run(&vector).await, Outcome::Unanswered { .. }),
            "{context}"
        );
    }
}
