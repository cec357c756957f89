//! `countersign sign`.

use countersign_client::{Connection, Destination};
use countersign_protocol::{Credentials, EndpointVersion, Request, Signer, Stamp, percent_encode};
use countersign_world::nonce;
use serde_json::{Value, json};

use super::credentials;
use crate::command::{Sign, SignKind};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, DIM};

pub(crate) fn run(sign: Sign) -> Result<Exit, Failure> {
    let connection = credentials::read(&sign.credentials)?;
    let signer = Signer::new(&connection.credentials);
    let World { clock, entropy } = World::system();
    let nonce = sign
        .nonce
        .clone()
        .unwrap_or_else(|| nonce(&*entropy).as_str().to_owned());
    let now = u64::try_from(clock.now().seconds()).unwrap_or_default();
    let stamp = Stamp::new(sign.timestamp.unwrap_or(now), &nonce).map_err(Failure::unusable)?;
    match sign.kind {
        None => http(&sign, &connection, &signer, &stamp),
        Some(kind) => {
            let version = sign.soap_version.unwrap_or(EndpointVersion::LATEST);
            let (name, value) = match kind {
                SignKind::Passport => ("tokenPassport", signer.passport(&stamp).to_xml(version)),
                SignKind::ConnectPassword if sign.soap_version.is_some() => {
                    let message = "a SuiteAnalytics Connect password has no SOAP version";
                    return Err(Failure::usage(message).hint("leave --soap-version out"));
                }
                SignKind::ConnectPassword => ("password", signer.connect_password(&stamp)),
            };
            let base_string = signer.passport_base_string(&stamp);
            let signature = signer.passport(&stamp).signature.to_string();
            let explanation = Explanation {
                url: None,
                parameters: &[],
                base_string: &base_string,
                credentials: &connection.credentials,
                signature: &signature,
            };
            print(&sign, name, &value, &explanation)
        }
    }
}

fn http(sign: &Sign, connection: &Connection, signer: &Signer, stamp: &Stamp<'_>) -> Result<Exit, Failure> {
    let Connection {
        credentials,
        base_url,
    } = connection;
    let (Some(method), Some(url)) = (&sign.method, &sign.url) else {
        return Err(Failure::usage("a method and a URL are needed to sign a request"));
    };
    let destination =
        Destination::resolve(url, &credentials.account, base_url.as_deref()).map_err(Failure::unusable)?;
    let form = credentials::body(sign.form.as_deref())?;
    let content_type = sign.form.as_ref().map(|_| "application/x-www-form-urlencoded");
    let request = Request::new(method.as_str(), destination.url()).map_err(Failure::unusable)?;
    let request = request.with_body(content_type, &form);
    let (base_string, signature) = signer.explain(&request, stamp);
    let header = signer.sign(&request, stamp);
    let signature = signature.to_string();
    let explanation = Explanation {
        url: Some(Resolved {
            url: destination.url(),
            is_netsuites: !url.contains("://") && base_url.is_none(),
        }),
        signature: &signature,
        parameters: base_string.parameters(),
        base_string: base_string.as_str(),
        credentials,
    };
    print(sign, "Authorization", &header, &explanation)
}

/// What a path became.
struct Resolved<'e> {
    url: &'e str,
    /// The host is NetSuite's because nothing said otherwise.
    is_netsuites: bool,
}

/// How a signature comes about, without the secrets.
struct Explanation<'e> {
    /// None where no request is signed.
    url: Option<Resolved<'e>>,
    /// Encoded once, in the order they are signed; none where the parts are just joined.
    parameters: &'e [(String, String)],
    base_string: &'e str,
    credentials: &'e Credentials,
    /// As it is computed; only a header encodes it.
    signature: &'e str,
}

fn print(sign: &Sign, name: &str, value: &str, explanation: &Explanation<'_>) -> Result<Exit, Failure> {
    let said = match (sign.json, sign.explain) {
        (true, explain) => output::say_json(&as_json(name, value, explain.then_some(explanation))),
        (false, true) => explain(name, value, explanation),
        (false, false) => output::say(value),
    };
    said.map(|()| Exit::Success)
}

fn as_json(name: &str, value: &str, explanation: Option<&Explanation<'_>>) -> Value {
    let Some(explanation) = explanation else {
        return json!({ name: value });
    };
    json!({
        name: value,
        "url": explanation.url.as_ref().map(|resolved| resolved.url),
        "parameters": explanation.parameters,
        "baseString": explanation.base_string,
        "key": Signer::key_shape(explanation.credentials),
        "signature": explanation.signature,
    })
}

fn explain(name: &str, value: &str, explanation: &Explanation<'_>) -> Result<(), Failure> {
    if let Some(Resolved { url, is_netsuites }) = &explanation.url {
        output::say(&format!("{BOLD}url{BOLD:#}\n  {url}"))?;
        if *is_netsuites {
            let hint = "NetSuite's own host: NETSUITE_BASE_URL is not set. A local account signs for its own address";
            output::say(&format!("  {DIM}({hint}){DIM:#}"))?;
        }
    }
    if !explanation.parameters.is_empty() {
        output::say(&format!(
            "{BOLD}parameters{BOLD:#} {DIM}(encoded once, sorted){DIM:#}"
        ))?;
        for (name, value) in explanation.parameters {
            output::say(&format!("  {name}={value}"))?;
        }
    }
    output::say(&format!(
        "{BOLD}base string{BOLD:#}\n  {}",
        explanation.base_string
    ))?;
    let key = Signer::key_shape(explanation.credentials);
    output::say(&format!("{BOLD}key{BOLD:#}\n  {key}"))?;
    let signature = explanation.signature;
    output::say(&format!(
        "{BOLD}signature{BOLD:#} {DIM}(HMAC-SHA256, base64){DIM:#}\n  {signature}"
    ))?;
    if explanation.url.is_some() {
        let encoded = percent_encode(signature);
        output::say(&format!(
            "  {encoded} {DIM}(percent-encoded, as the header has it){DIM:#}"
        ))?;
    }
    output::say(&format!("{BOLD}{name}{BOLD:#}\n  {value}"))
}
