//! The segments and parameters of an address, decoded once. What can be read in two ways is refused here.

use super::CallRefused;

pub(super) fn segment(text: &str) -> Result<Vec<u8>, CallRefused> {
    if text.is_empty() {
        return Err(CallRefused::Ambiguous("it has an empty segment"));
    }
    let decoded = decode(text, false)?;
    if matches!(decoded.as_slice(), b"." | b"..") {
        return Err(CallRefused::Ambiguous("it has a dot segment"));
    }
    // Attack: a separator in too many bytes, which only a careless reader takes for one.
    if std::str::from_utf8(&decoded).is_err() {
        return Err(CallRefused::Ambiguous("its encoded bytes are no text"));
    }
    // A second decoding, a parameter of a segment, or another separator would lead elsewhere.
    if decoded.iter().any(|byte| b"/\\%;?#".contains(byte)) {
        return Err(CallRefused::Ambiguous("a separator is written in it, or encoded"));
    }
    // Otherwise a rule for `customer` would not be one for `%63ustomer`, wherever that is compared before it is decoded.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte);
    let written = text.bytes().filter(|byte| plain(*byte)).count();
    let meant = decoded.iter().filter(|byte| plain(**byte)).count();
    let hex = 2 * text.bytes().filter(|byte| *byte == b'%').count();
    match written == meant + hex {
        true => Ok(decoded),
        false => Err(CallRefused::Ambiguous(
            "a character is encoded that needs no encoding",
        )),
    }
}

/// Name and value, decoded.
pub(super) type Parameter = (Vec<u8>, Vec<u8>);

pub(super) fn parameters(query: &str) -> Result<Vec<Parameter>, CallRefused> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let parameters = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name, true)?, decode(value, true)?))
    });
    let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
    let is_oauth = |(name, _): &Parameter| {
        name.get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"oauth_"))
    };
    match parameters.iter().any(is_oauth) {
        true => Err(CallRefused::OauthParameter),
        false => Ok(parameters),
    }
}

/// The value of a parameter that is there once, whatever the case of its name.
pub(super) fn only(parameters: &[Parameter], name: &[u8]) -> Result<Vec<u8>, CallRefused> {
    let mut found = parameters
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value.clone()),
        _ => Err(CallRefused::Script),
    }
}

fn decode(text: &str, plus_is_space: bool) -> Result<Vec<u8>, CallRefused> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let pair = digit().zip(digit());
                let (high, low) =
                    pair.ok_or(CallRefused::Ambiguous("a percent sign begins no pair of digits"))?;
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            b'+' if plus_is_space => b' ',
            // Attack: after a # nothing is sent, whatever was judged. The others are written anew by some programs.
            b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                return Err(CallRefused::Ambiguous(
                    "it has a character that has to be encoded",
                ));
            }
            0x21..=0x7e => byte,
            _ => {
                return Err(CallRefused::Ambiguous(
                    "it has a character that has to be encoded",
                ));
            }
        };
        if byte.is_ascii_control() {
            return Err(CallRefused::Ambiguous("it has a control character"));
        }
        decoded.push(byte);
    }
    Ok(decoded)
}
