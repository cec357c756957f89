//! A refusal to the letter, in each service and form, and that it is the same for whatever must not be told apart.

use countersign_model::TokenChange;
use countersign_testkit::{Account, Answer, Application, Caller};

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const CHALLENGE: &str =
    "OAuth realm=\"1234567_SB1\", error=\"token_rejected\", error_description=\"Invalid login attempt.\"";

async fn refused(target: &str, content_type: Option<&str>) -> Answer {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let call = match content_type {
        Some(content_type) => caller.call("POST", target).body(content_type, "x"),
        None => caller.get(target),
    };
    call.badly_signed().send().await
}

#[tokio::test]
async fn rest_refuses_a_login_with_its_error_envelope_and_a_challenge() {
    let answer = refused(REST, None).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.oracle.resource+json; type=error; charset=UTF-8")
    );
    assert_eq!(answer.header("www-authenticate"), Some(CHALLENGE));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.json(),
        serde_json::json!({
            "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2",
            "title": "Unauthorized",
            "status": 401,
            "o:errorDetails": [{
                "detail": "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at \
                           Setup > Users/Roles > User Management > View Login Audit Trail.",
                "o:errorCode": "INVALID_LOGIN",
            }],
        })
    );
}

#[tokio::test]
async fn a_restlet_refuses_in_the_form_of_the_request() {
    let text = refused(RESTLET, None).await;
    assert_eq!(
        (text.status, text.text().as_str()),
        (
            401,
            "error code: INVALID_LOGIN_ATTEMPT\nerror message: Invalid login attempt."
        )
    );
    assert_eq!(text.header("content-type"), Some("text/plain; charset=UTF-8"));
    assert_eq!(text.header("www-authenticate"), Some(CHALLENGE));

    let json = refused(RESTLET, Some("application/json")).await;
    assert_eq!(
        (json.status, json.text().as_str()),
        (
            401,
            r#"{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}"#
        )
    );
    assert_eq!(
        json.header("content-type"),
        Some("application/json; charset=UTF-8")
    );

    let xml = refused(RESTLET, Some("application/xml")).await;
    assert_eq!(
        (xml.status, xml.text().as_str()),
        (
            401,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error><code>INVALID_LOGIN_ATTEMPT</code>\
             <message>Invalid login attempt.</message></error>"
        )
    );
    assert_eq!(xml.header("content-type"), Some("application/xml; charset=UTF-8"));

    let plain = refused(RESTLET, Some("text/plain")).await;
    assert_eq!(plain.text(), text.text());
}

#[tokio::test]
async fn soap_refuses_with_a_typed_fault() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let answer = caller
        .soap("getServerTime")
        .field("token", "nothing")
        .send()
        .await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
    assert_eq!(
        answer.text(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
         <soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode>\
         <faultstring>Invalid login attempt.</faultstring><detail>\
         <platformFaults:invalidCredentialsFault \
         xmlns:platformFaults=\"urn:faults_2025_2.platform.webservices.netsuite.com\">\
         <platformFaults:code>USER_ERROR</platformFaults:code>\
         <platformFaults:message>Invalid login attempt.</platformFaults:message>\
         </platformFaults:invalidCredentialsFault>\
         <ns1:hostname xmlns:ns1=\"http://xml.apache.org/axis/\">countersign</ns1:hostname></detail>\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    );
}

/// Callers whom the account must not help to find out what is wrong with them.
async fn strangers(
    account: &Account,
    caller: impl Fn(&Application) -> Caller,
) -> Vec<(&'static str, Caller)> {
    let known = account.application();
    let with = |change: fn(&mut Application)| {
        let mut application = known.clone();
        change(&mut application);
        caller(&application)
    };
    let revoked = Application {
        token_id: "0ddba11".repeat(9),
        ..known.clone()
    };
    let token = account.another_token(&account.integration, &revoked).await;
    account
        .authority
        .change_token_state(&account.owner(), token.id, TokenChange::Revoke)
        .await
        .unwrap();
    vec![
        (
            "unknown key",
            with(|application| application.consumer_key = "f".repeat(64)),
        ),
        (
            "unknown token",
            with(|application| application.token_id = "f".repeat(64)),
        ),
        (
            "wrong token secret",
            with(|application| application.token_secret = "f".repeat(64)),
        ),
        (
            "wrong consumer secret",
            with(|application| application.consumer_secret = "f".repeat(64)),
        ),
        ("revoked token", caller(&revoked)),
    ]
}

#[tokio::test]
async fn an_unknown_key_an_unknown_token_and_a_wrong_secret_get_one_answer() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let strangers = strangers(&account, |application| server.caller(application)).await;
    for form in 0..4 {
        let mut answers = Vec::new();
        for (who, caller) in &strangers {
            let answer = match form {
                0 => caller.get(REST).send().await,
                1 => caller.get(RESTLET).send().await,
                2 => caller.post(RESTLET, "{}").send().await,
                _ => caller.soap("getServerTime").send().await,
            };
            answers.push((who, answer.without_date()));
        }
        let (_, first) = &answers[0];
        assert!(first.status == 401 || first.status == 500);
        for (who, answer) in &answers {
            assert_eq!(answer, first, "{who} is told apart in form {form}");
        }
    }
}
