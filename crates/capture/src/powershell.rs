//! `Invoke-WebRequest` and `Invoke-RestMethod`, as browsers copy them and people write them.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::captured::{Address, CapturedRequest, Form};
use crate::error::{CaptureError, Place, shown};

const COMMANDS: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];

/// Whether a word is one of the commands.
pub(crate) fn is_command(word: &str) -> bool {
    COMMANDS.contains(&word.to_ascii_lowercase().as_str())
}

pub(crate) fn read(text: &str) -> Result<CapturedRequest, CaptureError> {
    let tokens = tokens(text)?;
    let start = tokens
        .iter()
        .position(|token| matches!(&token.kind, Kind::Word(word) if is_command(word)))
        .ok_or_else(|| {
            let problem = "expected Invoke-WebRequest or Invoke-RestMethod";
            CaptureError::of(Form::PowerShell, Place::START, problem)
        })?;
    let (before, command) = tokens.split_at_checked(start + 1).unwrap_or((&tokens, &[]));
    let mut request = CapturedRequest::new(Form::PowerShell);
    session(before, &mut request);
    parameters(text, command, &mut request)?;
    let Some(url) = &request.url else {
        return Err(CaptureError::of(
            Form::PowerShell,
            None,
            "the command has no -Uri: expected -Uri \"https://…\"",
        ));
    };
    if Address::of(url).is_none() {
        let problem = "the -Uri is not an address: expected https://…";
        return Err(CaptureError::of(Form::PowerShell, None, problem));
    }
    request.method.get_or_insert_with(|| "GET".to_owned());
    if !request.body.is_empty() && request.header("content-type").is_none() {
        // What the commands send where -ContentType is left out.
        let form = "application/x-www-form-urlencoded";
        request.headers.push(("Content-Type".to_owned(), form.to_owned()));
    }
    Ok(request)
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// In quotes.
    Text(String),
    Word(String),
    /// `@{`, `}`, `=`, `;`, `(`, `)`, `,` or the end of a line.
    Sign(char),
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    /// The byte where it begins.
    at: usize,
}

fn tokens(text: &str) -> Result<Vec<Token>, CaptureError> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let kind = match c {
            '`' => {
                rest.next_if(|(_, next)| *next == '\r');
                rest.next_if(|(_, next)| *next == '\n');
                continue;
            }
            '\n' => Kind::Sign('\n'),
            c if c.is_whitespace() => continue,
            '#' => {
                while rest.next_if(|(_, next)| *next != '\n').is_some() {}
                continue;
            }
            '"' | '\u{201c}' | '\u{201d}' => Kind::Text(double_quoted(text, at, &mut rest)?),
            '\'' => Kind::Text(single_quoted(text, at, &mut rest)?),
            '@' if rest.next_if(|(_, next)| *next == '{').is_some() => Kind::Sign('{'),
            '{' | '}' | '=' | ';' | '(' | ')' | ',' => Kind::Sign(c),
            c => {
                let mut word = String::from(c);
                let ends = |c: char| c.is_whitespace() || "\"'`{}=;(),".contains(c);
                while let Some((_, next)) = rest.next_if(|(_, next)| !ends(*next)) {
                    word.push(next);
                }
                Kind::Word(word)
            }
        };
        tokens.push(Token { kind, at });
    }
    Ok(tokens)
}

type Rest<'a> = Peekable<CharIndices<'a>>;

fn single_quoted(text: &str, start: usize, rest: &mut Rest<'_>) -> Result<String, CaptureError> {
    let mut quoted = String::new();
    while let Some((_, c)) = rest.next() {
        if c != '\'' {
            quoted.push(c);
        } else if rest.next_if(|(_, next)| *next == '\'').is_some() {
            quoted.push('\'');
        } else {
            return Ok(quoted);
        }
    }
    Err(unclosed(text, start, '\''))
}

fn double_quoted(text: &str, start: usize, rest: &mut Rest<'_>) -> Result<String, CaptureError> {
    let mut quoted = String::new();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' if rest.next_if(|(_, next)| *next == '"').is_some() => quoted.push('"'),
            '"' => return Ok(quoted),
            '`' => match rest.next() {
                Some((_, 'n')) => quoted.push('\n'),
                Some((_, 'r')) => quoted.push('\r'),
                Some((_, 't')) => quoted.push('\t'),
                Some((_, '0')) => quoted.push('\0'),
                Some((_, other)) => quoted.push(other),
                None => break,
            },
            // Browsers write what is not ASCII as $([char]233).
            '$' if rest.peek().is_some_and(|(_, next)| *next == '(') => {
                let code = text.get(at..).and_then(character);
                let Some((character, length)) = code else {
                    return Err(variable(
                        text,
                        at,
                        "an expression stands here, whose value is not in the text",
                    ));
                };
                quoted.push(character);
                while rest.next_if(|(next, _)| *next < at + length).is_some() {}
            }
            '$' if rest
                .peek()
                .is_some_and(|(_, next)| next.is_alphabetic() || *next == '_' || *next == '{') =>
            {
                let name: String = rest
                    .clone()
                    .map(|(_, c)| c)
                    .skip_while(|c| *c == '{')
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let problem = format!("the value of the variable ${} is not in the text", shown(&name));
                return Err(variable(text, at, problem));
            }
            c => quoted.push(c),
        }
    }
    Err(unclosed(text, start, '"'))
}

