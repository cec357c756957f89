//! `countersign conformance`: our own signer and verifier, and somebody else's.

use crate::machine::Machine;

#[test]
fn our_own_vectors_pass() {
    let machine = Machine::new();
    let run = machine.run(&["conformance"]).ends_with(0);
    let last = run.out.lines().last().unwrap();
    let (passed, rest) = last.split_once(" passed, ").expect(last);
    assert!(
        rest.starts_with("0 failed, ") && rest.ends_with(" not covered"),
        "{last}"
    );
    let passed: u32 = passed.parse().unwrap();
    assert!(passed > 100, "{last}");
    assert_eq!(
        run.out.lines().filter(|line| line.starts_with("ok ")).count() as u32,
        passed
    );
}

#[test]
fn results_for_machines_are_a_line_each_and_a_sum() {
    let machine = Machine::new();
    let run = machine.run(&["conformance", "--json"]).ends_with(0);
    let lines: Vec<serde_json::Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (sum, vectors) = lines.split_last().unwrap();
    let passed = vectors
        .iter()
        .filter(|vector| vector["outcome"] == "passed")
        .count();
    assert_eq!(sum["passed"], passed);
    assert_eq!(sum["failed"], 0);
}

#[test]
fn an_account_is_asked_in_the_state_of_the_vector() {
    let machine = Machine::new();
    let ours: serde_json::Value = serde_json::from_str(STATE).unwrap();
    let mut vector = ours["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .find(|vector| vector["mistake"] == "token_inactive")
        .unwrap()
        .clone();
    let run = |vector: &serde_json::Value, code| {
        let vectors = serde_json::json!({ "vectors": [vector] });
        let file = machine.write("state.json", &vectors.to_string());
        machine
            .run(&["conformance", "--server", &file])
            .ends_with(code)
            .out
    };
    assert!(run(&vector, 0).ends_with("1 passed, 0 failed, 0 not covered\n"));

    vector["context"] = serde_json::json!({});
    let out = run(&vector, 1);
    assert!(
        out.contains("differs at the Login Audit Trail") && out.contains("got      Success"),
        "{out}"
    );

    vector["context"] = serde_json::json!({ "weather": "rain" });
    let out = run(&vector, 1);
    assert!(
        out.contains(vector["id"].as_str().unwrap()) && out.contains("\"weather\""),
        "{out}"
    );
}

/// Vectors about the state of an account.
const STATE: &str = include_str!("../../../vectors/data/state.json");

/// A vectors file with one vector and this signature.
fn one_vector(machine: &Machine, signature: &str) -> String {
    let vectors = serde_json::json!({ "vectors": [{
        "id": "Z01", "name": "one of ours", "kind": "valid", "transport": "oauth_header", "expect": "accept",
        "method": "GET", "url": "https://1234567.suitetalk.api.netsuite.com/x", "host_header": null,
        "params": [], "body": null, "content_type": null, "consumer_key": "ck", "consumer_secret": "cs",
        "token": "tk", "token_secret": "ts", "nonce": "abcdef", "timestamp": "1700000000", "realm": "1234567",
        "signature_method": "HMAC-SHA256",
        "oauth_params": [
            ["oauth_consumer_key", "ck"], ["oauth_token", "tk"], ["oauth_nonce", "abcdef"],
            ["oauth_timestamp", "1700000000"], ["oauth_signature_method", "HMAC-SHA256"],
        ],
        "base_string": null, "signature": signature, "authorization": null, "note": "mind the gap",
    }] });
    machine.write("vectors.json", &vectors.to_string())
}

#[test]
fn a_vector_with_another_signature_fails_and_says_where() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AAAA");
    let run = machine.run(&["conformance", "--vectors", &file]).ends_with(1);
    assert!(run.out.contains("FAIL  Z01  one of ours"), "{}", run.out);
    assert!(run.out.contains("        mind the gap\n"), "{}", run.out);
    assert_eq!(run.out.lines().last(), Some("0 passed, 1 failed, 0 not covered"));
}

#[test]
fn somebody_elses_signer_is_graded() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AA+A");
    let grade = |signer| machine.run(&["conformance", "--vectors", &file, "--exec", signer]);
    for right in [
        "cat > /dev/null; echo AA+A",
        "echo AA+A",
        r#"cat > /dev/null; echo 'Authorization: OAuth oauth_token="", oauth_signature="AA%2BA"'"#,
    ] {
        assert_eq!(
            grade(right).ends_with(0).out.lines().last(),
            Some("1 passed, 0 failed, 0 not covered")
        );
    }
    for (wrong, said) in [
        ("cat > /dev/null; echo nonsense", "differs at the signature"),
        ("echo AA+A; exit 3", "it ended with exit status: 3"),
        ("true", "it printed nothing"),
        ("kill -9 $$", "it ended with signal: 9"),
    ] {
        let run = grade(wrong).ends_with(1);
        assert_eq!(
            run.out.lines().last(),
            Some("0 passed, 1 failed, 0 not covered"),
            "{wrong}"
        );
        assert!(run.out.contains(said), "{}", run.out);
        assert!(run.out.contains("mind the gap"), "{}", run.out);
    }
    let all = machine
        .run(&["conformance", "--exec", "echo nonsense"])
        .ends_with(1);
    assert!(
        all.out.lines().last().unwrap().starts_with("0 passed, "),
        "{}",
        all.out
    );
}

