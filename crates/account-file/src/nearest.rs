//! The name a misspelled one may have meant.

/// A name this long was not mistyped; measuring it would only cost time.
const LONGEST: usize = 100;
/// Above this many there is no telling what was meant, and measuring them all for each mistake costs too much.
const MOST_NAMES: usize = 1000;

/// The end of a message about a misspelled name: the one that is a few letters away, if there is one.
pub(crate) fn suggestion<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    if wrong.len() > LONGEST {
        return String::new();
    }
    let wrong = wrong.trim().to_lowercase();
    let reach = match wrong.chars().count() {
        0..4 => 1,
        4..9 => 2,
        _ => 3,
    };
    // Half of a long name is how people shorten one: `secret` for `token_secret`.
    let is_part = |name: &str| wrong.chars().count() >= 4 && name.contains(&wrong);
    let near = |name: &'a str| {
        let folded = name.to_lowercase();
        let distance = strsim::osa_distance(&wrong, &folded);
        let distance = if is_part(&folded) {
            distance.min(reach)
        } else {
            distance
        };
        (distance <= reach).then_some((distance, name))
    };
    let nearest = names.into_iter().take(MOST_NAMES).filter_map(near).min();
    nearest.map_or_else(String::new, |(_, name)| format!("; did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::suggestion;

    #[test]
    fn a_slip_and_a_shortened_name_are_recognised() {
        let names = ["token_id", "token_secret", "name"];
        assert_eq!(suggestion("tokne_id", names), "; did you mean token_id?");
        assert_eq!(suggestion("secret", names), "; did you mean token_secret?");
        assert_eq!(suggestion("Name ", names), "; did you mean name?");
        assert_eq!(suggestion("colour", names), "");
        assert_eq!(suggestion(&"name".repeat(50), names), "");
    }
}