/// The character of `$([char]233)`, and how long that is.
fn character(text: &str) -> Option<(char, usize)> {
    let number = text.strip_prefix("$([char]")?;
    let (number, _) = number.split_once(')')?;
    let code: u32 = number.parse().ok()?;
    // A half of a character beyond the first 65,536 has no value of its own.
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some((character, "$([char]".len() + number.len() + 1))
}

fn unclosed(text: &str, start: usize, quote: char) -> CaptureError {
    let problem = format!("the {quote} that opens here is not closed");
    CaptureError::of(Form::PowerShell, Place::of(text, start), problem)
}

fn variable(text: &str, at: usize, problem: impl Into<String>) -> CaptureError {
    CaptureError::of(Form::PowerShell, Place::of(text, at), problem)
        .advised("write the value itself into the command, or add -Verbose and log what is sent")
}

/// What a browser's copy sets on the session before the command: the agent, and cookies.
fn session(tokens: &[Token], request: &mut CapturedRequest) {
    let mut cookies = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Kind::Word(word) = &token.kind else { continue };
        let mut texts = tokens
            .iter()
            .skip(at + 1)
            .take(8)
            .filter_map(|token| match &token.kind {
                Kind::Text(text) => Some(text.as_str()),
                _ => None,
            });
        if word.ends_with(".UserAgent") {
            let agent = texts.next().unwrap_or_default();
            request.headers.push(("User-Agent".to_owned(), agent.to_owned()));
        } else if word.ends_with("System.Net.Cookie") {
            let (name, value) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
            cookies.push(format!("{name}={value}"));
        }
    }
    if !cookies.is_empty() {
        request.headers.push(("Cookie".to_owned(), cookies.join("; ")));
    }
}

fn parameters(text: &str, tokens: &[Token], request: &mut CapturedRequest) -> Result<(), CaptureError> {
    let mut rest = tokens.iter().peekable();
    let mut positional = None;
    while let Some(token) = rest.next() {
        let name = match &token.kind {
            Kind::Word(word) if word.starts_with('-') => word.to_ascii_lowercase(),
            Kind::Text(url) | Kind::Word(url) => {
                positional.get_or_insert_with(|| url.clone());
                continue;
            }
            // The next command is another one.
            Kind::Sign('\n' | ';') => break,
            Kind::Sign(_) => continue,
        };
        match name.as_str() {
            "-uri" => request.url = Some(value(text, token, rest.next())?),
            "-method" | "-custommethod" => {
                request.method = Some(value(text, token, rest.next())?.to_ascii_uppercase());
            }
            "-contenttype" => {
                let value = value(text, token, rest.next())?;
                request
                    .headers
                    .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
                request.headers.push(("Content-Type".to_owned(), value));
            }
            "-useragent" => {
                let value = value(text, token, rest.next())?;
                request.headers.push(("User-Agent".to_owned(), value));
            }
            "-body" => {
                // ([System.Text.Encoding]::UTF8.GetBytes("…")): the text in it.
                let body = rest.find_map(|token| match &token.kind {
                    Kind::Text(text) => Some(Some(text.clone())),
                    Kind::Sign('\n' | ';' | '{') => Some(None),
                    Kind::Word(word) if word.starts_with('$') => Some(None),
                    _ => None,
                });
                match body.flatten() {
                    Some(body) => request.body = body.into_bytes(),
                    None => request
                        .assumptions
                        .push("The body is taken as empty: it is no text in the command.".to_owned()),
                }
            }
            "-headers" => {
                let table = rest.next().filter(|token| token.kind == Kind::Sign('{'));
                if table.is_none() {
                    return Err(CaptureError::of(
                        Form::PowerShell,
                        Place::of(text, token.at),
                        "expected @{ \"Name\"=\"value\" } behind -Headers",
                    ));
                }
                headers(&mut rest, Place::of(text, token.at), request)?;
            }
            _ => {}
        }
    }
    if request.url.is_none() {
        request.url = positional;
    }
    Ok(())
}

fn value(text: &str, option: &Token, value: Option<&Token>) -> Result<String, CaptureError> {
    match value.map(|token| &token.kind) {
        Some(Kind::Text(value) | Kind::Word(value)) if !value.starts_with('$') => Ok(value.clone()),
        _ => Err(CaptureError::of(
            Form::PowerShell,
            Place::of(text, option.at),
            "the value of this option is missing or not in the text",
        )),
    }
}

fn headers<'t>(
    rest: &mut impl Iterator<Item = &'t Token>,
    start: Place,
    request: &mut CapturedRequest,
) -> Result<(), CaptureError> {
    let mut name: Option<String> = None;
    for token in rest {
        match (&token.kind, name.take()) {
            (Kind::Sign('}'), _) => return Ok(()),
            (Kind::Sign('='), before) => name = before,
            (Kind::Sign(_), _) => {}
            (Kind::Text(text) | Kind::Word(text), None) => name = Some(text.clone()),
            (Kind::Text(text) | Kind::Word(text), Some(name)) => request.headers.push((name, text.clone())),
        }
    }
    Err(CaptureError::of(
        Form::PowerShell,
        start,
        "the @{ of these headers is not closed by }",
    ))
}

#[cfg(test)]
mod tests;
