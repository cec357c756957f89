//! Small pieces of sentences: lists of names, differences of time, the shape of a text.

/// A list in words: `a`, `a and b`, `a, b and c`. Long ones are cut.
pub(crate) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    match names {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        _ => {
            let (shown, rest) = names.split_at_checked(SHOWN).unwrap_or((names, &[]));
            format!("{} and {} more", shown.join(", "), rest.len())
        }
    }
}

/// A difference in seconds, to the largest two units that say something: `45 s`, `6 min 40 s`, `1 h 00 min`,
/// `3 d 02 h`. Without its sign.
pub(crate) fn duration(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, seconds / 3600) {
        (0, 0) if seconds < 60 => format!("{seconds} s"),
        (0, 0) => format!("{minutes} min {:02} s", seconds % 60),
        (0, _) => format!("{hours} h {minutes:02} min"),
        (1..4000, _) => format!("{days} d {hours:02} h"),
        _ => format!("{} years", days / 365),
    }
}

/// Which way a clock is off, given by how much it is ahead.
pub(crate) const fn ahead_or_behind(seconds: i64) -> &'static str {
    if seconds < 0 { "behind" } else { "ahead of" }
}

/// Text from outside, cut to a length that fits a sentence, without control characters.
pub(crate) fn clipped(text: &str) -> String {
    const LENGTH: usize = 60;
    let mut clipped: String = text.chars().take(LENGTH).map(visible).collect();
    if text.chars().nth(LENGTH).is_some() {
        clipped.push('…');
    }
    clipped
}

/// Bytes from outside as text that fits a sentence.
pub(crate) fn shown(bytes: &[u8]) -> String {
    clipped(&String::from_utf8_lossy(bytes))
}

fn visible(character: char) -> char {
    if character.is_control() {
        '\u{fffd}'
    } else {
        character
    }
}

/// The kind of characters a text has, without showing it.
pub(crate) fn shape(text: &str) -> String {
    let count = text.chars().count();
    let kind = if text.is_empty() {
        return "nothing".to_owned();
    } else if text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        "hexadecimal digits"
    } else {
        "characters"
    };
    format!("{count} {kind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_time_reads_like_one() {
        for (seconds, words) in [
            (7, "7 s"),
            (-421, "7 min 01 s"),
            (3600, "1 h 00 min"),
            (-19_800, "5 h 30 min"),
            (266_400, "3 d 02 h"),
            (i64::MIN, "292471208677 years"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn a_list_ends_with_and() {
        let names = |count: usize| (1..=count).map(|number| format!("p{number}")).collect::<Vec<_>>();
        assert_eq!(listed(&names(1)), "p1");
        assert_eq!(listed(&names(3)), "p1, p2 and p3");
        assert_eq!(listed(&names(9)), "p1, p2, p3, p4, p5, p6 and 3 more");
    }
}
