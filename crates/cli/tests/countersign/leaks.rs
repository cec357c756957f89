//! Mistakes that hold a secret: wrong files, wrong flags, wrong places. The error names the mistake, not the value.

use crate::canary::{Outputs, canary, needles};
use crate::machine::{Machine, Run, account_toml, env};
use crate::needles::Needles;

/// Credentials files that cannot be used, for one reason each.
fn broken_credentials() -> Vec<String> {
    let application = canary();
    let good = env(&application, "http://127.0.0.1:9");
    let token = &application.token_secret;
    let json = |value: serde_json::Value| value.to_string();
    vec![
        token.clone(),
        format!("{good}{}\n", token.replace('=', "")),
        format!("{good}NETSUITE_TOKEN_SECRET={token}x\n"),
        good.replace("NETSUITE_ACCOUNT_ID=1234567_SB1", "NETSUITE_ACCOUNT_ID="),
        good.replace("1234567_SB1", "no/account"),
        good.replace("NETSUITE_TOKEN_ID", "NETSUITE_TOKEN_IDENTIFIER"),
        good.replace('=', ": "),
        json(serde_json::json!({ "token_secret": token })),
        json(serde_json::json!({ "token_secret": [token], "account": { "id": token } })),
        json(serde_json::json!([token])),
        format!("{{\"token_secret\":\"{token}\""),
        format!("{{\"token_secret\":\"{token}\"}} {token}"),
        format!("{{{token}}}"),
        account_toml(&application),
    ]
}

#[test]
fn a_credentials_file_that_cannot_be_used_is_not_quoted() {
    let machine = Machine::new();
    let needles = needles(&canary());
    let mut found = Vec::new();
    for (number, text) in broken_credentials().iter().enumerate() {
        for arguments in [
            &["call", "GET", "/x", "--credentials", "-", "--log", "trace"][..],
            &["sign", "GET", "/x", "--credentials", "-", "--json"],
        ] {
            let run = machine.run_with_input(arguments, text).ends_with(3);
            found.extend(
                needles
                    .find(run.err.as_bytes())
                    .map(|what| format!("file {number}: {what}")),
            );
            found.extend(needles.find(run.out.as_bytes()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn an_account_file_that_cannot_be_used_is_not_quoted() {
    let application = canary();
    let good = account_toml(&application);
    let secret = format!("'{}'", application.token_secret);
    // Digits only, because a number needs no quotes.
    let digits = "730175518233064192";
    let broken = [
        good.replace(&secret, &application.token_secret),
        good.replace(&secret, &secret[..secret.len() - 1]),
        good.replace(&secret, &format!("[{secret}]")),
        good.replace(&secret, &format!("{{ value = {secret} }}")),
        good.replace(&secret, &format!("{secret} {secret}")),
        good.replace(&secret, digits),
        good.replace("token_secret", "tokensecret"),
        good.replace("token_secret = ", "token_secret "),
        good.replace("token_secret = ", ""),
        good.replace("token_secret = ", "token_secret = true\ntoken_secret = "),
        good.replace("token_id = \"canary-token-id\"", "token_id = \"with a space\""),
        good.replace("user = \"Ada Byron\"", "user = \"Nobody\""),
        env(&application, "http://127.0.0.1:9"),
        application.token_secret.clone(),
    ];
    let machine = Machine::new();
    let needles = Needles::of([
        ("the consumer secret", application.consumer_secret.as_str()),
        ("the token secret", application.token_secret.as_str()),
        ("a secret of digits", &format!("{digits}{digits}")),
    ]);
    let mut found = Vec::new();
    for (number, text) in broken.iter().enumerate() {
        assert_ne!(*text, good, "case {number}");
        let file = machine.write("account.toml", text);
        let data = machine.path(&format!("data-{number}"));
        let run = machine
            .run(&[
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                data.to_str().unwrap(),
                "--account",
                &file,
                "--log",
                "trace",
            ])
            .ends_with(3);
        found.extend(
            needles
                .find(run.err.as_bytes())
                .map(|what| format!("file {number}: {what}")),
        );
        assert_eq!(run.out, "");
    }
    found.extend(needles.find_below(machine.home(), &[machine.path("account.toml")]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_secret_on_the_command_line_is_not_repeated() {
    let machine = Machine::new();
    let application = canary();
    let secret = application.token_secret.as_str();
    let credentials = machine.write(".env", &env(&application, "http://127.0.0.1:9"));
    let flag = format!("--token-secret={secret}");
    let header = format!("X-Secret {secret}");
    let (with, path) = (["--credentials", credentials.as_str()], "/services/rest/x");
    let mut outputs = Outputs::default();
    for arguments in [
        &["call", "GET", path, &flag][..],
        &["sign", "GET", path, &flag],
        &["serve", &flag],
        &["call", "GET", path, "-H", &header, with[0], with[1]],
        &[
            "call",
            "GET",
            path,
            "-H",
            &format!("X-Secret: {secret}"),
            with[0],
            with[1],
        ],
        &["call", "POST", path, "-d", secret, with[0], with[1]],
        &[
            "sign",
            "POST",
            path,
            "--form",
            &format!("password={secret}"),
            with[0],
            with[1],
        ],
    ] {
        let run = machine.run(arguments);
        assert_ne!(run.code, -1);
        // Its own words, not those of whoever called it.
        outputs.keep(&arguments[..2], &run);
    }
    let found = outputs.find(&needles(&application));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn secrets_in_the_environment_stay_there() {
    let machine = Machine::new();
    let application = canary();
    let text = env(&application, "http://127.0.0.1:9");
    let mut outputs = Outputs::default();
    for arguments in [
        &["call", "GET", "/x", "--log", "trace"][..],
        &["sign", "GET", "/x", "--explain", "--json"],
        &["--help"],
        &["call", "--help"],
        &["call"],
        &["demo", "--json", "--log", "trace"],
        &["conformance", "--exec", "env | grep -c . >&2; true"],
    ] {
        let mut command = machine.command(arguments);
        command.envs(text.lines().filter_map(|line| line.split_once('=')));
        outputs.keep(arguments, &Run::of(&mut command));
    }
    let needles = needles(&application);
    let mut found = outputs.find(&needles);
    found.extend(needles.find_below(machine.home(), &[]));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
