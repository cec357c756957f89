//! One diagnosis from beginning to end: what can be seen first, then what has to be computed.

use countersign_protocol::{
    AccountId, AuthorizationHeader, Needs, Refusal, Request, SoapHeader, TokenPassport, Unverified, Value,
};

use crate::evidence::{Evidence, Presented};
use crate::finding::{Certainty, Diagnosis, Proof, SignatureCheck};
use crate::flow_mistakes::FlowStep;
use crate::mistake::Mistake;
use crate::output_variants::Reading;
use crate::redaction::Redaction;
use crate::report::{Report, Words};
use crate::scene::{Scene, split_port};
use crate::search::{MAX_BASE_STRING, MAX_PARAMETERS, search};
use crate::signing_key::Secrets;

/// Names the mistakes of a request, the most specific first.
///
/// A request without a mistake gives no findings. The work is bounded: no more than 20,000 signatures are computed,
/// and none for a base string of more than 8 kB or 256 parameters.
pub fn diagnose(evidence: &Evidence<'_>) -> Diagnosis {
    let mut examination = Examination {
        evidence,
        report: Report::new(Redaction::of(evidence), Words::of(evidence.presented)),
        signature: SignatureCheck::NotReached,
        tried: 0,
        ruled_out: Vec::new(),
        is_cut_short: false,
        base_string: None,
    };
    match evidence.presented {
        Presented::Headers(headers) => examination.headers(headers),
        Presented::Envelope(envelope) => examination.envelope(envelope),
        Presented::Passport(passport) => examination.passport(passport),
    }
    examination.secret_sent();
    Diagnosis {
        findings: examination.report.findings,
        signature: examination.signature,
        tried: examination.tried,
        ruled_out: examination.ruled_out,
        is_cut_short: examination.is_cut_short,
        base_string: examination.base_string,
    }
}

struct Examination<'e> {
    evidence: &'e Evidence<'e>,
    report: Report,
    signature: SignatureCheck,
    tried: u32,
    ruled_out: Vec<Mistake>,
    is_cut_short: bool,
    base_string: Option<String>,
}

/// A signature as it was sent.
struct Sent<'a> {
    text: &'a str,
    is_properly_encoded: bool,
}

