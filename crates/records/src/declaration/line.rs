//! One line of a declaration as tokens, and a cursor over them.

/// Where on the line, and what is wrong there.
pub(super) type LineError = (usize, String);

#[derive(Clone, Debug, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Number(&'a str),
    Text(String),
    Mark(char),
}

#[derive(Debug)]
pub(super) struct Line<'a> {
    tokens: Vec<(usize, Token<'a>)>,
    next: usize,
    /// The column after the last character.
    end: usize,
    /// Characters of white space before the first token.
    pub(super) indent: usize,
}

impl<'a> Line<'a> {
    pub(super) fn read(text: &'a str) -> Result<Self, LineError> {
        let mut tokens = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let column = text.chars().count() - rest.chars().count() + 1;
            let token = match rest.chars().next() {
                None | Some('#') => break,
                Some('"') => {
                    let (string, after) =
                        quoted(rest).ok_or_else(|| (column, "this text has no end".to_owned()))?;
                    rest = after;
                    Token::Text(string)
                }
                Some('-') if !ends_value(tokens.last()) && after_is_digit(rest) => {
                    Token::Number(number(&mut rest))
                }
                Some(mark @ ('(' | ')' | ',' | ':' | '=' | '!' | '.' | '+' | '-' | '*' | '<' | '>')) => {
                    rest = rest.strip_prefix(mark).unwrap_or_default();
                    Token::Mark(mark)
                }
                Some(first) if first.is_ascii_digit() => Token::Number(number(&mut rest)),
                Some(first) if first.is_ascii_alphabetic() || first == '_' => {
                    Token::Word(take(&mut rest, |c| c.is_ascii_alphanumeric() || c == '_'))
                }
                Some(other) => return Err((column, format!("{other:?} means nothing here"))),
            };
            tokens.push((column, token));
        }
        Ok(Self {
            tokens,
            next: 0,
            end: text.chars().count() + 1,
            indent: text.chars().take_while(|c| matches!(c, ' ' | '\t')).count(),
        })
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.next >= self.tokens.len()
    }

    pub(super) fn column(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(column, _)| *column)
    }

    pub(super) fn expected<T>(&self, what: &str) -> Result<T, LineError> {
        Err((self.column(), format!("expected {what}")))
    }

    pub(super) fn word(&mut self, what: &str) -> Result<&'a str, LineError> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = *word;
                self.next += 1;
                Ok(word)
            }
            _ => self.expected(what),
        }
    }

    pub(super) fn text(&mut self, what: &str) -> Result<String, LineError> {
        match self.optional_text() {
            Some(text) => Ok(text),
            None => self.expected(what),
        }
    }

    pub(super) fn optional_text(&mut self) -> Option<String> {
        match self.peek() {
            Some(Token::Text(text)) => {
                let text = text.clone();
                self.next += 1;
                Some(text)
            }
            _ => None,
        }
    }

    pub(super) fn number<N: std::str::FromStr>(&mut self, what: &str) -> Result<N, LineError> {
        if let Some(Token::Number(digits)) = self.peek()
            && let Ok(number) = digits.parse()
        {
            self.next += 1;
            return Ok(number);
        }
        self.expected(what)
    }

    /// The id of a choice: a word or a number.
    pub(super) fn id(&mut self) -> Result<&'a str, LineError> {
        match self.peek() {
            Some(Token::Word(id) | Token::Number(id)) => {
                let id = *id;
                self.next += 1;
                Ok(id)
            }
            _ => self.expected("an id"),
        }
    }

    /// Steps over `mark` when it is next.
    pub(super) fn skip(&mut self, mark: char) -> bool {
        let found = self.peek() == Some(&Token::Mark(mark));
        self.next += usize::from(found);
        found
    }

    /// Steps over `word` when it is next.
    pub(super) fn skip_word(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(&Token::Word(word));
        self.next += usize::from(found);
        found
    }

    pub(super) fn mark(&mut self, mark: char) -> Result<(), LineError> {
        if self.skip(mark) {
            return Ok(());
        }
        self.expected(&format!("{mark:?}"))
    }

    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }
}

/// After a value `-` takes away; elsewhere it begins a number.
fn ends_value(token: Option<&(usize, Token<'_>)>) -> bool {
    matches!(
        token,
        Some((_, Token::Word(_) | Token::Number(_) | Token::Mark(')')))
    )
}

fn after_is_digit(text: &str) -> bool {
    text.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

fn number<'a>(rest: &mut &'a str) -> &'a str {
    let mut first = true;
    take(rest, |c| {
        let belongs = c.is_ascii_digit() || c == '.' || (first && c == '-');
        first = false;
        belongs
    })
}

fn take<'a>(rest: &mut &'a str, mut belongs: impl FnMut(char) -> bool) -> &'a str {
    let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    let (taken, after) = rest.split_at(length);
    *rest = after;
    taken
}

/// The text between two quotes, and what follows. `\"` and `\\` stand for themselves.
fn quoted(from: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut letters = from.chars();
    letters.next();
    loop {
        match letters.next()? {
            '"' => return Some((text, letters.as_str())),
            '\\' => text.push(letters.next()?),
            letter => text.push(letter),
        }
    }
}
