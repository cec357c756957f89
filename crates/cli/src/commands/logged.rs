//! What a script wrote, and what it threw, as lines for a person.

use countersign_admin::ScriptErrorJson;
use countersign_scripts::excerpt;

use crate::failure::Failure;
use crate::output::{self, BOLD, DIM, RED};
use crate::table::plain;

/// Below the line it belongs to.
const INDENT: &str = "    ";

/// The head of a line, its title, and its details: behind them, or below where they have several lines.
pub(super) fn say(
    head: &str,
    title: &str,
    details: &str,
    error: Option<&ScriptErrorJson>,
) -> Result<(), Failure> {
    if let Some(error) = error {
        output::say(&format!("{head} {BOLD}{}{BOLD:#}", plain(title)))?;
        return say_error(error, INDENT);
    }
    let details = text(details);
    let details = details.trim_end_matches('\n');
    let gap = match details {
        "" => "",
        lines if lines.contains('\n') => "\n",
        _ => "  ",
    };
    let details = match gap {
        "\n" => below(details),
        _ => details.to_owned(),
    };
    output::say(&format!("{head} {BOLD}{}{BOLD:#}{gap}{details}", plain(title)))
}

/// An error that nobody caught: what it says, the line that threw it, and who called that.
pub(super) fn say_error(error: &ScriptErrorJson, indent: &str) -> Result<(), Failure> {
    let message = text(&error.message).replace('\n', &format!("\n{indent}"));
    output::say(&format!("{indent}{RED}{}{RED:#}: {message}", plain(&error.code)))?;
    if let (Some(file), Some(line), Some(source)) = (&error.file, error.line, &error.source) {
        let column = error.column.unwrap_or(1);
        output::say(&format!("{indent}  {DIM}{}:{line}:{column}{DIM:#}", plain(file)))?;
        for shown in output::printable(&excerpt(line, column, source)).lines() {
            output::say(&format!("{indent}{shown}"))?;
        }
    }
    for frame in error.stack.iter().skip(1) {
        output::say(&format!("{indent}  {DIM}at {}{DIM:#}", plain(frame)))?;
    }
    Ok(())
}

fn below(lines: &str) -> String {
    let lines = lines.lines().map(|line| format!("{INDENT}{line}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Line breaks and tabs are a script's own.
fn text(text: &str) -> String {
    output::printable(&text.replace("\r\n", "\n").replace('\t', "  "))
}
