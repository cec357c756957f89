use super::*;
use proptest::prelude::*;

const CUSTOMER: &str = "/services/rest/record/v1/customer";

#[test]
fn a_path_tells_its_service() {
    for (target, service) in [
        (CUSTOMER, ServiceKind::Rest),
        (
            "/services/rest/record/v1/customer/eid:Caf%C3%A9%201",
            ServiceKind::Rest,
        ),
        ("/services/rest/query/v1/suiteql?limit=5", ServiceKind::SuiteQl),
        (
            "/app/site/hosting/restlet.nl?script=1&deploy=1&x=a%2Fb",
            ServiceKind::Restlet,
        ),
        ("/services/NetSuitePort_2025_1", ServiceKind::Soap),
    ] {
        let call = Call::parse("POST", target).unwrap();
        assert_eq!(call.service(), service, "{target}");
    }
    for nowhere in [
        "/",
        "/services",
        "/services/rest",
        "/app/center/card.nl",
        "/rest/roles",
        "/SERVICES/rest/record/v1/x",
    ] {
        assert!(Call::parse("GET", nowhere).is_err(), "{nowhere}");
    }
}

#[test]
fn a_path_that_can_be_read_in_two_ways_is_refused() {
    for trick in [
        "//services/rest/record/v1/customer",
        "/services/rest//record/v1/customer",
        "/services/rest/record/v1/customer/",
        "/services/rest/record/v1/./customer",
        "/services/rest/record/v1/invoice/../customer",
        "/services/rest/record/v1/invoice/%2e%2e/customer",
        "/services/rest/record/v1/invoice/%2E./customer",
        "/services/rest/record/v1/invoice%2fcustomer",
        "/services/rest/record/v1/invoice%5Ccustomer",
        "/services/rest/record/v1/invoice\\customer",
        "/services/rest/record/v1/customer;x=1",
        "/services/rest/record/v1/customer%3Bx=1",
        "/services/rest/record/v1/%2563ustomer",
        "/services/rest/record/v1/%63ustomer",
        "/services/rest/record/v1/customer/1/%21transform/salesOrder",
        "/services/rest/record/v1/customer%00",
        "/services/rest/record/v1/customer%0d%0aX: y",
        "/services/rest/record/v1/customer%2",
        "/services/rest/record/v1/customer%zz",
        "/services/rest/record/v1/cust omer",
        "/services/rest/record/v1/café",
        "/services/rest/record/v1/customer#x",
        "/services/rest/record/v1/customer?x=1#y",
        "/services/rest/record/v1/customer?q=a|b",
        "/services/rest/record/v1/invoice%c0%afcustomer",
        "/services/rest/record/v1/invoice%c0%ae%c0%ae",
        "/services/rest/record/v1/customer%23x",
        "https://evil.example/services/rest/record/v1/customer",
        "services/rest/record/v1/customer",
        "*",
        "",
    ] {
        assert!(Call::parse("GET", trick).is_err(), "{trick}");
    }
}

#[test]
fn suiteql_is_not_reached_by_another_spelling() {
    for path in [
        "query/v1/SuiteQL",
        "query/V1/suiteql",
        "QUERY/v1/suiteql",
        "Query/v1/suiteql",
        "query//v1/suiteql",
        "query/v1/./suiteql",
        "query/v1/suiteql/",
        "query/v1/suiteql/x",
        "query/v1/suite%71l",
        "query/v1/suiteql;x",
        "query/v2/suiteql",
        "query/v1",
        "query",
        "record/V1/customer",
    ] {
        let target = format!("/services/rest/{path}");
        assert!(Call::parse("POST", &target).is_err(), "{target}");
    }
    let dataset = Call::parse("GET", "/services/rest/query/v1/dataset/x/result").unwrap();
    assert_eq!(dataset.service(), ServiceKind::Rest);
}

