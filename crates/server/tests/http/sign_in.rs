//! The one-time link of a first start, in a browser that is somebody's and in one that is not.

use std::time::Duration;

use countersign_testkit::{Account, Answer, Server};

const PATH: &str = "/app/login/onetime.nl";

async fn open(server: &Server, link: &str) -> Answer {
    let request = format!("GET {link} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    server.send(request).await
}

async fn press(server: &Server, form: &str) -> Answer {
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    server.send(request).await
}

fn shows_the_account(answer: &Answer) -> bool {
    answer.status == 200 && answer.text().contains("Warehouse Sync")
}

#[tokio::test]
async fn opening_the_link_changes_nothing_and_pressing_the_button_uses_it_up() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let link = server
        .account(&account)
        .one_time_link()
        .make(&*account.entropy, account.authority.now());
    let (_, form) = link.expose().split_once('?').unwrap();
    for _ in 0..3 {
        let opened = open(&server, link.expose()).await;
        assert_eq!(opened.status, 200);
        assert!(!shows_the_account(&opened));
    }
    assert!(shows_the_account(&press(&server, form).await));
    assert!(!shows_the_account(&press(&server, form).await));
}

#[tokio::test]
async fn another_code_an_old_one_and_none_show_nothing() {
    let account = Account::ready().await;
    let server = account.listen().await;
    assert!(!shows_the_account(&press(&server, "code=").await));
    let make = || {
        server
            .account(&account)
            .one_time_link()
            .make(&*account.entropy, account.authority.now())
    };
    let replaced = make();
    let link = make();
    let form = |link: &countersign_protocol::Secret| link.expose().split_once('?').unwrap().1.to_owned();
    for wrong in [
        "",
        "code=",
        "code=0",
        "other=1",
        &form(&replaced),
        &format!("{}0", form(&link)),
    ] {
        assert!(!shows_the_account(&press(&server, wrong).await), "{wrong}");
    }
    account.clock.advance(Duration::from_secs(3601));
    assert!(!shows_the_account(&press(&server, &form(&link)).await));
}

#[tokio::test]
async fn the_page_runs_no_script_and_stands_in_no_frame() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let page = open(
        &server,
        &format!("{PATH}?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
    )
    .await;
    assert!(!page.text().contains("<script>"), "{}", page.text());
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
}
