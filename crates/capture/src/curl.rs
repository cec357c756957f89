//! A curl command: what its options make of the request, as curl itself does it.

use countersign_protocol::percent_encode;

use crate::captured::{Address, CapturedRequest, Form};
use crate::curl_options::{long, short};
use crate::error::{CaptureError, Place, shown};
use crate::shell_words::{Word, Words};
use crate::{cmd_words, shell_words};

/// How far into a line the command may stand behind a prompt, `time` or `sudo`.
const BEFORE_CURL: usize = 4;

pub(crate) fn read(form: Form, text: &str) -> Result<CapturedRequest, CaptureError> {
    let words = match form {
        Form::CurlCmd => cmd_words::words(text),
        _ => shell_words::words(text),
    }?;
    Curl::new(form, text).read(&words)
}

/// Whether a word is the program: `curl`, `curl.exe`, `/usr/bin/curl`.
pub(crate) fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "curl" | "curl.exe")
}

struct Curl<'t> {
    form: Form,
    text: &'t str,
    request: CapturedRequest,
    /// And the byte where it begins.
    url: Option<(String, usize)>,
    /// Pieces of data, which curl joins with `&`, but for those of --json.
    data: Vec<Data>,
    queries: Vec<String>,
    is_get: bool,
    is_head: bool,
    /// Why the body cannot be known.
    unknown_body: Option<&'static str>,
    /// What curl sends by itself where no header of the command replaces it.
    usual: Vec<(&'static str, String)>,
}

struct Data {
    text: String,
    is_json: bool,
}

impl<'t> Curl<'t> {
    const fn new(form: Form, text: &'t str) -> Self {
        Self {
            form,
            text,
            request: CapturedRequest::new(form),
            url: None,
            data: Vec::new(),
            queries: Vec::new(),
            is_get: false,
            is_head: false,
            unknown_body: None,
            usual: Vec::new(),
        }
    }

    fn read(mut self, words: &Words) -> Result<CapturedRequest, CaptureError> {
        let start = words
            .words
            .iter()
            .take(BEFORE_CURL)
            .position(|word| is_curl(&word.text))
            .ok_or_else(|| self.error(0, "the command does not begin with curl"))?;
        let mut rest = words.words.iter().skip(start + 1);
        let mut only_urls = false;
        while let Some(word) = rest.next() {
            let text = word.text.as_str();
            if only_urls || text == "-" || !text.starts_with('-') {
                self.address(word)?;
            } else if text == "--" {
                only_urls = true;
            } else if let Some(name) = text.strip_prefix("--") {
                let (name, given) = match name.split_once('=') {
                    Some((name, value)) if long(name).1 => (name, Some(value)),
                    _ => (name, None),
                };
                let (name, takes_value) = long(name);
                let value = match (takes_value, given) {
                    (false, _) => "",
                    (true, Some(value)) => value,
                    (true, None) => self.value(word, rest.next())?,
                };
                self.option(name, value, word.at)?;
            } else {
                self.letters(word, &mut rest)?;
            }
        }
        if let Some((sign, at)) = words.cut {
            self.cut(sign, at)?;
        }
        self.finish()
    }

