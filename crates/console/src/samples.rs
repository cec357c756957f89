//! Every page in every way it can look.

use std::num::NonZeroU8;
use std::time::Duration;

use countersign_client::CredentialName;
use countersign_doctor::{Cause, Finding, Findings, Probe, State, Whose};
use countersign_protocol::{Environment, Secret};
use countersign_proxy::{AccountSurvey, CallerSurvey, ConnectionSurvey, Counts, LimitFrom, Logins, Survey};
use countersign_testkit::faults_of_html;
use countersign_vault::{
    Action, AuditRow, Caller, Connection, Failure, Grant, Health, Holder, Label, Method, Scope, ServiceKind,
    StoredSet, Use,
};
use countersign_web::{Board, Lock, Notice, Page, Pager, Weight, board, html, sheet};
use countersign_world::UnixTime;

use crate::board::{CALLERS, entries};
use crate::grant_form::GrantForm;
use crate::trial::Untried;
use crate::typed::Shown;
use crate::{
    add, caller, callers, changes, checked, connection, connections, governor, invite, relocation, removal,
    revocation, rotation, setup, sign_in, trouble, uses,
};

const NOW: UnixTime = UnixTime::from_seconds(1_767_225_600);

fn connection_of(health: Health, name: &str) -> Connection {
    let set = StoredSet {
        generation: 1,
        consumer_key_end: "ab<d".to_owned(),
        token_end: String::new(),
        stored: NOW,
        verified: None,
    };
    Connection {
        id: name.parse().unwrap(),
        number: 1,
        integration: None,
        account: "1234567_SB1".parse().unwrap(),
        server: "http://127.0.0.1:8080".parse().ok(),
        label: Label::default(),
        created: NOW,
        last_success: Some(NOW),
        last_failure: Some(Failure {
            at: NOW,
            why: "the login was <refused>".to_owned(),
        }),
        unreached: Some(Failure {
            at: NOW,
            why: "nobody <answers>".to_owned(),
        }),
        holder: Some(Holder {
            company: "Honeycomb & \"Sons\"".to_owned(),
            role: "Administrator".to_owned(),
            role_id: "3".to_owned(),
            user: "12".to_owned(),
            concurrency_limit: None,
        }),
        health,
        current: set.clone(),
        staged: Some(set),
        previous: None,
    }
}

fn caller_of(name: &str) -> Caller {
    Caller {
        id: 3.into(),
        name: name.to_owned(),
        administers: true,
        created: NOW,
        expires: Some(NOW),
        revoked: None,
    }
}

fn grant() -> Grant {
    Grant {
        id: 1.into(),
        caller: 3.into(),
        connection: "acme".parse().unwrap(),
        scope: Scope::everything(),
        share: NonZeroU8::MIN,
        created: NOW,
        expires: Some(NOW),
    }
}

fn row(action: Action, second: i64) -> AuditRow {
    AuditRow {
        id: second,
        at: NOW.plus(Duration::from_secs(second.unsigned_abs())),
        actor: "pages, ada".to_owned(),
        action,
        subject: "connection acme".to_owned(),
        detail: "<b>".to_owned(),
    }
}

fn used(outcome: &str) -> (i64, Use) {
    let one = Use {
        at: NOW,
        request: "r".to_owned(),
        caller: 3.into(),
        connection: "acme".parse().unwrap(),
        service: Some(ServiceKind::Rest),
        method: Some(Method::Get),
        path: "/services/rest/record/v1/<customer>".to_owned(),
        outcome: outcome.to_owned(),
        status: Some(200),
        attempts: 1,
        waited: Duration::ZERO,
        took: Duration::from_millis(70),
    };
    (1, one)
}

fn refused() -> Untried {
    Untried {
        text: "The account refused the login.".to_owned(),
        causes: vec![Cause {
            code: "token_revoked",
            sentence: "The token was revoked.".to_owned(),
            fix: Some("Make another.".to_owned()),
            path: Some("Setup > Users/Roles > Access Tokens"),
            whose: Whose::Theirs,
        }],
    }
}

fn findings() -> Findings {
    let line = |probe, state| Finding {
        probe,
        state,
        code: "x",
        seen: "seen <so>".to_owned(),
        said: Some("INVALID_LOGIN".to_owned()),
        causes: refused().causes,
        look: Some("Setup > Users/Roles > View Login Audit Trail"),
    };
    Findings {
        lines: vec![
            line(Probe::Login, State::Failed),
            line(Probe::Rest, State::Fine),
            line(Probe::Soap, State::Spared),
        ],
        identity: None,
        concurrency_limit: None,
    }
}

