//! Whatever comes as an envelope is read or refused, within bounds; and a search survives its own id.
#![expect(clippy::unwrap_used, reason = "what is missing fails its test")]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_records::Catalog;
use countersign_soap::{
    DeletedFilter, Element, Envelope, EnvelopeError, Preferences, Search, Xml, read_record,
};
use proptest::prelude::*;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::built_in().unwrap());

fn envelope(body: &str) -> String {
    format!("<e:Envelope xmlns:e=\"x\"><e:Body>{body}</e:Body></e:Envelope>")
}

/// Text that is more often XML than chance would have it.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<a>".to_owned()),
        Just("</a>".to_owned()),
        Just("<c:record xsi:type=\"c:Customer\" internalId=\"7\">".to_owned()),
        Just("</c:record>".to_owned()),
        Just("<searchValue internalId='@NONE@'/>".to_owned()),
        Just("<![CDATA[x]]>".to_owned()),
        Just("&amp;".to_owned()),
        Just("&#0;".to_owned()),
        Just("&x;".to_owned()),
        Just("<!DOCTYPE a>".to_owned()),
        Just("<?p?>".to_owned()),
        "[ -~]{0,8}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("email".to_owned()),
        Just("creditLimit".to_owned()),
        Just("startDate".to_owned()),
        Just("terms".to_owned()),
        Just("emailPreference".to_owned()),
        Just("internalId".to_owned()),
        Just("externalId".to_owned()),
        Just("customFieldList".to_owned()),
        Just("addressbookList".to_owned()),
        Just("nullFieldList".to_owned()),
        "[a-z]{1,6}",
    ]
}

proptest! {
    #[test]
    fn no_text_is_too_much_for_the_reader(text in markup()) {
        let _ = Envelope::read(&text);
        let _ = Envelope::read(&envelope(&text));
    }

    #[test]
    fn no_record_is_too_much_for_the_reader(name in names(), inside in markup(), value in ".{0,12}") {
        let customer = CATALOG.get("customer").unwrap();
        let value = quick_xml::escape::escape(&value).into_owned();
        for content in [inside, value] {
            let record = format!("<record externalId=\"e\"><{name}>{content}</{name}></record>");
            if let Ok(element) = Element::parse(&record) {
                let _ = read_record(&element, customer, Preferences::default());
            }
        }
    }

    #[test]
    fn a_search_is_refused_or_found_again_by_its_id(
        name in names(),
        operator in prop_oneof![
            Just("is"), Just("contains"), Just("anyOf"), Just("noneOf"), Just("greaterThan"), Just("between"),
            Just("within"), Just("notOn"), Just("empty"), Just("nonsense"),
        ],
        value in ".{0,12}",
    ) {
        let value = quick_xml::escape::escape(&value).into_owned();
        let search = format!(
            "<s xsi:type=\"c:CustomerSearchBasic\"><{name} operator=\"{operator}\"><searchValue internalId=\"{value}\" \
             externalId=\"{value}\">{value}</searchValue></{name}></s>"
        );
        if let Ok(element) = Element::parse(&search)
            && let Ok(search) = Search::read(&element, &CATALOG, Preferences::default())
        {
            let id = search.id("1234567_SB1");
            prop_assert_eq!(Search::from_id(&id, "1234567_SB1", &CATALOG), Some(search));
        }
    }
}

