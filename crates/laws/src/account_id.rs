//! What somebody typed as an account ID: it never becomes a host that is not NetSuite's.

use countersign_protocol::{AccountId, Request, Service};

pub fn account_id(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some((account, service)) = AccountId::of_host(text) {
        assert_eq!(account.host(service), text.to_ascii_lowercase());
    }
    let Ok(account) = text.parse::<AccountId>() else {
        return;
    };
    let label = account.host_label();
    assert!(label.len() <= AccountId::MAX_LENGTH);
    assert!(
        label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
        "{label}"
    );
    assert_eq!(label.parse::<AccountId>().as_ref(), Ok(&account));
    assert_eq!(account.as_str().parse::<AccountId>().as_ref(), Ok(&account));
    for service in Service::ALL {
        let host = account.host(service);
        assert!(host.ends_with(service.host_suffix()));
        assert_eq!(AccountId::of_host(&host), Some((account.clone(), service)));
        let url = format!("https://{host}/services/rest");
        assert_eq!(url.parse::<AccountId>().as_ref(), Ok(&account));
        let elsewhere = format!("https://{host}.example/");
        assert!(
            elsewhere.parse::<AccountId>().is_err(),
            "only the end of a host counts"
        );
        assert_eq!(
            Request::new("GET", &url)
                .map(|request| request.host().to_owned())
                .ok(),
            Some(host)
        );
    }
}
