//! The lines of a stack, as NetSuite lists them.

/// Of lines that are looked at: a script may write millions of its own into an error.
const MOST: usize = 1000;

/// What the engine writes (`    at post (/SuiteScripts/orders.js:12:5)`) as `post(/SuiteScripts/orders.js:12:5)`, the innermost
/// call first. Our own modules and those of the engine are left out: what a developer looks for is in their script.
pub(crate) fn frames(stack: &str) -> Vec<String> {
    stack.lines().take(MOST).filter_map(frame).collect()
}

fn frame(line: &str) -> Option<String> {
    let line = line.trim();
    let line = line.strip_prefix("at ").unwrap_or(line);
    let (function, place) = match line.split_once(" (") {
        Some((function, place)) => (function, place.strip_suffix(')').unwrap_or(place)),
        None => ("anonymous", line),
    };
    // Our own were compiled without their places.
    if place.is_empty() || place == "native" || place.starts_with("<null>:") || place.starts_with("N/") {
        return None;
    }
    let function = match function {
        "<anonymous>" | "<eval>" => "anonymous",
        name => name,
    };
    Some(format!("{function}({place})"))
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn a_stack_names_function_file_line_and_column_of_scripts_only() {
        let stack = "    at create (<null>:0:1)\n    at end (N/governance:1:1)\n    at post (/SuiteScripts/a b (2).js:12:5)\n    at <anonymous> (/SuiteScripts/c.js:1:2)\n    at call (native)\n";
        assert_eq!(
            frames(stack),
            [
                "post(/SuiteScripts/a b (2).js:12:5)",
                "anonymous(/SuiteScripts/c.js:1:2)"
            ]
        );
        assert_eq!(
            frames(&"    at f (/SuiteScripts/c.js:1:2)\n".repeat(5000)).len(),
            1000
        );
    }
}
