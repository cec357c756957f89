//! Every way a login fails, made in a real account behind a real socket: the doctor names it, and where to click.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;

use countersign_capture::Kind;
use countersign_client::{Client, Logins};
use countersign_doctor::{
    Checkup, Finding, Findings, History, Neighbour, Outcome, Probe, ProbeResults, Restlet, State, Whose,
};
use countersign_model::{Feature, Level, Permission, TokenChange};
use countersign_protocol::{EndpointVersion, LocalServer};
use countersign_testkit::{Account, Application, Blueprint, Server, Storage};
use countersign_world::{Clock, FixedClock, SystemClock, SystemEntropy, UnixTime};

/// An account that goes by this machine's time, which is what its host says in `Date`.
async fn account(blueprint: Blueprint) -> (Account, Server) {
    let account = Account::with(blueprint).await;
    account.clock.set(SystemClock::new().now());
    let server = account.listen().await;
    (account, server)
}

async fn in_a_folder() -> (Account, Server) {
    account(Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    })
    .await
}

struct Patient<'a> {
    application: Application,
    /// By how many seconds its clock is ahead.
    ahead: i64,
    restlet: Option<Restlet>,
    logins: &'a Logins,
}

async fn examine(account: &Account, server: &Server, patient: Patient<'_>) -> ProbeResults {
    let now = account.clock.now();
    let clock = Arc::new(FixedClock::at(UnixTime::from_seconds(
        now.seconds() + patient.ahead,
    )));
    let credentials = patient.application.credentials();
    let client = Client::new(&credentials, Arc::clone(&clock) as _, Arc::new(SystemEntropy)).unwrap();
    let client = Checkup::patient(client);
    let address: LocalServer = server.base_url().parse().unwrap();
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server: Some(&address),
        clock: &*clock,
        restlet: patient.restlet.as_ref(),
        soap_version: EndpointVersion::LATEST,
    };
    checkup.whole(patient.logins).await
}

async fn whole(account: &Account, server: &Server) -> ProbeResults {
    of(account, server, account.application()).await
}

async fn of(account: &Account, server: &Server, application: Application) -> ProbeResults {
    let patient = Patient {
        application,
        ahead: 0,
        restlet: None,
        logins: &Logins::by_account(),
    };
    examine(account, server, patient).await
}

fn judged(results: &ProbeResults) -> Findings {
    Findings::of(results, History::default(), &[], None)
}

fn line(findings: &Findings, probe: Probe) -> Finding {
    findings.line(probe).unwrap().clone()
}

/// The word that an administrator reads off the page.
async fn word(account: &Account) -> String {
    let rows = account.logins().await;
    let refused = rows.into_iter().find(|row| row.status != "Success");
    refused.expect("a login was refused").detail.unwrap()
}

fn path(findings: &Findings, probe: Probe, code: &str) -> String {
    let line = line(findings, probe);
    let cause = line.causes.iter().find(|cause| cause.code == code);
    let cause = cause.unwrap_or_else(|| panic!("{code} is not among {:?}", line.causes));
    cause.path.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_healthy_connection_works_everywhere_and_tells_who_it_is() {
    let blueprint = Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default().permit(Permission::SuiteAnalyticsWorkbook, Level::Edit)
    };
    let (account, server) = account(blueprint).await;
    let results = whole(&account, &server).await;
    let findings = judged(&results);
    assert!(findings.is_healthy(), "{findings:#?}");
    for probe in [
        Probe::Login,
        Probe::Rest,
        Probe::SuiteQl,
        Probe::Restlet,
        Probe::Soap,
    ] {
        assert_eq!(line(&findings, probe).state, State::Fine, "{probe:?}");
    }
    let identity = findings.identity.unwrap();
    assert_eq!(identity.company_name, "Honeycomb Test Company");
    assert!(identity.is_of(&results.account) && !identity.is_administrator());
    assert_eq!(findings.lines.len(), Probe::ALL.len());
    assert!(account.logins().await.iter().all(|row| row.status == "Success"));
}

