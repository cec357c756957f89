//! One request, from its capture to its diagnosis, with what had to be assumed and what could not be checked.

use countersign_admin::Moment;
use countersign_capture::{Address, CapturedRequest};
use countersign_diagnose::{Diagnosis, Evidence, Known, Owner, Presented, SignatureCheck, diagnose};
use countersign_model::Masked;
use countersign_protocol::{
    AccountId, AuthorizationHeader, Request, Scheme, SoapHeader, Stamp, TIMESTAMP_WINDOW, Value,
};
use countersign_world::{UnixTime, nonce};

use super::secrets::Secrets;
use crate::failure::Failure;
use crate::folder::World;
use crate::table::moment;

pub(crate) struct Case {
    pub(crate) diagnosis: Diagnosis,
    pub(crate) sent: Sent,
    /// What was assumed, and what does not fit.
    pub(crate) remarks: Vec<String>,
    /// What could not be checked, and how it could.
    pub(crate) unchecked: Vec<String>,
    /// The language of the caller, as code hints call it.
    pub(crate) language: Option<&'static str>,
}

/// The credentials that went with the request, without the signature.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) account: Option<String>,
    pub(crate) consumer_key: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) timestamp: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) method: Option<String>,
}

impl Case {
    /// Diagnoses a request. One that a tool signs when it sends is signed as that tool would.
    pub(crate) fn of(
        request: &mut CapturedRequest,
        secrets: &Secrets,
        now: UnixTime,
        sent_at: Option<i64>,
    ) -> Result<Self, Failure> {
        let is_signed_here = sign_as_the_tool(request, secrets, now)?;
        let request = &*request;
        let method = request.method.as_deref();
        let envelope = request.envelope();
        let address = request.address();
        if envelope.is_none() {
            whole(method, request.url.as_deref(), address.is_some())?;
        }
        let clock = sent_at
            .or(request.sent_at)
            .or_else(|| request.answer.as_ref()?.date())
            .or_else(|| is_signed_here.then(|| now.seconds()));
        let sent = Sent::of(request);
        let headers = request.authorization();
        let authority = request.authority();
        let of_host = AccountId::of_host(host(authority)).map(|(account, _)| account);
        let account = secrets.names.account.as_ref().filter(|_| of_host.is_none());
        let diagnosis = diagnose(&Evidence {
            method: method.unwrap_or("POST"),
            scheme: address.map_or(Scheme::Https, |address| address.scheme),
            authority,
            target: address.map_or("/", |address| address.target),
            content_type: request.header("content-type"),
            body: &request.body,
            presented: match envelope {
                Some(envelope) => Presented::Envelope(envelope),
                None => Presented::Headers(&headers),
            },
            session_cookie: request.has_session_cookie(),
            now: clock,
            known: Known {
                consumer_secret: secrets.consumer.as_ref(),
                // The first step of the authorization flow has no token, and its key no token secret.
                token_secret: secrets.token.as_ref().filter(|_| sent.token.is_some()),
                owner: Owner {
                    consumer_key: secrets.names.consumer_key.as_deref(),
                    token: secrets.names.token.as_deref(),
                },
                account,
                written_url: request.url.as_deref(),
                ..Known::default()
            },
        });
        let mut remarks = request.assumptions.clone();
        remarks.extend(strangers(&sent, secrets, of_host.as_ref()));
        let unchecked = unchecked(&diagnosis, secrets, clock.is_some() || sent.is_fresh(now), &sent);
        Ok(Self {
            diagnosis,
            sent,
            remarks,
            unchecked,
            language: request.language(),
        })
    }

    pub(crate) fn is_right(&self) -> bool {
        self.diagnosis.signature == SignatureCheck::Right && self.diagnosis.findings.is_empty()
    }
}

/// A request needs a method and an address, or nothing of its signature can be judged.
fn whole(method: Option<&str>, url: Option<&str>, is_address: bool) -> Result<(), Failure> {
    let missing = match (method, url) {
        (Some(_), Some(_)) if is_address => return Ok(()),
        (_, Some(_)) if !is_address => {
            let message = "the URL of the request is no whole address: expected https://…";
            return Err(Failure::unusable(message).hint("give it as your program wrote it, with --url"));
        }
        (None, None) => "its method and its URL are",
        (None, _) => "its method is",
        (_, _) => "its URL is",
    };
    Err(Failure::unusable(format!(
        "the request is not whole: {missing} missing, and both are signed"
    ))
    .hint("add --method GET --url https://…, or write them as the first line of the file"))
}

fn host(authority: &str) -> &str {
    authority.split(':').next().unwrap_or_default()
}

