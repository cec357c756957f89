//! A URL and a body of a stranger: the base string is one, and it is stable.

use countersign_protocol::{BaseString, Request};

/// The first line is the URL behind the host, what follows is the body.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (target, body) = text.split_once('\n').unwrap_or((text, ""));
    let url = if target.contains("://") {
        target.to_owned()
    } else {
        format!("https://a.example{target}")
    };
    let Ok(request) = Request::new("POST", &url) else {
        return;
    };
    let request = request.with_body(Some("application/x-www-form-urlencoded"), body.as_bytes());
    let base_string = BaseString::new(&request, [("oauth_nonce", "n")]);

    assert_eq!(
        base_string.as_str().matches('&').count(),
        2,
        "three parts: {}",
        base_string.as_str()
    );
    assert!(
        base_string
            .as_str()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%&".contains(&byte))
    );
    let parameters = base_string.parameters();
    assert!(
        parameters.is_sorted(),
        "sorted by name, then value: {parameters:?}"
    );
    assert_eq!(
        parameters.len(),
        1 + request.query_parameters().count() + request.form_parameters().count()
    );

    // Sent again the way it was signed, a request gives the same base string.
    let again: Vec<String> = parameters
        .iter()
        .filter(|(name, value)| (name.as_str(), value.as_str()) != ("oauth_nonce", "n"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let removed = parameters.len() - again.len();
    let again = format!("https://a.example/?{}", again.join("&"));
    let again = Request::new("POST", &again).expect("encoded parameters make a URL");
    let nonces = vec![("oauth_nonce", "n"); removed];
    assert_eq!(BaseString::new(&again, nonces).parameters(), parameters);
}
