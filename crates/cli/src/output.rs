//! What goes to the terminal. Colour only where a terminal reads; a closed pipe ends the output, not with a panic.

use std::io::Write as _;

use anstyle::{AnsiColor, Color, Style};
use tracing_subscriber::EnvFilter;

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GREEN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
pub(crate) const RED: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));
pub(crate) const CYAN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));

/// A line on standard output.
pub(crate) fn say(line: &str) {
    // Nobody reads any more: there is nobody to tell.
    let _ = writeln!(anstream::stdout().lock(), "{line}");
}

/// A line on standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Bytes on standard output, as they are.
pub(crate) fn send(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// A value as one line of JSON.
pub(crate) fn say_json(value: &serde_json::Value) {
    say(&value.to_string());
}

/// Logs go to standard error: standard output is the command's answer.
pub(crate) fn log_to_stderr(level: &str, json: bool) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("warn"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // A second subscriber cannot be set; the first one stays.
    let _ = if json {
        builder.json().try_init()
    } else {
        builder.with_ansi(is_coloured()).compact().try_init()
    };
}

fn is_coloured() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
}

/// The program as it was called, so that a printed command can be pasted.
pub(crate) fn program() -> String {
    std::env::args()
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "countersign".to_owned())
}
