use super::*;
use proptest::prelude::*;

fn hexadecimal(letter: char) -> String {
    format!("{letter}0123456789abcde").repeat(4)
}

fn paste() -> String {
    let [key, secret, token, token_secret] = ['a', 'b', 'c', 'd'].map(hexadecimal);
    format!(
        "Account ID: 1234567\nConsumer Key: {key}\nConsumer Secret: {secret}\nToken ID: {token}\nToken Secret: {token_secret}\n"
    )
}

fn refused(text: &str) -> String {
    PastedCredentials::read(text).unwrap_err().to_string()
}

#[test]
fn an_account_is_read_in_each_form_people_write_it() {
    for (written, account) in [
        ("1234567", "1234567"),
        ("1234567-sb1", "1234567_SB1"),
        ("1234567_sb1", "1234567_SB1"),
        ("1234567 SB1", "1234567_SB1"),
        ("1234567SB1", "1234567_SB1"),
        ("1234567sb12 (our sandbox)", "1234567_SB12"),
        ("1234567-rp", "1234567_RP"),
        ("tstdrv1234567", "TSTDRV1234567"),
        (
            "https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29",
            "1234567_SB1",
        ),
        ("1234567-sb1.suitetalk.api.netsuite.com", "1234567_SB1"),
    ] {
        let text = paste().replace("Account ID: 1234567", &format!("Account ID: {written}"));
        let read = PastedCredentials::read(&text).unwrap();
        assert_eq!(read.credentials.account.as_str(), account, "{written}");
        assert_eq!(read.remarks.is_empty(), written == account, "{written}");
    }
    for wrong in [
        "https://system.netsuite.com/app/login",
        "Acme Inc",
        "1234567.evil.example",
        "SB1",
    ] {
        let text = paste().replace("Account ID: 1234567", &format!("Account ID: {wrong}"));
        assert!(PastedCredentials::read(&text).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_doubtful_is_said_in_one_sentence_without_the_value() {
    let token = hexadecimal('c');
    for (value, sentence) in [
        (
            token[..63].to_owned(),
            "has 63 characters and NetSuite's have 64: some were lost",
        ),
        (
            format!("{token}0"),
            "has 65 characters and NetSuite's have 64: some are too many",
        ),
        ("eyJhbGciOiJSUzI1NiJ9.e30.x".to_owned(), "OAuth 2.0 token"),
        ("••••••••".to_owned(), "placeholder"),
        ("<token id>".to_owned(), "placeholder"),
        ("your-token-id".to_owned(), "placeholder"),
        (format!("{}...", &token[..8]), "placeholder"),
        ("1234567_SB1".to_owned(), "is an Account ID"),
        ("Consumer Secret".to_owned(), "is the name of a value"),
        (format!("{token} ask Joe"), "has a space or line break"),
        (format!("{}é", &token[..63]), "has a letter in it"),
        (hexadecimal('a'), "the Consumer Key and the Token ID are the same"),
        (
            String::new(),
            "one value is missing: the Token ID (Setup > Users/Roles > Access Tokens",
        ),
    ] {
        let said = refused(&paste().replace(&token, &value));
        assert!(said.contains(sentence), "{said}");
        assert!(!said.contains("0123456789"), "{said}");
    }
}

#[test]
fn a_value_that_is_there_twice_is_doubtful_only_where_it_differs() {
    let twice = paste() + &paste();
    assert!(PastedCredentials::read(&twice).is_ok());
    let other = paste() + "token_id=another";
    assert_eq!(
        refused(&other),
        "the Token ID is there twice with different values: leave only the right one"
    );
}

#[test]
fn values_without_names_are_not_guessed() {
    let bare: String = ['a', 'b', 'c', 'd'].map(hexadecimal).join("\n");
    assert!(refused(&bare).starts_with("no value in the paste has a name"));
    assert_eq!(
        PastedCredentials::read(" \u{feff}\n").unwrap_err(),
        PasteError::Empty
    );
    assert_eq!(
        PastedCredentials::read(&"x".repeat(MAX_PASTE + 1)).unwrap_err(),
        PasteError::TooLong
    );
}

#[test]
fn debug_shows_no_credential() {
    let shown = format!("{:?}", PastedCredentials::read(&paste()).unwrap());
    assert!(
        shown.contains("1234567") && !shown.contains("0123456789abcde"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text: String) {
        let _ = PastedCredentials::read(&text);
    }

    #[test]
    fn any_lines_of_names_and_values_are_read_or_refused_without_their_values(
        lines in prop::collection::vec(("(Token Secret|token_id|Account|\"client_id\"|x)", "[:= |]{1,3}", "[\"'` ,;*.>-]{0,3}secret[\"'` ,;*.\n]{0,3}"), 0..8),
    ) {
        let text: String = lines.iter().map(|(name, separator, value)| format!("{name}{separator}{value}\n")).collect();
        if let Err(error) = PastedCredentials::read(&text) {
            prop_assert!(!error.to_string().contains("secretsecret"));
        }
    }
}

#[test]
fn entities_of_a_page_are_read_as_what_they_stand_for() {
    let [key, secret, token, token_secret] = ["a1", "b2", "c3", "d4"].map(|pair| pair.repeat(32));
    let text = format!(
        "Account&nbsp;ID: 1234567_SB1\nConsumer Key:&nbsp;&quot;{key}&quot;\nConsumer Secret: &ldquo;{secret}&rdquo;\n\
         TOKEN ID&nbsp;\n{token}\nTOKEN&#160;SECRET\n&#39;{token_secret}&#39;\n"
    );
    let read = PastedCredentials::read(&text).unwrap().credentials;
    assert_eq!((read.consumer_key, read.token), (key, token));
    assert_eq!(
        (read.consumer_secret.expose(), read.token_secret.expose()),
        (&*secret, &*token_secret)
    );
}
