//! The list filter: what it finds, what it refuses, and that it never panics.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

mod account;

use account::{ALICE, Account, NOW, catalog};
use countersign_records::filter::{self, FilterProblem};
use countersign_records::{Changes, Filter, FilterError, Key, Query, RecordsError, Value};
use proptest::prelude::*;

async fn seeded() -> Account {
    let account = Account::new().await;
    account.records.seed(NOW).await.unwrap();
    account
}

impl Account {
    async fn names(&self, q: &str) -> Vec<String> {
        let filter = Filter::parse(q, &self.customer).unwrap_or_else(|error| panic!("{q}: {error}"));
        let query = Query {
            filter: Some(filter),
            ..Query::default()
        };
        let page = self.records.list(&self.customer, query).await.unwrap();
        assert_eq!(page.total, page.ids.len() as u64);
        let mut names = Vec::new();
        for id in page.ids {
            let record = self.records.get(&self.customer, Key::Internal(id)).await.unwrap();
            names.push(record.get("entityId").unwrap().to_string());
        }
        names
    }

    async fn count(&self, q: &str) -> usize {
        self.names(q).await.len()
    }
}

#[tokio::test]
async fn text_is_found_by_its_beginning_middle_end_and_whole() {
    let account = seeded().await;
    assert_eq!(
        account.names("companyName IS \"old mill bakery\"").await,
        ["Old Mill Bakery"]
    );
    assert_eq!(account.count("companyname START_WITH Harbor").await, 3);
    assert_eq!(
        account.names("companyName END_WITH 'Mill'").await,
        ["Highland Wool Mill"]
    );
    assert_eq!(
        account
            .names("companyName CONTAIN Mill AND companyName CONTAIN_NOT Wool")
            .await,
        ["Old Mill Bakery"]
    );
    assert_eq!(account.count("email START_WITH nadia").await, 1);
    assert_eq!(
        account.count("companyName CONTAIN \"%\"").await,
        0,
        "a percent sign is only itself"
    );
    assert_eq!(account.count("companyName CONTAIN \"_\"").await, 0);
}

#[tokio::test]
async fn an_opposite_includes_what_is_empty() {
    let account = seeded().await;
    assert_eq!(account.count("vatRegNumber EMPTY").await, 24);
    assert_eq!(account.count("vatRegNumber EMPTY_NOT").await, 1);
    assert_eq!(account.count("vatRegNumber START_WITH_NOT DE").await, 24);
    assert_eq!(account.count("NOT vatRegNumber START_WITH DE").await, 24);
    assert_eq!(
        account.count("creditLimit GREATER_NOT 0").await,
        3,
        "three people have no limit"
    );
}

#[tokio::test]
async fn numbers_are_compared_ranged_and_listed() {
    let account = seeded().await;
    assert_eq!(account.count("creditLimit GREATER 90000").await, 2);
    assert_eq!(account.count("creditLimit GREATER_OR_EQUAL 90000").await, 3);
    assert_eq!(account.count("creditLimit LESS 6000").await, 1);
    assert_eq!(account.count("creditLimit LESS_OR_EQUAL 6000").await, 2);
    assert_eq!(account.count("creditLimit EQUAL 5e3").await, 1);
    assert_eq!(account.count("creditLimit BETWEEN [5000, 8000]").await, 3);
    assert_eq!(account.count("creditLimit WITHIN [5000, 8000]").await, 3);
    assert_eq!(account.count("id BETWEEN_NOT [1, 20]").await, 5);
    assert_eq!(account.count("id ANY_OF [1, 2, 3, 400]").await, 3);
    assert_eq!(account.count("id EQUAL 7").await, 1);
}

