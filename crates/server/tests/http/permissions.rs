//! What a role may do, and which services are on, and the levels of a record type.

use countersign_model::{Feature, Level, Permission};
use countersign_testkit::{Account, Answer, Blueprint, NOW};

const CUSTOMER: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

fn is_denied(answer: &Answer) -> bool {
    (answer.status, answer.error_code().as_deref()) == (403, Some("INSUFFICIENT_PERMISSION"))
}

/// Each level may do what the levels before it may, and one thing more.
#[tokio::test]
async fn each_level_of_customers_allows_one_thing_more() {
    let levels = [
        None,
        Some(Level::View),
        Some(Level::Create),
        Some(Level::Edit),
        Some(Level::Full),
    ];
    for (rank, level) in levels.into_iter().enumerate() {
        let account = Account::with(Blueprint::default().permit(Permission::Customers, level)).await;
        account.records.seed(NOW).await.unwrap();
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        let one = format!("{CUSTOMER}/25");
        let put = caller
            .call("PUT", &format!("{CUSTOMER}/eid:x"))
            .body("application/json", r#"{"companyName":"X"}"#);
        let calls = [
            (1, "list", caller.get(CUSTOMER)),
            (1, "get", caller.get(&one)),
            (2, "create", caller.post(CUSTOMER, r#"{"companyName":"Acme"}"#)),
            (3, "update", caller.patch(&one, "{}")),
            (3, "upsert", put),
            (4, "delete", caller.delete(&one)),
        ];
        for (needed, what, call) in calls {
            let answer = call.send().await;
            if rank >= needed {
                assert!(answer.status < 300, "{what} with {level:?}: {}", answer.text());
            } else {
                assert!(is_denied(&answer), "{what} with {level:?}: {}", answer.text());
                assert!(
                    answer.text().contains("lacks the permission Customers"),
                    "{}",
                    answer.text()
                );
            }
        }
        let rows = account.logins().await;
        assert!(
            rows.iter().all(|row| row.status == "Success"),
            "a missing permission is no failed login"
        );
    }
}

#[tokio::test]
async fn a_denied_write_leaves_nothing_behind() {
    let account = Account::with(Blueprint::default().permit(Permission::Customers, Level::View)).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert!(is_denied(
        &caller.post(CUSTOMER, r#"{"companyName":"Acme"}"#).send().await
    ));
    assert_eq!(caller.get(CUSTOMER).send().await.json()["totalResults"], 0);
}

#[tokio::test]
async fn a_service_that_is_off_is_denied_after_the_login() {
    let account = Account::with(Blueprint {
        features: vec![Feature::TokenBasedAuthentication],
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert!(is_denied(&caller.get(CUSTOMER).send().await));
    assert!(is_denied(&caller.get(RESTLET).send().await));
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(
        (soap.status, soap.error_code().as_deref()),
        (500, Some("INSUFFICIENT_PERMISSION"))
    );
    assert!(soap.text().contains("insufficientPermissionFault"));
    assert_eq!(
        account
            .logins()
            .await
            .iter()
            .filter(|row| row.status == "Success")
            .count(),
        3
    );
}

#[tokio::test]
async fn web_services_need_their_permission_and_a_restlet_none() {
    let blueprint = Blueprint::default()
        .permit(Permission::RestWebServices, None)
        .permit(Permission::SoapWebServices, Level::Edit);
    let account = Account::with(blueprint).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert!(is_denied(&caller.get(CUSTOMER).send().await));
    assert_eq!(
        caller.soap("getServerTime").send().await.error_code().as_deref(),
        Some("INSUFFICIENT_PERMISSION")
    );
    assert_eq!(
        caller.get(RESTLET).send().await.error_code().as_deref(),
        Some("SSS_INVALID_SCRIPTLET_ID")
    );
}

#[tokio::test]
async fn a_web_services_only_role_logs_in_everywhere_but_to_restlets() {
    let account = Account::with(Blueprint {
        web_services_only: true,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(caller.get(CUSTOMER).send().await.status, 200);
    assert_eq!(caller.soap("getServerTime").send().await.status, 200);
    let refused = caller.get(RESTLET).send().await;
    assert_eq!(
        (refused.status, refused.error_code().as_deref()),
        (401, Some("INVALID_LOGIN_ATTEMPT"))
    );
    let row = account.last_login().await;
    assert_eq!(
        (row.detail.as_deref(), row.mistake.as_deref()),
        (Some("permission_denied"), Some("web_services_only_role"))
    );
}
