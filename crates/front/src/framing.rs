//! Where each request ends, read strictly: request smuggling lives where two programs disagree about that.
//!
//! hyper takes some forms that RFC 9112 lets a server take and that others read differently: lines ended by a bare
//! LF (section 2.2), `Content-Length` beside `Transfer-Encoding` (6.1), a repeated length (6.3), chunk extensions
//! and trailers (7.1). Nobody who signs requests sends them, so they are refused. What passes here has one reading.

/// Follows the bytes of one connection, request after request.
#[derive(Debug)]
pub(crate) struct Framing {
    state: State,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    head: Head,
}

/// What the lines of the head say about the body.
#[derive(Debug, Default)]
struct Head {
    begun: bool,
    length: Option<u64>,
    chunked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Line(Line),
    Data { left: u64, then: Line },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Head,
    ChunkSize,
    ChunkEnd,
    LastChunkEnd,
}

impl Line {
    /// The most bytes of a line, its CR and LF among them; the head as a whole is bounded by hyper. hyper reads any
    /// number of zeros as a chunk's size, and what has no end is never given up.
    const fn longest(self) -> usize {
        match self {
            Self::Head => usize::MAX,
            Self::ChunkSize => CHUNK_DIGITS + 2,
            Self::ChunkEnd | Self::LastChunkEnd => 2,
        }
    }
}

/// A line that must not be read on.
#[derive(Debug, PartialEq, Eq)]
struct Refused;

impl Framing {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Line(Line::Head),
            line: Vec::new(),
            head: Head::default(),
        }
    }

    /// Whether all that has come are whole requests.
    pub(crate) const fn is_between_requests(&self) -> bool {
        matches!(self.state, State::Line(Line::Head)) && self.line.is_empty() && !self.head.begun
    }

    /// How many bytes are still to come of a body whose length was announced.
    pub(crate) const fn announced(&self) -> Option<u64> {
        match self.state {
            State::Data {
                left,
                then: Line::Head,
            } => Some(left),
            _ => None,
        }
    }

    /// Reads on. An error gives the place where a line cannot be accepted: its LF, or the byte that makes it too long.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.state {
                State::Data { left, then } => {
                    let taken = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    rest = rest.get(taken..).unwrap_or_default();
                    self.state = match left - taken as u64 {
                        0 => State::Line(then),
                        left => State::Data { left, then },
                    };
                }
                State::Line(expected) => {
                    let room = expected.longest() - self.line.len();
                    let line = rest.get(..room).unwrap_or(rest);
                    let Some(end) = memchr::memchr(b'\n', line) else {
                        if rest.len() >= room {
                            return Err(bytes.len() - rest.len() + room - 1);
                        }
                        self.line.extend_from_slice(rest);
                        break;
                    };
                    let (line, after) = rest.split_at(end);
                    let next = if self.line.is_empty() {
                        self.head.next(expected, line)
                    } else {
                        self.line.extend_from_slice(line);
                        let next = self.head.next(expected, &self.line);
                        self.line.clear();
                        next
                    };
                    let place = bytes.len() - after.len();
                    self.state = next.map_err(|Refused| place)?;
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
        Ok(())
    }
}

impl Head {
    /// What follows after a line; `line` is without its LF.
    fn next(&mut self, expected: Line, line: &[u8]) -> Result<State, Refused> {
        let line = line.strip_suffix(b"\r").ok_or(Refused)?;
        match (expected, line) {
            (Line::Head, b"") if self.begun => Ok(self.end()),
            // An empty line before a request is to be ignored (RFC 9112 section 2.2).
            (Line::Head, b"") => Ok(State::Line(Line::Head)),
            (Line::Head, line) => {
                if std::mem::replace(&mut self.begun, true) {
                    self.field(line)?;
                } else if line.contains(&b'#') {
                    // hyper drops a fragment: another target would be verified than was sent.
                    return Err(Refused);
                }
                Ok(State::Line(Line::Head))
            }
            (Line::ChunkSize, line) => match chunk_size(line)? {
                0 => Ok(State::Line(Line::LastChunkEnd)),
                left => Ok(State::Data {
                    left,
                    then: Line::ChunkEnd,
                }),
            },
            (Line::ChunkEnd, b"") => Ok(State::Line(Line::ChunkSize)),
            (Line::LastChunkEnd, b"") => Ok(State::Line(Line::Head)),
            (Line::ChunkEnd | Line::LastChunkEnd, _) => Err(Refused),
        }
    }

    fn field(&mut self, line: &[u8]) -> Result<(), Refused> {
        // A folded line continues the one before (RFC 9112 section 5.2).
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(Refused);
        }
        if let Some(value) = value_of(line, b"content-length:") {
            // Twice is refused even when both are equal: others may take them for a list.
            if self.length.is_some() || self.chunked {
                return Err(Refused);
            }
            self.length = Some(length(value)?);
        } else if let Some(value) = value_of(line, b"transfer-encoding:") {
            if self.length.is_some() || self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refused);
            }
            self.chunked = true;
        }
        Ok(())
    }

    fn end(&mut self) -> State {
        let head = std::mem::take(self);
        match head.length {
            _ if head.chunked => State::Line(Line::ChunkSize),
            Some(left @ 1..) => State::Data {
                left,
                then: Line::Head,
            },
            _ => State::Line(Line::Head),
        }
    }
}

fn value_of<'a>(line: &'a [u8], name_and_colon: &[u8]) -> Option<&'a [u8]> {
    let (name, value) = line.split_at_checked(name_and_colon.len())?;
    name.eq_ignore_ascii_case(name_and_colon)
        .then(|| value.trim_ascii())
}

/// Hexadecimal: an exbibyte, as for a length.
const CHUNK_DIGITS: usize = 15;

/// 18 digits are an exbibyte; longer numbers invite overflows elsewhere.
fn length(digits: &[u8]) -> Result<u64, Refused> {
    number(digits, 10, 18)
}

fn chunk_size(digits: &[u8]) -> Result<u64, Refused> {
    number(digits, 16, CHUNK_DIGITS)
}

/// Digits only: no sign, no space, no list.
fn number(digits: &[u8], radix: u32, at_most: usize) -> Result<u64, Refused> {
    if digits.is_empty() || digits.len() > at_most {
        return Err(Refused);
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = char::from(*digit).to_digit(radix).ok_or(Refused)?;
        Ok(number * u64::from(radix) + u64::from(digit))
    })
}

#[cfg(test)]
mod tests;
