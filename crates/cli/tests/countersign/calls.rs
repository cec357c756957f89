//! `countersign call`: credentials from where they may come, bodies, answers, refusals.

use crate::machine::{Machine, Run, Serving, account_toml, env, given, until};

const CUSTOMER: &str = "/services/rest/record/v1/customer";

/// An account with given credentials, and a `.env` file for it.
fn stage() -> (Machine, Serving, String) {
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let serving = machine.serve(data.to_str().unwrap(), &["--account", &file]);
    let credentials = machine.write(".env", &env(&given(), serving.url()));
    (machine, serving, credentials)
}

#[test]
fn credentials_come_from_a_file_standard_input_or_the_environment() {
    let (machine, serving, file) = stage();
    let call = ["call", "GET", "/rest/tokeninfo"];
    machine
        .run(&[&call[..], &["--credentials", &file]].concat())
        .ends_with(0);

    let text = env(&given(), serving.url());
    machine
        .run_with_input(&[&call[..], &["--credentials", "-"]].concat(), &text)
        .ends_with(0);

    let json = serde_json::json!({
        "account": "1234567-sb1", "client_id": given().consumer_key, "clientSecret": given().consumer_secret,
        "tokenId": given().token_id, "token_secret": given().token_secret, "base_url": serving.url(),
    });
    let json = machine.write("credentials.json", &json.to_string());
    machine
        .run(&[&call[..], &["--credentials", &json]].concat())
        .ends_with(0);

    let mut command = machine.command(&call);
    command.envs(text.lines().filter_map(|line| line.split_once('=')));
    Run::of(&mut command).ends_with(0);
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    let (machine, serving, file) = stage();
    let mut command = machine.command(&["call", "GET", "/rest/tokeninfo", "--credentials", &file]);
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, "http://127.0.0.1:1");
    }
    Run::of(&mut command).ends_with(0);
    serving.stop().ends_with(0);
}

#[test]
fn the_answer_is_on_standard_output_and_a_refusal_ends_with_one() {
    let (machine, serving, file) = stage();
    let run = machine.run(&[
        "call",
        "GET",
        &format!("{CUSTOMER}/eid:acme?fields=companyName"),
        "--credentials",
        &file,
    ]);
    assert_eq!(run.json()["companyName"], "Acme");
    assert_eq!(run.ends_with(0).err, "");

    // Of an answer without a body, it is said that there was one.
    let body = r#"{"companyName": "Quay"}"#;
    let made = machine
        .run(&["call", "POST", CUSTOMER, "--data", body, "--credentials", &file])
        .ends_with(0);
    assert_eq!(made.out, "");
    assert!(
        made.err.starts_with("HTTP 204 No Content  http://") && made.err.contains(CUSTOMER),
        "{}",
        made.err
    );

    let missing = machine
        .run(&["call", "GET", &format!("{CUSTOMER}/99"), "--credentials", &file])
        .ends_with(1);
    assert_eq!(missing.err, "HTTP 404 Not Found\n");
    assert_eq!(
        missing.json()["o:errorDetails"][0]["o:errorCode"],
        "NONEXISTENT_ID"
    );

    let mut thief = given();
    thief.token_secret.push('x');
    let wrong = machine.write("wrong.env", &env(&thief, serving.url()));
    let refused = machine
        .run(&["call", "GET", CUSTOMER, "--include", "--credentials", &wrong])
        .ends_with(1);
    assert!(
        refused.out.starts_with("HTTP 401 Unauthorized\n"),
        "{}",
        refused.out
    );
    assert!(
        refused
            .out
            .contains("www-authenticate: OAuth realm=\"1234567_SB1\""),
        "{}",
        refused.out
    );
}

