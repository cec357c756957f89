//! Pastes as people make them, each in a file with what is to come of it: the account and what was mended, or why not.
//!
//! Every paste means the same four made-up credentials. A report from outside becomes a file here first.

use std::fs;
use std::path::Path;

use countersign_client::PastedCredentials;

fn came_of(text: &str) -> String {
    match PastedCredentials::read(text) {
        Err(error) => format!("refused: {error}\n"),
        Ok(PastedCredentials { credentials, remarks }) => {
            let read = [
                &*credentials.consumer_key,
                credentials.consumer_secret.expose(),
                &*credentials.token,
                credentials.token_secret.expose(),
            ];
            let meant = ['a', 'b', 'c', 'd'].map(|letter| format!("{letter}0123456789abcde").repeat(4));
            assert_eq!(read, meant.each_ref().map(String::as_str));
            let remarks: String = remarks.iter().map(|remark| format!("{remark}\n")).collect();
            format!("account {}\n{remarks}", credentials.account)
        }
    }
}

#[test]
fn each_messy_paste_is_read_whole_or_refused_in_one_clear_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pastes");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        read += 1;
        let text = fs::read_to_string(&path).unwrap();
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        assert_eq!(came_of(&text), expected, "{}", path.display());
        // As a terminal on another system has it.
        assert_eq!(
            came_of(&text.replace('\n', "\r\n")),
            expected,
            "{}",
            path.display()
        );
    }
    assert!(read >= 10, "only {read} pastes were found");
}
