//! Oracle's format models for numbers: `FM999,990.00`, `$9G990D00`.

use crate::value::{fifteen_digits, number_text};

/// Longer than any model anyone needs.
const LONGEST: usize = 64;

/// `number` written by the model; all `#` where it does not fit, as Oracle does it.
///
/// # Errors
///
/// What is not a format model for numbers, in words.
pub(crate) fn write(number: f64, model: &str) -> Result<String, String> {
    let upper = model.to_ascii_uppercase();
    let unknown = || {
        format!(
            "`{model}` is not a number format this account knows: 9, 0, `,`, `.`, G, D, $, L, S, MI and FM."
        )
    };
    if model.len() > LONGEST || model.is_empty() {
        return Err(unknown());
    }
    let (compact, body) = match upper.strip_prefix("FM") {
        Some(body) => (true, body),
        None => (false, upper.as_str()),
    };
    let (trailing_minus, body) = match body.strip_suffix("MI") {
        Some(body) => (true, body),
        None => (false, body),
    };
    let (signed, body) = match body.strip_prefix('S') {
        Some(body) => (true, body),
        None => (false, body),
    };
    let (currency, body) = match body.strip_prefix(['$', 'L']) {
        Some(body) => (true, body),
        None => (false, body),
    };
    let (whole, fraction) = body.split_once(['.', 'D']).unwrap_or((body, ""));
    let fits = whole.bytes().all(|byte| b"90,G".contains(&byte))
        && fraction.bytes().all(|byte| b"90".contains(&byte));
    if !fits || (whole.is_empty() && fraction.is_empty()) {
        return Err(unknown());
    }
    let width = body.len() + usize::from(currency) + 1;
    let rounded = crate::functions::round_to(number.abs(), i64::try_from(fraction.len()).unwrap_or(0));
    let digits = format!("{:.*}", fraction.len(), fifteen_digits(rounded));
    let (integer, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let Some(integer) = grouped(integer, whole) else {
        return Ok("#".repeat(width));
    };
    let mut text = String::new();
    if currency {
        text.push('$');
    }
    text.push_str(&integer);
    if body.contains(['.', 'D']) {
        text.push('.');
        text.push_str(if compact {
            trimmed(decimals, fraction)
        } else {
            decimals
        });
    }
    let negative = number < 0.0 && number_text(rounded) != "0";
    let text = match (negative, trailing_minus, signed) {
        (true, true, _) => format!("{text}-"),
        (true, ..) => format!("-{text}"),
        (false, _, true) => format!("+{text}"),
        (false, true, _) if !compact => format!("{text} "),
        _ => text,
    };
    Ok(if compact { text } else { format!("{text:>width$}") })
}

/// The integer digits in their places; `None` where there are more digits than places.
fn grouped(integer: &str, model: &str) -> Option<String> {
    let mut digits = integer.trim_start_matches('0').bytes().rev();
    let padded_from = model.bytes().position(|place| place == b'0');
    let mut reversed = Vec::new();
    let mut waiting_comma = false;
    for (place, kind) in model.bytes().enumerate().collect::<Vec<_>>().into_iter().rev() {
        if matches!(kind, b',' | b'G') {
            waiting_comma = true;
            continue;
        }
        let zero = padded_from.is_some_and(|first| place >= first).then_some(b'0');
        let Some(digit) = digits.next().or(zero) else {
            break;
        };
        if std::mem::take(&mut waiting_comma) {
            reversed.push(b',');
        }
        reversed.push(digit);
    }
    if digits.next().is_some() {
        return None;
    }
    reversed.reverse();
    String::from_utf8(reversed).ok()
}

/// Without the last zeros that only a `9` stands for.
fn trimmed<'a>(decimals: &'a str, model: &str) -> &'a str {
    let kept = model.rfind('0').map_or(0, |last| last + 1);
    let needed = decimals.trim_end_matches('0').len().max(kept);
    decimals.get(..needed).unwrap_or(decimals)
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn a_number_is_written_by_each_element() {
        let cases = [
            (1234.5, "FM999,990.00", "1,234.50"),
            (1234.5, "999,990.00", "   1,234.50"),
            (0.5, "FM990.00", "0.50"),
            (0.5, "FM999.99", ".5"),
            (-3.0, "FM990", "-3"),
            (-3.0, "FM990MI", "3-"),
            (7.0, "FM0000", "0007"),
            (1234.0, "FM999", "####"),
            (1234.567, "FM$9G990D00", "$1,234.57"),
            (2.345, "FM0.00", "2.35"),
        ];
        for (number, model, text) in cases {
            assert_eq!(write(number, model).as_deref(), Ok(text), "{number} {model}");
        }
        assert!(write(1.0, "abc").is_err());
        assert!(write(1.0, "FM").is_err());
    }
}
