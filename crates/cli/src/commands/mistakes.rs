//! `countersign mistakes`: what can be named, and what to do about it.

use countersign_diagnose::{CodeHint, Group, Mistake};
use serde_json::{Value, json};

use crate::command::Mistakes;
use crate::failure::{Exit, Failure};
use crate::output::{self, BOLD, DIM};
use crate::table::indented;

/// Ids that are told for a word that is none.
const MOST_NEAR: usize = 8;

/// The longest id.
const WIDEST: usize = 31;

pub(crate) fn run(asked: &Mistakes) -> Result<Exit, Failure> {
    let Some(id) = &asked.id else {
        return list(asked.json);
    };
    let mistake: Mistake = id
        .parse()
        .map_err(|error| Failure::unusable(format!("{error}")).hint(near(id)))?;
    if asked.json {
        output::say_json(&object(mistake))?;
    } else {
        explain(mistake)?;
    }
    Ok(Exit::Success)
}

/// The mistakes in whose id or title the words stand, or the way to all of them.
fn near(words: &str) -> String {
    let words = words.to_lowercase().replace(['-', ' '], "_");
    let holds = |text: &str| text.to_lowercase().replace(['-', ' '], "_").contains(&words);
    let all = Mistake::ALL.iter();
    let near = all.filter(|mistake| !words.is_empty() && (holds(mistake.id()) || holds(mistake.title())));
    let near: Vec<&str> = near.map(|mistake| mistake.id()).take(MOST_NEAR).collect();
    match near.is_empty() {
        true => "countersign mistakes lists them all".to_owned(),
        false => format!(
            "name one of these: {}; countersign mistakes lists them all",
            near.join(", ")
        ),
    }
}

fn list(as_json: bool) -> Result<Exit, Failure> {
    for (number, group) in Group::ALL.into_iter().enumerate() {
        if !as_json {
            if number > 0 {
                output::say("")?;
            }
            output::say(&format!("{BOLD}{}{BOLD:#}", group.title()))?;
        }
        for mistake in Mistake::ALL.iter().filter(|mistake| mistake.group() == group) {
            if as_json {
                output::say_json(&object(*mistake))?;
            } else {
                output::say(&format!("  {:<WIDEST$}  {}", mistake.id(), mistake.title()))?;
            }
        }
    }
    if !as_json {
        output::say(&format!(
            "\n{DIM}countersign mistakes ID says what to do about one{DIM:#}"
        ))?;
    }
    Ok(Exit::Success)
}

fn explain(mistake: Mistake) -> Result<(), Failure> {
    let fix = mistake.fix();
    output::say(&format!("{BOLD}{mistake}{BOLD:#}: {}", mistake.title()))?;
    output::say("")?;
    let path = fix.path.into_iter().flat_map(|path| indented(path, 2));
    let told = indented(mistake.cause(), 0).into_iter();
    for line in told.chain(indented(fix.sentence, 0)).chain(path) {
        output::say(&line)?;
    }
    for CodeHint { language, code } in fix.code {
        output::say(&format!("\n  {language}\n    {code}"))?;
    }
    let word = mistake.detail_word();
    output::say(&format!("\nDetail in the Login Audit Trail: {word}"))
}

fn object(mistake: Mistake) -> Value {
    let fix = mistake.fix();
    let code = fix.code.iter();
    let code: Vec<Value> = code
        .map(|CodeHint { language, code }| json!({ "language": language, "code": code }))
        .collect();
    json!({
        "mistake": mistake.id(),
        "title": mistake.title(),
        "cause": mistake.cause(),
        "fix": fix.sentence,
        "path": fix.path,
        "code": code,
        "detail": mistake.detail_word(),
    })
}
