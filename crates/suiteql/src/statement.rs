//! A statement, read: one SELECT, of bounded length and depth, its placeholders numbered as they stand in the text.

use sqlparser::ast;
use sqlparser::dialect::OracleDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::access::Access;
use crate::error::QueryError;
use crate::plan::{Plan, readable};
use crate::room::with_room;
use crate::schema::Schema;
use crate::translate::{Settings, Translator};

/// Characters of a statement.
const LONGEST: usize = 100_000;
/// Words and operators of a statement. A chain of operators is parsed into a tree as deep as it is long, and whoever walks
/// or drops that tree needs the stack for it.
const MOST_WORDS: usize = 4_000;
/// How deep parentheses, queries and calls stand in each other.
const DEEPEST: usize = 40;

/// How deep words stand in each other that the parser reads again, as plain calls, where it cannot read them: a mistake at
/// the bottom costs two to the power of that many readings.
const DEEPEST_RETRIED: usize = 8;
const RETRIED: &[Keyword] = &[
    Keyword::CASE,
    Keyword::CAST,
    Keyword::CEIL,
    Keyword::CONVERT,
    Keyword::EXTRACT,
    Keyword::FLOOR,
    Keyword::OVERLAY,
    Keyword::POSITION,
    Keyword::SAFE_CAST,
    Keyword::SUBSTR,
    Keyword::SUBSTRING,
    Keyword::TRIM,
    Keyword::TRY_CAST,
];

/// A statement that can be read. What its names mean is known once it is translated.
#[derive(Debug)]
pub struct Statement {
    query: ast::Query,
    placeholders: usize,
}

impl Statement {
    /// # Errors
    ///
    /// Whatever is not one SELECT statement in SuiteQL's syntax, or is longer or deeper than a statement may be.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.chars().count() > LONGEST {
            return Err(QueryError::TooMuch {
                what: "The number of characters in the statement",
                most: LONGEST,
            });
        }
        with_room(|| read(text))
    }

    /// What is to be run: names resolved, kinds checked, rewritten for SQLite.
    ///
    /// # Errors
    ///
    /// Whatever the schema has not, the caller may not see, or SuiteQL does not know.
    pub fn translate(
        &self,
        schema: &Schema,
        access: &Access,
        parameters: &[serde_json::Value],
        settings: &Settings,
    ) -> Result<Plan, QueryError> {
        if self.placeholders != parameters.len() {
            return Err(QueryError::Parameters {
                placeholders: self.placeholders,
                given: parameters.len(),
            });
        }
        with_room(|| {
            let mut translator = Translator::new(schema, access, parameters, settings)?;
            let query = translator.statement(&self.query)?;
            let readable = readable(schema, access);
            Ok(Plan::new(
                &query,
                translator.into_bound(),
                readable,
                settings.date_format,
            ))
        })
    }
}

fn read(text: &str) -> Result<Statement, QueryError> {
    let mut tokens = Tokenizer::new(&OracleDialect {}, text)
        .tokenize_with_location()
        .map_err(|error| QueryError::Unreadable(error.to_string()))?;
    check_tokens(&tokens)?;
    let placeholders = number_placeholders(&mut tokens);
    let mut parser = Parser::new(&OracleDialect {})
        .with_recursion_limit(DEEPEST)
        .with_tokens_with_locations(tokens);
    let statement = parser.parse_statement().map_err(unreadable)?;
    let has_ended = parser.consume_token(&Token::SemiColon);
    let next = parser.peek_token();
    match (statement, next.token) {
        (ast::Statement::Query(query), Token::EOF) => Ok(Statement {
            query: *query,
            placeholders,
        }),
        (ast::Statement::Query(_), token) if !has_ended => Err(QueryError::Unreadable(format!(
            "unexpected `{token}`{}",
            next.span.start
        ))),
        _ => Err(QueryError::NotOneSelect),
    }
}

fn unreadable(error: ParserError) -> QueryError {
    match error {
        ParserError::RecursionLimitExceeded => QueryError::TooMuch {
            what: "The depth of the statement",
            most: DEEPEST,
        },
        ParserError::TokenizerError(words) | ParserError::ParserError(words) => QueryError::Unreadable(words),
    }
}

fn check_tokens(tokens: &[TokenWithSpan]) -> Result<(), QueryError> {
    let counts = |token: &Token| {
        !matches!(
            token,
            Token::Whitespace(_)
                | Token::Comma
                | Token::Period
                | Token::Number(..)
                | Token::SingleQuotedString(_)
        )
    };
    if tokens.iter().filter(|token| counts(&token.token)).count() > MOST_WORDS {
        return Err(QueryError::TooMuch {
            what: "The number of words and operators",
            most: MOST_WORDS,
        });
    }
    if depth_of_retried(tokens) > DEEPEST_RETRIED {
        return Err(QueryError::TooMuch {
            what: "The depth of CASE, CAST, SUBSTR, TRIM and their like in each other",
            most: DEEPEST_RETRIED,
        });
    }
    if tokens.iter().any(|token| token.token == Token::LBracket) {
        return Err(QueryError::unsupported(
            "square brackets",
            "Write names as they are, or in double quotes.",
        ));
    }
    Ok(())
}