#[tokio::test]
async fn boxes_choices_and_references_are_found() {
    let account = seeded().await;
    assert_eq!(account.names("isInactive IS true").await, ["Fifth Street Books"]);
    assert_eq!(account.count("isPerson IS_NOT true").await, 22);
    assert_eq!(
        account.names("creditHoldOverride ANY_OF [ON]").await,
        ["Gulf Coast Marine Supply"]
    );
    assert_eq!(account.count("subsidiary ANY_OF [2, 3]").await, 8);
    assert_eq!(account.count("parent EMPTY_NOT").await, 3);
    assert_eq!(account.count("parent ANY_OF 1").await, 2);
}

#[tokio::test]
async fn a_day_includes_all_of_its_moments() {
    let account = seeded().await;
    // The newest three were made at 10:00 on 11-21, at 05:00 on 11-10 and at 00:00 on 10-30.
    assert_eq!(account.count("dateCreated ON \"11/21/2026\"").await, 1);
    assert_eq!(account.count("dateCreated ON_NOT \"11/21/2026\"").await, 24);
    assert_eq!(account.count("dateCreated AFTER \"11/21/2026\"").await, 0);
    assert_eq!(account.count("dateCreated ON_OR_AFTER \"2026-11-10\"").await, 2);
    assert_eq!(account.count("dateCreated AFTER \"10/30/2026\"").await, 2);
    assert_eq!(account.count("dateCreated BEFORE \"11/10/2026\"").await, 23);
    assert_eq!(account.count("dateCreated ON_OR_BEFORE \"10/30/2026\"").await, 23);
    assert_eq!(
        account
            .count("dateCreated WITHIN [\"10/30/2026\", \"11/10/2026\"]")
            .await,
        2
    );
    assert_eq!(
        account.count("dateCreated AFTER \"2026-11-10T05:00:00Z\"").await,
        1
    );
    assert_eq!(
        account
            .count("dateCreated ON_OR_AFTER \"2026-11-10T05:00:00Z\"")
            .await,
        2
    );
    assert_eq!(
        account
            .count("startDate AFTER \"10/31/2026\" AND startDate BEFORE \"11/30/2026\"")
            .await,
        2
    );
}

#[tokio::test]
async fn and_binds_tighter_than_or_and_brackets_tighter_still() {
    let account = seeded().await;
    let all = "isPerson IS true OR id EQUAL 1 AND id EQUAL 2";
    assert_eq!(account.count(all).await, 3);
    assert_eq!(
        account
            .count("(isPerson IS true OR id EQUAL 1) AND id EQUAL 1")
            .await,
        1
    );
    assert_eq!(account.count("not (isPerson IS true or id EQUAL 1)").await, 21);
}

#[tokio::test]
async fn the_longest_filters_are_still_good_sql() {
    let account = seeded().await;
    let room = filter::LONGEST - "id EMPTY".len();
    let chain = "id EMPTY OR ".repeat(room / "id EMPTY OR ".len());
    assert_eq!(account.count(&format!("{chain}id EMPTY")).await, 0);
    let deep = filter::DEEPEST;
    let nested = format!("{}id EMPTY{}", "(id EQUAL 1 OR ".repeat(deep), ")".repeat(deep));
    assert_eq!(account.count(&nested).await, 1);
    let ids = vec!["1"; filter::MOST_VALUES].join(",");
    assert_eq!(account.count(&format!("id ANY_OF [{ids}]")).await, 1);
}

#[tokio::test]
async fn pages_are_in_order_and_know_the_total() {
    let account = seeded().await;
    let list = |limit, offset| {
        account.records.list(
            &account.customer,
            Query {
                limit,
                offset,
                ..Query::default()
            },
        )
    };
    let page = list(10, 20).await.unwrap();
    assert_eq!((page.ids, page.total), ((21..=25).collect(), 25));
    assert!(list(10, u64::MAX).await.unwrap().ids.is_empty());
    assert_eq!(list(u32::MAX, 0).await.unwrap().ids.len(), 25);
}

