//! How a tool signs when it sends, where its file keeps the settings instead of the header.

use std::fmt;

use countersign_protocol::{Needs, Request, Secret, SigningKey, Stamp, Unverified, percent_encode};

/// The OAuth 1.0 settings of a request, as Postman keeps them. A value that is a `{{variable}}` without one is not there.
#[derive(Default)]
pub struct SigningSettings {
    pub realm: Option<String>,
    pub consumer_key: Option<String>,
    pub consumer_secret: Option<Secret>,
    pub token: Option<String>,
    pub token_secret: Option<Secret>,
    pub signature_method: Option<String>,
    pub version: Option<String>,
    /// Otherwise the tool makes one for each request.
    pub nonce: Option<String>,
    pub timestamp: Option<String>,
    /// What is not there because it is a variable, save the secrets, by Postman's name: `realm`, `consumerKey` …
    pub unfilled: Vec<&'static str>,
}

impl SigningSettings {
    /// Gives variables the values that are known from elsewhere.
    pub fn fill(&mut self, known: impl Fn(&str) -> Option<String>) {
        for (name, value) in [
            ("realm", &mut self.realm),
            ("consumerKey", &mut self.consumer_key),
            ("token", &mut self.token),
        ] {
            if self.unfilled.contains(&name)
                && let Some(known) = known(name)
            {
                *value = Some(known);
                self.unfilled.retain(|unfilled| *unfilled != name);
            }
        }
    }

    /// The header the tool would send at this moment. Its signature is right, or none where a secret is not known.
    pub fn header(
        &self,
        request: &Request<'_>,
        stamp: &Stamp<'_>,
        secrets: Option<(&Secret, &Secret)>,
    ) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let timestamp = self
            .timestamp
            .clone()
            .unwrap_or_else(|| stamp.timestamp().to_string());
        let nonce = self.nonce.clone().unwrap_or_else(|| stamp.nonce().to_owned());
        let method = self
            .signature_method
            .clone()
            .unwrap_or_else(|| "HMAC-SHA1".to_owned());
        let own = [
            ("oauth_consumer_key", text(&self.consumer_key)),
            ("oauth_token", text(&self.token)),
            ("oauth_signature_method", method),
            ("oauth_timestamp", timestamp),
            ("oauth_nonce", nonce),
            (
                "oauth_version",
                self.version.clone().unwrap_or_else(|| "1.0".to_owned()),
            ),
        ];
        let own = own.into_iter().filter(|(_, value)| !value.is_empty());
        let mut header = String::from("OAuth ");
        if let Some(realm) = &self.realm {
            header.push_str(&format!("realm=\"{}\", ", percent_encode(realm)));
        }
        for (name, value) in own {
            header.push_str(&format!("{name}=\"{}\", ", percent_encode(value)));
        }
        let signature = secrets.and_then(|(consumer, token)| signature(request, &header, consumer, token));
        let signature = signature.unwrap_or_else(|| UNSIGNED.to_owned());
        header.push_str(&format!("oauth_signature=\"{}\"", percent_encode(signature)));
        header
    }
}

/// In place of a signature that cannot be computed: that of nothing, in the right form.
const UNSIGNED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The right signature of a header that lacks it.
fn signature(request: &Request<'_>, header: &str, consumer: &Secret, token: &Secret) -> Option<String> {
    let unsigned = format!("{header}oauth_signature=\"{UNSIGNED}\"");
    let unverified = Unverified::parse(*request, &unsigned, Needs::Token).ok()?;
    let base_string = unverified.base_string();
    let key = SigningKey::new(consumer, Some(token));
    Some(key.sign(base_string.as_str().as_bytes()).to_string())
}

impl fmt::Debug for SigningSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningSettings")
            .field("realm", &self.realm)
            .field("signature_method", &self.signature_method)
            .finish_non_exhaustive()
    }
}
