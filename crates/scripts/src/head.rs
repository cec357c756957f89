//! What the head of a script file makes of it: a RESTlet, or what is said of it instead.

use countersign_spelling::{nearest, question};
use countersign_suitescript::Header;

use crate::project::SourceFile;

/// The next step where a header is missing.
pub(crate) const EXPECTED: &str =
    "a script file begins with a comment /** … */ that says @NApiVersion 2.1 and @NScriptType Restlet.";

/// NetSuite's types of scripts.
const TYPES: [&str; 15] = [
    "BundleInstallationScript",
    "ClientScript",
    "CustomGLPlugin",
    "CustomTool",
    "FIConnectivityPlugin",
    "FIParserPlugin",
    "MapReduceScript",
    "MassUpdateScript",
    "Portlet",
    "Restlet",
    "ScheduledScript",
    "SDFInstallationScript",
    "Suitelet",
    "UserEventScript",
    "WorkflowActionScript",
];

/// Each sentence has the path of the file.
pub(crate) enum Head {
    Restlet(Header),
    /// It is meant for a RESTlet, and is none.
    Wrong(String),
    /// A script of another type.
    OfAnother(String),
    /// No script; why, if somebody thinks it is one.
    None(String),
}

impl Head {
    pub(crate) fn of(file: &SourceFile) -> Self {
        let path = &file.path;
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !ending.eq_ignore_ascii_case("js") {
            return Self::None(match ending.to_ascii_lowercase().as_str() {
                "ts" => format!("{path} is TypeScript: deploy the JavaScript that is compiled from it."),
                _ => format!("{path} is no script: the name of a script file ends in .js."),
            });
        }
        let Ok(text) = std::str::from_utf8(&file.contents) else {
            return Self::None(format!("{path} is not text in UTF-8."));
        };
        if text.trim().is_empty() {
            return Self::None(format!("{path} is empty."));
        }
        let header = Header::parse(text);
        match header.script_type.as_deref() {
            Some(_) if header.is_restlet() => match old_version(&header) {
                Some(why) => Self::Wrong(format!("{path} {why}")),
                None => Self::Restlet(header),
            },
            Some(kind) => Self::OfAnother(format!("{path} {}", of_type(kind))),
            None => Self::None(format!("{path} {}", without_type(text))),
        }
    }
}

fn old_version(header: &Header) -> Option<String> {
    match (header.api_version, header.named_version.as_deref()) {
        (Some(_), _) => None,
        (None, None) => Some(
            "has no @NApiVersion: NetSuite takes such a script for SuiteScript 1.0, which does not run here. Write \
             @NApiVersion 2.1 above its @NScriptType."
                .to_owned(),
        ),
        (None, Some("1.0" | "1" | "1.x" | "1.X")) => Some(
            "is of SuiteScript 1.0, which does not run here. Write it for @NApiVersion 2.1, with define()."
                .to_owned(),
        ),
        (None, Some(named)) => Some(format!(
            "says @NApiVersion {named}: there are 2.0, 2.x and 2.1."
        )),
    }
}

fn of_type(kind: &str) -> String {
    match TYPES.iter().find(|known| known.eq_ignore_ascii_case(kind)) {
        Some(known) => format!("is a {known}: of scripts only RESTlets run here."),
        None => format!(
            "says @NScriptType {kind}, which NetSuite does not have.{}",
            question(&nearest(kind, TYPES))
        ),
    }
}

/// Of a file in whose JSDoc no type was found.
fn without_type(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let Some(tag) = lower.find("@nscripttype") else {
        return match lower.contains("@napiversion") {
            true => "has no @NScriptType in its header.".to_owned(),
            false => "has no header.".to_owned(),
        };
    };
    let before = lower.get(..tag).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let block = before
        .rfind("/*")
        .filter(|start| !before.get(*start..).unwrap_or_default().contains("*/"));
    let opens = block.and_then(|start| before.get(start..start + 3));
    match opens {
        Some("/**") => "says @NScriptType and not which: write @NScriptType Restlet.".to_owned(),
        Some(_) => {
            "has its header in a comment that begins with /*: NetSuite reads one that begins with /**."
                .to_owned()
        }
        None if line.contains("//") => {
            "has its header behind //: NetSuite reads it in a comment that begins with /**.".to_owned()
        }
        None => "has its header in no comment: NetSuite reads it in one that begins with /**.".to_owned(),
    }
}

