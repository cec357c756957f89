use super::*;
use countersign_protocol::{Credentials, Secret, Signer, SoapHeader, Stamp};
use proptest::prelude::*;

fn read(envelope: &str) -> Result<Envelope, EnvelopeError> {
    Envelope::read(
        &Bytes::copy_from_slice(envelope.as_bytes()),
        EndpointVersion::LATEST,
    )
}

fn signed(envelope: &str) -> String {
    let signer = Signer::new(&Credentials {
        account: "1234567_SB1".parse().unwrap(),
        consumer_key: "ours".into(),
        consumer_secret: Secret::new("cs"),
        token: "t".into(),
        token_secret: Secret::new("ts"),
    });
    let passport = signer.passport(&Stamp::new(1_700_000_000, "abcdef").unwrap());
    String::from_utf8(read(envelope).unwrap().signed(&passport).to_vec()).unwrap()
}

#[test]
fn the_passport_goes_into_any_envelope_and_the_rest_stays_as_it_was() {
    for (before, after) in [
        (
            "<s:Envelope xmlns:s=\"x\"><s:Header>",
            " <a/></s:Header><s:Body> <get/></s:Body></s:Envelope>",
        ),
        (
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Envelope><Header id='1'>",
            "</Header><Body><get><a/></get></Body></Envelope>",
        ),
    ] {
        let found = signed(&format!("{before}{after}"));
        assert!(found.starts_with(before) && found.ends_with(after), "{found}");
        let passport = SoapHeader::read(&found).unwrap().token_passport.unwrap();
        assert_eq!(passport.consumer_key.as_deref(), Some("ours"));
    }
    for bare in [
        "<s:Envelope xmlns:s=\"x\"><s:Body><get/></s:Body></s:Envelope>",
        "<s:Envelope xmlns:s=\"x\"><s:Header/><s:Body><get/></s:Body></s:Envelope>",
    ] {
        let found = signed(bare);
        assert!(
            found.starts_with("<s:Envelope xmlns:s=\"x\"><s:Header><platformMsgs:tokenPassport"),
            "{found}"
        );
        assert!(
            found.ends_with("</s:Header><s:Body><get/></s:Body></s:Envelope>"),
            "{found}"
        );
    }
}

#[test]
fn the_callers_own_credentials_are_cut_out() {
    let own = "<n:tokenPassport xmlns:n=\"y\"><account>1</account><x><passport/></x></n:tokenPassport>";
    for credentials in [
        own.to_owned(),
        own.repeat(2),
        "<passport><email>a</email></passport>".to_owned(),
        "<ssoPassport/>".to_owned(),
        "<applicationInfo><applicationId>A</applicationId></applicationInfo>".to_owned(),
    ] {
        let found = signed(&format!(
            "<e:Envelope xmlns:e=\"x\"><e:Header><a>1</a>{credentials}<b/></e:Header><e:Body><get/></e:Body></e:Envelope>"
        ));
        let header = SoapHeader::read(&found).unwrap();
        assert_eq!(
            header.token_passport.unwrap().consumer_key.as_deref(),
            Some("ours")
        );
        assert_eq!(header.other_credentials, None, "{found}");
        assert!(found.contains("<a>1</a><b/>"), "{found}");
    }
}

#[test]
fn the_operation_is_the_one_element_of_the_one_body() {
    let envelope = |inner: &str| format!("<Envelope>{inner}</Envelope>");
    let operation = |inner: &str| read(&envelope(inner)).map(|read| read.operation);
    assert_eq!(
        operation("<Body><n:getList xmlns:n='x'><add/></n:getList></Body>").unwrap(),
        "getList"
    );
    for inner in [
        "",
        "<Body/>",
        "<Body></Body>",
        "<Body><get/><delete/></Body>",
        "<Body><get/></Body><Body><delete/></Body>",
        "<x:Body xmlns:x='y'><get/></x:Body><Body><delete/></Body>",
        "<Body><get/></Body><Header/>",
        "<Header/><Header/><Body><get/></Body>",
        "<Other/><Body><get/></Body>",
    ] {
        assert_eq!(operation(inner), Err(EnvelopeError::Form), "{inner}");
    }
    assert_eq!(read("<a/>").unwrap_err(), EnvelopeError::Form);
    assert_eq!(read("<Envelope/>").unwrap_err(), EnvelopeError::Form);
    let two = envelope("<Body><get/></Body>").repeat(2);
    assert!(read(&two).is_err());
}

#[test]
fn what_another_reader_could_take_for_something_else_is_refused() {
    let body = "<Envelope><Body><get/></Body></Envelope>";
    assert_eq!(
        read(&format!("<!DOCTYPE x>{body}")).unwrap_err(),
        EnvelopeError::DocumentType
    );
    let utf7 = format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{body}");
    assert_eq!(read(&utf7).unwrap_err(), EnvelopeError::Encoding);
    let latin = Bytes::from_static(b"<Envelope>\xe9</Envelope>");
    let latin = Envelope::read(&latin, EndpointVersion::LATEST);
    assert_eq!(latin.unwrap_err(), EnvelopeError::Encoding);
    assert!(matches!(
        read("<Envelope><Body><get></Body>"),
        Err(EnvelopeError::Xml(_))
    ));
    for version in ["1.1", "1.00", "2.0", ""] {
        let other = format!("<?xml version=\"{version}\"?>{body}");
        assert_eq!(read(&other).unwrap_err(), EnvelopeError::Version, "{version}");
    }
    for operation in [
        "<delete\u{2028}xmlns:getX=\"u\"/>",
        "<delete\u{85}xmlns:getX=\"u\"/>",
        "<delete\u{a0}xmlns:get/>",
        "<a:delete:get/>",
        "<:get/>",
        "<get:/>",
        "<1get/>",
        "<gét/>",
    ] {
        for found in [
            format!("<Envelope><Body>{operation}</Body></Envelope>"),
            format!("<Envelope><Header>{operation}</Header><Body><get/></Body></Envelope>"),
        ] {
            assert_eq!(read(&found).unwrap_err(), EnvelopeError::Name, "{found}");
        }
    }
    let deep = format!("<Envelope><Body>{}", "<a>".repeat(MAX_DEPTH));
    assert_eq!(read(&deep).unwrap_err(), EnvelopeError::Deep);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "[<>/a-cEnvelopHdrBy&;!\\[\\]=\"? ]{0,120}") {
        let _ = read(&text);
        let _ = read(&format!("<Envelope><Header>{text}</Header><Body><get/></Body></Envelope>"));
    }
}
