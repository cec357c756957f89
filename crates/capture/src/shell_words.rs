//! The words of a command as a Unix shell reads them: quotes, `$'…'`, backslashes, lines that go on.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::captured::Form;
use crate::error::{CaptureError, Place, shown};

/// A word and the byte where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) at: usize,
}

impl Word {
    pub(crate) const fn at(at: usize) -> Self {
        Self {
            text: String::new(),
            at,
        }
    }
}

/// The words of one command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) words: Vec<Word>,
    /// Where an unquoted `&`, `|`, `;`, `<` or `>` ends the command although more follows.
    pub(crate) cut: Option<(char, usize)>,
}

/// Reads the words of the first command.
pub(crate) fn words(text: &str) -> Result<Words, CaptureError> {
    Shell {
        text,
        rest: text.char_indices().peekable(),
    }
    .words()
}

struct Shell<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

impl Shell<'_> {
    fn words(mut self) -> Result<Words, CaptureError> {
        let mut all = Words::default();
        let mut word: Option<Word> = None;
        while let Some((at, c)) = self.rest.next() {
            let begun = |word: &mut Option<Word>| word.take().unwrap_or_else(|| Word::at(at));
            match c {
                '\\' => {
                    let next = self.rest.next();
                    // A line that goes on; the carriage return is Windows' and no part of it.
                    let next = match next {
                        Some((_, '\r')) if self.rest.next_if(|(_, c)| *c == '\n').is_some() => {
                            Some((at, '\n'))
                        }
                        other => other,
                    };
                    if let Some((_, next)) = next.filter(|(_, next)| *next != '\n') {
                        let mut this = begun(&mut word);
                        this.text.push(next);
                        word = Some(this);
                    }
                }
                '\'' => {
                    let mut this = begun(&mut word);
                    self.single(at, &mut this.text)?;
                    word = Some(this);
                }
                '"' => {
                    let mut this = begun(&mut word);
                    self.double(at, &mut this.text)?;
                    word = Some(this);
                }
                '$' if self.rest.next_if(|(_, c)| *c == '\'').is_some() => {
                    let mut this = begun(&mut word);
                    self.ansi(at, &mut this.text)?;
                    word = Some(this);
                }
                '$' | '`' => {
                    let mut this = begun(&mut word);
                    self.expansion(at, c)?;
                    this.text.push(c);
                    word = Some(this);
                }
                '\n' if !all.words.is_empty() || word.is_some() => {
                    all.words.extend(word.take());
                    // A second command is another request.
                    let rest = self.text.get(at..).unwrap_or_default().trim();
                    if !rest.is_empty() {
                        all.cut = Some(('\n', at));
                    }
                    break;
                }
                c if c.is_whitespace() => all.words.extend(word.take()),
                '#' if word.is_none() => while self.rest.next_if(|(_, c)| *c != '\n').is_some() {},
                '&' | '|' | ';' | '<' | '>' => {
                    all.words.extend(word.take());
                    let rest = self.text.get(at + 1..).unwrap_or_default().trim();
                    if !rest.is_empty() {
                        all.cut = Some((c, at));
                    }
                    break;
                }
                c => {
                    let mut this = begun(&mut word);
                    this.text.push(c);
                    word = Some(this);
                }
            }
        }
        all.words.extend(word);
        Ok(all)
    }

    fn single(&mut self, start: usize, into: &mut String) -> Result<(), CaptureError> {
        for (_, c) in self.rest.by_ref() {
            if c == '\'' {
                return Ok(());
            }
            into.push(c);
        }
        Err(self.unclosed(start, "the ' that opens here is not closed"))
    }

    fn double(&mut self, start: usize, into: &mut String) -> Result<(), CaptureError> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                '"' => return Ok(()),
                '\\' => match self.rest.next() {
                    Some((_, '\n')) => {}
                    Some((_, c @ ('"' | '\\' | '$' | '`'))) => into.push(c),
                    Some((_, c)) => into.extend(['\\', c]),
                    None => break,
                },
                '$' | '`' => {
                    self.expansion(at, c)?;
                    into.push(c);
                }
                c => into.push(c),
            }
        }
        Err(self.unclosed(start, "the \" that opens here is not closed"))
    }

    /// `$'…'`, where backslashes write characters.
    fn ansi(&mut self, start: usize, into: &mut String) -> Result<(), CaptureError> {
        while let Some((_, c)) = self.rest.next() {
            match c {
                '\'' => return Ok(()),
                '\\' => {
                    let Some((_, c)) = self.rest.next() else { break };
                    match c {
                        'n' => into.push('\n'),
                        't' => into.push('\t'),
                        'r' => into.push('\r'),
                        'a' => into.push('\u{7}'),
                        'b' => into.push('\u{8}'),
                        'e' | 'E' => into.push('\u{1b}'),
                        'f' => into.push('\u{c}'),
                        'v' => into.push('\u{b}'),
                        'x' => into.push(self.code(16, 2)),
                        'u' => {
                            let unit = self.code_unit(4);
                            into.push(unit);
                        }
                        'U' => into.push(self.code(16, 8)),
                        '0'..='7' => {
                            let first = c.to_digit(8).unwrap_or_default();
                            let rest = self.number(8, 2);
                            let code = rest.iter().fold(first, |code, digit| code * 8 + digit);
                            into.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        }
                        other => into.push(other),
                    }
                }
                c => into.push(c),
            }
        }
        Err(self.unclosed(start, "the $' that opens here is not closed"))
    }

    fn number(&mut self, radix: u32, most: usize) -> Vec<u32> {
        let mut digits = Vec::new();
        while digits.len() < most {
            let Some((_, c)) = self.rest.next_if(|(_, c)| c.is_digit(radix)) else {
                break;
            };
            digits.push(c.to_digit(radix).unwrap_or_default());
        }
        digits
    }

    fn code(&mut self, radix: u32, most: usize) -> char {
        let digits = self.number(radix, most);
        let code = digits
            .iter()
            .fold(0_u32, |code, digit| code.wrapping_mul(radix).wrapping_add(*digit));
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// One unit of `\uXXXX`; browsers write characters beyond it as two.
    fn code_unit(&mut self, most: usize) -> char {
        let unit = |digits: Vec<u32>| digits.iter().fold(0_u32, |code, digit| code * 16 + digit);
        let first = unit(self.number(16, most));
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER);
        }
        let mut ahead = self.rest.clone();
        let is_pair =
            ahead.next().is_some_and(|(_, c)| c == '\\') && ahead.next().is_some_and(|(_, c)| c == 'u');
        if !is_pair {
            return char::REPLACEMENT_CHARACTER;
        }
        self.rest = ahead;
        let second = unit(self.number(16, most));
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
        low.and_then(|low| char::from_u32(0x10000 + ((first - 0xd800) << 10) + low))
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// What the shell would put in place of a `$` or backtick is not in the text. A lone `$` is itself.
    fn expansion(&mut self, at: usize, sign: char) -> Result<(), CaptureError> {
        let next = self.rest.peek().map(|(_, c)| *c);
        let problem = match (sign, next) {
            ('`', _) | (_, Some('(')) => {
                "a command stands here, whose output the shell would put in its place".to_owned()
            }
            (_, Some(c)) if c.is_ascii_alphanumeric() || matches!(c, '_' | '{') => {
                let rest = self
                    .text
                    .get(at + 1..)
                    .unwrap_or_default()
                    .trim_start_matches('{');
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let name = shown(rest.get(..end).unwrap_or_default());
                format!("the value of the variable ${name} is not in the text")
            }
            _ => return Ok(()),
        };
        Err(
            CaptureError::of(Form::Curl, Place::of(self.text, at), problem).advised(
                "run the command once with `set -x` before it and give the line that the shell prints, or add -v to \
                 curl and give all it prints",
            ),
        )
    }

    fn unclosed(&self, start: usize, problem: &str) -> CaptureError {
        CaptureError::of(Form::Curl, Place::of(self.text, start), problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text)
            .unwrap()
            .words
            .into_iter()
            .map(|word| word.text)
            .collect()
    }

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, expected) in [
            ("curl 'a b' c", &["curl", "a b", "c"][..]),
            ("curl \\\n  -H \\\r\n x", &["curl", "-H", "x"]),
            (r#"curl "a\"b" a\ b 'it'\''s'"#, &["curl", "a\"b", "a b", "it's"]),
            (
                r"curl $'a\nb\x21\u00e9\'\ud83d\ude00\101'",
                &["curl", "a\nb!\u{e9}'\u{1f600}A"],
            ),
            ("curl '' \"\"", &["curl", "", ""]),
            ("curl \"a$\" 'b$x'", &["curl", "a$", "b$x"]),
            ("curl x # a remark", &["curl", "x"]),
            ("curl http://a/#b", &["curl", "http://a/#b"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unquoted_ampersand_ends_the_command() {
        let words = words("curl http://a/?script=1&deploy=1 -H x").unwrap();
        assert_eq!(words.words.len(), 2);
        assert_eq!(words.cut, Some(('&', 23)));
    }

    #[test]
    fn what_is_not_there_is_named_with_its_place() {
        for (text, message) in [
            (
                "curl \\\n 'x",
                "read as a curl command: line 2, column 2: the ' that opens here is not closed",
            ),
            (
                "curl \"$TOKEN\"",
                "read as a curl command: line 1, column 7: the value of the variable $TOKEN is not in the text",
            ),
            (
                "curl \"$(date)\"",
                "read as a curl command: line 1, column 7: a command stands here, whose output the shell would put in its place",
            ),
        ] {
            assert_eq!(words(text).unwrap_err().to_string(), message);
        }
    }
}