fn survey(slots: u32) -> AccountSurvey {
    let counts = Counts {
        served: 5,
        refused: 2,
        ..Counts::default()
    };
    AccountSurvey {
        account: "1234567".to_owned(),
        server: None,
        limit: Some(1),
        limit_from: LimitFrom::Account,
        reserve: 1,
        slots,
        running: 2,
        waiting: 3,
        longest_wait_ms: 1234,
        usual_hold_ms: 40,
        requests_per_second: 2.5,
        last_minute: counts,
        last_minute_longest_wait_ms: 0,
        since_start: counts,
        callers: vec![CallerSurvey {
            caller: "nightly <sync>".to_owned(),
            share: 2,
            holds: 2,
            waits: 3,
            longest_wait_ms: 1234,
            requests_per_second: 2.5,
            served_last_minute: 5,
        }],
        connections: vec![ConnectionSurvey {
            connection: "acme".to_owned(),
            logins: Logins::Stopped,
            tried_again_in_seconds: Some(42),
        }],
    }
}

fn shown() -> Shown {
    Shown {
        account: "1234567\"".to_owned(),
        consumer_key: "<key>".to_owned(),
        token_id: String::new(),
        wrong: vec![(CredentialName::TokenId, "is missing.".to_owned())],
    }
}

fn errand(is_renewed: bool) -> setup::Errand {
    let key = |text: &str| (text.to_owned().try_into().unwrap(), text.to_owned());
    setup::Errand {
        proof: ("invitation", "csl_x".to_owned()),
        connection: is_renewed.then(|| "acme".to_owned()),
        account: is_renewed.then(|| "1234567".parse().unwrap()),
        environment: is_renewed.then_some(Environment::Sandbox),
        is_renewed,
        integrations: if is_renewed {
            Vec::new()
        } else {
            vec![key("tba"), key("other")]
        },
        expires: NOW,
    }
}

fn pages(lock: &Lock) -> Vec<Page> {
    let failing = Health::Failing { since: NOW };
    let list = |rows: Vec<Connection>, counts| connections::List {
        rows,
        counts,
        state: "failing".to_owned(),
        words: "<acme>".to_owned(),
        pager: Pager::default(),
        invitations: Vec::new(),
    };
    let one = |past, done| connection::One {
        connection: connection_of(failing.clone(), "acme"),
        past,
        grants: Vec::new(),
        lately: vec![used("answered")],
        warnings: vec!["A token that may do <everything>.".to_owned()],
        now: NOW,
        checked: Some(NOW),
        done,
    };
    let caller = |form: GrantForm, connections: Vec<String>| caller::One {
        caller: caller_of("nightly"),
        grants: vec![grant()],
        connections,
        form,
        now: NOW,
    };
    let checked = checked::Checked {
        number: 1,
        id: "acme".parse().unwrap(),
        account: "1234567".parse().unwrap(),
        at: NOW,
        findings: findings(),
    };
    let rotation = |connection, refused| rotation::Rotation {
        connection,
        shown: shown(),
        refused,
    };
    let bare = Connection {
        staged: None,
        ..connection_of(Health::Healthy, "beta")
    };
    let past = vec![
        row(Action::LoginFailed, 9),
        row(Action::LoginWorked, 5),
        row(Action::ConnectionAdded, 0),
    ];
    vec![
        list(
            vec![
                connection_of(failing.clone(), "acme"),
                connection_of(Health::Unverified, "b"),
            ],
            [1, 2, 0, 3],
        )
        .page(lock),
        list(Vec::new(), [0; 4]).page(lock),
        list(Vec::new(), [1, 0, 0, 0]).page(lock),
        add::Form::default().page(lock),
        add::Form {
            name: "<x>".to_owned(),
            name_wrong: Some("is taken.".to_owned()),
            place: add::Place {
                server: "x".to_owned(),
                server_wrong: Some("cannot be that.".to_owned()),
                ..add::Place::default()
            },
            shown: shown(),
            refused: Some(refused()),
            was_pasted: true,
        }
        .page(lock),
        one(past, Some(connection::Done::Added)).page(lock),
        one(Vec::new(), None).page(lock),
        checked.page(lock),
        rotation(connection_of(Health::Healthy, "acme"), None).page(lock),
        rotation(bare, Some(refused())).page(lock),
        relocation::Relocation {
            connection: connection_of(Health::Healthy, "acme"),
            grants: 2,
            place: add::Place {
                environment: "sandbox".to_owned(),
                server: "<x>".to_owned(),
                server_wrong: Some("cannot be that.".to_owned()),
            },
            shown: shown(),
            refused: Some(Untried::saying("the login was <refused>")),
            was_pasted: true,
        }
        .page(lock),
        removal::Removal {
            connection: connection_of(Health::Healthy, "acme"),
            grants: 1,
            is_wrong: true,
        }
        .page(lock),
        revocation::Revocation {
            caller: caller_of("<nightly>"),
            grants: vec![grant()],
            is_wrong: true,
        }
        .page(lock),
        revocation::Revocation {
            caller: caller_of("<nightly>"),
            grants: Vec::new(),
            is_wrong: false,
        }
        .page(lock),
        callers::List {
            rows: vec![(caller_of("<nightly>"), 2)],
            now: NOW,
        }
        .page(),
        callers::List {
            rows: Vec::new(),
            now: NOW,
        }
        .page(),
        callers::Form {
            name_wrong: Some("is taken.".to_owned()),
            days_wrong: true,
            ..callers::Form::default()
        }
        .page(lock),
        caller(GrantForm::default(), vec!["acme".to_owned()]).page(lock),
        caller(GrantForm::default(), Vec::new()).page(lock),
        governor::Now {
            survey: Survey {
                at: String::new(),
                accounts: vec![survey(5), survey(500)],
            },
            is_again: false,
        }
        .page(),
        governor::Now {
            survey: Survey {
                at: String::new(),
                accounts: Vec::new(),
            },
            is_again: true,
        }
        .page(),
        uses::List {
            rows: vec![used("answered"), used("GRANT_MISSING")],
            callers: vec![caller_of("nightly")],
            connection: "acme".to_owned(),
            caller: "3".to_owned(),
            failed: true,
            pager: Pager::default(),
            chain: Some(Notice::new(Weight::Done, "It holds.")),
        }
        .page(),
        changes::List {
            rows: vec![row(Action::GrantAdded, 1)],
            subject: "acme".to_owned(),
            pager: Pager::default(),
            chain: None,
        }
        .page(),
        invite::Form {
            wrong: Some("cannot be that.".to_owned()),
            ..invite::Form::default()
        }
        .page(lock),
    ]
}

