//! Several accounts behind one socket: which of them a request means, and that nobody learns which there are.

use countersign_testkit::{Account, Answer, Blueprint, Call, Caller, Server};
use serde_json::json;

const REST: &str = "/services/rest/record/v1/customer?limit=1";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const TOKEN_INFO: &str = "/rest/tokeninfo";
const PRODUCTION: &str = "1234567";
const SANDBOX: &str = "1234567_SB1";
const NOT_HELD: &str = "7654321";

/// Production and its sandbox: one consumer key, one Token ID, and secrets of their own.
struct Two {
    production: Account,
    sandbox: Account,
    server: Server,
}

impl Two {
    async fn accounts() -> Self {
        let of = async |account| {
            Account::with(Blueprint {
                account,
                ..Blueprint::default()
            })
            .await
        };
        let (production, sandbox) = (of(PRODUCTION).await, of(SANDBOX).await);
        let server = Server::of(&[&production, &sandbox]).await;
        Self {
            production,
            sandbox,
            server,
        }
    }

    fn callers(&self) -> (Caller, Caller) {
        let caller = |account: &Account| self.server.caller(&account.application());
        (caller(&self.production), caller(&self.sandbox))
    }

    /// How many rows each trail has.
    async fn rows(&self) -> (usize, usize) {
        (
            self.production.logins().await.len(),
            self.sandbox.logins().await.len(),
        )
    }
}

async fn company(call: Call) -> (u16, String) {
    let answer = call.send().await;
    let company = if answer.status == 200 {
        answer.json()["companyId"].to_string()
    } else {
        answer.text()
    };
    (answer.status, company.trim_matches('"').to_owned())
}

#[tokio::test]
async fn where_the_host_names_no_account_the_credentials_do() {
    let two = Two::accounts().await;
    let (production, sandbox) = two.callers();
    for host in ["127.0.0.1", "localhost", "shop.localhost"] {
        assert_eq!(
            company(production.get(TOKEN_INFO).host(host)).await,
            (200, PRODUCTION.to_owned())
        );
        assert_eq!(
            company(sandbox.get(TOKEN_INFO).host(host)).await,
            (200, SANDBOX.to_owned())
        );
    }
    assert_eq!(sandbox.get(REST).send().await.status, 200);
    for (caller, account) in [
        (&production, "WEBSERVICES_1234567_1"),
        (&sandbox, "WEBSERVICES_1234567_SB1_1"),
    ] {
        let answer = caller.soap("getServerTime").sign().send().await;
        assert!(answer.text().contains(account), "{}", answer.text());
    }
    assert_eq!(two.rows().await, (4, 5));
}

#[tokio::test]
async fn each_account_has_its_own_secrets_and_its_own_nonces() {
    let two = Two::accounts().await;
    let (production, sandbox) = two.callers();
    let once = |caller: &Caller| caller.get(TOKEN_INFO).oauth("oauth_nonce", "shared-nonce");
    assert_eq!(once(&production).send().await.status, 200);
    assert_eq!(once(&sandbox).send().await.status, 200);
    assert_eq!(once(&production).send().await.status, 401);
    assert_eq!(once(&sandbox).send().await.status, 401);
    assert_eq!(
        two.production.last_login().await.detail.as_deref(),
        Some("nonce_used")
    );
    assert_eq!(
        two.sandbox.last_login().await.detail.as_deref(),
        Some("nonce_used")
    );
    // The secrets of the one sign nothing for the other.
    assert_eq!(production.get(TOKEN_INFO).realm(SANDBOX).send().await.status, 401);
    assert_eq!(
        two.sandbox.last_login().await.detail.as_deref(),
        Some("InvalidSignature")
    );
}

