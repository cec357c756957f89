//! docs/mistakes.md is what the table of mistakes says.

use std::fmt::Write as _;
use std::path::Path;

use countersign_diagnose::{Group, Mistake};

const HEAD: &str = "# Mistakes by name\n\n\
    Every mistake that can be named, by the id that `countersign explain`, the Login Audit Trail and the admin API give for it.\n\
    `countersign mistakes ID` prints one with lines of code. Words in parentheses under Detail are ours.\n\n\
    The **base string** is the text that is signed: method, URL and the sorted parameters. The **signing key** is made of consumer\n\
    secret and token secret. The **signature** is the HMAC-SHA256 of the two, in base64. The **realm** is the account ID in the\n\
    header. A **nonce** is a random text that is good for one request. **Percent-encoding** writes a byte as % and two digits: a\n\
    space is %20.\n\n\
    This file is written from the table in `crates/diagnose`: `INSTA_UPDATE=always cargo test -p countersign-diagnose` writes it\n\
    anew.\n";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for group in Group::ALL {
        write!(
            text,
            "\n## {}\n\n| id | cause | what to do | Detail |\n|---|---|---|---|\n",
            group.title()
        )
        .unwrap();
        for mistake in Mistake::ALL.iter().filter(|mistake| mistake.group() == group) {
            let fix = mistake.fix();
            let path = fix.path.map(|path| format!(" *{path}*")).unwrap_or_default();
            let cell = |text: &str| text.replace('|', "\\|").replace("* '", "\\* '");
            writeln!(
                text,
                "| `{mistake}` | {} | {}{path} | {} |",
                cell(mistake.cause()),
                cell(fix.sentence),
                mistake.detail_word()
            )
            .unwrap();
        }
    }
    text
}

#[test]
fn the_document_of_mistakes_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mistakes.md");
    #[expect(
        clippy::disallowed_methods,
        reason = "the usual switch of snapshot tests, which these crates' code never reads"
    )]
    let is_updated = std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    if is_updated {
        std::fs::write(&path, document()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document(),
        "docs/mistakes.md differs from the table: INSTA_UPDATE=always writes it anew"
    );
}

#[test]
fn every_cause_and_fix_is_a_sentence_of_its_own() {
    for mistake in Mistake::ALL {
        for sentence in [mistake.cause(), mistake.fix().sentence] {
            assert!(
                sentence.ends_with('.') && sentence.len() < 200,
                "{mistake}: {sentence}"
            );
            assert!(
                sentence.starts_with(|first: char| first.is_ascii_uppercase()
                    || sentence.starts_with("oauth_")
                    || first == '*'),
                "{mistake}: {sentence}"
            );
        }
        assert_ne!(mistake.cause(), mistake.title());
    }
}
