use super::*;

const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);
const CUSTOMER: &str = "/services/rest/record/v1/customer";
const SUITEQL: &str = "/services/rest/query/v1/suiteql";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=12&deploy=1";
const SOAP: &str = "/services/NetSuitePort_2025_1";

fn everything() -> Scope {
    Scope {
        services: ServiceKind::ALL.into(),
        methods: Method::ALL.into(),
        targets: Targets::Everything,
        read_only: false,
    }
}

fn only(target: Target) -> Scope {
    Scope {
        targets: Targets::Only(vec![target]),
        ..everything()
    }
}

fn grant(scope: Scope) -> Grant {
    Grant {
        id: GrantId(1),
        caller: CallerId(1),
        connection: id("acme"),
        scope,
        share: NonZeroU8::MIN,
        created: NOW,
        expires: None,
    }
}

fn id(text: &str) -> ConnectionId {
    text.parse().unwrap()
}

fn outcome(scope: &Scope, method: &str, target: &str) -> Result<(), Denied> {
    let call = Call::parse(method, target).unwrap();
    decide(&[grant(scope.clone())], &id("acme"), &call, NOW).map(drop)
}

#[test]
fn a_grant_opens_what_it_names_and_nothing_else() {
    let rest = Scope {
        services: [ServiceKind::Rest].into(),
        ..everything()
    };
    let gets = Scope {
        methods: [Method::Get].into(),
        ..everything()
    };
    let reading = Scope {
        read_only: true,
        ..everything()
    };
    let path = only(Target::Path(CUSTOMER.into()));
    let customers = only(Target::RecordType("customer".into()));
    let script = only(Target::Script {
        script: "12".into(),
        deploy: None,
    });
    let deployment = only(Target::Script {
        script: "12".into(),
        deploy: Some("2".into()),
    });
    let transform = &*format!("{CUSTOMER}/7/!transform/salesOrder");
    let one = &*format!("{CUSTOMER}/7?expandSubResources=true");
    for (scope, method, target, expected) in [
        (&everything(), "DELETE", one, Ok(())),
        (&everything(), "POST", SOAP, Ok(())),
        (&rest, "GET", one, Ok(())),
        (&rest, "POST", SUITEQL, Err(Denied::Service)),
        (&rest, "GET", RESTLET, Err(Denied::Service)),
        (&rest, "POST", SOAP, Err(Denied::Service)),
        (&gets, "GET", one, Ok(())),
        (&gets, "HEAD", one, Err(Denied::Method)),
        (&gets, "PATCH", one, Err(Denied::Method)),
        (&reading, "GET", one, Ok(())),
        (&reading, "POST", SUITEQL, Ok(())),
        (&reading, "POST", CUSTOMER, Err(Denied::Writing)),
        (&reading, "POST", RESTLET, Err(Denied::Writing)),
        (&reading, "POST", SOAP, Err(Denied::Writing)),
        (&path, "GET", CUSTOMER, Ok(())),
        (&path, "GET", one, Ok(())),
        (
            &path,
            "GET",
            "/services/rest/record/v1/customerPayment",
            Err(Denied::Target),
        ),
        (&path, "GET", "/services/rest/record/v1", Err(Denied::Target)),
        (&path, "POST", SUITEQL, Err(Denied::Target)),
        (&customers, "POST", CUSTOMER, Ok(())),
        (&customers, "GET", one, Ok(())),
        (&customers, "POST", transform, Err(Denied::Target)),
        (
            &customers,
            "GET",
            "/services/rest/record/v1/customerPayment",
            Err(Denied::Target),
        ),
        (
            &customers,
            "GET",
            "/services/rest/record/v1/metadata-catalog/customer",
            Err(Denied::Target),
        ),
        (
            &customers,
            "POST",
            "/services/rest/record/v1/invoice/customer",
            Err(Denied::Target),
        ),
        (&customers, "POST", SUITEQL, Err(Denied::Target)),
        (&customers, "POST", SOAP, Err(Denied::Target)),
        (&script, "POST", RESTLET, Ok(())),
        (
            &script,
            "POST",
            "/app/site/hosting/restlet.nl?script=13&deploy=1",
            Err(Denied::Target),
        ),
        (&script, "GET", CUSTOMER, Err(Denied::Target)),
        (&deployment, "POST", RESTLET, Err(Denied::Target)),
        (
            &deployment,
            "POST",
            "/app/site/hosting/restlet.nl?deploy=2&script=12",
            Ok(()),
        ),
    ] {
        assert_eq!(
            outcome(scope, method, target),
            expected,
            "{method} {target} of {scope:?}"
        );
    }
}

#[test]
fn two_types_are_needed_to_transform_one_into_the_other() {
    let both = ["customer", "salesOrder"].map(|name| Target::RecordType(name.into()));
    let scope = Scope {
        targets: Targets::Only(both.into()),
        ..everything()
    };
    let target = format!("{CUSTOMER}/7/!transform/salesOrder");
    assert_eq!(outcome(&scope, "POST", &target), Ok(()));
}

