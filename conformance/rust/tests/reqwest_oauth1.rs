//! The crate `reqwest-oauth1`: the account answers it, and names its two mistakes.

use countersign_conformance_rust::{Account, HmacSha256};
use reqwest::blocking::Client;
use reqwest_oauth1::{OAuthClientProvider as _, OAuthParameters, RequestBuilder, Secrets, Signer};

type Signed<'a> = RequestBuilder<Signer<'a, Secrets<'a>, HmacSha256>>;

fn post<'a>(account: &'a Account, path: &str) -> Signed<'a> {
    let Account {
        consumer_key,
        consumer_secret,
        token,
        token_secret,
        ..
    } = account;
    let secrets = Secrets::new(consumer_key, consumer_secret).token(token, token_secret);
    let parameters = OAuthParameters::new()
        .signature_method(HmacSha256)
        .realm(account.id.as_str());
    let client = Client::new().oauth1_with_params(secrets, parameters);
    client.post(format!("{}{path}", account.url))
}

fn status(request: Signed<'_>) -> u16 {
    request.send().expect("the account answers").status().as_u16()
}

#[test]
fn a_query_in_order_is_let_in() {
    let account = Account::start();
    let request = post(&account, "/services/rest/record/v1/customer").query(&[("replace", "x"), ("a", "1")]);
    assert_ne!(401, status(request));
}

#[test]
fn a_form_body_is_let_in() {
    let account = Account::start();
    let request =
        post(&account, "/services/rest/record/v1/customer").form(&[("memo", "big deal"), ("amount", "1")]);
    assert_ne!(401, status(request));
}

#[test]
fn values_are_sorted_before_they_are_encoded() {
    let account = Account::start();
    let request = post(&account, "/services/rest/record/v1/customer").query(&[("c", "@"), ("c", "2")]);
    assert_eq!(401, status(request));
    assert!(
        account
            .proved()
            .iter()
            .any(|mistake| mistake == "sorted_before_encoding"),
        "{:?}",
        account.proved()
    );
}

#[test]
fn names_are_not_encoded() {
    let account = Account::start();
    let request = post(&account, "/services/rest/record/v1/customer").query(&[("c@", "2")]);
    assert_eq!(401, status(request));
    assert_eq!(["inner_encoding_missing"], *account.proved());
}

#[test]
fn beside_a_query_the_form_body_is_not_signed() {
    let account = Account::start();
    let request = post(&account, "/services/rest/record/v1/customer?a=1").form(&[("memo", "big deal")]);
    assert_eq!(401, status(request));
    assert!(
        account
            .proved()
            .iter()
            .any(|mistake| mistake == "query_or_body_only"),
        "{:?}",
        account.proved()
    );
}
