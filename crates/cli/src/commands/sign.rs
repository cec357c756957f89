//! `countersign sign`.

use countersign_client::{Connection, Destination};
use countersign_protocol::{Credentials, Request, Signer, Stamp};
use countersign_world::nonce;
use serde_json::json;

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
            let (name, value) = match kind {
                SignKind::Passport => ("tokenPassport", signer.passport(&stamp).to_xml(sign.soap_version)),
                SignKind::ConnectPassword => ("password", signer.connect_password(&stamp)),
            };
            let base_string = signer.passport_base_string(&stamp);
            let explanation = Explanation {
                parameters: &[],
                base_string: &base_string,
                credentials: &connection.credentials,
            };
            print(&sign, name, &value, &explanation);
            Ok(Exit::Success)
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
    let (base_string, _) = signer.explain(&request, stamp);
    let header = signer.sign(&request, stamp);
    let explanation = Explanation {
        parameters: base_string.parameters(),
        base_string: base_string.as_str(),
        credentials,
    };
    print(sign, "Authorization", &header, &explanation);
    Ok(Exit::Success)
}

/// How a signature comes about, without the secrets.
struct Explanation<'e> {
    /// Encoded once, in the order they are signed; none where the parts are just joined.
    parameters: &'e [(String, String)],
    base_string: &'e str,
    credentials: &'e Credentials,
}

fn print(sign: &Sign, name: &str, value: &str, explanation: &Explanation<'_>) {
    let key = Signer::key_shape(explanation.credentials);
    if sign.json {
        let mut object = json!({ name: value });
        if sign.explain
            && let Some(object) = object.as_object_mut()
        {
            object.insert("parameters".to_owned(), json!(explanation.parameters));
            object.insert("baseString".to_owned(), explanation.base_string.into());
            object.insert("key".to_owned(), key.into());
        }
        output::say_json(&object);
        return;
    }
    if !sign.explain {
        output::say(value);
        return;
    }
    if !explanation.parameters.is_empty() {
        output::say(&format!(
            "{BOLD}parameters{BOLD:#} {DIM}(encoded once, sorted){DIM:#}"
        ));
        for (name, value) in explanation.parameters {
            output::say(&format!("  {name}={value}"));
        }
    }
    output::say(&format!(
        "{BOLD}base string{BOLD:#}\n  {}",
        explanation.base_string
    ));
    output::say(&format!("{BOLD}key{BOLD:#}\n  {key}"));
    output::say(&format!("{BOLD}{name}{BOLD:#}\n  {value}"));
}