proptest! {
    #[test]
    fn a_joined_search_for_columns_is_found_again_by_its_id(
        join in prop_oneof![Just("customerJoin"), Just("itemJoin"), Just("createdFromJoin"), Just("nonsenseJoin")],
        name in names(),
        column in names(),
        label in "[ -~]{0,8}",
        value in ".{0,12}",
    ) {
        let (value, label) = (quick_xml::escape::escape(&value), quick_xml::escape::escape(&label));
        let search = format!(
            "<s xsi:type=\"s:TransactionSearchAdvanced\"><criteria><{join}><{name} operator=\"is\"><searchValue>{value}\
             </searchValue></{name}></{join}></criteria><columns><basic><internalId/><{column}><customLabel>{label}</customLabel>\
             </{column}></basic><customerJoin><{column}/></customerJoin></columns></s>"
        );
        if let Ok(element) = Element::parse(&search)
            && let Ok(search) = Search::read(&element, &CATALOG, Preferences::default())
        {
            let id = search.id("1234567_SB1");
            prop_assert_eq!(Search::from_id(&id, "1234567_SB1", &CATALOG), Some(search));
        }
    }

    #[test]
    fn no_filter_of_what_was_deleted_is_too_much(inside in markup(), operator in "[a-zA-Z]{0,12}", value in ".{0,24}") {
        let value = quick_xml::escape::escape(&value);
        let named = format!("<deletedDate operator=\"{operator}\"><searchValue>{value}</searchValue></deletedDate>");
        for inside in [inside, named] {
            if let Ok(element) = Element::parse(&format!("<f>{inside}</f>")) {
                let _ = DeletedFilter::read(&element, &CATALOG);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was(text in "[\\t\\r\\n -~\\u{80}-\\u{d7ff}]{0,24}") {
        let mut xml = Xml::new();
        xml.element("a", &[("b", &text)], |xml| xml.leaf("c", &text));
        let again = Element::parse(xml.as_str()).unwrap();
        prop_assert_eq!(again.attribute("b"), Some(text.as_str()));
        prop_assert_eq!(again.child("c").map(Element::whole_text), Some(text.as_str()));
    }
}

#[test]
fn an_id_that_joins_the_same_twice_or_names_what_is_not_there_is_none() {
    let search = |content: &str| {
        let element = Element::parse(&format!("<s xsi:type=\"s:CustomerSearch\">{content}</s>")).unwrap();
        Search::read(&element, &CATALOG, Preferences::default())
    };
    let joined = "<contactJoin><email operator=\"empty\"/></contactJoin>";
    let id = search(joined).unwrap().id("A");
    let said = URL_SAFE_NO_PAD
        .decode(id.strip_prefix("WEBSERVICES_A_").unwrap())
        .unwrap();
    let said = String::from_utf8(said).unwrap();
    let heard = |said: &str| {
        let id = format!("WEBSERVICES_A_{}", URL_SAFE_NO_PAD.encode(said));
        Search::from_id(&id, "A", &CATALOG)
    };
    assert_eq!(heard(&said), search(joined).ok());
    let (rest, join) = said.rsplit_once('\u{1d}').unwrap();
    assert_eq!(heard(&format!("{rest}\u{1d}{join}\u{1d}{join}")), None);
    assert_eq!(heard(&said.replace("contactJoin", "messagesJoin")), None);
    assert_eq!(heard(&said.replace("Customer", "Nobody")), None);
    assert!(search(&joined.repeat(2)).is_err());
}

#[test]
fn what_is_no_single_document_is_refused() {
    for text in [
        "",
        "a",
        "<a/><b/>",
        "<a>",
        "<a></b>",
        "<a/>x",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<a b=\"&c;\"/>",
        "<a>\u{1}</a>",
        "<a b=\"&#1;\"/>",
    ] {
        assert!(Element::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_envelope_that_asks_two_things_is_none() {
    let read = |text: &str| Envelope::read(text).map(|envelope| envelope.operation().name().to_owned());
    assert_eq!(read(&envelope("<m:get><m:delete/></m:get>")).unwrap(), "get");
    assert_eq!(read("<e><Header/><Body><get/></Body></e>").unwrap(), "get");
    for none in ["<e/>".to_owned(), envelope("")] {
        assert_eq!(read(&none), Err(EnvelopeError::NoOperation), "{none}");
    }
    for two in [
        "<Body><get/><delete/></Body>",
        "<Body><get/></Body><Body><delete/></Body>",
        "<Body><get/></Body><x:Body xmlns:x='y'/>",
        "<Body/><Body><get/></Body>",
        "<Header/><Header/><Body><get/></Body>",
        "<Body><get/></Body><Header/>",
        "<Body><get/></Body><Other/>",
        "<Other/><Body><get/></Body>",
        "<Header/>",
    ] {
        assert_eq!(read(&format!("<e>{two}</e>")), Err(EnvelopeError::Form), "{two}");
    }
    assert!(read("<e><x><get/></x></e>").is_err());
}

#[test]
fn preferences_are_found_in_any_case_and_namespace() {
    let with = |preferences: &str| {
        Envelope::read(&format!(
            "<e><Header>{preferences}</Header><Body><get/></Body></e>"
        ))
        .map(|read| read.preferences)
    };
    let ruby = "<m:SearchPreferences><pageSize>25</pageSize><bodyFieldsOnly>false</bodyFieldsOnly></m:SearchPreferences>";
    let read = with(ruby).unwrap();
    assert_eq!((read.page_size, read.body_fields_only), (25, false));
    for size in ["4", "1001", "many"] {
        assert!(
            with(&format!(
                "<searchPreferences><pageSize>{size}</pageSize></searchPreferences>"
            ))
            .is_err()
        );
    }
}