#[tokio::test]
async fn several_references_are_found_by_any_of_them() {
    let account = Account::new().await;
    let Account { records, widget, .. } = &account;
    for _ in 0..2 {
        records.create(widget, Changes::new(), ALICE).await.unwrap();
    }
    let parts = [1, 2].map(countersign_records::Reference::to).to_vec();
    let whole = Changes::new().set("parts", Value::References(parts));
    records.create(widget, whole, ALICE).await.unwrap();
    for (q, found) in [
        ("parts ANY_OF [2, 9]", vec![3]),
        ("parts ANY_OF 9", vec![]),
        ("parts ANY_OF_NOT 2", vec![1, 2]),
    ] {
        let filter = Some(Filter::parse(q, widget).unwrap());
        let page = records
            .list(
                widget,
                Query {
                    filter,
                    ..Query::default()
                },
            )
            .await
            .unwrap();
        assert_eq!(page.ids, found, "{q}");
    }
}

#[tokio::test]
async fn a_filter_of_another_type_is_refused() {
    let account = Account::new().await;
    let Account {
        records,
        customer,
        widget,
        ..
    } = &account;
    let filter = Some(Filter::parse("email EMPTY", customer).unwrap());
    let refused = records
        .list(
            widget,
            Query {
                filter,
                ..Query::default()
            },
        )
        .await;
    assert!(matches!(refused, Err(RecordsError::OtherFilter { .. })));
}

fn refused(q: &str) -> FilterError {
    Filter::parse(q, catalog().get("customer").unwrap()).unwrap_err()
}

#[test]
fn an_error_names_the_place_and_what_would_be_right() {
    assert_eq!(
        refused("isPerson IS true AND emial IS x").to_string(),
        "at character 22 of the filter: emial is no field of customer; did you mean email?"
    );
    assert_eq!(
        refused("isPerson CONTAIN x").to_string(),
        "at character 10 of the filter: CONTAIN cannot be used with a bool field; it takes IS, EMPTY"
    );
    for (q, position) in [
        ("", 1),
        ("(isPerson IS true", 18),
        ("isPerson IS true isPerson IS true", 18),
        ("companyName IS \"open", 16),
        ("isPerson IS maybe", 13),
        ("creditLimit EQUAL much", 19),
        ("creditLimit EQUAL NaN", 19),
        ("id BETWEEN [1]", 14),
        ("id ANY_OF []", 12),
        ("creditHoldOverride ANY_OF [MAYBE]", 28),
        ("\"companyName\" IS x", 1),
    ] {
        assert_eq!(refused(q).position, position, "{q}");
    }
}

#[test]
fn a_date_in_another_format_says_so_in_the_words_clients_look_for() {
    for date in [
        "31/10/2026",
        "31.10.2026",
        "10/31/26",
        "tomorrow",
        "2026-10-31T08:00:00",
    ] {
        let error = refused(&format!("lastModifiedDate AFTER \"{date}\""));
        assert!(error.to_string().contains("failed with date format"), "{error}");
    }
    assert!(matches!(
        refused("startDate ON \"2026-10-31T08:00:00Z\"").problem,
        FilterProblem::NotADate { .. }
    ));
}

#[test]
fn size_depth_and_lists_are_bounded() {
    assert_eq!(
        refused(&"x".repeat(filter::LONGEST + 1)).problem,
        FilterProblem::TooLong
    );
    assert_eq!(
        refused(&"(".repeat(filter::DEEPEST + 2)).problem,
        FilterProblem::TooDeep
    );
    assert_eq!(
        refused(&"NOT ".repeat(filter::DEEPEST + 2)).problem,
        FilterProblem::TooDeep
    );
    let many = "1,".repeat(filter::MOST_VALUES + 1);
    assert_eq!(
        refused(&format!("id ANY_OF [{many}1]")).problem,
        FilterProblem::TooManyValues
    );
}

