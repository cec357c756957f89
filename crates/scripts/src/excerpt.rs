//! A line of a file with a mark below one of its columns.

/// As much of a line is shown: files that were made smaller have all in one.
const WIDEST: usize = 100;

/// Two lines for a terminal: the line with its number, and a caret below `column`, both from 1. Indented by two.
pub fn excerpt(line: usize, column: usize, text: &str) -> String {
    let at = column.saturating_sub(1);
    let letters: Vec<char> = text.trim_end().chars().collect();
    let start = match letters.len() > WIDEST {
        true => at.saturating_sub(WIDEST / 2).min(letters.len() - WIDEST),
        false => 0,
    };
    let shown = letters.iter().skip(start).take(WIDEST);
    let shown: String = shown
        .map(|letter| if *letter == '\t' { ' ' } else { *letter })
        .collect();
    let below = " ".repeat(at.min(letters.len()) - start.min(at.min(letters.len())));
    format!("  {line:>5} | {shown}\n        | {below}^")
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_caret_stands_below_its_column_also_where_the_line_is_cut_or_ends_before() {
        assert_eq!(excerpt(7, 2, "\tab"), "      7 |  ab\n        |  ^");
        assert_eq!(excerpt(7, 99, "ab"), "      7 | ab\n        |   ^");
        let long = format!("{}here{}", "-".repeat(5000), "=".repeat(5000));
        let shown = excerpt(1, 5001, &long);
        let (line, caret) = shown.split_once('\n').unwrap();
        assert_eq!(line.find("here"), caret.find('^'));
        assert_eq!(excerpt(1, 1, ""), "      1 | \n        | ^");
    }
}
