//! Requests that are hard to sign, received from a real socket.

use countersign_testkit::{Account, Server};

const REST: &str = "/services/rest/record/v1/customer";

async fn stage() -> (Account, Server) {
    let account = Account::ready().await;
    let server = account.listen().await;
    (account, server)
}

#[tokio::test]
async fn a_query_with_hard_characters_is_signed_decoded_and_sorted() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    for query in [
        "a=1&a=2&a=10",
        "z=1&a=2&A=3&_=4",
        "q=a+b%20c%2Bd",
        "empty=&bare&x=",
        "%C3%A9=%e2%82%ac&plain=~._-",
        "tricky=%25%26%3D%2f%2F",
        "semi=a;b&colon=c:d&at=@&slash=/&question=?",
        "quote='&star=*&excl=!&paren=(x)",
        "oauth_like=1&xoauth_token=2",
        "bracket[0]=a&bracket[1]=b",
        "&&a=1&&",
        "=nameless&=&==",
        "a=1=2=3",
    ] {
        // A RESTlet reads no parameter of its own.
        let target = format!("/app/site/hosting/restlet.nl?{query}");
        let answer = caller.get(&target).send().await;
        assert_eq!(
            answer.error_code().as_deref(),
            Some("SSS_INVALID_SCRIPTLET_ID"),
            "{query} was not let in: {:?}",
            account.last_login().await.reason
        );
    }
}

#[tokio::test]
async fn a_query_changed_on_the_way_is_refused() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let signed = caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .sign();
    let text = String::from_utf8(signed.bytes).unwrap();
    for (from, to) in [
        ("script=1", "script=2"),
        ("deploy=1", "deploy=1&x"),
        ("script=1&", ""),
        ("GET ", "PUT "),
        ("restlet.nl", "Restlet.nl"),
    ] {
        let answer = server.send(text.replacen(from, to, 1)).await;
        assert!(
            matches!(answer.status, 401 | 404),
            "{from} -> {to}: {}",
            answer.status
        );
    }
    // None of these used up the nonce.
    assert_eq!(
        server.send(text).await.error_code().as_deref(),
        Some("SSS_INVALID_SCRIPTLET_ID")
    );
}

#[tokio::test]
async fn the_order_of_the_query_is_not_signed() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let signed = caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .sign();
    let text = String::from_utf8(signed.bytes).unwrap();
    let answer = server
        .send(text.replace("script=1&deploy=1", "deploy=1&script=1"))
        .await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_path_is_signed_as_it_was_sent() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let target = format!("{REST}/eid%3Ab%C3%A9e");
    assert_eq!(
        caller.get(&target).send().await.status,
        404,
        "let in; there is no such record"
    );
    let decoded = format!("http://{}{REST}/eid:b%C3%A9e", server.address);
    assert_eq!(caller.get(&target).signed_as(&decoded).send().await.status, 401);
}

#[tokio::test]
async fn a_form_body_is_signed_and_a_json_body_is_not() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let target = "/app/site/hosting/restlet.nl?script=1&deploy=1";
    let form = caller
        .call("POST", target)
        .body("application/x-www-form-urlencoded; charset=UTF-8", "a=b+c&d=%26");
    assert_eq!(form.send().await.status, 415, "let in; a RESTlet takes no form");
    let signed = form.sign();
    let changed = String::from_utf8(signed.bytes).unwrap().replace("a=b+c", "a=b+x");
    assert_eq!(server.send(changed).await.status, 401);

    let json = caller.post(target, r#"{"a":1}"#).sign();
    let changed = String::from_utf8(json.bytes)
        .unwrap()
        .replace("\"a\":1", "\"a\":2");
    assert_eq!(
        server.send(changed).await.error_code().as_deref(),
        Some("SSS_INVALID_SCRIPTLET_ID"),
        "TBA does not protect a JSON body"
    );
}

#[tokio::test]
async fn unknown_parameters_of_the_header_are_signed_too() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let with_hash = caller
        .get(REST)
        .oauth("oauth_body_hash", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    assert_eq!(with_hash.send().await.status, 200);
    let with_role = caller.get(REST).oauth("role", "3");
    assert_eq!(with_role.send().await.status, 200);
    let added = caller.get(REST).rewrite(|header| format!("{header}, role=\"3\""));
    assert_eq!(added.send().await.status, 401);
}

#[tokio::test]
async fn the_header_may_be_written_in_any_order_and_spacing() {
    let (account, server) = stage().await;
    let caller = server.caller(&account.application());
    let bends: [fn(String) -> String; 5] = [
        |header| header.replace(", ", ","),
        |header| header.replace(", ", "  ,\t"),
        |header| header.replace("OAuth ", "oauth   "),
        |header| {
            let mut parts: Vec<&str> = header.trim_start_matches("OAuth ").split(", ").collect();
            parts.reverse();
            format!("OAuth {}", parts.join(", "))
        },
        |header| header.replace("oauth_version=\"1.0\"", "oauth_version=\"%31.0\""),
    ];
    for (number, bend) in bends.into_iter().enumerate() {
        let answer = caller.get(REST).rewrite(bend).send().await;
        assert_eq!(
            answer.status,
            200,
            "spelling {number}: {:?}",
            account.last_login().await.reason
        );
    }
    let unversioned = caller.get(REST).without("oauth_version").send().await;
    assert_eq!(unversioned.status, 200);
}

#[tokio::test]
async fn the_client_that_users_have_is_let_in() {
    use countersign_client::{Call, Destination};
    let (account, server) = stage().await;
    let application = account.application();
    let client = server.client(&application);
    let url = format!(
        "{}{REST}?limit=1&q=companyName CONTAIN \"a+b\"",
        server.base_url()
    )
    .replace(' ', "%20")
    .replace('"', "%22");
    let destination = Destination::resolve(&url, &application.account.parse().unwrap(), None).unwrap();
    let call = Call {
        method: http::Method::GET,
        destination,
        headers: http::HeaderMap::new(),
        body: bytes::Bytes::new(),
    };
    assert_eq!(client.call(&call).await.unwrap().status, 200);
    assert_eq!(account.last_login().await.status, "Success");
}
