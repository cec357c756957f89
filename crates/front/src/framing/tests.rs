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
