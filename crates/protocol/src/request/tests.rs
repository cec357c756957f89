use super::*;

fn start(url: &str) -> String {
    let mut out = Vec::new();
    Request::new("get", url).unwrap().write_start(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_default_port_is_dropped_and_any_other_is_kept() {
    assert_eq!(
        start("https://a.example:443/x"),
        "GET&https%3A%2F%2Fa.example%2Fx&"
    );
    assert_eq!(
        start("https://a.example:80/x"),
        "GET&https%3A%2F%2Fa.example%3A80%2Fx&"
    );
    assert_eq!(start("http://a.example:080"), "GET&http%3A%2F%2Fa.example%2F&");
    assert_eq!(start("http://a.example:"), "GET&http%3A%2F%2Fa.example%2F&");
}

#[test]
fn scheme_and_host_are_lowered_and_the_path_is_not() {
    assert_eq!(
        start("HTTPS://A.Example/X%2f?Q"),
        "GET&https%3A%2F%2Fa.example%2FX%252f&"
    );
    assert_eq!(
        start("http://[FE80::1]:8787/"),
        "GET&http%3A%2F%2F%5Bfe80%3A%3A1%5D%3A8787%2F&"
    );
}

#[test]
fn user_information_and_fragment_are_not_signed() {
    assert_eq!(
        start("https://user:pass@a.example/x#y?z"),
        "GET&https%3A%2F%2Fa.example%2Fx&"
    );
    assert_eq!(start("https://a.example#y"), "GET&https%3A%2F%2Fa.example%2F&");
}

#[test]
fn an_absolute_form_target_counts_by_its_path_and_query() {
    let request = Request::received("GET", Scheme::Https, "a.example", "https://a.example/x?y=1").unwrap();
    assert_eq!((request.path(), request.query()), ("/x", "y=1"));
}

#[test]
fn what_cannot_stand_in_a_request_line_is_refused() {
    assert_eq!(Request::new("GET", "/x").unwrap_err(), RequestError::NotAbsolute);
    assert_eq!(
        Request::new("GET", "ftp://a.example/x").unwrap_err(),
        RequestError::NotAbsolute
    );
    assert_eq!(
        Request::new("GET", "https:///x").unwrap_err(),
        RequestError::Host(String::new())
    );
    assert_eq!(
        Request::new("GET", "https://a b/x").unwrap_err(),
        RequestError::Host("a b".to_owned())
    );
    assert_eq!(
        Request::new("GET", "https://a:99999/").unwrap_err(),
        RequestError::Port("99999".to_owned())
    );
    assert_eq!(
        Request::new("GET", "https://a:+1/").unwrap_err(),
        RequestError::Port("+1".to_owned())
    );
    assert_eq!(
        Request::new("GET", "https://a/caf\u{e9}").unwrap_err(),
        RequestError::Path
    );
    assert_eq!(
        Request::new("GET", "https://a/?x=\n").unwrap_err(),
        RequestError::Query
    );
    assert_eq!(
        Request::new("G T", "https://a/").unwrap_err(),
        RequestError::Method("G T".to_owned())
    );
}

#[test]
fn the_media_type_decides_whether_a_body_is_signed() {
    let body = |content_type| {
        let request = Request::new("POST", "https://a.example/")
            .unwrap()
            .with_body(content_type, b"a=1");
        request.form_parameters().count()
    };
    assert_eq!(body(Some("Application/X-WWW-Form-URLEncoded ; charset=UTF-8")), 1);
    assert_eq!(body(Some("application/json")), 0);
    assert_eq!(body(Some("application/x-www-form-urlencoded2")), 0);
    assert_eq!(body(None), 0);
}

#[test]
fn pairs_split_at_the_first_equals_sign_and_skip_empty_pieces() {
    let request = Request::new("GET", "https://a.example/?&a=b=c&&d&=e&").unwrap();
    let pairs: Vec<_> = request.query_parameters().collect();
    let expected = [("a", "b=c"), ("d", ""), ("", "e")];
    assert_eq!(
        pairs,
        expected.map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
    );
}
