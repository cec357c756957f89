//! Lists of customers: pages, links between them, filters.

use countersign_testkit::{Account, Caller, NOW, Server};
use serde_json::Value;

const CUSTOMER: &str = "/services/rest/record/v1/customer";

/// With the 25 companies of the demonstration account.
async fn stage() -> (Account, Server, Caller) {
    let account = Account::ready().await;
    account.records.seed(NOW).await.unwrap();
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    (account, server, caller)
}

async fn list(caller: &Caller, query: &str) -> Value {
    let answer = caller.get(&format!("{CUSTOMER}{query}")).send().await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

fn ids(list: &Value) -> Vec<i64> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn a_page_says_where_it_is_and_where_the_others_are() {
    let (_account, server, caller) = stage().await;
    let answer = caller.get(&format!("{CUSTOMER}?limit=10&offset=10")).send().await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.oracle.resource+json; type=collection; charset=UTF-8")
    );
    let page = answer.json();
    assert_eq!(
        (
            &page["count"],
            &page["offset"],
            &page["totalResults"],
            &page["hasMore"]
        ),
        (&10.into(), &10.into(), &25.into(), &true.into())
    );
    let base = format!("{}{CUSTOMER}", server.base_url());
    let links: Vec<(&str, &str)> = page["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (link["rel"].as_str().unwrap(), link["href"].as_str().unwrap()))
        .collect();
    let href = |offset| format!("{base}?limit=10&offset={offset}");
    assert_eq!(
        links,
        [
            ("next", href(20).as_str()),
            ("last", &href(20)),
            ("self", &href(10)),
            ("prev", &href(0)),
            ("first", &href(0)),
        ]
    );
    let first = &page["items"][0];
    assert_eq!(
        first["links"][0]["href"],
        format!("{base}/{}", first["id"].as_str().unwrap())
    );
}

#[tokio::test]
async fn following_the_links_meets_every_customer_once() {
    let (_account, server, caller) = stage().await;
    let mut target = format!("{CUSTOMER}?limit=7");
    let mut met = Vec::new();
    loop {
        let page = caller.get(&target).send().await.json();
        met.extend(ids(&page));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
            assert_eq!(page["hasMore"], false);
            break;
        };
        let href = next["href"].as_str().unwrap();
        href.strip_prefix(&server.base_url())
            .unwrap()
            .clone_into(&mut target);
    }
    assert_eq!(met, (1..=25).collect::<Vec<_>>());
}

#[tokio::test]
async fn without_a_limit_a_page_holds_a_thousand() {
    let (_account, _server, caller) = stage().await;
    let page = list(&caller, "").await;
    assert_eq!((ids(&page).len(), &page["hasMore"]), (25, &false.into()));
    let beyond = list(&caller, "?limit=25&offset=25").await;
    assert_eq!(
        (ids(&beyond).len(), &beyond["hasMore"], &beyond["totalResults"]),
        (0, &false.into(), &25.into())
    );
}

#[tokio::test]
async fn limit_and_offset_out_of_bounds_are_refused_by_name() {
    let (_account, _server, caller) = stage().await;
    for (query, parameter) in [
        ("?limit=10&offset=5", "offset"),
        ("?limit=10&offset=-10", "offset"),
        ("?limit=0", "limit"),
        ("?limit=1001", "limit"),
        ("?limit=ten", "limit"),
        ("?limit=1&offset=1000", "offset"),
        ("?q=companyName", "q"),
        ("?q=shoeSize%20IS%201", "q"),
    ] {
        let answer = caller.get(&format!("{CUSTOMER}{query}")).send().await;
        let body = answer.json();
        let detail = &body["o:errorDetails"][0];
        assert_eq!(
            (
                answer.status,
                &detail["o:errorCode"],
                &detail["o:errorQueryParam"]
            ),
            (400, &"INVALID_PARAMETER".into(), &parameter.into()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_utf_8_is_refused_by_name() {
    let (_account, _server, caller) = stage().await;
    let one = format!("{CUSTOMER}/1");
    let suiteql = "/services/rest/query/v1/suiteql";
    for (target, name) in [
        (format!("{CUSTOMER}?q=email%20IS%20%22%FF%22"), "q"),
        (format!("{one}?fields=companyName%80"), "fields"),
        (format!("{one}?expand=%C3"), "expand"),
        (format!("{one}/addressBook?unheard=%FE"), "unheard"),
        (format!("{CUSTOMER}?a%FFb=1"), "a\u{fffd}b"),
    ] {
        let answer = caller.get(&target).send().await;
        let detail = &answer.json()["o:errorDetails"][0];
        assert_eq!(
            (answer.status, &detail["o:errorQueryParam"]),
            (400, &name.into()),
            "{target}"
        );
        let said = detail["detail"].as_str().unwrap();
        assert!(
            said.contains(&format!("{name:?} is not UTF-8")),
            "{target}: {said}"
        );
    }
    let asked = caller.post(
        &format!("{suiteql}?limit=%FF"),
        r#"{"q":"SELECT id FROM customer"}"#,
    );
    let asked = asked.header("Prefer", "transient").send().await;
    assert!(matches!(asked.status, 400 | 403), "{}", asked.text());
}

#[tokio::test]
async fn a_filter_narrows_the_list_and_stays_in_its_links() {
    let (_account, _server, caller) = stage().await;
    let narrow = list(&caller, "?q=id%20BETWEEN%20%5B3,8%5D&limit=2&offset=2").await;
    assert_eq!(ids(&narrow), [5, 6]);
    assert_eq!(narrow["totalResults"], 6);
    for link in narrow["links"].as_array().unwrap() {
        let href = link["href"].as_str().unwrap();
        assert!(
            href.contains("?q=id%20BETWEEN%20%5B3%2C8%5D&limit=2&offset="),
            "{href}"
        );
    }
    let name = caller.get(&format!("{CUSTOMER}/1")).send().await.json()["companyName"].clone();
    let q = format!("companyName IS \"{}\"", name.as_str().unwrap());
    let found = list(
        &caller,
        &format!("?q={}", countersign_protocol::percent_encode(&q)),
    )
    .await;
    assert_eq!(ids(&found), [1]);
    assert_eq!(list(&caller, "?q=").await["totalResults"], 25);
}