#[test]
fn a_body_comes_from_an_argument_a_file_or_standard_input() {
    let (machine, _serving, file) = stage();
    let post = |data: &str, input: &str| {
        let arguments = [
            "call",
            "POST",
            CUSTOMER,
            "--json",
            "--data",
            data,
            "--credentials",
            &file,
        ];
        let answer = machine.run_with_input(&arguments, input).ends_with(0).json();
        assert_eq!(answer["status"], 204);
        let headers = answer["headers"].as_array().unwrap().clone();
        let location = headers
            .into_iter()
            .find(|header| header[0] == "location")
            .unwrap();
        location[1].as_str().unwrap().to_owned()
    };
    post(r#"{"companyName":"Argument"}"#, "");
    let body = machine.write("body.json", r#"{"companyName":"File"}"#);
    post(&format!("@{body}"), "");
    let location = post("@-", r#"{"companyName":"Input"}"#);

    // A whole address of the account is as good as a path.
    let arguments = [
        "call",
        "PATCH",
        &location,
        "-d",
        r#"{"phone":"555-0100"}"#,
        "-H",
        "X-Test: 1",
        "--credentials",
        &file,
    ];
    machine.run(&arguments).ends_with(0);
    let got = machine
        .run(&["call", "GET", &location, "--credentials", &file])
        .ends_with(0)
        .json();
    assert_eq!(
        (&got["companyName"], &got["phone"]),
        (&"Input".into(), &"555-0100".into())
    );
}

#[test]
fn a_busy_account_is_called_again_with_a_new_signature() {
    use std::io::Write as _;
    let machine = Machine::new();
    let file = machine.write("account.toml", &account_toml(&given()));
    let data = machine.path("data");
    let serving = machine.serve(
        data.to_str().unwrap(),
        &["--account", &file, "--concurrency", "1"],
    );
    let credentials = machine.write(".env", &env(&given(), serving.url()));
    let bytes = serving
        .caller(&given())
        .post(CUSTOMER, r#"{"companyName":"Slow"}"#)
        .sign()
        .bytes;
    let mut holder = std::net::TcpStream::connect(serving.address()).unwrap();
    holder.write_all(&bytes[..bytes.len() - 1]).unwrap();
    let audit = ["audit", "--data", data.to_str().unwrap()];
    until("the request is let in", || {
        machine.run(&audit).out.contains("Success")
    });

    let refused = machine
        .run(&["call", "GET", CUSTOMER, "--json", "--credentials", &credentials])
        .ends_with(1);
    assert_eq!(
        (&refused.json()["status"], &refused.json()["attempts"]),
        (&429.into(), &1.into())
    );
    let waiting = std::thread::scope(|scope| {
        let patient = scope.spawn(|| {
            let arguments = [
                "call",
                "GET",
                CUSTOMER,
                "--json",
                "--retry",
                "3",
                "--credentials",
                &credentials,
            ];
            machine.run(&arguments).ends_with(0).json()
        });
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(holder);
        patient.join().unwrap()
    });
    assert_eq!(waiting["status"], 200);
    assert!(waiting["attempts"].as_u64().unwrap() > 1);
}

#[test]
fn a_signed_request_goes_nowhere_but_to_the_account() {
    let (machine, _serving, file) = stage();
    for url in [
        "https://evil.example/",
        "https://7654321.suitetalk.api.netsuite.com/",
        "https://1234567-sb1.suitetalk.api.netsuite.com.evil.example/",
        "http://1234567-sb1.suitetalk.api.netsuite.com/",
        "services/rest",
        "/a b",
        "ftp://localhost/",
    ] {
        machine
            .run(&["call", "GET", url, "--credentials", &file])
            .ends_with(3);
    }
    for header in [
        "Authorization: Bearer x",
        "Cookie: JSESSIONID=1",
        "Proxy-Authorization: Basic x",
    ] {
        machine
            .run(&["call", "GET", CUSTOMER, "-H", header, "--credentials", &file])
            .ends_with(3);
    }
}

#[test]
fn nobody_at_the_address_is_said_so() {
    let (machine, serving, file) = stage();
    serving.stop().ends_with(0);
    let run = machine
        .run(&["call", "GET", CUSTOMER, "--credentials", &file])
        .ends_with(4);
    assert!(run.err.contains("Connection refused"), "{}", run.err);
    assert!(run.err.contains("next:  start the account with: "), "{}", run.err);
}

#[test]
fn a_refused_caller_of_this_machine_is_shown_the_way_to_the_reason() {
    let (machine, serving, _) = stage();
    let mut thief = given();
    thief.token_secret.push('x');
    let wrong = machine.write("wrong.env", &env(&thief, serving.url()));
    let run = machine
        .run(&["call", "GET", CUSTOMER, "--credentials", &wrong])
        .ends_with(1);
    assert!(run.err.starts_with("HTTP 401 Unauthorized\n"), "{}", run.err);
    assert!(run.err.contains("next:  ask the account why: "), "{}", run.err);
    assert!(run.err.contains(" audit why ("), "{}", run.err);
}

#[test]
fn credentials_that_nobody_named_are_those_in_the_current_folder() {
    let (machine, serving, file) = stage();
    let call = ["call", "GET", "/rest/tokeninfo"];
    let run = machine.run(&call).ends_with(0);
    assert_eq!(run.err, "Using the credentials in .env.\n");
    // The environment comes before it, and a file that is named before both.
    let mut command = machine.command(&call);
    command.env("NETSUITE_ACCOUNT_ID", "1234567");
    let run = Run::of(&mut command).ends_with(3);
    assert!(
        run.err
            .contains("the credentials in the environment cannot be used: values are missing: "),
        "{}",
        run.err
    );
    let named = machine.path("named.env");
    std::fs::rename(file, &named).unwrap();
    let run = machine.run(&call).ends_with(3);
    assert!(
        run.err.starts_with("error: there are no credentials: "),
        "{}",
        run.err
    );
    let mut command = machine.command(&call);
    command
        .env("COUNTERSIGN_CREDENTIALS", &named)
        .env("NETSUITE_ACCOUNT_ID", "1234567");
    assert_eq!(Run::of(&mut command).ends_with(0).err, "");
    drop(serving);
}

#[test]
fn what_is_wrong_with_credentials_is_said_with_its_file_and_name() {
    let machine = Machine::new();
    let good = env(&given(), "http://127.0.0.1:9");
    for (text, message) in [
        (
            good.replace("given-token-secret", "\"given-token-secret"),
            "the credentials in broken.env cannot be used: line 6: NETSUITE_TOKEN_SECRET: its quote is not closed",
        ),
        (
            good.replace("1234567_SB1", "no/account"),
            "the credentials in broken.env cannot be used: NETSUITE_ACCOUNT_ID: ",
        ),
        (
            good.replace("given-token-id", " # to come"),
            "the credentials in broken.env cannot be used: a value is missing: NETSUITE_TOKEN_ID",
        ),
    ] {
        machine.write("broken.env", &text);
        let run = machine
            .run(&["call", "GET", "/x", "--credentials", "broken.env"])
            .ends_with(3);
        assert!(run.err.contains(message), "{}", run.err);
    }
    let commented = good.replace("given-token-secret", "given-token-secret  # of the sandbox");
    machine.write("commented.env", &commented);
    machine
        .run(&["call", "GET", "/x", "--credentials", "commented.env"])
        .ends_with(4);
}

#[test]
fn a_parameter_is_added_to_the_query_and_a_method_is_upper_case() {
    let (machine, _serving, file) = stage();
    let arguments = [
        "call",
        "get",
        &format!("{CUSTOMER}?limit=1"),
        "--query",
        "q=companyName IS \"Acme\" OR companyName IS \"A&B\"",
        "--query",
        "offset=0",
        "--credentials",
        &file,
    ];
    assert_eq!(machine.run(&arguments).ends_with(0).json()["totalResults"], 1);
    machine
        .run(&[
            "call",
            "GET",
            CUSTOMER,
            "--query",
            "limit",
            "--credentials",
            &file,
        ])
        .ends_with(2);
    let denied = machine
        .run(&[
            "call",
            "PATCH",
            CUSTOMER,
            "-i",
            "-d",
            "{}",
            "--credentials",
            &file,
        ])
        .ends_with(1);
    assert!(denied.out.contains("allow: GET, POST\n"), "{}", denied.out);
}

#[test]
fn a_body_that_is_too_long_gets_the_answer_and_no_broken_pipe() {
    let (machine, _serving, file) = stage();
    let body = machine.write("body", &"x".repeat(40 * 1024 * 1024));
    for _ in 0..5 {
        let arguments = [
            "call",
            "POST",
            CUSTOMER,
            "-d",
            &format!("@{body}"),
            "--credentials",
            &file,
        ];
        let run = machine.run(&arguments).ends_with(1);
        assert_eq!(run.err, "HTTP 413 Payload Too Large\n");
    }
}

#[test]
fn every_missing_value_is_named_at_once() {
    let machine = Machine::new();
    let run = machine.run(&["call", "GET", "/x"]).ends_with(3);
    for name in [
        "ACCOUNT_ID",
        "CONSUMER_KEY",
        "CONSUMER_SECRET",
        "TOKEN_ID",
        "TOKEN_SECRET",
    ] {
        assert!(run.err.contains(&format!("NETSUITE_{name}")), "{}", run.err);
    }
    assert!(
        run.err
            .contains("next:  give a .env file with --credentials FILE"),
        "{}",
        run.err
    );
}
