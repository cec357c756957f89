//! One login: what was wrong with it and what to do, the checks it passed, the request as it is kept, what this account
//! signs, and its row in the trail.

use std::time::Duration;

use axum::extract::Path;
use countersign_authority::{Check, KeptDiagnosis, KeptRequest, Outcome, verdict};
use countersign_model::{LoginColumn, LoginId, LoginRow, LoginStatus};
use countersign_web::{Answer, Lock, Markup, Notice, Page, Tone, Weight, facts, html, link_button, moment};
use tokio::time::timeout;

use super::difference::base_string;
use super::finding::findings;
use super::script::Written;
use super::{answered, path_of};
use crate::desk::{At, Desk};
use crate::place::{INSPECTOR, Place};
use crate::view::View;

/// How long the page of a refusal waits for its diagnosis.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Call {
    id: LoginId,
    row: LoginRow,
    kept: Option<KeptDiagnosis>,
    /// Refusals since the start that nobody looked into.
    skipped: u64,
    /// The HTTP status of whoever was let in, where it is known.
    answer: Option<u16>,
    /// Of a RESTlet that ran.
    written: Option<Written>,
}

impl View for Call {
    const PLACE: &'static Place = &INSPECTOR;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let rows = crate::login_audit_trail::samples::rows();
        let each = rows.into_iter().flat_map(|row| {
            let is_refused = row.detail().is_some();
            let kept = [None, Some(samples::explained()), Some(samples::unexplained())];
            kept.into_iter()
                .filter(move |kept| is_refused || kept.is_none())
                .map(move |kept| Self {
                    id: LoginId::new(1_882_553_344_640_155_648),
                    row: row.clone(),
                    kept,
                    skipped: 3,
                    answer: (!is_refused).then_some(403),
                    written: (!is_refused).then(samples::written),
                })
        });
        each.collect()
    }

    fn page(&self, _: &Lock) -> Page {
        let row = &self.row;
        Page {
            title: format!("{} login, {}", row.surface, outcome(&row.status)),
            crumbs: INSPECTOR.crumbs_below(),
            notices: self.notices(),
            actions: self
                .is_open()
                .then(|| link_button("Refresh", &path_of(self.id), Tone::Plain)),
            body: html! {
                p.lede { (moment(row.at)) " \u{2013} " code { (row.request_uri) } }
                (self.wrong())
                @if let Some(written) = &self.written { (written.show()) }
                (self.verdict())
                (self.request())
                (self.base_string())
                (self.row())
            },
        }
    }
}

impl Call {
    /// Whether it may still be looked into.
    fn is_open(&self) -> bool {
        self.row.detail().is_some() && self.kept.is_none()
    }

    fn notices(&self) -> Vec<Notice> {
        let count = self.row.count.get();
        let several = format!("The row stands for {count} logins of one kind; this is about one of them.");
        let several = (count > 1).then(|| Notice::new(Weight::Note, several));
        several.into_iter().collect()
    }

    fn wrong(&self) -> Markup {
        let LoginStatus::Failure { reason, .. } = &self.row.status else {
            return html! {};
        };
        let found = self.kept.as_ref().filter(|kept| !kept.findings.is_empty());
        html! {
            section.section.finding aria-labelledby="h-wrong" {
                h2 id="h-wrong" { "What was wrong" }
                @match found {
                    Some(kept) => (findings(kept)),
                    None => {
                        p.cause { (reason) }
                        @if self.kept.is_none() {
                            p.help {
                                "Nothing more is known of it than its row."
                                @if self.skipped > 0 { " Since the start " (self.skipped) " refused logins were not looked into: too many came at once." }
                            }
                        }
                    },
                }
            }
        }
    }

    fn verdict(&self) -> Markup {
        let checks = verdict(&self.row);
        html! {
            section.section aria-labelledby="h-verdict" {
                h2 id="h-verdict" { "Verdict, step by step" }
                @match &checks {
                    Some(checks) => {
                        p.help { "In the order in which this account asks. The signature is computed before the answers of steps 5 and 6 are given, for unknown keys too, so that time tells nobody which keys there are." }
                        ol.checks { @for (check, outcome) in checks { (self.check(*check, *outcome)) } }
                    },
                    None => p { "It went through the checks of a sign-in or of the authorization flow, which its row tells the outcome of." },
                }
            }
        }
    }

