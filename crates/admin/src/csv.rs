//! Comma-separated values (RFC 4180), as a spreadsheet opens them.

/// One line. Attack: a cell that begins like a formula is run by spreadsheets, so that whoever chooses a user agent would
/// choose what the reader's machine does; such a cell gets an apostrophe before it, which spreadsheets take for text.
pub(crate) fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell)).collect();
    cells.join(",") + "\r\n"
}

fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_cell_is_quoted_and_what_would_run_is_text() {
        let cells = ["plain", "a,b", "say \"hi\"", "=1+1", "two\nlines"];
        assert_eq!(
            line(cells.into_iter().map(str::to_owned)),
            "plain,\"a,b\",\"say \"\"hi\"\"\",'=1+1,\"two\nlines\"\r\n"
        );
    }
}
