//! `countersign conformance`: our own signer and verifier, and somebody else's.

use crate::machine::Machine;

#[test]
fn our_own_vectors_pass() {
    let machine = Machine::new();
    let run = machine.run(&["conformance"]).ends_with(0);
    let last = run.out.lines().last().unwrap();
    let passed: u32 = last
        .strip_suffix(" passed, 0 failed")
        .expect(last)
        .parse()
        .unwrap();
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
        "base_string": null, "signature": signature, "authorization": null,
    }] });
    machine.write("vectors.json", &vectors.to_string())
}

#[test]
fn a_vector_with_another_signature_fails_and_says_where() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AAAA");
    let run = machine.run(&["conformance", "--vectors", &file]).ends_with(1);
    assert!(run.out.contains("FAIL  Z01  one of ours"), "{}", run.out);
    assert_eq!(run.out.lines().last(), Some("0 passed, 1 failed"));
}

#[test]
fn somebody_elses_signer_is_graded() {
    let machine = Machine::new();
    let file = one_vector(&machine, "AAAA");
    let grade = |signer| machine.run(&["conformance", "--vectors", &file, "--exec", signer]);
    // One that knows the answer: the vector on its standard input says it.
    let copying = r#"sed -n 's/.*"signature":"\([^"]*\)".*/\1/p'"#;
    assert_eq!(
        grade(copying).ends_with(0).out.lines().last(),
        Some("1 passed, 0 failed")
    );
    let in_a_header = r#"cat > /dev/null; echo 'Authorization: OAuth oauth_signature="AAAA"'"#;
    assert_eq!(
        grade(in_a_header).ends_with(0).out.lines().last(),
        Some("1 passed, 0 failed")
    );

    for wrong in [
        "cat > /dev/null; echo nonsense",
        "exit 3",
        "true",
        "/nowhere/signer",
    ] {
        let run = grade(wrong).ends_with(1);
        assert_eq!(run.out.lines().last(), Some("0 passed, 1 failed"), "{wrong}");
        assert!(run.out.contains("differs at the signature"), "{}", run.out);
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
