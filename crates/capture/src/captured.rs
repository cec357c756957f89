//! A request as it was caught, whatever it was caught in.

use std::fmt;
use std::str::FromStr;

use countersign_protocol::Scheme;

use crate::answer::CapturedAnswer;
use crate::settings::SigningSettings;

/// What a request was caught in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A curl command for a Unix shell.
    Curl,
    /// A curl command for the Windows command prompt.
    CurlCmd,
    /// `Invoke-WebRequest` or `Invoke-RestMethod`.
    PowerShell,
    /// Request line, headers, body: as on the wire, as curl -v prints it, as a `.http` file has it.
    Http,
    Har,
    /// A collection or a request of it.
    Postman,
    /// Lines in any order: `URL: …`, `Method: …`, `Authorization: …`.
    Lines,
    /// An envelope without the HTTP around it.
    Soap,
    /// A request somewhere in a log, a dump of an object, a traceback or a letter.
    Log,
}

/// No form has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write curl, cmd, powershell, http, har, postman, lines, soap or log")]
pub struct UnknownForm;

impl Form {
    pub const ALL: [Self; 9] = [
        Self::Curl,
        Self::CurlCmd,
        Self::PowerShell,
        Self::Http,
        Self::Har,
        Self::Postman,
        Self::Lines,
        Self::Soap,
        Self::Log,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::CurlCmd => "cmd",
            Self::PowerShell => "powershell",
            Self::Http => "http",
            Self::Har => "har",
            Self::Postman => "postman",
            Self::Lines => "lines",
            Self::Soap => "soap",
            Self::Log => "log",
        }
    }

    /// What it is, in a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Curl => "a curl command",
            Self::CurlCmd => "a curl command for Windows' command prompt",
            Self::PowerShell => "a PowerShell command",
            Self::Http => "an HTTP dump",
            Self::Har => "a HAR file",
            Self::Postman => "a Postman export",
            Self::Lines => "header lines",
            Self::Soap => "a SOAP envelope",
            Self::Log => "a program's log",
        }
    }

    /// How to get a good one.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Curl => {
                "copy the whole command, in Chrome by Network > the request > Copy > Copy as cURL (bash), and give it in a file"
            }
            Self::CurlCmd => {
                "copy it once more by Network > the request > Copy > Copy as cURL (cmd), and give it in a file"
            }
            Self::PowerShell => {
                "copy it once more by Network > the request > Copy > Copy as PowerShell, and give it in a file"
            }
            Self::Http => {
                "run the call with curl -v and save all it prints, or write GET https://… and below it the header lines"
            }
            Self::Har => {
                "in the browser: Network > Export HAR (with sensitive data, or the Authorization header is left out)"
            }
            Self::Postman => {
                "in Postman: the collection's menu > Export > Collection v2.1; or Code > cURL, and give that"
            }
            Self::Lines => {
                "write the lines METHOD https://…, Authorization: OAuth …, and Content-Type: … where there is a body"
            }
            Self::Soap => "log the whole envelope as it is sent, from <soap:Envelope> to </soap:Envelope>",
            Self::Log => {
                "have the program print the method, the whole address and the Authorization header, each on a line of its own"
            }
        }
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|form| form.as_str() == name);
        found.ok_or(UnknownForm)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request, as exactly as what it was caught in says it.
pub struct CapturedRequest {
    pub form: Form,
    /// What it is called there: of a collection's requests.
    pub name: Option<String>,
    pub method: Option<String>,
    /// As it was written, with user information and fragment.
    pub url: Option<String>,
    /// In their order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// In seconds since 1970.
    pub sent_at: Option<i64>,
    pub answer: Option<CapturedAnswer>,
    /// How the tool signs when it sends, where it keeps this instead of a header.
    pub signing: Option<SigningSettings>,
    /// What the form does not say and was taken for granted, in sentences.
    pub assumptions: Vec<String>,
}

/// The parts of a URL that matter to a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    pub scheme: Scheme,
    /// Host and port, without user information.
    pub authority: &'a str,
    /// Path and query, without the fragment, which is not sent.
    pub target: &'a str,
}

