//! What goes to the terminal. Colour only where a terminal reads; what cannot be written ends the command.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Color, Style};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::failure::Failure;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GREEN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
pub(crate) const RED: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));
pub(crate) const YELLOW: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));
pub(crate) const CYAN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));

/// A line on standard output. What cannot be written is an error of the command: its answer is lost.
pub(crate) fn say(line: &str) -> Result<(), Failure> {
    written(writeln!(anstream::stdout().lock(), "{line}"))
}

/// Bytes on standard output, as they are.
pub(crate) fn send(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

/// What is said may quote a file or an answer: of it only the line breaks are more than text.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\n' {
                c
            } else {
                countersign_model::printable(c)
            }
        })
        .collect()
}

/// A value as one line of JSON.
pub(crate) fn say_json(value: &serde_json::Value) -> Result<(), Failure> {
    say(&json(value))
}

/// What a terminal acts on, or nobody sees, is written as an escape, which is read back as the same value.
fn json(value: &serde_json::Value) -> String {
    let mut line = String::new();
    for c in value.to_string().chars() {
        if countersign_model::printable(c) == c {
            line.push(c);
        } else {
            line.extend(
                c.encode_utf16(&mut [0; 2])
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        }
    }
    line
}

/// What became of a write to standard output.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::reader_gone(),
        _ => Failure::system("write to standard output", &error),
    })
}

/// A line on standard error. Where that cannot be written, there is nowhere left to say so.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Reads what to log: a level, or parts such as `countersign_server=debug` with commas between them.
pub(crate) fn log_filter(text: &str) -> Result<String, String> {
    // The filter's own reader takes a word that is no level for the name of a program's part, and is silent ever after.
    let is_level = |word: &str| word.parse::<LevelFilter>().is_ok() && !word.is_empty();
    let is_part = |part: &str| is_level(part.rsplit_once('=').map_or(part, |(_, level)| level).trim());
    if text.split(',').all(is_part) && EnvFilter::try_new(text).is_ok() {
        Ok(text.to_owned())
    } else {
        Err(
            "write off, error, warn, info, debug or trace, or a filter such as countersign_server=debug"
                .to_owned(),
        )
    }
}

/// Logs go to standard error: standard output is the command's answer. `level` is what [`log_filter`] takes.
pub(crate) fn log_to_stderr(level: &str, json: bool) {
    let filter = EnvFilter::new(level);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_target(false);
    // A second subscriber cannot be set; the first one stays.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.with_ansi(is_coloured()).compact().try_init()
    };
}

fn is_coloured() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_an_escape_in_json_and_the_same_value() {
        let text =
            "\u{1b}[31m \u{9b}31m \u{202e}\u{2066} \u{200b}\u{feff} \u{7f} \u{e0041} é 語 \u{fffd} \"\\";
        let value = serde_json::json!({ text: [text] });
        let line = json(&value);
        assert!(
            line.chars().all(|c| countersign_model::printable(c) == c),
            "{line}"
        );
        assert!(line.contains("é 語"), "{line}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), value);
    }
}
