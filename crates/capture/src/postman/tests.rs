use super::*;

#[test]
fn the_settings_of_a_request_are_read_and_inherited() {
    let text = r#"{"info":{"name":"NetSuite"},"variable":[{"key":"host","value":"1234567.suitetalk.api.netsuite.com"}],
          "auth":{"type":"oauth1","oauth1":[{"key":"signatureMethod","value":"HMAC-SHA1"},{"key":"realm","value":"1234567"},
            {"key":"consumerKey","value":"ck"},{"key":"consumerSecret","value":"s3cret"},{"key":"tokenSecret","value":"{{ts}}"}]},
          "item":[{"name":"Folder","item":[{"name":"List","request":{"method":"GET","header":[{"key":"A","value":"b","disabled":true}],
            "url":{"raw":"https://{{host}}/x?limit=1"}}}]}]}"#;
    let [request] = &read(text).unwrap()[..] else {
        panic!()
    };
    assert_eq!(request.name.as_deref(), Some("List"));
    assert_eq!(
        request.url.as_deref(),
        Some("https://1234567.suitetalk.api.netsuite.com/x?limit=1")
    );
    let settings = request.signing.as_ref().unwrap();
    assert_eq!(settings.signature_method.as_deref(), Some("HMAC-SHA1"));
    assert_eq!(settings.consumer_secret.as_ref().unwrap().expose(), "s3cret");
    assert!(settings.token_secret.is_none() && request.headers.is_empty());
    assert!(!format!("{settings:?}{request:?}").contains("s3cret"));
}

#[test]
fn a_variable_without_a_value_is_not_taken_for_an_empty_setting() {
    let export = |added: bool| {
        let auth = format!(
            r#"{{"type":"oauth1","oauth1":[{{"key":"realm","value":"{{{{account}}}}"}},{{"key":"consumerKey","value":"{{{{key}}}}"}},
                  {{"key":"token","value":""}},{{"key":"signatureMethod","value":"HMAC-SHA256"}},{{"key":"addParamsToHeader","value":{added}}}]}}"#
        );
        format!(
            r#"{{"info":{{}},"item":[{{"request":{{"method":"GET","auth":{auth},"url":"https://a.example/"}}}}]}}"#
        )
    };
    let mut read_back = read(&export(true)).unwrap();
    let settings = read_back[0].signing.as_mut().unwrap();
    assert_eq!(settings.unfilled, ["realm", "consumerKey"]);
    settings.fill(|name| (name == "consumerKey").then(|| "ck".to_owned()));
    assert_eq!(settings.unfilled, ["realm"]);
    assert_eq!(settings.consumer_key.as_deref(), Some("ck"));

    let [in_the_url] = &read(&export(false)).unwrap()[..] else {
        panic!()
    };
    assert!(in_the_url.signing.is_none() && in_the_url.authorization().is_empty());
    assert!(in_the_url.assumptions[0].contains("> Request Headers"));
}

#[test]
fn a_saved_example_stands_for_what_was_sent() {
    let text = r#"{"info":{},"item":[{"name":"Make","request":{"method":"POST","url":"https://a.example/"},
          "response":[{"name":"refused","originalRequest":{"method":"POST","url":{"raw":"https://a.example/x"},
            "header":[{"key":"Authorization","value":"OAuth a=\"b\""}],"body":{"mode":"urlencoded","urlencoded":[{"key":"a b","value":"c"}]}},
            "code":401,"header":[],"body":"{}"}]}]}"#;
    let [request] = &read(text).unwrap()[..] else {
        panic!()
    };
    assert_eq!(request.name.as_deref(), Some("refused"));
    assert_eq!(
        (request.body.as_slice(), request.authorization()),
        (&b"a%20b=c"[..], vec!["OAuth a=\"b\""])
    );
    assert_eq!(request.answer.as_ref().unwrap().status, Some(401));
}

#[test]
fn a_variable_without_a_value_is_named() {
    let text = r#"{"info":{},"item":[{"request":{"method":"GET","url":"{{baseUrl}}/x"}}]}"#;
    assert_eq!(
        read(text).unwrap_err().to_string(),
        "read as a Postman export: the variable {{baseUrl}} in the URL has no value in the export"
    );
}