/// Adds the header that a tool with these settings would send now.
fn sign_as_the_tool(
    request: &mut CapturedRequest,
    secrets: &Secrets,
    now: UnixTime,
) -> Result<bool, Failure> {
    let Some(mut settings) = request.signing.take() else {
        return Ok(false);
    };
    settings.fill(|name| secrets.names.of(name));
    if let Some(name) = settings.unfilled.first() {
        let message = format!("{name} is a variable of Postman, and its value is not in the export");
        return Err(Failure::unusable(message).hint(
            "export the environment too and give it with --credentials; or send the request, and copy what was sent: View > Show Postman Console",
        ));
    }
    let nonce = nonce(&*World::system().entropy);
    let now = u64::try_from(now.seconds()).unwrap_or_default();
    let stamp = Stamp::new(now, nonce.as_str()).map_err(Failure::unusable)?;
    let (Some(method), Some(url)) = (&request.method, &request.url) else {
        return Ok(false);
    };
    let signed = Request::new(method, url)
        .map_err(|error| Failure::unusable(format!("the request cannot be signed: {error}")))?;
    let signed = signed.with_body(request.header("content-type"), &request.body);
    let header = settings.header(&signed, &stamp, secrets.both());
    request.headers.push(("Authorization".to_owned(), header));
    Ok(true)
}

impl Sent {
    fn of(request: &CapturedRequest) -> Self {
        if let Some(envelope) = request.envelope() {
            let passport = SoapHeader::read(envelope)
                .ok()
                .and_then(|header| header.token_passport);
            let passport = passport.unwrap_or_default();
            return Self {
                account: passport.account,
                consumer_key: passport.consumer_key,
                token: passport.token,
                timestamp: passport.timestamp,
                nonce: passport.nonce,
                method: passport.algorithm,
            };
        }
        let headers = request.authorization();
        let header = headers
            .first()
            .and_then(|header| AuthorizationHeader::parse(header).ok());
        let Some(header) = header else {
            return Self::default();
        };
        let text = |value: Option<Value<'_>>| value.map(|value| value.text().into_owned());
        Self {
            account: header.realm().map(str::to_owned),
            consumer_key: text(header.consumer_key()),
            token: text(header.token()),
            timestamp: text(header.timestamp()),
            nonce: text(header.nonce()),
            method: text(header.signature_method()),
        }
    }

    /// Signed within the last minutes: what is explained at once was sent in time.
    fn is_fresh(&self, now: UnixTime) -> bool {
        let seconds = self
            .timestamp
            .as_deref()
            .and_then(|text| text.parse::<i64>().ok());
        seconds.is_some_and(|seconds| (0..=TIMESTAMP_WINDOW).contains(&now.seconds().saturating_sub(seconds)))
    }

    /// The timestamp as a time, where it is one.
    pub(crate) fn time(&self) -> Option<String> {
        let seconds: i64 = self.timestamp.as_deref()?.parse().ok()?;
        let is_plausible = (1..=9_999_999_999).contains(&seconds);
        is_plausible.then(|| format!("{} UTC", moment(Moment(UnixTime::from_seconds(seconds)))))
    }
}

/// Where request and credentials are not of the same connection.
fn strangers(sent: &Sent, secrets: &Secrets, of_host: Option<&AccountId>) -> Vec<String> {
    let names = &secrets.names;
    let mut remarks = Vec::new();
    let mut differs = |what: &str, secret: &str, sent: &Option<String>, known: &Option<String>| {
        if let (Some(sent), Some(known)) = (sent, known)
            && sent != known
        {
            remarks.push(format!(
                "The request carries the {what} {}, the credentials have {}: their {secret} does not belong to it.",
                Masked::of(sent),
                Masked::of(known),
            ));
        }
    };
    differs(
        "consumer key",
        "consumer secret",
        &sent.consumer_key,
        &names.consumer_key,
    );
    differs("token ID", "token secret", &sent.token, &names.token);
    if let (Some(called), Some(known)) = (of_host, &names.account)
        && called != known
    {
        remarks.push(format!(
            "The request goes to account {called}, the credentials are of {known}."
        ));
    }
    remarks
}

fn unchecked(diagnosis: &Diagnosis, secrets: &Secrets, is_clock_known: bool, sent: &Sent) -> Vec<String> {
    let mut unchecked = Vec::new();
    match diagnosis.signature {
        SignatureCheck::SecretsUnknown => {
            let which = match (&secrets.consumer, &secrets.token) {
                (None, Some(_)) => "without the consumer secret",
                (Some(_), None) => "without the token secret",
                _ => "without the secrets",
            };
            unchecked.push(format!(
                "The signature, {which}: give --credentials FILE, or --ask to type them."
            ));
        }
        SignatureCheck::TooLarge => unchecked.push(
            "The signature: more than 8 kB of parameters are signed. Try the same call with fewer."
                .to_owned(),
        ),
        _ => {}
    }
    if let (false, Some(time)) = (is_clock_known, sent.time()) {
        unchecked.push(format!(
            "The clock: the timestamp says {time}, and nothing says when the request was sent. Give --sent-at, or with \
             --response an answer that has its Date header."
        ));
    }
    unchecked
}

/// Method and address of a request, without what may stand before the host.
pub(crate) fn address(request: &CapturedRequest) -> String {
    let method = request.method.as_deref().unwrap_or("?");
    match request.address() {
        Some(Address { scheme, target, .. }) => {
            format!("{method} {scheme}://{}{target}", request.authority())
        }
        None => match request.envelope() {
            Some(_) => "A SOAP envelope, its URL not known".to_owned(),
            None => format!("{method} (no whole URL)"),
        },
    }
}
