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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &str) -> Result<State, usize> {
        let mut framing = Framing::new();
        framing.read(bytes.as_bytes())?;
        assert!(framing.line.is_empty());
        Ok(framing.state)
    }

    const NEXT_REQUEST: Result<State, usize> = Ok(State::Line(Line::Head));

    fn refused(head: &str) {
        let request = format!("POST / HTTP/1.1\r\n{head}\r\n\r\n");
        assert!(read(&request).is_err(), "{request:?}");
    }

    #[test]
    fn requests_follow_each_other_with_and_without_bodies() {
        let stream = "GET / HTTP/1.1\r\nHost: a\r\n\r\n\
            POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n\n\n\n\n\n\
            POST / HTTP/1.1\r\nhost: a\r\nTRANSFER-ENCODING:Chunked \r\n\r\n\
            3\r\nGET\r\na\r\n0123456789\r\n0\r\n\r\n\
            \r\nPOST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n\
            GET / HTTP/1.1\r\n\r\n";
        assert_eq!(read(stream), NEXT_REQUEST);
    }

    #[test]
    fn two_lengths_have_no_reading() {
        refused("Content-Length: 5\r\nTransfer-Encoding: chunked");
        refused("Transfer-Encoding: chunked\r\nContent-Length: 5");
        refused("Content-Length: 5\r\nContent-Length: 6");
        refused("Content-Length: 5\r\ncontent-length: 5");
        refused("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    }

    #[test]
    fn a_length_is_digits_and_an_encoding_is_chunked() {
        for value in ["", "+5", "-1", "5,5", "5 5", "0x5", "5.", "9999999999999999999"] {
            refused(&format!("Content-Length: {value}"));
        }
        for value in [
            "",
            "identity",
            "gzip, chunked",
            "chunked, identity",
            "\"chunked\"",
            "chunked\u{b}",
        ] {
            refused(&format!("Transfer-Encoding: {value}"));
        }
    }

    #[test]
    fn a_line_ends_with_cr_lf_and_is_not_folded() {
        assert_eq!(read("GET / HTTP/1.1\nHost: a\r\n\r\n"), Err(14));
        assert_eq!(read("GET / HTTP/1.1\r\nHost: a\n\r\n"), Err(23));
        assert_eq!(read("GET / HTTP/1.1\r\nHost: a\r\n\n"), Err(25));
        assert_eq!(read("\nGET / HTTP/1.1\r\n\r\n"), Err(0));
        refused("Host: a\r\n b");
        refused("Host: a\r\n\tContent-Length: 5");
    }

    #[test]
    fn a_chunk_is_a_bare_size_and_exactly_that_much() {
        let chunked = |body: &str| {
            read(&format!(
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{body}"
            ))
        };
        assert_eq!(chunked("F\r\n0123456789abcde\r\n0\r\n\r\n"), NEXT_REQUEST);
        for body in [
            "5;name=value\r\n",
            "5 \r\n",
            " 5\r\n",
            "0x5\r\n",
            "-1\r\n",
            "\r\n",
            "5\n",
            "1234567890abcdef\r\n",
            "3\r\nGETX\r\n",
            "3\r\nGET\n",
            "0\r\nTrailer: a\r\n\r\n",
            "0\r\n\n",
        ] {
            assert!(chunked(body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn a_line_of_a_chunk_that_does_not_end_is_not_kept() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut framing = Framing::new();
        assert_eq!(framing.read(head.as_bytes()), Ok(()));
        let given_up = (0..1000).find(|_| framing.read(b"0").is_err());
        assert_eq!(given_up, Some(CHUNK_DIGITS + 1));
        assert!(read(&format!("{head}{}", "0".repeat(1 << 20))).is_err());
        assert!(read(&format!("{head}1\r\nxabc")).is_err());
    }

    #[test]
    fn a_fragment_is_no_part_of_a_request() {
        assert!(read("GET /a?b=c#d HTTP/1.1\r\nHost: a\r\n\r\n").is_err());
        assert_eq!(read("GET /a HTTP/1.1\r\nA: #d\r\n\r\n"), NEXT_REQUEST);
    }

    fn fragment() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()),
            Just("POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\n1234567".to_owned()),
            Just("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n0\r\n\r\n".to_owned()),
            Just("\r\n".to_owned()),
            Just("Content-Length: 3\r\n".to_owned()),
            "[\r\n :;0-9a-cC]{0,12}",
        ]
    }

    proptest! {
        #[test]
        fn the_verdict_does_not_depend_on_how_the_bytes_arrive(
            fragments in prop::collection::vec(fragment(), 0..8),
            cuts in prop::collection::vec(1..9_usize, 1..20),
        ) {
            let stream = fragments.concat().into_bytes();
            let mut whole = Framing::new();
            let at_once = whole.read(&stream);

            let mut pieces = Framing::new();
            let mut place = 0;
            let mut piecewise = Ok(());
            for cut in cuts.iter().cycle() {
                let piece = &stream[place..stream.len().min(place + cut)];
                if piece.is_empty() || piecewise.is_err() {
                    break;
                }
                piecewise = pieces.read(piece).map_err(|at| place + at);
                place += piece.len();
            }
            prop_assert_eq!(at_once, piecewise);
            if at_once.is_ok() {
                prop_assert_eq!(whole.state, pieces.state);
                prop_assert_eq!(whole.line, pieces.line);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Framing::new().read(&bytes);
        }
    }
}
