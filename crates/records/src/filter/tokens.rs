//! A filter's text as tokens.

use super::{FilterError, FilterProblem};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, an operator, or a value without quotes.
    Word(String),
    /// A value in quotes.
    Text(String),
    Mark(char),
}

/// Each token with the character it begins at, counted from 1.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FilterError> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().zip(1..).peekable();
    while let Some((letter, position)) = letters.next() {
        let token = match letter {
            _ if letter.is_whitespace() => continue,
            '(' | ')' | '[' | ']' | ',' => Token::Mark(letter),
            '"' | '\'' => {
                let mut value = String::new();
                loop {
                    match letters.next() {
                        Some((end, _)) if end == letter => break,
                        Some(('\\', _)) => value.extend(letters.next().map(|(escaped, _)| escaped)),
                        Some((inner, _)) => value.push(inner),
                        None => {
                            return Err(FilterError {
                                position,
                                problem: FilterProblem::Expected("the quote that ends this text"),
                            });
                        }
                    }
                }
                Token::Text(value)
            }
            _ => {
                let mut word = String::from(letter);
                while let Some((next, _)) = letters.next_if(|(next, _)| !ends_word(*next)) {
                    word.push(next);
                }
                Token::Word(word)
            }
        };
        tokens.push((position, token));
    }
    Ok(tokens)
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '(' | ')' | '[' | ']' | ',' | '"')
}
