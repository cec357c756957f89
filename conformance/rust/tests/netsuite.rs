//! The crate `netsuite`: the account answers it, and names its two mistakes.

use countersign_conformance_rust::Account;
use netsuite::{Config, Error, RestApi};

fn api(account: &Account) -> RestApi {
    let Account {
        id,
        consumer_key,
        consumer_secret,
        token,
        token_secret,
        ..
    } = account;
    let config = Config::new(id, consumer_key, consumer_secret, token, token_secret);
    RestApi::new(config).with_base_url(format!("{}/services/rest", account.url))
}

/// No parameters yet: the crate does not export their type, so a call that takes them has to say what it is.
fn none_yet<P: Default, A>(_: impl Fn(&RestApi, &str, Option<P>, Option<P>) -> A) -> P {
    P::default()
}

fn refused<T>(answer: Result<T, Error>) -> bool {
    matches!(answer, Err(Error::HttpRequestError(401, _)))
}

#[test]
fn a_query_in_order_is_answered() {
    let account = Account::start();
    let mut params = none_yet(RestApi::get_raw);
    params.push("limit", 5);
    params.push("offset", 0);
    let answer = api(&account).get_raw("record/v1/customer", Some(params), None);
    assert_eq!(200, answer.expect("it is let in").status().as_u16());
}

#[test]
fn names_that_begin_alike_are_sorted_with_their_values() {
    let account = Account::start();
    let mut params = none_yet(RestApi::get_raw);
    for name in ["a", "a-b", "a1"] {
        params.push(name, 1);
    }
    assert!(refused(api(&account).get_raw(
        "record/v1/customer",
        Some(params),
        None
    )));
    assert_eq!(["sorted_joined_pairs"], *account.proved());
}

#[test]
fn a_query_in_the_endpoint_is_signed_inside_the_url() {
    let account = Account::start();
    assert!(refused(api(&account).get_raw(
        "record/v1/customer?limit=5&offset=0",
        None,
        None
    )));
    assert_eq!(["query_in_base_uri"], *account.proved());
}
