//! The names a misspelled one may have meant.

/// Longer than any name: measuring it would only cost time.
const LONGEST: usize = 64;
/// At most this many are named.
const SHOWN: usize = 3;

/// The names that are a few slips away, nearest first.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let reach = 1 + length / 4;
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, _)| *distance <= reach)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter()
        .take(SHOWN)
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// ` Did you mean …?`, or nothing.
pub(crate) fn question(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    format!(" Did you mean {}?", near.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_the_nearest_comes_first() {
        let names = ["trandate", "tranid", "transaction", "memo"];
        assert_eq!(nearest("trnadate", names), ["trandate"]);
        assert_eq!(nearest("transid", names), ["tranid"]);
        assert!(nearest("postingperiod", names).is_empty());
        assert!(nearest(&"x".repeat(1000), names).is_empty());
    }
}