/// What somebody does to the account, the cause, and how its path begins.
const DONE: [(&str, &str, &str); 11] = [
    (
        "UPDATE entity SET inactive = 1",
        "entity_inactive",
        "Lists > Employees > Employees > Edit > Access",
    ),
    (
        "UPDATE entity SET give_access = 0",
        "entity_without_access",
        "Lists > Employees > Employees > Edit > Access",
    ),
    (
        "UPDATE role SET inactive = 1",
        "role_inactive",
        "Setup > Users/Roles > User Management > Manage Roles",
    ),
    (
        "DELETE FROM entity_role",
        "role_removed",
        "Lists > Employees > Employees > Edit > Access",
    ),
    (
        "UPDATE entity_role SET hidden = 1",
        "role_hidden",
        "View My Roles",
    ),
    (
        "DELETE FROM role_permission WHERE permission = 'ADMI_LOGIN_OAUTH'",
        "role_without_tba",
        "Setup > Users/Roles > User Management > Manage Roles",
    ),
    ("UPDATE entity SET locked_until = 99999999999999", "locked", ""),
    (
        "UPDATE integration SET state = 'Blocked'",
        "integration_blocked",
        "Setup > Integration > Manage Integrations",
    ),
    (
        "UPDATE integration SET state = 'Waiting for Approval'",
        "integration_waiting",
        "Setup > Integration > Manage Integrations",
    ),
    (
        "UPDATE integration SET token_based_authentication = 0",
        "integration_without_tba",
        "Setup > Integration > Manage Integrations",
    ),
    (
        "DELETE FROM access_token",
        "token_unknown",
        "Setup > Users/Roles > Access Tokens",
    ),
];

