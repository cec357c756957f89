use super::*;
use crate::percent_encode;
use proptest::prelude::*;

fn syntax(header: &str) -> Syntax {
    match AuthorizationHeader::parse(header) {
        Err(HeaderError::Syntax { problem, .. }) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn order_and_spacing_are_free() {
    for header in [
        r#"OAuth realm="1",oauth_nonce="abc",role="3""#,
        r#"oauth   oauth_nonce="abc"  ,	role="3", realm="1"  "#,
        r#"OAUTH role="3", realm="1" , oauth_nonce="%61bc""#,
    ] {
        let parsed = AuthorizationHeader::parse(header).unwrap();
        assert_eq!(parsed.realm(), Some("1"));
        assert_eq!(parsed.nonce().unwrap().text(), "abc");
        assert_eq!(parsed.other("role").unwrap().text(), "3");
    }
}

#[test]
fn a_parameter_sent_twice_is_refused_however_it_is_spelt() {
    for header in [
        r#"OAuth oauth_nonce="a", oauth_nonce="a""#,
        r#"OAuth oauth_nonce="a", oauth%5Fnonce="b""#,
        r#"OAuth role="1", role="2""#,
        r#"OAuth realm="1", Realm="2""#,
    ] {
        assert!(
            matches!(AuthorizationHeader::parse(header), Err(HeaderError::Doubled(_))),
            "{header}"
        );
    }
}

#[test]
fn an_empty_value_is_refused_by_name() {
    let empty = |name: &str| HeaderError::Empty(name.to_owned());
    assert_eq!(
        AuthorizationHeader::parse(r#"OAuth oauth_nonce="""#).unwrap_err(),
        empty("oauth_nonce")
    );
    assert_eq!(
        AuthorizationHeader::parse(r#"OAuth realm="""#).unwrap_err(),
        empty("realm")
    );
    assert!(AuthorizationHeader::parse(r#"OAuth oauth_verifier="""#).is_ok());
}

#[test]
fn each_mistake_in_the_syntax_is_named() {
    assert_eq!(syntax(r#"OAuth oauth_nonce="a"#), Syntax::Unclosed);
    assert_eq!(syntax("OAuth oauth_nonce='a'"), Syntax::Unquoted);
    assert_eq!(syntax("OAuth oauth_nonce=a"), Syntax::Unquoted);
    assert_eq!(syntax("OAuth oauth_nonce=\u{201d}a\u{201d}"), Syntax::CurlyQuotes);
    assert_eq!(syntax(r#"OAuth oauth_nonce = "a""#), Syntax::Equals);
    assert_eq!(syntax(r#"OAuth oauth_nonce="a"&role="b""#), Syntax::Comma);
    assert_eq!(syntax(r#"OAuth oauth_nonce="a" role="b""#), Syntax::Comma);
    assert_eq!(syntax(r#"OAuth oauth_nonce="a","#), Syntax::Name);
    assert_eq!(syntax(r#"OAuth ="a""#), Syntax::Name);
    assert_eq!(syntax(r#"OAuth oauth_nonce="%6""#), Syntax::Escape);
    assert_eq!(
        syntax("OAuth oauth_nonce=\"a\",\r\n role=\"b\""),
        Syntax::LineBreak
    );
    assert_eq!(syntax("OAuth oauth_nonce=\"a\nb\""), Syntax::LineBreak);
    assert_eq!(syntax("OAuth oauth_nonce=\"\u{e9}\""), Syntax::Character);
}

#[test]
fn the_place_of_a_mistake_is_given() {
    let error = AuthorizationHeader::parse(r#"OAuth realm="1"; oauth_nonce="a""#).unwrap_err();
    assert_eq!(
        error,
        HeaderError::Syntax {
            at: 15,
            problem: Syntax::Comma
        }
    );
}

#[test]
fn another_scheme_is_named_without_its_credentials() {
    let error = AuthorizationHeader::parse("Bearer eyJhbGciOi").unwrap_err();
    assert_eq!(error, HeaderError::Scheme("Bearer".to_owned()));
    assert_eq!(AuthorizationHeader::parse(" ").unwrap_err(), HeaderError::Missing);
}

#[test]
fn two_headers_joined_by_a_proxy_are_ambiguous() {
    let header = r#"OAuth oauth_nonce="abcdef", OAuth oauth_nonce="ghijkl""#;
    assert_eq!(
        AuthorizationHeader::parse(header).unwrap_err(),
        HeaderError::Ambiguous
    );
}

#[test]
fn a_realm_may_be_raw_or_encoded_or_hold_escapes() {
    for (header, realm) in [
        (
            r#"OAuth realm="http://photos.example.net/""#,
            "http://photos.example.net/",
        ),
        (r#"OAuth realm="1234567%5FSB1""#, "1234567_SB1"),
        (r#"OAuth realm="a\"b""#, "a\"b"),
    ] {
        assert_eq!(AuthorizationHeader::parse(header).unwrap().realm(), Some(realm));
    }
}

#[test]
fn size_and_number_of_parameters_are_bounded() {
    let long = format!(r#"OAuth oauth_nonce="{}""#, "a".repeat(MAX_HEADER));
    assert_eq!(
        AuthorizationHeader::parse(&long).unwrap_err(),
        HeaderError::TooLong
    );
    let many: Vec<String> = (0..40).map(|index| format!(r#"p{index}="x""#)).collect();
    let many = format!("OAuth {}", many.join(","));
    assert_eq!(
        AuthorizationHeader::parse(&many).unwrap_err(),
        HeaderError::TooMany
    );
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_without_a_panic(header in "(OAuth )?[ -~\r\n\té”]{0,200}") {
        let _ = AuthorizationHeader::parse(&header);
    }

    #[test]
    fn what_is_encoded_comes_back(value in ".{1,30}", name in "[a-z_]{1,10}") {
        let header = format!(r#"OAuth x{name}="{}""#, percent_encode(&value));
        let parsed = AuthorizationHeader::parse(&header).unwrap();
        prop_assert_eq!(parsed.other(&format!("x{name}")).unwrap().text(), value);
    }
}
