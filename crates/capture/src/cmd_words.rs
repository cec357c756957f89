//! The words of a command as Windows reads them: the command prompt takes its carets out, and then the program its quotes.

use crate::captured::Form;
use crate::error::{CaptureError, Place};
use crate::shell_words::{Word, Words};

/// Reads the words of the first command.
pub(crate) fn words(text: &str) -> Result<Words, CaptureError> {
    let (line, cut) = without_carets(text);
    let mut words = arguments(text, &line)?;
    words.cut = cut;
    Ok(words)
}

/// A character of the command line, and the byte it came from.
type Character = (char, usize);

/// What the command prompt hands on: outside quotes `^` stands before a character that means nothing special.
fn without_carets(text: &str) -> (Vec<Character>, Option<(char, usize)>) {
    let mut line = Vec::new();
    let mut is_quoted = false;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => {
                is_quoted = !is_quoted;
                line.push((c, at));
            }
            '^' if !is_quoted => {
                rest.next_if(|(_, next)| *next == '\r');
                if let Some((at, next)) = rest.next() {
                    // A caret at the end of a line only joins the next one; an empty line behind it is a line break.
                    if next != '\n' {
                        line.push((next, at));
                    } else if rest.peek().is_some_and(|(_, next)| matches!(next, '\r' | '\n')) {
                        rest.next_if(|(_, next)| *next == '\r');
                        line.extend(rest.next().map(|(at, c)| (c, at)));
                    }
                }
            }
            '\n' if !is_quoted && !line.iter().all(|(c, _)| c.is_whitespace()) => {
                let is_more = text.get(at..).is_some_and(|rest| !rest.trim().is_empty());
                return (line, is_more.then_some(('\n', at)));
            }
            '&' | '|' | '<' | '>' if !is_quoted => {
                let is_more = text.get(at + 1..).is_some_and(|rest| !rest.trim().is_empty());
                return (line, is_more.then_some((c, at)));
            }
            c => line.push((c, at)),
        }
    }
    (line, None)
}

/// What the program makes of its command line: backslashes count only before a quote.
fn arguments(text: &str, line: &[Character]) -> Result<Words, CaptureError> {
    let mut words = Words::default();
    let mut word: Option<Word> = None;
    let mut quote: Option<usize> = None;
    let mut backslashes = 0;
    let mut rest = line.iter().copied().peekable();
    while let Some((c, at)) = rest.next() {
        if c.is_whitespace() && quote.is_none() {
            if let Some(this) = word.as_mut() {
                this.text.extend(std::iter::repeat_n('\\', backslashes));
            }
            backslashes = 0;
            words.words.extend(word.take());
            continue;
        }
        let this = word.get_or_insert_with(|| Word::at(at));
        match c {
            '\\' => backslashes += 1,
            '"' => {
                this.text.extend(std::iter::repeat_n('\\', backslashes / 2));
                let is_escaped = backslashes % 2 == 1;
                if is_escaped || quote.is_some() && rest.next_if(|(next, _)| *next == '"').is_some() {
                    this.text.push('"');
                } else {
                    quote = quote.is_none().then_some(at);
                }
                backslashes = 0;
            }
            c => {
                this.text.extend(std::iter::repeat_n('\\', backslashes));
                backslashes = 0;
                this.text.push(c);
            }
        }
    }
    if let Some(start) = quote {
        let place = Place::of(text, start);
        return Err(CaptureError::of(
            Form::CurlCmd,
            place,
            "the \" that opens here is not closed",
        ));
    }
    if let Some(this) = word.as_mut() {
        this.text.extend(std::iter::repeat_n('\\', backslashes));
    }
    words.words.extend(word);
    Ok(words)
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
    fn words_are_those_of_windows() {
        for (text, expected) in [
            (
                "curl ^\"https://a/?b=1^&c=%^20d^\" ^\r\n  -H ^\"x: ^\\^\"y^\\^\"^\"",
                &["curl", "https://a/?b=1&c=%20d", "-H", "x: \"y\""][..],
            ),
            (r#"curl -H "a: \"b\"" "c d""#, &["curl", "-H", "a: \"b\"", "c d"]),
            (r#"curl C:\dir\ "a""b""#, &["curl", r"C:\dir\", "a\"b"]),
            ("curl \"a&b\"", &["curl", "a&b"]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn an_unquoted_ampersand_ends_the_command() {
        let words = words("curl https://a/?b=1&c=2").unwrap();
        assert_eq!(words.words.len(), 2);
        assert_eq!(words.cut, Some(('&', 19)));
    }
}