#[tokio::test]
async fn whatever_is_done_in_the_account_is_named_with_its_path_by_the_word_of_the_trail() {
    for (sql, code, begins) in DONE {
        let (account, server) = in_a_folder().await;
        account.change_elsewhere(sql).await;
        let results = whole(&account, &server).await;
        assert!(results.is_refused(), "{sql}");
        let word = word(&account).await;
        let told = Findings::of(&results, History::default(), &[], Some(&word));
        assert!(
            path(&told, Probe::Login, code).starts_with(begins),
            "{sql}: {told:#?}"
        );
        // Without the word the cause is one of those that remain, and it is said where the word stands.
        let untold = judged(&results);
        path(&untold, Probe::Login, code);
        let look = line(&untold, Probe::Login).look.unwrap();
        assert!(look.contains("View Login Audit Trail"), "{look}");
    }
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_told_from_one_that_is_asleep() {
    for (change, code) in [
        (TokenChange::Revoke, "token_revoked"),
        (TokenChange::Inactivate, "token_inactive"),
    ] {
        let (account, server) = account(Blueprint::default()).await;
        let id = account.token.id;
        account
            .authority
            .change_token_state(&account.owner(), id, change)
            .await
            .unwrap();
        let results = whole(&account, &server).await;
        let worked = History {
            last_success: Some(account.clock.now()),
        };
        let findings = Findings::of(&results, worked, &[], Some(&word(&account).await));
        assert!(path(&findings, Probe::Login, code).starts_with("Setup > Users/Roles > Access Tokens"));
        assert_eq!(findings.whose(), Some(Whose::Theirs));
    }
}

#[tokio::test]
async fn wrong_values_are_named_by_what_they_are() {
    let (account, server) = account(Blueprint::default()).await;
    let own = account.application();
    let wrong = |change: fn(&mut Application)| {
        let mut application = own.clone();
        change(&mut application);
        application
    };
    let reset = "Setup > Integration > Manage Integrations > the record > Edit > Reset Credentials";
    for (application, code, expected) in [
        (
            wrong(|own| own.token_secret.push('x')),
            "wrong_token_secret",
            "Setup > Users/Roles > Access Tokens > New",
        ),
        (
            wrong(|own| own.consumer_secret.push('x')),
            "wrong_consumer_secret",
            reset,
        ),
        (
            wrong(|own| own.consumer_key.push('x')),
            "consumer_key_unknown",
            "Setup > Integration > Manage Integrations",
        ),
        (
            wrong(|own| own.token_id.push('x')),
            "token_unknown",
            "Setup > Users/Roles > Access Tokens > New",
        ),
    ] {
        let results = of(&account, &server, application).await;
        let told = Findings::of(&results, History::default(), &[], Some(&word(&account).await));
        assert_eq!(path(&told, Probe::Login, code), expected);
        // Credentials that never worked are looked at before the account is.
        assert_eq!(judged(&results).whose(), Some(Whose::Yours));
    }
}

#[tokio::test]
async fn a_feature_that_is_off_is_named() {
    let (account, server) = account(Blueprint::default().without(Feature::TokenBasedAuthentication)).await;
    let results = whole(&account, &server).await;
    let findings = Findings::of(&results, History::default(), &[], Some(&word(&account).await));
    assert_eq!(line(&findings, Probe::Login).code, "feature_disabled");
    assert_eq!(
        path(&findings, Probe::Login, "feature_disabled"),
        "Setup > Company > Enable Features > SuiteCloud > Manage Authentication"
    );
}

#[tokio::test]
async fn a_role_that_may_not_use_a_service_logs_in_and_is_told_so() {
    for (permission, probe, code) in [
        (Permission::RestWebServices, Probe::Rest, "rest_not_permitted"),
        (Permission::SoapWebServices, Probe::Soap, "soap_not_permitted"),
        (
            Permission::SuiteAnalyticsWorkbook,
            Probe::SuiteQl,
            "suiteql_not_permitted",
        ),
    ] {
        let (account, server) = account(Blueprint::default().permit(permission, None)).await;
        let findings = judged(&whole(&account, &server).await);
        assert_eq!(line(&findings, Probe::Login).state, State::Fine);
        assert_eq!(line(&findings, probe).code, code);
        let path = path(&findings, probe, code);
        assert_eq!(
            path,
            "Setup > Users/Roles > User Management > Manage Roles > Edit > Permissions"
        );
        assert!(account.logins().await.iter().all(|row| row.status == "Success"));
    }
}

#[tokio::test]
async fn a_service_whose_feature_is_off_is_no_fault_of_the_role() {
    for (feature, probe, code) in [
        (Feature::RestWebServices, Probe::Rest, "rest_feature_off"),
        (Feature::RestWebServices, Probe::SuiteQl, "rest_feature_off"),
        (Feature::SoapWebServices, Probe::Soap, "soap_feature_off"),
    ] {
        let (account, server) = account(Blueprint::default().without(feature)).await;
        let findings = judged(&whole(&account, &server).await);
        let line = line(&findings, probe);
        assert_eq!((line.state, line.code), (State::Failed, code), "{line:?}");
        assert_eq!(line.causes.len(), 1, "{line:?}");
        assert!(path(&findings, probe, code).starts_with("Setup > Company > Enable Features > SuiteCloud"));
        assert_eq!(findings.whose(), Some(Whose::Theirs));
    }
}

#[tokio::test]
async fn a_checkup_of_the_login_alone_says_that_the_rest_was_not_asked() {
    let (account, server) = account(Blueprint::default()).await;
    let credentials = account.application().credentials();
    let clock = Arc::clone(&account.clock);
    let client = Client::new(&credentials, clock as _, Arc::new(SystemEntropy)).unwrap();
    let address: LocalServer = server.base_url().parse().unwrap();
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server: Some(&address),
        clock: &*account.clock,
        restlet: None,
        soap_version: EndpointVersion::LATEST,
    };
    let findings = judged(&checkup.login(&Logins::by_account()).await);
    for probe in [Probe::SuiteQl, Probe::Restlet, Probe::Soap, Probe::Concurrency] {
        let line = line(&findings, probe);
        assert_eq!((line.state, line.code), (State::Spared, "not_asked"));
    }
}

#[tokio::test]
async fn a_word_of_the_trail_leaves_few_causes_and_is_not_asked_for_again() {
    let (account, server) = account(Blueprint::default()).await;
    let id = account.token.id;
    account
        .authority
        .change_token_state(&account.owner(), id, TokenChange::Revoke)
        .await
        .unwrap();
    let results = whole(&account, &server).await;
    let worked = History {
        last_success: Some(account.clock.now()),
    };
    let findings = Findings::of(&results, worked, &[], Some("token_rejected"));
    let line = line(&findings, Probe::Login);
    let codes: Vec<_> = line.causes.iter().map(|cause| cause.code).collect();
    assert_eq!(codes, ["token_revoked", "token_inactive", "token_unknown"]);
    assert_eq!(line.look, None);
    assert!(line.seen.contains("token_rejected"), "{}", line.seen);
}

