//! A SOAP envelope of a stranger: its passport is read once, or the envelope is refused.

use countersign_protocol::{SoapHeader, TokenPassport};

pub fn token_passport(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for envelope in [
        text.to_owned(),
        format!("<Envelope><Header>{text}</Header><Body/></Envelope>"),
    ] {
        let Ok(header) = SoapHeader::read(&envelope) else {
            continue;
        };
        let Some(passport) = header.token_passport else {
            continue;
        };
        // Written down plainly and read again, it is the same.
        let again = SoapHeader::read(&written(&passport)).expect("our own envelope can be read");
        assert_eq!(again.token_passport.as_ref(), Some(&passport));
        assert_eq!(
            again.token_passport.map(|passport| passport.base_string()),
            Some(passport.base_string())
        );
        let _ = passport.check_fields();
        let _ = passport.check_stamp(1_700_000_000);
        assert!(
            passport.verify(&crate::key()).is_err(),
            "nobody guesses a signature"
        );
    }
}

fn written(passport: &TokenPassport) -> String {
    let fields = [
        ("account", &passport.account),
        ("consumerKey", &passport.consumer_key),
        ("token", &passport.token),
        ("nonce", &passport.nonce),
        ("timestamp", &passport.timestamp),
    ];
    let mut xml = String::from("<Envelope><Header><tokenPassport>");
    for (name, value) in fields {
        if let Some(value) = value {
            xml.push_str(&format!("<{name}>{}</{name}>", references(value)));
        }
    }
    if let Some(signature) = &passport.signature {
        let algorithm = passport
            .algorithm
            .as_ref()
            .map(|name| format!(" algorithm=\"{}\"", references(name)));
        xml.push_str(&format!(
            "<signature{}>{}</signature>",
            algorithm.unwrap_or_default(),
            references(signature)
        ));
    }
    xml.push_str("</tokenPassport></Header><Body/></Envelope>");
    xml
}

/// Every character as a reference: nothing in it can be taken for markup or white space to be normalised.
fn references(text: &str) -> String {
    text.chars()
        .map(|character| format!("&#{};", u32::from(character)))
        .collect()
}