    fn check(&self, check: Check, outcome: Outcome) -> Markup {
        let (class, word) = match outcome {
            Outcome::Passed => ("passed", "Passed"),
            Outcome::Refused => ("refused", "Refused"),
            Outcome::NotReached => ("unreached", "Not reached"),
        };
        html! {
            li class=(class) {
                span.outcome { (word) }
                span { (check.label()) @if outcome == Outcome::Refused { " \u{2013} " strong { (self.row.detail_column()) } } }
            }
        }
    }

    fn request(&self) -> Markup {
        let request = self.kept.as_ref().map(|kept| &kept.request);
        html! {
            section.section aria-labelledby="h-request" {
                h2 id="h-request" { "The request as received" }
                @match request {
                    Some(request) => (kept(request)),
                    None => p { (self.nothing_kept()) " Its row below is all there is." },
                }
            }
        }
    }

    fn nothing_kept(&self) -> &'static str {
        match self.row.status {
            LoginStatus::Success => "Of a login that succeeded no request is kept.",
            LoginStatus::Failure { .. } => "Of this login no request is kept.",
        }
    }

    fn base_string(&self) -> Markup {
        let text = self.kept.as_ref().and_then(|kept| kept.base_string.as_deref());
        html! {
            @if let Some(text) = text {
                section.section aria-labelledby="h-base" {
                    h2 id="h-base" { "What this account signs" }
                    p.help { "The signature base string of the request as it arrived: method, address and parameters, joined by &." }
                    (base_string(text))
                }
            }
        }
    }

    fn row(&self) -> Markup {
        let columns = LoginColumn::ALL
            .iter()
            .filter(|column| **column != LoginColumn::Date);
        let texts = columns
            .map(|column| (column.label(), column.text(&self.row)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(label, text)| (label, html! { (text) }));
        let first = [
            ("Date", moment(self.row.at)),
            ("Row", html! { code { (self.id) } }),
        ];
        let answer = self.answer.map(|status| ("Answer", answered(status)));
        let texts: Vec<(&str, Markup)> = first.into_iter().chain(answer).chain(texts).collect();
        html! {
            section.section aria-labelledby="h-row" {
                h2 id="h-row" { "Its row in the Login Audit Trail" }
                (facts(&texts))
            }
        }
    }
}

const fn outcome(status: &LoginStatus) -> &'static str {
    match status {
        LoginStatus::Success => "let in",
        LoginStatus::Failure { .. } => "refused",
    }
}

fn kept(request: &KeptRequest) -> Markup {
    let KeptRequest {
        method,
        origin,
        path,
        query,
        content_type,
        presented_in,
        credentials,
        session_cookie,
    } = request;
    html! {
        p.help { "Credentials and the values of the query are shown by their last characters." }
        p.base { (method) " " (origin) wbr; (path) }
        dl.headers {
            @if !query.is_empty() {
                div { dt { "Query" } dd { @for parameter in query { span.pair { (parameter.name) "=" (parameter.value) } } } }
            }
            @if let Some(content_type) = content_type { div { dt { "Content-Type" } dd { (content_type) } } }
            @if *session_cookie { div { dt { "Cookie" } dd { "JSESSIONID" } } }
            div {
                dt { (presented_in) }
                dd {
                    @if credentials.is_empty() { "not readable" }
                    @for credential in credentials { span.pair { (credential.name) "=" (credential.value) } }
                }
            }
        }
    }
}

pub(super) async fn show(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(LoginId::new) else {
        return desk.not_found();
    };
    match call(&desk, id).await {
        Ok(Some(call)) => match Written::by(&call.row, &desk).await {
            Ok(written) => desk.show(&Call { written, ..call }),
            Err(error) => desk.broken(&error),
        },
        Ok(None) => desk.not_found(),
        Err(error) => desk.failed(error),
    }
}

