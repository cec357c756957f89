//! `countersign explain`: a request of the vectors has the same mistake in whatever form it is given.

use std::collections::BTreeMap;

use countersign_admin::Moment;
use countersign_capture::Address;
use countersign_vectors::{Expect, Transport, Vector, embedded, envelope, parse};
use countersign_world::UnixTime;
use serde_json::{Value, json};

use crate::machine::{Machine, Run};

/// What no diagnosis can prove: it lists them as possible.
const UNPROVABLE: [&str; 4] = ["X01", "X02", "X37", "X49"];

fn vectors() -> Vec<Vector> {
    embedded()
        .into_iter()
        .flat_map(|file| parse(file).unwrap())
        .collect()
}

fn moment(seconds: i64) -> String {
    Moment::from(UnixTime::from_seconds(seconds)).to_string()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A request with its Authorization header, and the forms it can be caught in.
struct Sample {
    method: String,
    url: String,
    host: Option<String>,
    headers: Vec<(String, String)>,
    body: String,
}

impl Sample {
    fn of(vector: &Vector) -> Self {
        let url = vector.url.clone().unwrap();
        let url = url.split('#').next().unwrap().to_owned();
        let mut headers: Vec<(String, String)> = Vec::new();
        for header in &vector.authorization.0 {
            headers.push(("Authorization".to_owned(), header.clone()));
        }
        if let Some(content_type) = &vector.content_type {
            headers.push(("Content-Type".to_owned(), content_type.clone()));
        }
        Self {
            method: vector.method.clone(),
            url,
            host: vector.host_header.clone(),
            headers,
            body: vector.body.clone().unwrap_or_default(),
        }
    }

    fn all_headers(&self) -> Vec<(String, String)> {
        let host = self.host.iter().map(|host| ("Host".to_owned(), host.clone()));
        host.chain(self.headers.iter().cloned()).collect()
    }

    fn curl(&self) -> String {
        let mut command = format!("curl -X {} {} \\\n", self.method, quoted(&self.url));
        for (name, value) in self.all_headers() {
            command.push_str(&format!("  -H {} \\\n", quoted(&format!("{name}: {value}"))));
        }
        if !self.body.is_empty() {
            command.push_str(&format!("  --data-raw {} \\\n", quoted(&self.body)));
            if self.headers.iter().all(|(name, _)| name != "Content-Type") {
                command.push_str("  -H 'Content-Type:' \\\n");
            }
        }
        command.push_str("  --compressed\n");
        command
    }

    /// As Chrome copies it for the command prompt.
    fn cmd(&self) -> String {
        let quoted = |text: &str| {
            let mut quoted = String::from("^\"");
            for c in text.chars() {
                match c {
                    '"' => quoted.push_str("^\\^\""),
                    c if c.is_ascii_alphanumeric() || "-._ /:,=".contains(c) => quoted.push(c),
                    c => quoted.extend(['^', c]),
                }
            }
            quoted + "^\""
        };
        let mut command = format!("curl -X {} {}", self.method, quoted(&self.url));
        for (name, value) in self.all_headers() {
            command.push_str(&format!(" ^\r\n  -H {}", quoted(&format!("{name}: {value}"))));
        }
        if !self.body.is_empty() {
            command.push_str(&format!(" ^\r\n  --data-raw {}", quoted(&self.body)));
        }
        command
    }

    fn powershell(&self) -> String {
        let quoted = |text: &str| {
            format!(
                "\"{}\"",
                text.replace('`', "``").replace('"', "`\"").replace('$', "`$")
            )
        };
        let mut command = format!(
            "Invoke-WebRequest -Uri {} `\n-Method {} `\n-Headers @{{\n",
            quoted(&self.url),
            quoted(&self.method)
        );
        for (name, value) in self.all_headers() {
            command.push_str(&format!("{}={}\n", quoted(&name), quoted(&value)));
        }
        command.push('}');
        if !self.body.is_empty() {
            command.push_str(&format!(" `\n-Body {}", quoted(&self.body)));
        }
        command
    }

    /// As a program logs it among other things, a line of JSON.
    fn log(&self) -> String {
        let headers: serde_json::Map<String, Value> = self
            .all_headers()
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect();
        let request = json!({"method": self.method, "url": self.url, "headers": headers, "data": self.body});
        format!("12:00:01 DEBUG client: sending {request}\n12:00:02 ERROR client: 401 Unauthorized\n")
    }

    fn http(&self) -> String {
        let address = Address::of(&self.url).unwrap();
        let host = self.host.as_deref().unwrap_or(address.authority);
        let target = if address.target.is_empty() {
            "/"
        } else {
            address.target
        };
        let mut dump = format!("{} {target} HTTP/1.1\r\nHost: {host}\r\n", self.method);
        for (name, value) in &self.headers {
            dump.push_str(&format!("{name}: {value}\r\n"));
        }
        format!("{dump}\r\n{}", self.body)
    }

    fn har(&self, sent_at: i64) -> String {
        let headers: Vec<Value> = self
            .all_headers()
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let mut request =
            json!({ "method": self.method, "url": self.url, "httpVersion": "HTTP/1.1", "headers": headers });
        if !self.body.is_empty() {
            request["postData"] = json!({ "mimeType": "", "text": self.body });
        }
        let good = json!({ "request": { "method": "GET", "url": "https://www.example.com/", "headers": [] }, "response": { "status": 200 } });
        let failing = json!({
            "startedDateTime": moment(sent_at), "request": request,
            "response": { "status": 401, "headers": [], "content": {} }
        });
        json!({ "log": { "version": "1.2", "entries": [good, failing] } }).to_string()
    }

    fn postman(&self) -> String {
        let headers: Vec<Value> = self
            .all_headers()
            .iter()
            .map(|(name, value)| json!({ "key": name, "value": value }))
            .collect();
        let body = match self.body.is_empty() {
            true => Value::Null,
            false => json!({ "mode": "raw", "raw": self.body }),
        };
        let request =
            json!({ "method": self.method, "header": headers, "url": { "raw": self.url }, "body": body });
        let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
        json!({
            "info": { "name": "NetSuite", "schema": schema },
            "item": [{ "name": "Folder", "item": [{ "name": "Failing", "request": request,
                "response": [{ "name": "refused", "originalRequest": request, "code": 401, "header": [], "body": "" }] }] }]
        })
        .to_string()
    }

    fn lines(&self) -> String {
        let mut lines = format!("{} {}\n", self.method, self.url);
        for (name, value) in self.all_headers() {
            lines.push_str(&format!("{name}: {value}\n"));
        }
        format!("{lines}\n{}", self.body)
    }
}

fn credentials(vector: &Vector) -> String {
    json!({
        "account_id": "1234567",
        "consumer_key": vector.consumer_key,
        "consumer_secret": vector.consumer_secret,
        "token_id": vector.token.as_deref().filter(|token| !token.is_empty()).unwrap_or("none"),
        "token_secret": vector.token_secret.as_deref().filter(|secret| !secret.is_empty()).unwrap_or("none"),
    })
    .to_string()
}

fn mistakes(run: &Run) -> Vec<String> {
    let json = run.json();
    let findings = json["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            format!(
                "{} {}",
                finding["mistake"].as_str().unwrap(),
                finding["sure"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_refused_request_has_the_same_mistake_in_every_form() {
    let machine = Machine::new();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for vector in vectors() {
        let is_refused_signature = vector.expect == Expect::Refuse && vector.id.starts_with('X');
        let is_named = !UNPROVABLE.contains(&vector.id.as_str());
        if !is_refused_signature || !is_named || vector.transport != Transport::OauthHeader {
            continue;
        }
        seen += 1;
        let sample = Sample::of(&vector);
        let secrets = machine.write("credentials.json", &credentials(&vector));
        let sent_at = vector
            .server_now
            .or_else(|| vector.timestamp.as_ref()?.parse().ok())
            .unwrap();
        let forms = BTreeMap::from([
            ("curl", sample.curl()),
            ("cmd", sample.cmd()),
            ("powershell", sample.powershell()),
            ("http", sample.http()),
            ("har", sample.har(sent_at)),
            ("postman", sample.postman()),
            ("lines", sample.lines()),
            ("log", sample.log()),
        ]);
        for (form, text) in forms {
            let file = machine.write(&format!("request.{form}"), &text);
            let at = moment(sent_at);
            let mut arguments = vec!["explain", &file, "--credentials", &secrets, "--json"];
            arguments.extend(["--sent-at", &at]);
            // A .http file and header lines look alike where nothing in them is out of order.
            if form == "lines" {
                arguments.extend(["--as", "lines"]);
            }
            let run = machine.run(&arguments);
            let named = if run.code == 1 {
                mistakes(&run)
            } else {
                vec![run.err.clone()]
            };
            let expected = format!("{} proved", vector.mistake.as_deref().unwrap());
            if run.code != 1 || !named.iter().take(3).any(|name| *name == expected) {
                wrong.push(format!("{} as {form}: {expected}, not {named:?}", vector.id));
            } else if run.json()["request"]["form"] != form {
                wrong.push(format!(
                    "{} as {form}: read as {}",
                    vector.id,
                    run.json()["request"]["form"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 25, "{seen}");
}

#[test]
fn an_envelope_is_diagnosed_by_its_passport() {
    let machine = Machine::new();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for vector in vectors() {
        let Some(mistake) = vector
            .mistake
            .as_deref()
            .filter(|_| vector.expect == Expect::Refuse)
        else {
            continue;
        };
        if vector.transport != Transport::SoapTokenPassport {
            continue;
        }
        seen += 1;
        let file = machine.write("envelope.xml", &envelope(&vector));
        let secrets = credentials(&vector).replace(
            "\"1234567\"",
            &format!("\"{}\"", vector.account.as_deref().unwrap()),
        );
        let secrets = machine.write("credentials.json", &secrets);
        let at = moment(
            vector
                .server_now
                .or_else(|| vector.timestamp.as_ref()?.parse().ok())
                .unwrap(),
        );
        let run = machine.run(&[
            "explain",
            &file,
            "--credentials",
            &secrets,
            "--sent-at",
            &at,
            "--json",
        ]);
        let named = mistakes(&run);
        if !named.iter().take(3).any(|name| name.starts_with(mistake)) {
            wrong.push(format!("{}: {mistake}, not {named:?}", vector.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 3, "{seen}");
}

#[test]
fn an_accepted_request_has_no_mistake() {
    let machine = Machine::new();
    for vector in vectors().iter().filter(|vector| {
        let is_ours = vector.realm.as_deref() == Some("1234567");
        vector.expect == Expect::Accept && vector.transport == Transport::OauthHeader && is_ours
    }) {
        let at = moment(
            vector
                .server_now
                .or_else(|| vector.timestamp.as_ref()?.parse().ok())
                .unwrap(),
        );
        let is_ours = vector.netsuite_would_refuse.is_none()
            && vector.token.as_ref().is_some_and(|token| !token.is_empty())
            && vector.signature_method.as_deref() == Some("HMAC-SHA256")
            && vector
                .url
                .as_deref()
                .is_some_and(|url| url.contains("//1234567."));
        if !is_ours || vector.authorization.0.len() != 1 {
            continue;
        }
        let secrets = machine.write("credentials.json", &credentials(vector));
        let file = machine.write("request.txt", &Sample::of(vector).curl());
        let run = machine.run(&["explain", &file, "--credentials", &secrets, "--sent-at", &at]);
        assert_eq!(run.code, 0, "{}: {}{}", vector.id, run.out, run.err);
        assert!(
            run.out.contains("its signature is right with these secrets"),
            "{}: {}",
            vector.id,
            run.out
        );
    }
}