impl<'a> Address<'a> {
    /// Takes an absolute `http` or `https` URL apart; whether it can be signed is not looked at.
    pub fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            _ => return None,
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end)?;
        let authority = authority.rsplit('@').next().unwrap_or_default();
        (!authority.is_empty()).then_some(Self {
            scheme,
            authority,
            target,
        })
    }
}

impl CapturedRequest {
    pub(crate) const fn new(form: Form) -> Self {
        Self {
            form,
            name: None,
            method: None,
            url: None,
            headers: Vec::new(),
            body: Vec::new(),
            sent_at: None,
            answer: None,
            signing: None,
            assumptions: Vec::new(),
        }
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers_of(name).next()
    }

    pub fn headers_of(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = move |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        self.headers.iter().filter(named).map(|(_, value)| value.as_str())
    }

    /// The values of all `Authorization` headers.
    pub fn authorization(&self) -> Vec<&str> {
        self.headers_of("authorization").collect()
    }

    pub fn address(&self) -> Option<Address<'_>> {
        self.url.as_deref().and_then(Address::of)
    }

    /// What the caller addressed: the `Host` header, or else the URL's host.
    pub fn authority(&self) -> &str {
        let of_url = || self.address().map(|address| address.authority);
        self.header("host").or_else(of_url).unwrap_or_default().trim()
    }

    /// The envelope, where the body is one and no header signs the request.
    pub fn envelope(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let is_envelope = soap_like(text) && self.authorization().is_empty();
        is_envelope.then_some(text)
    }

    /// Whether a session of the user interface comes along.
    pub fn has_session_cookie(&self) -> bool {
        self.headers_of("cookie")
            .flat_map(|cookies| cookies.split(';'))
            .any(|cookie| cookie.trim_start().starts_with("JSESSIONID="))
    }

    /// The language of the caller, by its `User-Agent`.
    pub fn language(&self) -> Option<&'static str> {
        language_of(self.header("user-agent")?)
    }
}

/// Whether a text is an envelope by the look of it.
pub(crate) fn soap_like(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let start: String = text.chars().take(2048).collect();
    start.starts_with('<') && start.contains("Envelope")
}

// A header can hold a secret: a PLAINTEXT signature is nothing else.
impl fmt::Debug for CapturedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CapturedRequest")
            .field("form", &self.form)
            .field("method", &self.method)
            .field("headers", &names)
            .field("body", &self.body.len())
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// The language of a client, by its `User-Agent`: as the code hints of a diagnosis call it.
pub fn language_of(agent: &str) -> Option<&'static str> {
    const CLIENTS: [(&str, &str); 18] = [
        ("python", "Python"),
        ("aiohttp", "Python"),
        ("axios", "JavaScript"),
        ("node", "JavaScript"),
        ("undici", "JavaScript"),
        ("got ", "JavaScript"),
        ("got/", "JavaScript"),
        ("guzzle", "PHP"),
        ("php", "PHP"),
        ("okhttp", "Java"),
        ("apache-httpclient", "Java"),
        ("java/", "Java"),
        ("restsharp", "C#"),
        (".net", "C#"),
        ("faraday", "Ruby"),
        ("rest-client", "Ruby"),
        ("ruby", "Ruby"),
        ("savon", "Ruby"),
    ];
    let agent = agent.to_ascii_lowercase();
    CLIENTS
        .into_iter()
        .find(|(sign, _)| agent.contains(sign))
        .map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_as_it_is_sent() {
        let address = Address::of("HTTPS://user:pw@1234567.example:8443/a%2Fb?c=d?e#f").unwrap();
        assert_eq!(
            address,
            Address {
                scheme: Scheme::Https,
                authority: "1234567.example:8443",
                target: "/a%2Fb?c=d?e"
            }
        );
        assert_eq!(Address::of("http://a.example?x=1").unwrap().target, "?x=1");
        for url in ["/path", "ftp://a.example/", "https:///x", "a.example/x", ""] {
            assert_eq!(Address::of(url), None, "{url}");
        }
    }

    #[test]
    fn the_name_of_a_form_reads_back() {
        for form in Form::ALL {
            assert_eq!(form.as_str().parse(), Ok(form));
        }
    }
}