/// What is open at a place of the statement.
#[derive(PartialEq)]
enum Open {
    Case,
    Retried,
    Plain,
}

/// Never less than what the parser will meet: what does not close properly stays open.
fn depth_of_retried(tokens: &[TokenWithSpan]) -> usize {
    let mut open = Vec::new();
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut before = Keyword::NoKeyword;
    for token in tokens {
        let mut keyword = Keyword::NoKeyword;
        match &token.token {
            Token::Whitespace(_) => continue,
            Token::Word(word) => keyword = word.keyword,
            Token::LParen => open.push(if RETRIED.contains(&before) {
                Open::Retried
            } else {
                Open::Plain
            }),
            Token::RParen if open.last().is_some_and(|last| *last != Open::Case) => {
                depth -= usize::from(open.pop() == Some(Open::Retried));
            }
            _ => {}
        }
        match keyword {
            Keyword::CASE => open.push(Open::Case),
            Keyword::END if open.last() == Some(&Open::Case) => {
                open.pop();
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        let has_opened =
            keyword == Keyword::CASE || (token.token == Token::LParen && RETRIED.contains(&before));
        depth += usize::from(has_opened);
        deepest = deepest.max(depth);
        before = keyword;
    }
    deepest
}

/// `?` becomes `?1`, `?2` …, so that it does not matter in what order the parts are translated.
fn number_placeholders(tokens: &mut [TokenWithSpan]) -> usize {
    let mut count = 0;
    for token in tokens {
        if let Token::Placeholder(name) = &mut token.token
            && name == "?"
        {
            count += 1;
            *name = format!("?{count}");
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Statement::parse(text).expect_err("it is refused").to_string()
    }

    #[test]
    fn only_one_select_is_a_statement() {
        for text in [
            "DELETE FROM customer",
            "UPDATE customer SET id = 1",
            "INSERT INTO customer VALUES (1)",
            "DROP TABLE customer",
            "SELECT 1 FROM dual; DROP TABLE customer",
            "PRAGMA writable_schema = 1",
            "EXPLAIN SELECT 1 FROM dual",
        ] {
            assert_eq!(refusal(text), QueryError::NotOneSelect.to_string(), "{text}");
        }
        for text in [
            "",
            ";",
            "ATTACH DATABASE 'x' AS y",
            "VACUUM INTO 'x'",
            "SELECT FROM WHERE",
            "SELECT 'x FROM dual",
        ] {
            Statement::parse(text).expect_err(text);
        }
        Statement::parse("SELECT 1 FROM dual;").expect("an end is no second statement");
    }

    #[test]
    fn what_is_too_long_or_too_deep_is_refused_before_it_is_parsed() {
        assert!(refusal(&"x".repeat(LONGEST + 1)).contains("100000"));
        for deep in ["(", "-", "NOT ", "(SELECT ", "UPPER(", "CASE WHEN "] {
            Statement::parse(&format!("SELECT {} 1 FROM dual", deep.repeat(3000))).expect_err(deep);
        }
        for chain in [
            " + 1",
            " || 'a'",
            " IS NULL",
            " UNION SELECT 1 FROM dual",
            " AND 1 = 1",
        ] {
            Statement::parse(&format!("SELECT 1 {} FROM dual", chain.repeat(5000))).expect_err(chain);
        }
    }

    #[test]
    fn a_mistake_at_the_bottom_is_not_looked_for_again_and_again() {
        for (open, close) in [
            ("CAST(", " AS NUMBER)"),
            ("CASE WHEN 1 = 1 THEN ", " END"),
            ("TRIM(", ")"),
            ("CEIL(", ")"),
        ] {
            let nested = |depth: usize, inside: &str| {
                Statement::parse(&format!(
                    "SELECT {}{inside}{} FROM dual",
                    open.repeat(depth),
                    close.repeat(depth)
                ))
            };
            nested(DEEPEST_RETRIED, "1").expect("deep enough for anyone");
            nested(DEEPEST_RETRIED, "1 2 )").expect_err("a mistake");
            assert!(
                matches!(nested(35, "1 2 )"), Err(QueryError::TooMuch { .. })),
                "{open}"
            );
        }
        let side_by_side = "CASE WHEN TRIM('a') = 'a' THEN CAST(1 AS NUMBER) END, ".repeat(50);
        Statement::parse(&format!("SELECT {side_by_side} 1 FROM dual")).expect("none stands in another");
    }

    #[test]
    fn placeholders_are_numbered_as_they_stand() {
        let statement = Statement::parse("SELECT ? FROM dual WHERE 'a?' = ? AND ? = 1").expect("it parses");
        assert_eq!(statement.placeholders, 3);
    }
}
