//! A SuiteAnalytics Connect password of a stranger.

use countersign_protocol::ConnectPassword;

pub fn connect_password(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(password) = ConnectPassword::parse(text) else {
        return;
    };
    let parts = [
        password.account,
        password.consumer_key,
        password.token,
        password.nonce,
        password.timestamp,
    ];
    assert_eq!(parts.join("&"), password.base_string());
    assert!(parts.iter().all(|part| !part.is_empty() && !part.contains('&')));
    assert!(
        password.verify(&crate::key()).is_err(),
        "nobody guesses a signature"
    );
    let signature = crate::key().sign(password.base_string().as_bytes());
    let right = format!("{}&{signature}&HMAC-SHA256", password.base_string());
    if let Ok(right) = ConnectPassword::parse(&right) {
        assert!(right.verify(&crate::key()).is_ok());
    }
}