#[test]
fn a_signer_that_cannot_be_run_stops_at_once() {
    let machine = Machine::new();
    for (missing, said) in [
        ("/nowhere/signer", "there is no such command"),
        ("exit 127", "there is no such command"),
        ("/etc/passwd", "it may not be executed"),
    ] {
        let run = machine.run(&["conformance", "--exec", missing]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
        assert!(!run.out.contains("FAIL"), "{}", run.out);
    }
}

#[test]
fn a_signer_that_hangs_is_ended_with_all_it_started() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AAAA");
    let hanging = "echo $$ > pid; sleep 600 & wait";
    let run = machine
        .run(&["conformance", "--vectors", &file, "--exec", hanging])
        .ends_with(1);
    assert!(run.out.contains("no answer within 10 s"), "{}", run.out);
    let group = std::fs::read_to_string(machine.path("pid")).unwrap();
    let group = rustix::process::Pid::from_raw(group.trim().parse().unwrap()).unwrap();
    crate::machine::until("nothing of it is left", || {
        rustix::process::test_kill_process_group(group).is_err()
    });
}

#[test]
fn a_signer_is_not_given_the_answer() {
    let machine = Machine::new();
    let run = machine.run(&[
        "conformance",
        "--exec",
        "cat >> questions; echo >> questions; echo x",
    ]);
    assert_eq!(run.code, 1, "{}", run.err);
    let questions = std::fs::read_to_string(machine.path("questions")).unwrap();
    let mut asked = 0;
    for line in questions.lines() {
        let question: serde_json::Value = serde_json::from_str(line).unwrap();
        let names: Vec<&String> = question.as_object().unwrap().keys().collect();
        for answer in [
            "base_string",
            "signature",
            "authorization",
            "note",
            "agree",
            "expect",
        ] {
            assert!(!names.iter().any(|name| *name == answer), "{answer}");
        }
        asked += 1;
    }
    assert!(asked > 70, "{asked}");
}

#[test]
fn one_kind_of_signature_can_be_tested_alone() {
    let machine = Machine::new();
    let sum = |only: &str| {
        let run = machine
            .run(&["conformance", "--json", "--only", only])
            .ends_with(0);
        let last: serde_json::Value = serde_json::from_str(run.out.lines().last().unwrap()).unwrap();
        last["passed"].as_u64().unwrap()
    };
    let all = machine.run(&["conformance", "--json"]).ends_with(0);
    let all: serde_json::Value = serde_json::from_str(all.out.lines().last().unwrap()).unwrap();
    let (header, passport, connect) = (sum("header"), sum("passport"), sum("connect"));
    assert!(
        header > 100 && passport > 5 && connect > 0,
        "{header} {passport} {connect}"
    );
    assert_eq!(header + passport + connect, all["passed"].as_u64().unwrap());
}

#[test]
fn a_file_that_holds_no_vectors_is_refused() {
    let machine = Machine::new();
    for text in ["", "{", "[1]", "{\"vectors\":1}", "NETSUITE_TOKEN_SECRET=x"] {
        let file = machine.write("vectors.json", text);
        machine.run(&["conformance", "--vectors", &file]).ends_with(3);
    }
    machine
        .run(&["conformance", "--vectors", "nowhere.json"])
        .ends_with(3);
}

#[test]
fn every_mistake_of_a_file_is_named_without_its_answers() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AAAA");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let vector = vectors["vectors"][0].as_object_mut().unwrap();
    vector.remove("expect");
    vector.remove("signature");
    vector.insert("authorization".to_owned(), "Bearer abc".into());
    let file = machine.write("asked.json", &vectors.to_string());
    let run = machine
        .run(&["conformance", "--vectors", &file, "--diagnose", "--json"])
        .ends_with(0);
    let line: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(line["id"], "Z01");
    assert_eq!(line["findings"][0]["mistake"], "bearer");
    assert_eq!(line["findings"][0]["sure"], "proved");
}

#[test]
fn a_foreign_signers_mistake_is_named_at_the_end() {
    let machine = Machine::new();
    // HMAC-SHA256 of the right base string under "ts&cs", in place of "cs&ts".
    let swapped = "6zvOXMgfCa3AUcM7EvcgsL2kMdiBxHk++bXt1vkUUPw=";
    let file = one_vector(&machine, "AA+A");
    let run = machine
        .run(&[
            "conformance",
            "--vectors",
            &file,
            "--exec",
            &format!("echo {swapped}"),
        ])
        .ends_with(1);
    let told = "  mistake      secrets_swapped (the two secrets swapped)\n  in           1 vector: Z01\n";
    assert!(run.out.contains(told), "{}", run.out);
}