#[test]
fn a_path_opens_no_transformation_into_what_lies_outside_it() {
    let transform = format!("{CUSTOMER}/7/!transform/salesOrder");
    let paths = |paths: &[&str]| Scope {
        targets: Targets::Only(
            paths
                .iter()
                .map(|path| Target::Path((*path).to_owned()))
                .collect(),
        ),
        ..everything()
    };
    let orders = "/services/rest/record/v1/salesOrder";
    for (paths, expected) in [
        (paths(&[CUSTOMER]), Err(Denied::Target)),
        (paths(&[orders]), Err(Denied::Target)),
        (paths(&[&transform]), Err(Denied::Target)),
        (paths(&[CUSTOMER, orders]), Ok(())),
        (paths(&["/services/rest/record/v1"]), Ok(())),
    ] {
        assert_eq!(outcome(&paths, "POST", &transform), expected, "{paths:?}");
    }
    let mixed = Scope {
        targets: Targets::Only(vec![
            Target::Path(CUSTOMER.into()),
            Target::RecordType("salesOrder".into()),
        ]),
        ..everything()
    };
    assert_eq!(outcome(&mixed, "POST", &transform), Ok(()));
}

#[test]
fn an_empty_set_opens_nothing_and_is_not_saved() {
    let nothing = [
        Scope {
            services: BTreeSet::new(),
            ..everything()
        },
        Scope {
            methods: BTreeSet::new(),
            ..everything()
        },
        Scope {
            targets: Targets::Only(Vec::new()),
            ..everything()
        },
    ];
    for scope in nothing {
        assert!(outcome(&scope, "GET", CUSTOMER).is_err());
        assert!(matches!(scope.check(), Err(ScopeError::Nothing(_))));
    }
}

#[test]
fn a_target_that_no_service_of_the_grant_has_is_not_saved() {
    let record = Target::RecordType("customer".to_owned());
    let script = Target::Script {
        script: "customscript_prices".to_owned(),
        deploy: None,
    };
    for (target, service, wanted) in [
        (&record, ServiceKind::Soap, ServiceKind::Rest),
        (&record, ServiceKind::SuiteQl, ServiceKind::Rest),
        (&script, ServiceKind::Rest, ServiceKind::Restlet),
    ] {
        let mut scope = Scope {
            services: [service].into(),
            targets: Targets::Only(vec![target.clone()]),
            ..everything()
        };
        let error = scope.check().unwrap_err();
        assert!(matches!(error, ScopeError::Unreachable { service, .. } if service == wanted));
        scope.services.insert(wanted);
        assert!(scope.check().is_ok());
    }
}

#[test]
fn a_grant_is_for_one_connection_and_ends() {
    let call = Call::parse("GET", CUSTOMER).unwrap();
    let mut grants = vec![grant(everything())];
    assert_eq!(
        decide(&grants, &id("acme2"), &call, NOW).unwrap_err(),
        Denied::NoGrant
    );
    assert_eq!(decide(&[], &id("acme"), &call, NOW).unwrap_err(), Denied::NoGrant);
    grants[0].expires = Some(NOW);
    assert_eq!(
        decide(&grants, &id("acme"), &call, NOW).unwrap_err(),
        Denied::Expired
    );
    assert!(decide(&grants, &id("acme"), &call, UnixTime::from_seconds(1_699_999_999)).is_ok());
}

#[test]
fn of_several_grants_the_larger_share_counts_and_the_nearest_miss_is_told() {
    let call = Call::parse("PATCH", CUSTOMER).unwrap();
    let large = Grant {
        share: NonZeroU8::new(9).unwrap(),
        ..grant(everything())
    };
    let grants = [grant(everything()), large];
    assert_eq!(decide(&grants, &id("acme"), &call, NOW).unwrap().share.get(), 9);
    let reading = Scope {
        read_only: true,
        ..everything()
    };
    let script = Target::Script {
        script: "1".into(),
        deploy: None,
    };
    let misses = [grant(reading), grant(only(script))];
    assert_eq!(
        decide(&misses, &id("acme"), &call, NOW).unwrap_err(),
        Denied::Writing
    );
}

#[test]
fn a_target_that_could_never_fit_or_is_too_much_is_not_saved() {
    let script = |script: &str, deploy: &str| Target::Script {
        script: script.into(),
        deploy: Some(deploy.into()),
    };
    for wrong in [
        Target::Path("services/rest".into()),
        Target::Path("/services/rest/".into()),
        Target::Path("/services//rest".into()),
        Target::Path("/services/../rest".into()),
        Target::Path("/services/%72est".into()),
        Target::Path("/services/rest?x=1".into()),
        Target::Path(format!("/{}", "x".repeat(200))),
        Target::RecordType(String::new()),
        Target::RecordType("sales order".into()),
        script("1", ""),
        script("1&deploy=2", "1"),
    ] {
        assert!(
            matches!(only(wrong.clone()).check(), Err(ScopeError::Target(_))),
            "{wrong:?}"
        );
    }
    for right in [
        Target::Path(CUSTOMER.into()),
        script("customscript_x", "customdeploy1"),
    ] {
        assert_eq!(only(right).check(), Ok(()));
    }
    let many = vec![Target::RecordType("customer".into()); 65];
    let scope = Scope {
        targets: Targets::Only(many),
        ..everything()
    };
    assert_eq!(scope.check(), Err(ScopeError::TooManyTargets));
}

#[test]
fn a_stored_scope_reads_back_and_a_word_nobody_knows_opens_nothing() {
    let scope = only(Target::Script {
        script: "12".into(),
        deploy: None,
    });
    let json = serde_json::to_string(&scope).unwrap();
    assert_eq!(serde_json::from_str::<Scope>(&json).unwrap(), scope);
    for unknown in [
        json.replace("read_only", "readonly"),
        json.replace("suiteql", "odbc"),
    ] {
        assert!(serde_json::from_str::<Scope>(&unknown).is_err());
    }
}
