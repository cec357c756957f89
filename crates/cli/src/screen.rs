//! A terminal that is drawn on again and again, and is afterwards as it was, with the last picture below what stood there.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::ColorChoice;
use countersign_world::environment;

use crate::failure::Failure;
use crate::output;

/// The other screen, without a cursor and without breaking long lines.
const TAKE: &str = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l";
const LEAVE: &str = "\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l";
const HOME: &str = "\u{1b}[H";
/// The rest of a line, and all below it.
const CLEAR_LINE: &str = "\u{1b}[K\r\n";
const CLEAR_BELOW: &str = "\u{1b}[J";
/// Where the terminal does not say.
const USUAL: (usize, usize) = (80, 24);

pub(crate) struct Screen {
    is_coloured: bool,
    /// What was drawn last, without its first lines.
    last: Vec<String>,
}

impl Screen {
    /// None where standard output is no terminal, or one that cannot move its cursor.
    pub(crate) fn take() -> Result<Option<Self>, Failure> {
        let is_dumb = environment::variable("TERM").is_none_or(|term| term == "dumb");
        if is_dumb || !io::stdout().is_terminal() {
            return Ok(None);
        }
        let screen = Self {
            is_coloured: anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            last: Vec::new(),
        };
        output::send(TAKE.as_bytes())?;
        Ok(Some(screen))
    }

    /// Columns of it.
    pub(crate) fn width(&self) -> usize {
        size().0
    }

    /// Puts these lines where the last ones were. What has no room is counted in the last line.
    pub(crate) fn draw(&mut self, head: &[String], lines: Vec<String>) -> Result<(), Failure> {
        let (_, rows) = size();
        let room = rows.saturating_sub(head.len() + 1).max(1);
        let mut shown: Vec<String> = head.iter().chain(lines.iter().take(room)).cloned().collect();
        if lines.len() > room {
            shown.pop();
            shown.push(format!(
                "… {} lines more: make the window higher",
                lines.len() - room + 1
            ));
        }
        let mut frame = HOME.to_owned();
        for line in &shown {
            match self.is_coloured {
                true => frame.push_str(line),
                false => frame.push_str(&anstream::adapter::strip_str(line).to_string()),
            }
            frame.push_str(CLEAR_LINE);
        }
        frame.push_str(CLEAR_BELOW);
        self.last = lines;
        output::send(frame.as_bytes())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut out = io::stdout().lock();
        // Where it is gone, nobody is left to see it.
        let _ = out.write_all(LEAVE.as_bytes()).and_then(|()| out.flush());
        drop(out);
        for line in &self.last {
            if output::say(line).is_err() {
                return;
            }
        }
    }
}

/// Columns and rows.
fn size() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
    let known = |count: u16, usual| if count == 0 { usual } else { usize::from(count) };
    size.map_or(USUAL, |size| {
        (known(size.ws_col, USUAL.0), known(size.ws_row, USUAL.1))
    })
}
