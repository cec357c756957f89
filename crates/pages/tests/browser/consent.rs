//! The three-step flow with a real application: a site of its own on this machine, which the browser comes from and goes
//! back to.

use countersign_testkit::{Answer, Blueprint, Call};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::stage::{Copied, EMAIL, Stage};

/// The application's own site: `/connect?TOKEN` has the link to the account, `/callback` is where one comes back.
struct Site {
    port: u16,
    callbacks: mpsc::UnboundedReceiver<String>,
}

impl Site {
    async fn of(account: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let (tell, callbacks) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Some(query) = answer(stream, &account).await {
                    let _ = tell.send(query);
                }
            }
        });
        Self { port, callbacks }
    }

    fn callback(&self) -> String {
        format!("http://localhost:{}/callback?kept=1", self.port)
    }

    async fn came_back_with(&mut self) -> String {
        self.callbacks.recv().await.expect("the site answers")
    }
}

/// The query of a callback.
async fn answer(mut stream: TcpStream, account: &str) -> Option<String> {
    let mut request = vec![0; 8192];
    let read = stream.read(&mut request).await.ok()?;
    let request = String::from_utf8_lossy(request.get(..read)?).into_owned();
    let (path, query) = request.split(' ').nth(1)?.split_once('?')?;
    let (page, came_back) = match path {
        "/callback" => ("Back at the application".to_owned(), Some(query.to_owned())),
        _ => {
            let page = format!("{account}/app/login/secure/authorizetoken.nl?oauth_token={query}&state=a1B2");
            (format!("<a href=\"{page}\">Connect NetSuite</a>"), None)
        }
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{head}{page}").as_bytes()).await.ok()?;
    came_back
}

/// The value of a name in a form or a query.
fn value(pairs: &str, name: &str) -> String {
    let mut pairs = pairs.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("there is no {name}")).1.to_owned()
}

fn pair(answer: &Answer) -> (String, String) {
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    (value(&text, "oauth_token"), value(&text, "oauth_token_secret"))
}

/// A step of the flow, signed with this token.
fn step(stage: &Stage, path: &str, (token, secret): (&str, &str)) -> Call {
    let ready = stage.account.application();
    let caller = stage.caller(&Copied {
        consumer_key: ready.consumer_key,
        consumer_secret: ready.consumer_secret,
        token_id: token.to_owned(),
        token_secret: secret.to_owned(),
    });
    caller.call("POST", path).header("Content-Length", "0")
}

async fn requested(stage: &Stage, site: &Site) -> (String, String) {
    let step = step(stage, "/rest/requesttoken", ("", "")).without("oauth_token");
    pair(&step.oauth("oauth_callback", &site.callback()).send().await)
}

/// From the application's own site, by its link.
async fn connect(stage: &Stage, site: &Site, token: &str) {
    let there = format!("http://localhost:{}/connect?{token}", site.port);
    stage.browser.go(&there).await;
    stage.browser.click("Connect NetSuite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_from_an_application_allows_it_and_goes_back_and_it_calls() {
    let stage = Stage::of(Blueprint::default()).await;
    stage.open_account().await;
    let browser = &stage.browser;
    let mut site = Site::of(stage.server.base_url()).await;
    browser.follow("Setup > Integration > Manage Integrations").await;
    browser.click("Warehouse Sync").await;
    browser.click("Edit").await;
    browser.tick("TBA: Authorization Flow", true).await;
    browser.fill("Callback URL", "http://localhost:*").await;
    browser.click("Save").await;
    stage.sees("The record was saved").await;
    let ines = ("Ines Owner", "ines@example.com");
    stage.add_employee(ines, &["Administrator", "Integrator"]).await;
    browser.click("Log Out").await;
    stage.sees("Sign in").await;

    // Nobody is signed in: a wrong password first, then the right one.
    let (token, secret) = requested(&stage, &site).await;
    connect(&stage, &site, &token).await;
    stage.sees("An application asks for access").await;
    browser.fill("Email", ines.1).await;
    browser.fill("Password", "Wrong-Horse-9").await;
    browser.click("Sign in").await;
    stage.sees("invalid email address or password").await;
    stage.sign_in(ines.1).await;
    stage
        .sees("Warehouse Sync asks to call this account as you")
        .await;
    stage.sees("Everything in this account").await;
    browser.click("Change Role").await;
    browser.click("Choose Integrator").await;
    stage.sees("In the role Integrator it may").await;
    stage.sees("See, create, change and delete").await;
    browser.click("Allow").await;
    stage.sees("Back at the application").await;
    let query = site.came_back_with().await;
    assert!(query.starts_with("kept=1&oauth_token="), "{query}");
    assert_eq!(value(&query, "oauth_token"), token);
    assert_eq!(value(&query, "company"), stage.account.application().account);
    assert_eq!(value(&query, "role"), stage.account.role.id.to_string());
    assert_eq!(value(&query, "state"), "a1B2");

    let exchanged = step(&stage, "/rest/accesstoken", (&token, &secret));
    let verifier = value(&query, "oauth_verifier");
    let (token_id, token_secret) = pair(&exchanged.oauth("oauth_verifier", &verifier).send().await);
    let ready = stage.account.application();
    let copied = Copied {
        consumer_key: ready.consumer_key,
        consumer_secret: ready.consumer_secret,
        token_id,
        token_secret,
    };
    stage.calls(&copied).await;

    // Signed in by now: asked at once, though the browser comes from another site. Denied this time.
    let (token, _) = requested(&stage, &site).await;
    connect(&stage, &site, &token).await;
    stage.sees("Allow Warehouse Sync?").await;
    browser.click("Deny").await;
    stage.sees("Back at the application").await;
    let query = site.came_back_with().await;
    assert_eq!(value(&query, "oauth_verifier"), "");

    // The same link again: it was answered.
    connect(&stage, &site, &token).await;
    stage.sees("This request is over").await;
    assert!(!browser.text().await.contains(EMAIL));
}