fn sheets() -> Vec<Page> {
    let (new, renewed) = (errand(false), errand(true));
    let form = |errand, refused| {
        setup::Form {
            errand,
            shown: shown(),
            integration: "tba".to_owned(),
            refused,
            was_pasted: false,
        }
        .page()
    };
    vec![
        sign_in::shown("csl_x"),
        form(&new, None),
        form(&renewed, Some(refused())),
        setup::done(&"1234567".parse().unwrap(), None, &["Mended.".to_owned()]),
        trouble::page_of("Not found", "There is <nothing>."),
    ]
}

#[test]
fn every_page_is_sound_html_with_labels_and_nothing_inline() {
    let lock = Lock::of(&Secret::new("a sample"));
    let frame = Board {
        title: "Countersign Connections",
        of: "http://127.0.0.1:8090".to_owned(),
        places: entries(Some(CALLERS)),
        home: "/connections",
        person: "ada <b>".to_owned(),
        log_out: lock.button_form("/log-out", html! { button type="submit" { "Log Out" } }),
    };
    for page in pages(&lock) {
        let text = board(&frame, &page).into_string();
        assert_eq!(faults_of_html(&text), [""; 0], "{}\n{text}", page.title);
    }
    for page in sheets() {
        let text = sheet("About", &page).into_string();
        assert_eq!(faults_of_html(&text), [""; 0], "{}\n{text}", page.title);
    }
}

#[test]
fn every_form_that_is_posted_in_a_session_has_its_proof() {
    let lock = Lock::of(&Secret::new("a sample"));
    let proof = lock.form("", html! {}).into_string();
    let (_, proof) = proof.split_once("value=\"").unwrap();
    let proof = proof.split('"').next().unwrap();
    for page in pages(&lock) {
        let actions = page
            .actions
            .map(countersign_web::Markup::into_string)
            .unwrap_or_default();
        let text = actions + &page.body.into_string();
        let posted = text
            .split("<form")
            .skip(1)
            .filter(|form| form.contains("method=\"post\""));
        for form in posted {
            assert!(form.contains(proof), "{}: {form}", page.title);
        }
    }
}
