//! What is wrong with a page, as HTML: nesting, ids, labels, and what a strict policy would refuse. For pages that write
//! every attribute in double quotes, as ours do.

use std::collections::BTreeSet;

/// Elements that are never closed.
const VOID: &[&str] = &["meta", "link", "input", "br", "wbr", "img", "hr"];

#[derive(Default)]
struct Seen {
    open: Vec<String>,
    ids: BTreeSet<String>,
    labelled: BTreeSet<String>,
    /// Ids of controls without a label of their own.
    controls: Vec<Option<String>>,
    referred: Vec<String>,
    headings: usize,
    faults: Vec<String>,
}

/// Nothing for a page as it should be.
pub fn faults_of_html(html: &str) -> Vec<String> {
    let mut seen = Seen::default();
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = end_of_tag(tag);
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            seen.close(name);
        } else if !tag.starts_with('!') {
            seen.element(tag);
        }
    }
    seen.finish()
}

/// Splits behind the `>` that ends the tag, which is not one in a value.
fn end_of_tag(tag: &str) -> (&str, &str) {
    let mut is_quoted = false;
    for (place, letter) in tag.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return (tag.split_at(place).0, tag.split_at(place + 1).1),
            _ => {}
        }
    }
    (tag, "")
}

/// Name and value; a value that is not given is empty.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        match after.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
            Some((value, after)) => {
                found.push((name.to_owned(), value.to_owned()));
                rest = after.trim_start();
            }
            None => {
                found.push((name.to_owned(), String::new()));
                rest = after.trim_start();
            }
        }
    }
    found
}

impl Seen {
    fn fault(&mut self, fault: impl Into<String>) {
        self.faults.push(fault.into());
    }

    fn close(&mut self, name: &str) {
        match self.open.pop() {
            Some(open) if open == name => {}
            open => self.fault(format!("</{name}> closes {open:?}")),
        }
    }

    fn element(&mut self, tag: &str) {
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let attributes = attributes(rest);
        let get = |wanted: &str| {
            let mut all = attributes.iter();
            all.find(|(known, _)| known == wanted)
                .map(|(_, value)| value.clone())
        };
        for (known, value) in &attributes {
            if known.starts_with("on") || known == "style" || value.trim_start().starts_with("javascript:") {
                self.fault(format!("<{name} {known}> is inline"));
            }
        }
        if let Some(id) = get("id")
            && (id.is_empty() || id.contains(' ') || !self.ids.insert(id.clone()))
        {
            self.fault(format!("the id {id:?} is there twice, or is none"));
        }
        for reference in ["aria-describedby", "aria-labelledby"] {
            let ids = get(reference).unwrap_or_default();
            self.referred.extend(ids.split_whitespace().map(str::to_owned));
        }
        if let Some(id) = get("href").as_deref().and_then(|href| href.strip_prefix('#')) {
            self.referred.push(id.to_owned());
        }
        match name {
            "label" => self.labelled.extend(get("for")),
            "style" => self.fault("a style is inline"),
            "script" if get("src").is_none() => self.fault("a script is inline"),
            "h1" => self.headings += 1,
            "input" if get("type").as_deref() == Some("hidden") => {}
            "input" | "select" | "textarea" if get("aria-label").is_none() => self.controls.push(get("id")),
            "form" if self.open.iter().any(|open| open == "form") => self.fault("a form stands in a form"),
            "a" if get("href").is_none_or(|href| href.is_empty()) => self.fault("a link leads nowhere"),
            _ => {}
        }
        if !VOID.contains(&name) {
            self.open.push(name.to_owned());
        }
    }

    fn finish(mut self) -> Vec<String> {
        if !self.open.is_empty() {
            let open = self.open.join(", ");
            self.fault(format!("never closed: {open}"));
        }
        let controls = std::mem::take(&mut self.controls);
        for control in controls {
            if control.as_ref().is_none_or(|id| !self.labelled.contains(id)) {
                self.fault(format!("the control {control:?} has no label"));
            }
        }
        for id in std::mem::take(&mut self.referred) {
            if !self.ids.contains(&id) {
                self.fault(format!("{id:?} is referred to and not there"));
            }
        }
        if self.headings != 1 {
            let headings = self.headings;
            self.fault(format!("{headings} headings of the first level"));
        }
        self.faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_as_it_should_be_has_no_faults_and_each_fault_is_found() {
        let good = "<!DOCTYPE html><h1>A > B</h1><label for=\"a\">x</label><input id=\"a\" value=\"a>b\"><a href=\"#a\">y</a>";
        assert_eq!(faults_of_html(good), [""; 0]);
        for wrong in [
            "<h1>x",
            "<h1>x</h1><p></h1>",
            "<h1>x</h1><input id=\"a\">",
            "<h1>x</h1><select></select>",
            "<h1 id=\"a\">x</h1><p id=\"a\"></p>",
            "<h1 onclick=\"x\">x</h1>",
            "<h1>x</h1><script>x</script>",
            "<h1>x</h1><p style=\"color:red\"></p>",
            "<h1>x</h1><a href=\"javascript:x\">x</a>",
            "<h1>x</h1><a href=\"#b\">x</a>",
            "<h1>x</h1><form><form></form></form>",
            "<p>x</p>",
        ] {
            assert!(!faults_of_html(wrong).is_empty(), "{wrong}");
        }
    }
}