#[tokio::test]
async fn values_in_each_others_place_come_first_where_the_key_never_worked() {
    let (account, server) = account(Blueprint::default()).await;
    let mut swapped = account.application();
    std::mem::swap(&mut swapped.consumer_key, &mut swapped.consumer_secret);
    let results = of(&account, &server, swapped).await;
    let first = |history, neighbours: &[Neighbour], word| {
        let findings = Findings::of(&results, history, neighbours, word);
        line(&findings, Probe::Login).causes[0].code
    };
    let word = word(&account).await;
    assert_eq!(first(History::default(), &[], None), "fields_swapped");
    assert_eq!(first(History::default(), &[], Some(&word)), "fields_swapped");
    let same_key = Neighbour {
        works: true,
        is_of_same_integration: true,
    };
    assert_ne!(first(History::default(), &[same_key], None), "fields_swapped");
}

#[tokio::test]
async fn a_web_services_only_role_is_proved_by_the_services_that_take_it() {
    let (account, server) = account(Blueprint {
        web_services_only: true,
        ..Blueprint::default()
    })
    .await;
    let findings = judged(&whole(&account, &server).await);
    let login = line(&findings, Probe::Login);
    assert_eq!(
        (login.state, login.code),
        (State::Failed, "web_services_only_role")
    );
    assert!(path(&findings, Probe::Login, "web_services_only_role").contains("Manage Roles"));
    let logins = account.logins().await;
    assert_eq!(logins.iter().filter(|row| row.status != "Success").count(), 1);
    assert_eq!(line(&findings, Probe::Rest).state, State::Fine);
}

#[tokio::test]
async fn a_clock_is_judged_by_the_time_of_the_host() {
    let (account, server) = account(Blueprint::default()).await;
    for (ahead, code) in [(-7200, "timestamp_timezone"), (1000, "clock_skew")] {
        let patient = Patient {
            application: account.application(),
            ahead,
            restlet: None,
            logins: &Logins::by_account(),
        };
        let findings = judged(&examine(&account, &server, patient).await);
        // The clock stands before the login, and what it does to logins is proved.
        assert_eq!(line(&findings, Probe::Clock).code, code);
        assert_eq!(line(&findings, Probe::Login).code, code);
        assert_eq!(findings.whose(), Some(Whose::Yours));
        assert_eq!(word(&account).await, "InvalidTimestamp");
    }
}

#[tokio::test]
async fn too_many_calls_at_once_are_no_login_failure() {
    let (account, server) = account(Blueprint {
        concurrency: 0,
        ..Blueprint::default()
    })
    .await;
    let findings = judged(&whole(&account, &server).await);
    assert_eq!(line(&findings, Probe::Concurrency).state, State::Failed);
    let expected = "Setup > Integration > Integration Governance";
    assert_eq!(path(&findings, Probe::Concurrency, "concurrency"), expected);
}

#[tokio::test]
async fn a_restlet_that_should_be_there_is_missed_and_the_login_is_not_blamed() {
    let (account, server) = account(Blueprint::default()).await;
    let patient = Patient {
        application: account.application(),
        ahead: 0,
        restlet: Some(Restlet {
            script: "77".to_owned(),
            deploy: "1".to_owned(),
        }),
        logins: &Logins::by_account(),
    };
    let findings = judged(&examine(&account, &server, patient).await);
    assert_eq!(line(&findings, Probe::Restlet).code, "restlet_missing");
    assert!(path(&findings, Probe::Restlet, "restlet_missing").starts_with("Customization > Scripting"));
    assert_eq!(line(&findings, Probe::Login).state, State::Fine);
}

#[tokio::test]
async fn nobody_is_called_where_nobody_answers() {
    let (account, server) = account(Blueprint::default()).await;
    let address: LocalServer = server.base_url().parse().unwrap();
    server.stop().await;
    let credentials = account.application().credentials();
    let client = Client::new(
        &credentials,
        Arc::clone(&account.clock) as _,
        Arc::new(SystemEntropy),
    )
    .unwrap();
    let checkup = Checkup {
        client: &client,
        account: &credentials.account,
        server: Some(&address),
        clock: &*account.clock,
        restlet: None,
        soap_version: EndpointVersion::LATEST,
    };
    let results = checkup.whole(&Logins::by_account()).await;
    let findings = judged(&results);
    assert_eq!(line(&findings, Probe::Address).code, "not_running");
    assert_eq!(line(&findings, Probe::Login).state, State::Spared);
    assert_eq!(findings.whose(), Some(Whose::Yours));
    assert!(matches!(results.call(Probe::Soap), Some(Outcome::Spared(_))));
}