    /// `-sSX POST`: flags, and the first that takes a value takes the rest of the word or the next one.
    fn letters<'w>(
        &mut self,
        word: &'w Word,
        rest: &mut impl Iterator<Item = &'w Word>,
    ) -> Result<(), CaptureError> {
        let mut letters = word.text.trim_start_matches('-').chars();
        while let Some(letter) = letters.next() {
            let (name, takes_value) = short(letter);
            if !takes_value {
                self.option(name, "", word.at)?;
                continue;
            }
            let attached = letters.as_str();
            let value = if attached.is_empty() {
                self.value(word, rest.next())?
            } else {
                attached
            };
            return self.option(name, value, word.at);
        }
        Ok(())
    }

    fn value<'w>(&self, option: &Word, value: Option<&'w Word>) -> Result<&'w str, CaptureError> {
        value.map(|word| word.text.as_str()).ok_or_else(|| {
            let problem = format!(
                "the option {} is the last word, its value is missing",
                shown(&option.text)
            );
            self.error(option.at, problem)
        })
    }

    fn address(&mut self, word: &Word) -> Result<(), CaptureError> {
        if let Some((_, first)) = &self.url {
            let first = Place::of(self.text, *first);
            let problem =
                format!("this is a second address, behind that of {first}: one request is expected");
            return Err(self.error(word.at, problem));
        }
        self.url = Some((word.text.clone(), word.at));
        Ok(())
    }

    fn option(&mut self, name: &str, value: &str, at: usize) -> Result<(), CaptureError> {
        match name {
            "request" => self.request.method = Some(value.to_owned()),
            "header" => self.header(value, at)?,
            "data" | "data-ascii" | "data-binary" if value.starts_with('@') => {
                self.unknown_body = Some("its body is in a file, which is not part of the command");
                self.data("", false);
            }
            "data" | "data-ascii" | "data-raw" | "data-binary" => self.data(value, false),
            "data-urlencode" => match encoded(value) {
                Some(pair) => self.data(&pair, false),
                None => {
                    self.unknown_body = Some("its body is in a file, which is not part of the command");
                    self.data("", false);
                }
            },
            "json" if value.starts_with('@') => {
                self.unknown_body = Some("its body is in a file, which is not part of the command");
                self.data("", true);
            }
            "json" => self.data(value, true),
            "url-query" => {
                let raw = value.strip_prefix('+').map(str::to_owned);
                self.queries.extend(raw.or_else(|| encoded(value)));
            }
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "url" => self.address(&Word {
                text: value.to_owned(),
                at,
            })?,
            // Neither password nor token is needed to say that this is another way of logging in.
            "user" => self.usual.push(("Authorization", "Basic -".to_owned())),
            "oauth2-bearer" => self.usual.push(("Authorization", "Bearer -".to_owned())),
            "user-agent" => self.usual.push(("User-Agent", value.to_owned())),
            "referer" => self.usual.push(("Referer", value.to_owned())),
            // Without `=` it is the name of a file.
            "cookie" if value.contains('=') => self.usual.push(("Cookie", value.to_owned())),
            "form" | "form-string" => {
                self.unknown_body = Some("its body is a multipart form, which no signature covers");
                self.usual
                    .push(("Content-Type", "multipart/form-data".to_owned()));
            }
            "upload-file" => {
                self.unknown_body = Some("its body is in a file, which is not part of the command");
                self.request.method.get_or_insert_with(|| "PUT".to_owned());
            }
            "config" => {
                let problem =
                    "the option --config takes more options from a file, which is not part of the command";
                return Err(self.error(at, problem));
            }
            _ => {}
        }
        Ok(())
    }

    fn data(&mut self, text: &str, is_json: bool) {
        self.data.push(Data {
            text: text.to_owned(),
            is_json,
        });
    }

    /// `Name: value`; `Name;` sends it empty, `Name:` takes out what curl would send.
    fn header(&mut self, header: &str, at: usize) -> Result<(), CaptureError> {
        if let Some((name, value)) = header.split_once(':') {
            self.request
                .headers
                .push((name.trim().to_owned(), value.trim().to_owned()));
        } else if let Some(name) = header.strip_suffix(';') {
            self.request.headers.push((name.trim().to_owned(), String::new()));
        } else if header.starts_with('@') {
            return Err(self.error(
                at,
                "these headers are in a file, which is not part of the command",
            ));
        } else {
            return Err(self.error(at, "this header has no colon: expected 'Name: value'"));
        }
        Ok(())
    }

    fn cut(&mut self, sign: char, at: usize) -> Result<(), CaptureError> {
        let place = Place::of(self.text, at);
        let is_and_in_url = sign == '&' && self.url.as_ref().is_some_and(|(url, _)| url.contains('?'));
        match sign {
            _ if is_and_in_url => self.request.assumptions.push(format!(
                "The & at {place} is not quoted: the command ends there for the shell, and nothing behind it is sent. \
                 Put the URL in quotes."
            )),
            '|' | '<' | '>' | ';' | '&' => {}
            _ if self.url.is_none() => {
                return Err(self.error(at, "the command ends with this line, and it has no address"));
            }
            _ => self.request.assumptions.push(format!(
                "The command ends with line {}; the lines behind it were not read.",
                place.line
            )),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<CapturedRequest, CaptureError> {
        let Some((url, at)) = self.url.take() else {
            return Err(self.error(None, "the command has no address: expected https://…"));
        };
        let mut url = if url.contains("://") {
            url
        } else {
            self.request
                .assumptions
                .push("The address has no scheme: curl takes http.".to_owned());
            format!("http://{url}")
        };
        if Address::of(&url).is_none() {
            return Err(self.error(at, "this is not an address: expected https://…"));
        }
        let is_json = self.data.iter().any(|data| data.is_json);
        let has_data = !self.data.is_empty();
        let body = joined(&self.data);
        for query in std::mem::take(&mut self.queries) {
            append(&mut url, &query);
        }
        if self.is_get {
            if !body.is_empty() {
                append(&mut url, &body);
            }
        } else {
            self.request.body = body.into_bytes();
            if is_json {
                self.usual.push(("Content-Type", "application/json".to_owned()));
                self.usual.push(("Accept", "application/json".to_owned()));
            } else if has_data {
                self.usual
                    .push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
            }
        }
        let method = match () {
            () if self.is_head => "HEAD",
            () if has_data && !self.is_get => "POST",
            () if self.unknown_body.is_some() => "POST",
            () => "GET",
        };
        self.request.method.get_or_insert_with(|| method.to_owned());
        self.request.url = Some(url);
        for (name, value) in std::mem::take(&mut self.usual) {
            if self.request.header(name).is_none() {
                self.request.headers.push((name.to_owned(), value));
            }
        }
        // What was taken out was only there to take out what curl would have sent.
        self.request.headers.retain(|(name, value)| {
            !value.is_empty()
                || !["Content-Type", "Accept", "User-Agent"]
                    .iter()
                    .any(|own| own.eq_ignore_ascii_case(name))
        });
        if let Some(why) = self.unknown_body {
            self.request
                .assumptions
                .push(format!("The body is taken as empty: {why}."));
        }
        Ok(self.request)
    }

    fn error(&self, at: impl Into<Option<usize>>, problem: impl Into<String>) -> CaptureError {
        CaptureError::of(self.form, at.into().map(|at| Place::of(self.text, at)), problem)
    }
}

fn joined(data: &[Data]) -> String {
    let mut body = String::new();
    for (number, data) in data.iter().enumerate() {
        if number > 0 && !data.is_json {
            body.push('&');
        }
        body.push_str(&data.text);
    }
    body
}

/// `content`, `=content`, `name=content` as curl encodes them. None where it is in a file.
fn encoded(data: &str) -> Option<String> {
    let at = data.find(['=', '@']);
    let Some((name, rest)) = at.and_then(|at| data.split_at_checked(at)) else {
        return Some(percent_encode(data));
    };
    let content = rest.strip_prefix('=')?;
    let content = percent_encode(content);
    Some(if name.is_empty() {
        content
    } else {
        format!("{name}={content}")
    })
}

fn append(url: &mut String, query: &str) {
    let fragment = url.find('#').map(|at| url.split_off(at));
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(query);
    url.push_str(&fragment.unwrap_or_default());
}

#[cfg(test)]
mod tests;
