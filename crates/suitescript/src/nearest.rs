//! The names that a misspelled one may have meant.

/// Longer than any name: measuring it would only cost time.
const LONGEST: usize = 64;
/// At most this many are named.
const SHOWN: usize = 3;

/// The names that are a few slips away, whatever their case, nearest first.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let wrong = wrong.to_lowercase();
    let reach = 1 + length / 4;
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::osa_distance(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= reach && *distance < name.chars().count())
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(SHOWN).map(|(_, name)| name).collect()
}

/// ` Did you mean …?`, or nothing.
pub fn question<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(wrong, names).as_slice() {
        [] => String::new(),
        near => format!(" Did you mean {}?", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::question;

    #[test]
    fn the_names_a_few_slips_away_are_asked_for_nearest_first() {
        let names = ["N/record", "N/error", "N/search", "N/ui"];
        assert_eq!(question("N/reccord", names), " Did you mean N/record?");
        assert_eq!(question("n/Search", names), " Did you mean N/search?");
        assert_eq!(question("lodash", names), "");
        assert_eq!(question(&"x".repeat(1000), names), "");
    }
}
