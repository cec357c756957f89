//! The names that a misspelled one may have meant.

/// Longer than any name, in bytes: measuring it would only cost time.
const LONGEST: usize = 100;
/// Above this many there is no telling what was meant, and measuring them all for each mistake costs too much.
const MOST_NAMES: usize = 5000;
/// At most this many are named.
const SHOWN: usize = 3;

/// The names that are a few slips away, whatever their case, nearest first; where there is none, those that the word is a
/// part of. At most three.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    if wrong.len() > LONGEST {
        return Vec::new();
    }
    let wrong = wrong.trim().to_lowercase();
    let length = wrong.chars().count();
    // In a short name two slips make another name.
    let reach = (1 + length / 4).min(3);
    let (mut near, mut whole) = (Vec::new(), Vec::new());
    for name in names.into_iter().take(MOST_NAMES) {
        let folded = name.to_lowercase();
        let slips = strsim::osa_distance(&wrong, &folded);
        // Of a name that is as short as the slips are many, nothing is left.
        if slips <= reach && slips < folded.chars().count() {
            near.push((slips, name));
        } else if length >= 4 && folded.contains(&wrong) {
            // Half of a long name is how people shorten one: `secret` for `token_secret`.
            whole.push((slips, name));
        }
    }
    let mut found = if near.is_empty() { whole } else { near };
    found.sort_unstable();
    found.dedup();
    let shown = found.into_iter().take(SHOWN);
    shown.map(|(_, name)| name.to_owned()).collect()
}

/// ` Did you mean …?`, to stand behind a sentence; empty where nothing is near.
pub fn question(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!(" Did you mean {}?", near.join(" or ")),
    }
}

/// `; did you mean …?`, to end a sentence; empty where nothing is near.
pub fn suggestion(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; did you mean {}?", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_whatever_its_case() {
        let names = ["companyName", "email", "entityId", "N/record", "N/ui"];
        assert_eq!(nearest("compnyname", names), ["companyName"]);
        assert_eq!(nearest("emial", names), ["email"]);
        assert_eq!(nearest(" EntityID", names), ["entityId"]);
        assert_eq!(nearest("n/reccord", names), ["N/record"]);
        assert!(nearest("unrelated", names).is_empty());
    }

    #[test]
    fn a_shortened_name_is_recognised_where_no_slip_explains_it() {
        let names = ["consumer_secret", "token_id", "token_secret"];
        assert_eq!(nearest("secret", names), ["token_secret", "consumer_secret"]);
        assert!(nearest("tok", names).is_empty());
        assert_eq!(nearest("token_secrte", names), ["token_secret"]);
    }

    #[test]
    fn a_name_of_which_no_letter_is_left_and_one_longer_than_any_are_not_meant() {
        assert!(nearest("x", ["y"]).is_empty());
        assert!(nearest(&"name".repeat(50), ["name"]).is_empty());
    }

    #[test]
    fn what_may_be_meant_is_asked_or_suggested() {
        let near = ["email".to_owned(), "memo".to_owned()];
        assert_eq!(question(&near), " Did you mean email or memo?");
        assert_eq!(suggestion(&near), "; did you mean email or memo?");
        assert_eq!(question(&[]) + &suggestion(&[]), "");
    }
}
