use super::*;
use serde_json::json;

fn scene(context: &Value) -> Result<Scene, SceneError> {
    let context = context.as_object().unwrap().clone();
    let vector = Vector {
        context: context.into_iter().collect(),
        ..Vector::default()
    };
    Scene::of(&vector)
}

#[test]
fn words_are_read_however_they_are_spelled() {
    for waiting in [
        "Waiting for Approval",
        "waiting_for_approval",
        "WAITING-FOR-APPROVAL",
    ] {
        let scene = scene(&json!({ "integration_state": waiting })).unwrap();
        assert_eq!(scene.integration.state, StateOfIntegration::WaitingForApproval);
    }
    let scene = scene(&json!({ "role_permissions": ["User Access Tokens", "ADMI_LOGIN_OAUTH"] })).unwrap();
    assert_eq!(scene.role.permissions.unwrap().len(), 2);
}

#[test]
fn a_key_or_value_that_cannot_be_set_up_is_named() {
    let error = scene(&json!({ "weather": "rain" })).unwrap_err().to_string();
    assert!(
        error.starts_with("its context has the key \"weather\""),
        "{error}"
    );
    let error = scene(&json!({ "token_state": "tired" })).unwrap_err().to_string();
    assert!(
        error.contains("\"token_state\" = \"tired\", but active, inactive or revoked"),
        "{error}"
    );
    for wrong in [
        json!({ "role_flags": ["blue"] }),
        json!({ "role_assigned": "no" }),
        json!({ "role_permissions": ["Fly"] }),
        json!({ "ip_rules": [7] }),
        json!({ "client_ip": "here" }),
        json!({ "features": { "Teleport": true } }),
        json!({ "user_locked_until": "later" }),
    ] {
        assert!(scene(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_null_says_nothing() {
    assert!(!scene(&json!({ "integration": null })).unwrap().integration.absent);
}