impl<'e> Examination<'e> {
    fn headers(&mut self, headers: &'e [&'e str]) {
        if self.evidence.session_cookie {
            self.report.add_session_cookie();
        }
        match headers {
            [] => self.report.add_no_header(),
            [header] => self.header(header),
            _ => self
                .report
                .add_two_headers("More than one Authorization header was sent."),
        }
    }

    fn header(&mut self, header: &'e str) {
        let evidence = self.evidence;
        let path = evidence.target.split('?').next().unwrap_or_default();
        let step = FlowStep::of(path);
        let needs = match step {
            Some(FlowStep::RequestToken) => Needs::NoToken,
            _ => Needs::Token,
        };
        let request = Request::received(
            evidence.method,
            evidence.scheme,
            evidence.authority,
            evidence.target,
        );
        let parsed = match request {
            Ok(request) => Unverified::parse(
                request.with_body(evidence.content_type, evidence.body),
                header,
                needs,
            ),
            Err(error) => {
                let error = format!("the request cannot be signed as it stands: {error}");
                let cause = self.report.said(Mistake::RequestMalformed, &error);
                self.report
                    .add_value(Mistake::RequestMalformed, cause, "request", "", "cannot be read");
                return;
            }
        };
        let unverified = match parsed {
            Ok(unverified) => unverified,
            Err(refusal) => return self.refused(&refusal, header, step),
        };
        let scene = Scene::of_header(evidence, header, &unverified);
        self.realm(unverified.realm(), step);
        if let Some(step) = step {
            self.report.add_flow_step(step, unverified.header());
        }
        let signature = unverified.header().signature();
        let sent = Sent {
            text: &signature.map(Value::text).unwrap_or_default(),
            is_properly_encoded: signature.is_none_or(Value::is_properly_encoded),
        };
        self.claim(&scene, &sent);
    }

    /// A header that is refused before its signature is looked at.
    fn refused(&mut self, refusal: &Refusal, header: &str, step: Option<FlowStep>) {
        // A query in the header explains what is doubled or empty there.
        self.report.add_repeated_from_query(refusal, self.evidence.target);
        self.report.add_refusal(refusal, header);
        if let Some(step) = step {
            self.report.add_flow_refusal(step, refusal);
        }
        if let Ok(parsed) = AuthorizationHeader::parse(header) {
            self.realm(parsed.realm(), step);
            self.records();
        }
    }

    /// It may be left out of the first and third step of the authorization flow.
    fn realm(&mut self, realm: Option<&str>, step: Option<FlowStep>) {
        self.report
            .add_account(realm, self.called().as_ref(), step.is_none());
    }

    fn envelope(&mut self, envelope: &str) {
        let header = match SoapHeader::read(envelope) {
            Ok(header) => header,
            Err(error) => {
                self.report.add_envelope_error(&error);
                return;
            }
        };
        if let Some(other) = header.other_credentials {
            self.report.add_other_credentials(other);
        }
        match header.token_passport {
            Some(passport) => self.passport(&passport),
            None => self.report.add_no_passport(),
        }
    }

    fn passport(&mut self, passport: &TokenPassport) {
        if self.evidence.session_cookie {
            self.report.add_session_cookie();
        }
        let checked = passport.check_fields();
        if let Err(refusal) = &checked {
            self.report.add_refusal(refusal, "");
        }
        self.report
            .add_account(passport.account.as_deref(), self.called().as_ref(), false);
        if checked.is_err() {
            self.records();
            return;
        }
        let scene = Scene::of_passport(self.evidence, passport);
        let sent = Sent {
            text: passport.signature.as_deref().unwrap_or_default(),
            is_properly_encoded: true,
        };
        self.claim(&scene, &sent);
    }

    /// The account that was called, as far as it is known.
    fn called(&self) -> Option<AccountId> {
        let (host, _) = split_port(self.evidence.authority);
        let of_host = || AccountId::of_host(host).map(|(account, _)| account);
        self.evidence.known.account.cloned().or_else(of_host)
    }

    fn secret_sent(&mut self) {
        if self.report.redaction.is_secret_sent {
            let cause =
                "One of the secrets stands in the request itself: whoever saw the request can sign now.";
            self.report
                .add_value(Mistake::SecretSent, cause, "request", "", "holds a secret");
        }
    }

    fn records(&mut self) {
        for mistake in self.evidence.known.records {
            let cause = format!("The account's records say: {}.", mistake.title());
            self.report
                .add(*mistake, Certainty::Proved, cause, Proof::Records);
        }
    }

    /// All that follows once the credentials could be read.
    fn claim(&mut self, scene: &Scene<'_>, sent: &Sent<'_>) {
        self.report.add_timestamp(&scene.timestamp, self.evidence.now);
        self.report.add_nonce(&scene.nonce);
        self.records();
        self.signature(scene, sent);
        let is_right = self.signature == SignatureCheck::Right;
        self.report.add_owner(
            self.evidence.known.owner,
            &scene.consumer_key,
            &scene.token,
            is_right,
        );
        self.report
            .add_nonce_history(self.evidence.known.nonce, &scene.nonce, self.evidence.now);
    }

    fn signature(&mut self, scene: &Scene<'_>, sent: &Sent<'_>) {
        let right = scene.right.to_bytes();
        self.base_string = Some(self.report.redaction.clean_sent(String::from_utf8_lossy(&right)));
        if right.len() > MAX_BASE_STRING || scene.right.count() > MAX_PARAMETERS {
            self.signature = SignatureCheck::TooLarge;
            return;
        }
        let Some(reading) = Reading::of(sent.text, sent.is_properly_encoded) else {
            self.signature = SignatureCheck::Unexplained;
            self.report.add_printed_signature(sent.text, &scene.nonce);
            self.report.add_unreadable_signature(sent.text);
            self.report.add_printed_nonce(&scene.nonce);
            return;
        };
        let secrets = Secrets::of(self.evidence, &scene.consumer_key, &scene.token);
        let outcome = search(scene, &right, &secrets, &reading);
        self.tried = outcome.tried;
        self.is_cut_short = outcome.is_cut_short;
        if outcome.is_right && reading.mistakes.is_empty() {
            self.signature = SignatureCheck::Right;
            return;
        }
        self.report.add_printed_signature(sent.text, &scene.nonce);
        if outcome.is_right || !outcome.matches.is_empty() {
            self.signature = SignatureCheck::Explained;
            self.report.add_explained(scene, sent.text, &reading, &outcome);
            self.report.add_printed_nonce(&scene.nonce);
        } else if secrets.right_key().is_some() {
            self.signature = SignatureCheck::Unexplained;
            if !outcome.is_cut_short {
                self.ruled_out.clone_from(&outcome.looked_for);
            }
            self.report.add_printed_nonce(&scene.nonce);
            self.report.add_form(&reading);
            self.report.add_unexplained(scene, &outcome);
        } else {
            self.signature = SignatureCheck::SecretsUnknown;
            self.report.add_printed_nonce(&scene.nonce);
            self.report.add_form(&reading);
        }
    }
}