#[tokio::test]
async fn the_host_decides_and_never_the_realm() {
    let two = Two::accounts().await;
    let (production, sandbox) = two.callers();
    for host in [
        "1234567-sb1.restlets.api.netsuite.com",
        "1234567-sb1.localhost:8080",
        "1234567-SB1.restlets.localhost",
    ] {
        assert_eq!(
            company(sandbox.get(TOKEN_INFO).host(host)).await,
            (200, SANDBOX.to_owned()),
            "{host}"
        );
        let (before, _) = two.rows().await;
        let mixed_up = production.get(TOKEN_INFO).host(host).send().await;
        assert_eq!(mixed_up.status, 401, "{host}");
        let challenge = mixed_up.header("www-authenticate").unwrap();
        assert!(
            challenge.starts_with("OAuth realm=\"1234567_SB1\""),
            "{challenge}"
        );
        let row = two.sandbox.last_login().await;
        assert_eq!(row.mistake.as_deref(), Some("realm_host_mismatch"));
        assert_eq!(two.rows().await.0, before, "production was not asked");
    }
    let passport = production.soap("getServerTime").sign();
    let text = String::from_utf8(passport.bytes).unwrap();
    let text = text.replace(&two.server.address.to_string(), "1234567-sb1.localhost");
    assert_eq!(two.server.send(text).await.status, 500);
    assert_eq!(
        two.sandbox.last_login().await.mistake.as_deref(),
        Some("realm_host_mismatch")
    );
}

