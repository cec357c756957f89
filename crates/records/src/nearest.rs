//! The names a misspelled one may have meant.

/// At most three of `names`, the nearest first: a few letters away.
pub fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    // A name this long was not mistyped; measuring it would only cost time.
    if wrong.len() > 100 {
        return Vec::new();
    }
    let wrong = wrong.to_lowercase();
    // Two letters swapped are two changes; in a short name two changes make another name.
    let reach = match wrong.chars().count() {
        0..4 => 1,
        4..9 => 2,
        _ => 3,
    };
    let mut found: Vec<_> = names
        .map(|name| (distance(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= reach)
        .collect();
    found.sort_unstable();
    found
        .into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// The end of a message about a misspelled name.
pub(crate) fn suggestion(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", nearest.join(" or "))
}

/// Levenshtein's: insertions, deletions and replacements that turn one into the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = above;
        let mut left = above + 1;
        let mut next = vec![left];
        for (other, up) in to.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(letter != *other))
                .min(left + 1)
                .min(up + 1);
            diagonal = *up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_levenshteins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised_whatever_its_case() {
        let names = ["companyName", "email", "entityId"];
        assert_eq!(nearest("compnyname", names.into_iter()), ["companyName"]);
        assert_eq!(nearest("emial", names.into_iter()), ["email"]);
        assert_eq!(nearest("EntityID", names.into_iter()), ["entityId"]);
        assert!(nearest("unrelated", names.into_iter()).is_empty());
    }
}
