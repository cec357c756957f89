//! Whatever comes as an envelope is read or refused, within bounds; and a search survives its own id.
#![expect(clippy::unwrap_used, reason = "what is missing fails its test")]

use std::sync::LazyLock;

use countersign_records::Catalog;
use countersign_soap::{Element, Envelope, Preferences, Search, read_record};
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
fn what_is_asked_stands_first_in_the_body() {
    let read = |text: &str| Envelope::read(text).map(|envelope| envelope.operation().name().to_owned());
    assert_eq!(read(&envelope("<m:get/><m:delete/>")).unwrap(), "get");
    assert!(read(&envelope("")).is_err());
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