#[tokio::test]
async fn a_service_on_this_machine_has_the_host_it_has_at_netsuite() {
    let two = Two::accounts().await;
    let (_, sandbox) = two.callers();
    let status = async |target, host| sandbox.get(target).host(host).send().await.status;
    assert_eq!(status(REST, "1234567-sb1.suitetalk.localhost").await, 200);
    assert_eq!(status(REST, "1234567-sb1.restlets.localhost").await, 404);
    assert_eq!(status(REST, "1234567-sb1.localhost").await, 200);
    assert_eq!(status(REST, "1234567-sb1.elsewhere.localhost").await, 404);
    let urls = async |host: &str| {
        let request = format!(
            "GET /rest/datacenterurls?account={NOT_HELD} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        );
        two.server.send(request).await.json()["restDomain"].clone()
    };
    assert_eq!(
        urls("1234567-sb1.localhost:80").await,
        json!("http://7654321.localhost:80")
    );
    assert_eq!(
        urls("1234567.app.localhost:81").await,
        json!("http://7654321.restlets.localhost:81")
    );
}

/// What a caller sees, without the moment and without the name it gave itself.
fn seen(mut answer: Answer, name: &str) -> (u16, Vec<(String, String)>, String) {
    answer = answer.without_date();
    let blank = |text: &str| {
        text.replace(name, "ID")
            .replace(&name.to_lowercase().replace('_', "-"), "ID")
    };
    let headers = answer.headers.iter();
    let headers = headers
        .filter(|(name, _)| name != "content-length")
        .map(|(name, value)| (name.clone(), blank(value)))
        .collect();
    (answer.status, headers, blank(&answer.text()))
}

#[tokio::test]
async fn an_account_that_is_held_is_refused_in_the_words_of_one_that_is_not() {
    let two = Two::accounts().await;
    let (production, _) = two.callers();
    let wrongs: [fn(Call) -> Call; 6] = [
        Call::badly_signed,
        |call| call.oauth("oauth_consumer_key", "nobody"),
        |call| call.seconds_off(-301).badly_signed(),
        |call| call.oauth("oauth_timestamp", "soon"),
        |call| call.oauth("oauth_nonce", "short"),
        |call| call.oauth("oauth_signature_method", "HMAC-SHA1"),
    ];
    for target in [REST, RESTLET, TOKEN_INFO, "/nothing", "/rest/roles"] {
        for (number, wrong) in wrongs.iter().enumerate() {
            let answer = async |realm: &str| {
                let call = wrong(production.get(target).realm(realm));
                seen(call.send().await, realm)
            };
            let held = answer(SANDBOX).await;
            assert_eq!(held, answer(NOT_HELD).await, "{target}, mistake {number}");
            assert_eq!(held, answer("7654321_SB1").await, "{target}, mistake {number}");
        }
    }
    for (method, body) in [("GET", ""), ("POST", "code=0"), ("PUT", "")] {
        let answer = async |company: &str| {
            let request = format!(
                "{method} /app/login/onetime.nl?company={company}&code=0 HTTP/1.1\r\nHost: localhost\r\n\
                 Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            seen(two.server.send(request).await, company)
        };
        assert_eq!(answer(SANDBOX).await, answer(NOT_HELD).await, "{method}");
    }
    for operation in ["getServerTime", "addList"] {
        for (name, value) in [("signature", "AAAA"), ("timestamp", "1"), ("nonce", "short")] {
            for host in ["localhost", "webservices.netsuite.com"] {
                let answer = async |account: &str| {
                    let call = production
                        .soap(operation)
                        .field("account", account)
                        .field(name, value);
                    let text = String::from_utf8(call.sign().bytes).unwrap();
                    let text = text.replace(&two.server.address.to_string(), host);
                    seen(two.server.send(text).await, account)
                };
                assert_eq!(
                    answer(SANDBOX).await,
                    answer(NOT_HELD).await,
                    "{operation} {name} {host}"
                );
            }
        }
    }
}

#[tokio::test]
async fn whoever_names_no_account_that_is_held_is_a_row_of_the_oldest() {
    let two = Two::accounts().await;
    let (production, _) = two.callers();
    let refused = async |call: Call, mistake: &str| {
        let (rows, others) = two.rows().await;
        assert_eq!(call.send().await.status, 401);
        assert_eq!(two.rows().await, (rows + 1, others));
        assert_eq!(
            two.production.last_login().await.mistake.as_deref(),
            Some(mistake)
        );
    };
    refused(production.get(TOKEN_INFO).realm(NOT_HELD), "realm_other_account").await;
    refused(production.get(TOKEN_INFO).realm(None), "realm_missing").await;
    refused(
        production.get(TOKEN_INFO).realm("1234567_SB2"),
        "realm_host_mismatch",
    )
    .await;
    refused(production.get(TOKEN_INFO).authorization(""), "no_header").await;
}

#[tokio::test]
async fn a_realm_in_the_wrong_form_is_told_to_its_own_account() {
    let two = Two::accounts().await;
    let (_, sandbox) = two.callers();
    for (realm, mistake) in [
        ("1234567-SB1", "realm_hyphen"),
        ("1234567_sb1", "realm_lowercase"),
    ] {
        assert_eq!(sandbox.get(TOKEN_INFO).realm(realm).send().await.status, 401);
        assert_eq!(two.sandbox.last_login().await.mistake.as_deref(), Some(mistake));
    }
}

#[tokio::test]
async fn accounts_come_and_go_while_the_server_runs() {
    let two = Two::accounts().await;
    let (production, sandbox) = two.callers();
    let id = two.sandbox.authority.account();
    let gone = two.server.accounts.remove(&id).unwrap();
    assert_eq!(
        company(production.get(TOKEN_INFO)).await,
        (200, PRODUCTION.to_owned())
    );
    assert_eq!(sandbox.get(TOKEN_INFO).send().await.status, 401);
    assert_eq!(
        sandbox
            .get(TOKEN_INFO)
            .host("1234567-sb1.localhost")
            .send()
            .await
            .status,
        404
    );
    assert!(two.server.accounts.add(&gone) && !two.server.accounts.add(&gone));
    assert_eq!(company(sandbox.get(TOKEN_INFO)).await, (200, SANDBOX.to_owned()));
    for account in [&two.production, &two.sandbox] {
        two.server.accounts.remove(&account.authority.account());
    }
    assert_eq!(production.get(TOKEN_INFO).send().await.status, 404);
    let health = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(two.server.send(health).await.status, 200);
}

#[tokio::test]
async fn a_sign_in_link_opens_the_account_it_was_made_for() {
    let two = Two::accounts().await;
    let press = async |target: &str, code: &str| {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{code}",
            code.len()
        );
        two.server.send(request).await
    };
    let account = two.server.account(&two.sandbox);
    let link = account
        .one_time_link()
        .make(&*two.sandbox.entropy, two.sandbox.authority.now());
    let (path, code) = link.expose().split_once('&').unwrap();
    assert!(path.ends_with("?company=1234567_SB1"), "{path}");
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        link.expose()
    );
    let page = two.server.send(request).await.text();
    assert!(
        page.contains("action=\"/app/login/onetime.nl?company=1234567_SB1\""),
        "{page}"
    );
    let chosen = format!(
        "{code}&name=Alex&email=alex%40example.com&password=Correct-Horse-9&confirmation=Correct-Horse-9"
    );
    let elsewhere = press("/app/login/onetime.nl?company=1234567", &chosen).await;
    assert_eq!(elsewhere.status, 403);
    let opened = press(path, &chosen).await;
    assert_eq!(opened.status, 303, "{}", opened.text());
    assert!(opened.header("set-cookie").is_some());
}