/// The text of a filter on customers, with every operator and odd values.
fn filters() -> impl Strategy<Value = String> {
    let text = "[a-zA-Z0-9%_'\"\\\\ äß()\\[\\],]{0,12}"
        .prop_map(|text| format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\"")));
    let number = prop_oneof![any::<i32>().prop_map(f64::from), -1e9..1e9];
    let date = (1i16..=9999, 1i8..=12, 1i8..=28)
        .prop_map(|(year, month, day)| format!("\"{month}/{day}/{year:04}\""));
    let moment =
        (1i16..=9999, 0i8..24).prop_map(|(year, hour)| format!("\"{year:04}-02-03T{hour:02}:04:05Z\""));
    let not = prop_oneof![Just(""), Just("_NOT")];
    let reach = prop_oneof![Just("IS"), Just("CONTAIN"), Just("START_WITH"), Just("END_WITH")];
    let order = prop_oneof![
        Just("EQUAL"),
        Just("GREATER"),
        Just("LESS"),
        Just("GREATER_OR_EQUAL"),
        Just("LESS_OR_EQUAL")
    ];
    let timing = prop_oneof![
        Just("AFTER"),
        Just("BEFORE"),
        Just("ON"),
        Just("ON_OR_AFTER"),
        Just("ON_OR_BEFORE")
    ];
    let when = prop_oneof![date, moment];
    let condition = prop_oneof![
        (reach, not.clone(), text).prop_map(|(reach, not, text)| format!("email {reach}{not} {text}")),
        (order, not.clone(), number.clone())
            .prop_map(|(order, not, number)| format!("creditLimit {order}{not} {number}")),
        (number.clone(), number).prop_map(|(from, to)| format!("balance BETWEEN [{from},{to}]")),
        (timing, not.clone(), when.clone())
            .prop_map(|(timing, not, when)| format!("dateCreated {timing}{not} {when}")),
        (when.clone(), when).prop_map(|(from, to)| format!("lastModifiedDate WITHIN [{from}, {to}]")),
        (not.clone(), any::<bool>()).prop_map(|(not, on)| format!("isPerson IS{not} {on}")),
        not.clone().prop_map(|not| format!("phone EMPTY{not}")),
        proptest::collection::vec(any::<i64>(), 1..5).prop_map(|ids| format!("parent ANY_OF {ids:?}")),
        not.prop_map(|not| format!("creditHoldOverride ANY_OF{not} [ON, OFF]")),
    ];
    condition.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("NOT ({inner})")),
            proptest::collection::vec(inner.clone(), 2..4)
                .prop_map(|nodes| format!("({})", nodes.join(") AND ("))),
            proptest::collection::vec(inner, 2..4).prop_map(|nodes| nodes.join(" OR ")),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_and_never_panics(q in any::<String>()) {
        let _ = Filter::parse(&q, catalog().get("customer").unwrap());
    }

    #[test]
    fn almost_a_filter_is_parsed_or_refused_and_never_panics(
        q in "((email|id|dateCreated|isPerson|AND|OR|NOT|IS|ANY_OF|WITHIN|ON|\\(|\\)|\\[|\\]|,|\"|'|\\\\|1|x|10/31/2026) ?){0,20}",
    ) {
        let _ = Filter::parse(&q, catalog().get("customer").unwrap());
    }

    #[test]
    fn a_filter_written_out_parses_to_itself(q in filters()) {
        let catalog = catalog();
        let customer = catalog.get("customer").unwrap();
        let filter = Filter::parse(&q, customer).unwrap();
        let again = Filter::parse(&filter.to_string(), customer).unwrap();
        prop_assert_eq!(filter, again);
    }
}

#[test]
fn every_filter_is_good_sql_and_its_opposite_finds_the_rest() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let account = runtime.block_on(seeded());
    let count = |q: &str| {
        let filter = Some(Filter::parse(q, &account.customer).unwrap());
        let query = Query {
            filter,
            ..Query::default()
        };
        runtime
            .block_on(account.records.list(&account.customer, query))
            .unwrap()
            .total
    };
    proptest!(ProptestConfig::with_cases(100), |(q in filters())| {
        prop_assert_eq!(count(&q) + count(&format!("NOT ({q})")), 25);
    });
}