#[test]
fn a_transformation_has_one_form() {
    assert!(Call::parse("POST", &format!("{CUSTOMER}/7/!transform/salesOrder")).is_ok());
    for rest in [
        "/7/!transform",
        "/7/!transform/salesOrder/!transform/invoice",
        "/7/!transform/salesOrder/item",
        "/!transform/salesOrder",
        "/7/!Transform/salesOrder",
        "/7/!TRANSFORM/salesOrder",
        "/7/!transform/!transform",
        "/7/!other/salesOrder",
        "/7/x/!transform/salesOrder",
    ] {
        let target = format!("{CUSTOMER}{rest}");
        assert_eq!(
            Call::parse("POST", &target),
            Err(CallRefused::Transform),
            "{rest}"
        );
    }
    assert!(Call::parse("POST", "/services/rest/query/v1/dataset/!transform/x").is_err());
}

#[test]
fn methods_have_one_spelling() {
    for method in ["get", "Get", "GET ", "TRACE", "CONNECT", "OPTIONS", ""] {
        assert_eq!(Call::parse(method, CUSTOMER), Err(CallRefused::Method));
    }
}

#[test]
fn nobody_sends_parameters_of_the_signature() {
    for query in [
        "oauth_token=x",
        "limit=1&OAuth_Nonce=y",
        "oaut%68_token=x",
        "oauth_",
    ] {
        let target = format!("{CUSTOMER}?{query}");
        assert_eq!(
            Call::parse("GET", &target),
            Err(CallRefused::OauthParameter),
            "{query}"
        );
    }
}

#[test]
fn a_restlet_has_one_script_and_one_deployment() {
    for query in [
        "",
        "script=1",
        "script=1&deploy=1&script=2",
        "script=1&deploy=",
        "script=1&deploy=1&SCRIPT=2",
    ] {
        let target = format!("/app/site/hosting/restlet.nl?{query}");
        assert_eq!(Call::parse("GET", &target), Err(CallRefused::Script), "{query}");
    }
}

#[test]
fn only_what_surely_reads_counts_as_reading() {
    let reads = |method, target| Call::parse(method, target).unwrap().is_reading();
    assert!(reads("GET", CUSTOMER) && reads("HEAD", CUSTOMER));
    assert!(reads("POST", "/services/rest/query/v1/suiteql"));
    assert!(!reads("POST", CUSTOMER) && !reads("DELETE", "/services/rest/query/v1/suiteql"));
    let soap = |operation| {
        Call::parse("POST", "/services/NetSuitePort_2025_1")
            .unwrap()
            .with_soap_operation(operation)
    };
    for operation in [
        "get",
        "getList",
        "getServerTime",
        "search",
        "searchMoreWithId",
        "asyncSearch",
    ] {
        assert!(soap(operation).is_reading(), "{operation}");
    }
    for operation in [
        "add",
        "upsertList",
        "",
        "getter",
        "GET",
        "searching",
        "asyncAddList",
        "delete",
    ] {
        assert!(!soap(operation).is_reading(), "{operation}");
    }
    assert!(!reads("POST", "/services/NetSuitePort_2025_1"));
    for method in ["GET", "HEAD", "PUT"] {
        let called = Call::parse(method, "/services/NetSuitePort_2025_1");
        assert_eq!(called, Err(CallRefused::SoapMethod), "{method}");
    }
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused_without_a_panic(method: String, target: String) {
        let _ = Call::parse(&method, &target);
        let _ = Call::parse("GET", &format!("/services/rest/{target}"));
    }

    #[test]
    fn a_path_of_plain_segments_is_what_it_says(segments in prop::collection::vec("[a-zA-Z0-9:_-]{1,8}", 1..6)) {
        let target = format!("/services/rest/record/v1/{}", segments.join("/"));
        let call = Call::parse("GET", &target).unwrap();
        let read: Vec<_> = call.segments.iter().skip(4).map(|segment| String::from_utf8(segment.clone()).unwrap()).collect();
        prop_assert_eq!(read, segments);
    }
}