async fn call(desk: &Desk, id: LoginId) -> Result<Option<Call>, countersign_authority::AdministrationError> {
    let (authority, caller) = (desk.authority(), &desk.caller);
    let mut found = authority.login(caller, id).await?;
    if matches!(&found, Some((row, None)) if row.detail().is_some()) {
        // What is not found out by then is there when the page is loaded again.
        let _ = timeout(PATIENCE, authority.until_diagnosed()).await;
        found = authority.login(caller, id).await?;
    }
    let Some((row, document)) = found else {
        return Ok(None);
    };
    let kept = document.and_then(|document| match KeptDiagnosis::read(&document) {
        Ok(kept) => Some(kept),
        Err(error) => {
            tracing::error!(%error, row = id.get(), "a diagnosis cannot be read");
            None
        }
    });
    let skipped = authority.diagnosis_count(caller)?.skipped;
    let found = [(id, row)];
    let answer = authority.answers(caller, &found).await?.remove(&id);
    let [(_, row)] = found;
    Ok(Some(Call {
        id,
        row,
        kept,
        skipped,
        answer,
        written: None,
    }))
}

#[cfg(test)]
mod samples {
    use super::*;
    use countersign_authority::KeptCredential;
    use countersign_diagnose::{BaseStringsJson, CodeHintJson, FindingJson, FixJson, ProofJson};

    fn request() -> KeptRequest {
        KeptRequest {
            method: "GET".to_owned(),
            origin: "http://localhost:8080".to_owned(),
            path: "/services/rest/record/v1/customer".to_owned(),
            query: vec![KeptCredential {
                name: "li<mit".to_owned(),
                value: "…".to_owned(),
            }],
            content_type: Some("text/<b>".to_owned()),
            presented_in: "Authorization".to_owned(),
            credentials: vec![KeptCredential {
                name: "oauth_nonce".to_owned(),
                value: "…f00d".to_owned(),
            }],
            session_cookie: true,
        }
    }

    fn finding(mistake: &str, sure: &str, proof: ProofJson) -> FindingJson {
        FindingJson {
            mistake: mistake.to_owned(),
            sure: sure.to_owned(),
            cause: "The URL was signed without its <query>.".to_owned(),
            detail: "InvalidSignature".to_owned(),
            together_with: vec!["nonce_replay".to_owned()],
            proof,
            fix: FixJson {
                sentence: "Sign the query.".to_owned(),
                path: Some("Setup > Integration".to_owned()),
                code: vec![CodeHintJson {
                    language: "Python".to_owned(),
                    code: "print('<')".to_owned(),
                }],
            },
        }
    }

    pub(super) fn written() -> Written {
        Written {
            lines: crate::scripts::samples::lines(),
            position: Some(countersign_scripts::Position {
                path: "/SuiteScripts/orders.js".to_owned(),
                line: 12,
                column: 5,
                text: "  throw new Error('<b>');".to_owned(),
            }),
        }
    }

    pub(super) fn explained() -> KeptDiagnosis {
        let strings = BaseStringsJson {
            signed: "GET&http%3A%2F%2Flocalhost&oauth_nonce%3D1".to_owned(),
            expected: "GET&http%3A%2F%2Flocalhost&limit%3D5%26oauth_nonce%3D1".to_owned(),
            start: 27,
            signed_end: 27,
            expected_end: 37,
        };
        let text = |text: &str| text.to_owned();
        KeptDiagnosis {
            request: request(),
            signature: text("explained"),
            tried: 40,
            ruled_out: Vec::new(),
            base_string: Some(strings.expected.clone()),
            findings: vec![
                finding("query_not_signed", "proved", ProofJson::BaseStrings(strings)),
                finding("nonce_replay", "proved", ProofJson::Records),
                finding("clock_skew", "likely", ProofJson::RuledOut { tried: 3 }),
            ],
            left_off: 2,
        }
    }

    pub(super) fn unexplained() -> KeptDiagnosis {
        let header = ProofJson::Header {
            text: "OAuth realm=\"…\"<".to_owned(),
            caret: 3,
        };
        KeptDiagnosis {
            signature: "unexplained".to_owned(),
            ruled_out: vec!["query_not_signed".to_owned(), "unheard_of".to_owned()],
            findings: vec![finding("wrong_token_secret", "possible", header)],
            ..explained()
        }
    }
}