#[tokio::test]
async fn a_breaker_stops_before_anybody_could_be_locked() {
    let (account, server) = account(Blueprint::default()).await;
    // Several tokens may be one user's: the count is that of the account.
    let logins = Logins::by_account();
    for number in 0..6 {
        let mut wrong = account.application();
        wrong.token_id.push_str(&number.to_string());
        let patient = Patient {
            application: wrong,
            ahead: 0,
            restlet: None,
            logins: &logins,
        };
        let results = examine(&account, &server, patient).await;
        let expected = match number {
            0..3 => Some(Kind::LoginRefused),
            _ => None,
        };
        assert_eq!(results.call(Probe::Login).and_then(Outcome::kind), expected);
        // A refused login is the last call of a checkup.
        assert!(matches!(results.call(Probe::Rest), Some(Outcome::Spared(_))));
    }
    assert_eq!(account.logins().await.len(), 3);
}

#[tokio::test]
async fn what_the_other_connections_of_the_account_do_tells_where_the_cause_is() {
    let (account, server) = account(Blueprint::default()).await;
    let id = account.token.id;
    account
        .authority
        .change_token_state(&account.owner(), id, TokenChange::Revoke)
        .await
        .unwrap();
    let results = whole(&account, &server).await;
    let worked = History {
        last_success: Some(account.clock.now()),
    };
    let codes = |neighbours: &[Neighbour]| -> Vec<&'static str> {
        let findings = Findings::of(&results, worked, neighbours, None);
        line(&findings, Probe::Login)
            .causes
            .iter()
            .map(|cause| cause.code)
            .collect()
    };
    let neighbour = |works, is_of_same_integration| Neighbour {
        works,
        is_of_same_integration,
    };
    // A sandbox, and all that was there before fails: it was refreshed.
    assert_eq!(codes(&[neighbour(false, true)])[0], "token_unknown");
    assert_eq!(codes(&[neighbour(false, false)])[1], "feature_disabled");
    // The integration record signs for another token that works: it is not that one, nor a feature.
    let one_fails = codes(&[neighbour(true, true)]);
    assert_eq!(one_fails[0], "token_revoked");
    for ruled_out in [
        "feature_disabled",
        "integration_blocked",
        "wrong_consumer_secret",
        "wrong_token_secret",
    ] {
        assert!(!one_fails.contains(&ruled_out), "{ruled_out}");
    }
}

#[test]
fn every_word_of_the_trail_is_explained_in_any_spelling() {
    for (word, code) in [
        ("InvalidSignature", "wrong_token_secret"),
        ("InvalidTimestamp", "clock_skew"),
        ("nonce_used", "header_reused"),
        ("NonceUsed", "header_reused"),
        ("nonce_rejected", "nonce_too_short"),
        ("parameter_rejected", "duplicate_parameter"),
        ("MissingTokenPassportRequiredFields", "missing_oauth_token"),
        ("UnknownAlgorithm", "algorithm"),
        ("VersionRejected", "version"),
        ("consumer_key_unknown", "consumer_key_unknown"),
        ("consumer_key_refused", "integration_blocked"),
        ("token_rejected", "token_revoked"),
        ("TokenRejected", "token_unknown"),
        ("permission_denied", "role_removed"),
        ("EntityOrRoleDisabled", "entity_inactive"),
        ("FeatureDisabled", "feature_disabled"),
        ("temporary_locked", "locked"),
        ("InvalidCallback https://a.example.com/cb", "callback_mismatch"),
        ("AuthorizationFlowRequired", "flow_not_enabled"),
        ("InvalidVerifier", "verifier_wrong"),
        (
            "Invalid login. IP Address does not match any of the IP Address rules specified for this entity.",
            "ip_rule",
        ),
    ] {
        let causes = Findings::of_word(word);
        assert!(
            causes.iter().any(|cause| cause.code == code),
            "{word}: {causes:?}"
        );
    }
    assert!(Findings::of_word("hello").is_empty() && Findings::of_word("").is_empty());
}
