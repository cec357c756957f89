//! Finds secrets in anything: whole or in part, plain or in one of the forms they travel in.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// How much of a secret in a row is too much. The mask of a trail shows four characters.
const WINDOW: usize = 12;

/// Every part of every form of some secrets.
pub(crate) struct Needles {
    parts: HashMap<Vec<u8>, String>,
}

impl Needles {
    pub(crate) fn of<'s>(secrets: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let mut parts = HashMap::new();
        for (name, secret) in secrets {
            assert!(
                secret.len() >= 2 * WINDOW,
                "{name} is too short to be told from chance"
            );
            for (form, text) in forms(secret) {
                for part in text.as_bytes().windows(WINDOW) {
                    parts.insert(part.to_vec(), format!("{name} ({form})"));
                }
            }
        }
        Self { parts }
    }

    /// Which secret is in these bytes, and around what.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<String> {
        let place = bytes
            .windows(WINDOW)
            .position(|part| self.parts.contains_key(part))?;
        let around = &bytes[place.saturating_sub(80)..(place + WINDOW + 20).min(bytes.len())];
        let name = &self.parts[&bytes[place..place + WINDOW]];
        Some(format!("{name} in {:?}", String::from_utf8_lossy(around)))
    }

    /// Looks into every file below a folder, its name included, but for those that may hold a secret.
    pub(crate) fn find_below(&self, folder: &Path, allowed: &[PathBuf]) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(self.find_below(&path, allowed));
                continue;
            }
            let name = self.find(path.to_str().unwrap().as_bytes());
            // A socket has no content.
            let content = fs::read(&path).unwrap_or_default();
            let content = self.find(&content).filter(|_| !allowed.contains(&path));
            found.extend(
                name.into_iter()
                    .chain(content)
                    .map(|what| format!("{}: {what}", path.display())),
            );
        }
        found
    }

    /// Looks at what everybody on the machine, or a careless tool, can learn of a process.
    pub(crate) fn find_in_process(&self, pid: u32) -> Vec<String> {
        let folder = PathBuf::from(format!("/proc/{pid}"));
        let files = [
            "cmdline",
            "environ",
            "comm",
            "stat",
            "status",
            "maps",
            "limits",
            "mountinfo",
            "io",
            "wchan",
        ];
        let mut found = Vec::new();
        let mut look = |path: &Path, bytes: &[u8]| {
            found.extend(self.find(bytes).map(|what| format!("{}: {what}", path.display())));
        };
        for file in files {
            let path = folder.join(file);
            look(&path, &fs::read(&path).unwrap_or_default());
        }
        for entry in fs::read_dir(folder.join("task")).unwrap() {
            let path = entry.unwrap().path().join("comm");
            look(&path, &fs::read(&path).unwrap_or_default());
        }
        for entry in fs::read_dir(folder.join("fd")).unwrap() {
            let path = entry.unwrap().path();
            let target = fs::read_link(&path).unwrap_or_default();
            look(&path, target.to_str().unwrap_or_default().as_bytes());
        }
        found
    }
}

/// A secret as it is, and as it is written in URLs, forms, JSON, XML, dumps and mail.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let percent = countersign_protocol::percent_encode(secret);
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::to_string(secret).unwrap();
    let mut forms = vec![
        ("plain", secret.to_owned()),
        ("reversed", secret.chars().rev().collect()),
        ("JSON", json.trim_matches('"').to_owned()),
        ("escaped", secret.escape_debug().to_string()),
        ("XML", secret.replace('&', "&amp;").replace('<', "&lt;")),
        ("form", percent.replace("%20", "+")),
        (
            "percent-encoded twice",
            countersign_protocol::percent_encode(&percent),
        ),
        ("percent-encoded in lower case", lower_escapes(&percent)),
        ("percent-encoded", percent),
        ("HEX", hex.to_uppercase()),
        ("hex", hex),
    ];
    // Base64 depends on where in its three bytes the secret begins: what stands before changes the first characters,
    // what stands after the last.
    for before in 0..3 {
        let text = format!("{}{secret}", "x".repeat(before));
        for (form, encoded) in [
            ("base64", STANDARD_NO_PAD.encode(&text)),
            ("base64url", URL_SAFE_NO_PAD.encode(&text)),
        ] {
            let inner = encoded[4..encoded.len() - 4].to_owned();
            forms.push((form, inner));
        }
    }
    forms
}

fn lower_escapes(percent: &str) -> String {
    let mut parts = percent.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('%');
        text.push_str(&part[..2].to_lowercase());
        text.push_str(&part[2..]);
    }
    text
}

#[test]
fn a_needle_is_found_in_every_form_and_part() {
    let secret = "4f0c/7+a%1=e&93b2~d8 5c6e07";
    let needles = Needles::of([("it", secret)]);
    for (form, text) in forms(secret) {
        let around = format!("log: {}; end", &text[3..text.len() - 3]);
        assert!(needles.find(around.as_bytes()).is_some(), "{form}");
    }
    for before in 0..3 {
        let basic = STANDARD_NO_PAD.encode(format!("{}:{secret}", "u".repeat(before)));
        assert!(needles.find(basic.as_bytes()).is_some(), "{basic}");
    }
    assert!(
        needles
            .find(b"nothing of the kind, 4f0c/7+a%1= and no more")
            .is_none()
    );
}