/// What to say of a RESTlet whose header NetSuite may not find.
pub(crate) fn behind_code(file: &SourceFile) -> Option<String> {
    let text = std::str::from_utf8(&file.contents).ok()?;
    let tag = text.to_ascii_lowercase().find("@nscripttype")?;
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/")?.1.trim_start()
        } else if let Some(comment) = rest.strip_prefix("//") {
            comment.split_once('\n')?.1.trim_start()
        } else {
            break;
        };
    }
    let code = text.len() - rest.len();
    (tag > code).then(|| {
        format!(
            "{} has its header behind code: NetSuite looks for it at the head of the file.",
            file.path
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Head, behind_code};
    use crate::project::SourceFile;

    fn said(path: &str, text: &str) -> String {
        let file = SourceFile {
            path: path.to_owned(),
            contents: text.as_bytes().to_vec(),
        };
        match Head::of(&file) {
            Head::Restlet(_) => behind_code(&file).unwrap_or_default(),
            Head::Wrong(why) | Head::OfAnother(why) | Head::None(why) => why,
        }
    }

    #[test]
    fn each_head_that_is_none_of_a_restlet_says_what_was_seen() {
        let good = "/** @NApiVersion 2.1\n * @NScriptType RESTLET */\ndefine([], () => ({}));";
        assert_eq!(said("/S/a.js", good), "");
        assert_eq!(
            said("/S/a.js", &format!("\u{feff}// mine\n/* and yours */\n{good}")),
            ""
        );
        for (text, expected) in [
            (" \n", "is empty."),
            ("define([], () => 1);", "has no header."),
            ("/** @NApiVersion 2.1 */", "has no @NScriptType in its header."),
            (
                "/** @NApiVersion 2.1\n * @NScriptType suitelet */",
                "is a Suitelet: of scripts only RESTlets run here.",
            ),
            (
                "/** @NScriptType Restlt */",
                "says @NScriptType Restlt, which NetSuite does not have. Did you mean Restlet?",
            ),
            (
                "/** @NScriptType */",
                "says @NScriptType and not which: write @NScriptType Restlet.",
            ),
            (
                "/*\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */",
                "has its header in a comment that begins with /*: NetSuite reads one that begins with /**.",
            ),
            (
                "// @NScriptType Restlet",
                "has its header behind //: NetSuite reads it in a comment that begins with /**.",
            ),
            (
                "@NScriptType Restlet",
                "has its header in no comment: NetSuite reads it in one that begins with /**.",
            ),
            (
                "/** @NScriptType Restlet */",
                "has no @NApiVersion: NetSuite takes such a script for SuiteScript 1.0, which does not run here. Write \
                 @NApiVersion 2.1 above its @NScriptType.",
            ),
            (
                "/** @NApiVersion 1.0\n@NScriptType Restlet */",
                "is of SuiteScript 1.0, which does not run here. Write it for @NApiVersion 2.1, with define().",
            ),
            (
                "/** @NApiVersion 3\n@NScriptType Restlet */",
                "says @NApiVersion 3: there are 2.0, 2.x and 2.1.",
            ),
            (
                "let x = 1;\n/** @NApiVersion 2.1\n@NScriptType Restlet */",
                "has its header behind code: NetSuite looks for it at the head of the file.",
            ),
        ] {
            assert_eq!(said("/S/a.js", text), format!("/S/a.js {expected}"));
        }
        assert!(said("/S/a.ts", good).contains("is TypeScript"));
        assert!(said("/S/a.txt", good).contains("ends in .js"));
    }
}
