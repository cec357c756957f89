//! `countersign script` and `countersign logs`, from a first mistake to a script that runs.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::lifecycle::Place;
use crate::machine::Run;

const HEAD: &str = "/**\n * @NApiVersion 2.1\n * @NScriptType Restlet\n */\n";

fn restlet(modules: &str, body: &str) -> String {
    format!(
        "{HEAD}define([{modules}], ({}) => {{\n{body}\n}});\n",
        names(modules)
    )
}

/// What `'N/record', 'N/log'` are called in a script.
fn names(modules: &str) -> String {
    let names = modules
        .split(", ")
        .map(|module| module.trim_matches('\'').rsplit('/').next().unwrap());
    names.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn has(run: &Run, expected: &[&str]) {
    for text in expected {
        assert!(
            run.err.contains(text) || run.out.contains(text),
            "{text}\n{}\n{}",
            run.out,
            run.err
        );
    }
}

#[test]
fn a_script_that_would_fail_at_every_call_is_refused_with_its_line_and_the_next_step() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    let deploy = |name: &str, text: &str| {
        let file = place.machine.write(name, text);
        place.run(&["script", "deploy", &file])
    };
    let broken = deploy("orders.js", &restlet("'N/record'", "  const half = ;")).ends_with(3);
    has(
        &broken,
        &[
            "error: /SuiteScripts/orders.js:6:16: unexpected token in expression: ';'.\n",
            "      6 |   const half = ;\n        |                ^\n",
            "Nothing was deployed: every call would fail. Mend it, or deploy it as it is with --force",
        ],
    );
    has(
        &deploy(
            "orders.js",
            &restlet("'N/reccord', './lib/tax'", "  return { get: () => 1 };"),
        )
        .ends_with(3),
        &[
            "orders.js:5:9: there is no module N/reccord. Did you mean N/record?",
            "orders.js:5:22: there is no file /SuiteScripts/lib/tax.js in the file cabinet",
        ],
    );
    for (name, text, expected) in [
        (
            "old.js",
            format!("{HEAD}function get() {{ return nlapiGetUser(); }}"),
            "SuiteScript 1.0",
        ),
        (
            "old.js",
            HEAD.replace("2.1", "1.0"),
            "old.js is of SuiteScript 1.0",
        ),
        (
            "page.js",
            HEAD.replace("Restlet", "Suitelet"),
            "page.js is a Suitelet: of scripts only RESTlets run here.",
        ),
        (
            "typo.js",
            HEAD.replace("Restlet", "Restlt"),
            "Did you mean Restlet?",
        ),
        (
            "comment.js",
            HEAD.replace("/**", "/*"),
            "comment.js has its header in a comment that begins with /*",
        ),
        ("empty.js", String::new(), "empty.js is empty."),
        ("orders.ts", HEAD.to_owned(), "orders.ts is TypeScript"),
        (
            "large.js",
            format!("{HEAD}//{}", "x".repeat(11 * 1024 * 1024)),
            "/SuiteScripts/large.js has 11.0 MB, and a file of the file cabinet has at most 10 MB.",
        ),
    ] {
        has(&deploy(name, &text).ends_with(3), &[expected]);
    }
    assert_eq!(
        place.run(&["script", "list", "--json"]).ends_with(0).json()["rows"],
        json!([])
    );

    // Whoever insists has it; what is not emulated is only a warning.
    let file = place.machine.write(
        "orders.js",
        &restlet("'N/record', 'N/reccord', 'N/sftp'", "  return { get: () => 1 };"),
    );
    has(
        &place.run(&["script", "deploy", &file, "--force"]).ends_with(0),
        &[
            "warning: ",
            "N/reccord",
            "N/sftp is part of SuiteScript and not emulated here",
        ],
    );
    has(
        &place.run(&["script", "call", "customscript_orders"]).ends_with(1),
        &[
            "MODULE_DOES_NOT_EXIST: Module does not exist: N/reccord (named in /SuiteScripts/orders.js, line 5). Did you mean N/record?",
            "/SuiteScripts/orders.js:5:21",
            "      5 | define([",
        ],
    );
    for command in [
        &["script", "call", "orders"][..],
        &["script", "show", "orders"],
        &["script", "remove", "orders"],
        &["script", "parameter", "orders"],
    ] {
        has(
            &place.run(command).ends_with(3),
            &[
                "There is no script orders here. Did you mean customscript_orders?",
                "next:  see the scripts and their deployments with: countersign script list",
            ],
        );
    }
    has(
        &place
            .run(&["script", "call", "customscript_orders", "--deploy", "9"])
            .ends_with(3),
        &["customscript_orders has no deployment 9. It has: customdeploy1"],
    );
    serving.stop().ends_with(0);
}

const TRIED: &str = "  const post = (body) => {
    log.debug('given', typeof body);
    log.audit('lines', 'one\\n\\ttwo\\r\\nthree');
    const made = record.create({ type: 'customer' });
    made.setValue('companynmae', 'Anvil');
    made.setValue({ fieldId: 'companynmae', value: 'Anvil' });
    if (body.search) return search.create({ type: 'customer', columns: ['companynmae'] }).run().getRange(0, 1);
    if (body.wait) for (;;); for (let i = 0; i < body.lines; i++) log.audit(String(i), '');
    try { record.load({ type: 'customer', id: 999 }); } catch (error) { log.error('caught', error); }
    return record.lod({ type: 'customer', id: 7 });
  };
  return { post, get: () => runtime.getCurrentScript().getParameter('custscript_limit') };";

#[test]
fn what_a_script_wrote_and_threw_is_told_in_lines_a_person_can_read() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    let file = place
        .machine
        .write("tried.js", &restlet("'N/record', 'N/search', 'N/runtime'", TRIED));
    place.run(&["script", "deploy", &file]).ends_with(0);
    let call = |more: &[&str]| place.run(&[&["script", "call", "customscript_tried"], more].concat());

    let told = call(&["--body", "{}"]).ends_with(1);
    let threw =
        "UNEXPECTED_ERROR: TypeError: record.lod is not a function: N/record has no lod. Did you mean load?";
    let line = "     15 |     return record.lod({ type: 'customer', id: 7 });\n";
    let caret = &format!("        | {}^\n", " ".repeat(18));
    has(
        &told,
        &[
            "given  object",
            "AUDIT     lines\n    one\n      two\n    three\n",
            threw,
            line,
            caret,
        ],
    );
    assert_eq!(
        told.out.matches("companynmae is no field of customer").count(),
        1,
        "{}",
        told.out
    );
    has(&told, &["Did you mean companyname?"]);
    has(
        &call(&["--body", r#"{"search": 1}"#]).ends_with(1),
        &["SSS_INVALID_SRCH_COL", "companynmae. Did you mean companyname?"],
    );

    // What is no JSON is text only for whoever says so.
    has(
        &call(&["--body", "{id: 7}"]).ends_with(2),
        &[
            "the body is no JSON: key must be a string",
            "next:  write it as JSON, or give it to the script as text with --text",
        ],
    );
    has(
        &call(&["--body", "{id: 7}", "--text"]).ends_with(1),
        &["given  string"],
    );

    // The log has the same, lines in JSON as they were.
    let logs = |more: &[&str]| place.run(&[&["logs"], more].concat());
    let read = logs(&["--script", "customscript_tried"]).ends_with(0);
    let indented = format!("    {line}");
    has(
        &read,
        &[
            "lines\n    one\n      two\n    three\n",
            threw,
            &indented,
            "/SuiteScripts/tried.js:15:19",
        ],
    );
    has(
        &read,
        &[
            "caught\n    RCRD_DSNT_EXIST: That record does not exist.\n",
            "tried.js:14:18\n",
        ],
    );
    let lines: Vec<Value> = logs(&["--level", "AUDIT", "--since", "1h", "--json"])
        .ends_with(0)
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(
        lines.iter().any(|line| line["details"] == "one\n\ttwo\r\nthree"),
        "{lines:?}"
    );
    let error = &lines.iter().find(|line| line["level"] == "SYSTEM").unwrap()["error"];
    assert_eq!((&error["line"], &error["column"]), (&json!(15), &json!(19)));
    assert!(lines.iter().all(|line| line["level"] != "DEBUG"));
    assert!(
        logs(&["--since", "2099-01-01"])
            .ends_with(0)
            .out
            .contains("No script wrote anything")
    );
    has(
        &logs(&["--script", "tried"]).ends_with(3),
        &["Did you mean customscript_tried?"],
    );

    // One execution writes more lines than a page holds: whoever follows sees each, in its order.
    let mut command = place
        .machine
        .command(&["logs", "--follow", "--limit", "1", "--json"]);
    command.args(["--data", &place.data]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    let mut following = Watching { child, lines };
    following.until("\"title\"");
    call(&["--body", r#"{"lines": 600}"#]).ends_with(1);
    let titles = following.lines.by_ref().lines().filter_map(|line| {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        line["title"].as_str().unwrap().parse::<u32>().ok()
    });
    for (number, title) in (0..600).zip(titles) {
        assert_eq!(title, number);
    }
    drop(following);

    // A reader that goes away takes nothing of how it ended with it.
    for (arguments, code) in [
        (&["logs"][..], 0),
        (&["script", "show", "customscript_tried"], 0),
        (&["script", "call", "customscript_tried", "--body", "{}"], 1),
    ] {
        let mut command = place.machine.command(arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = command
            .args(["--data", &place.data])
            .stdout(writer)
            .stderr(Stdio::piped());
        let ended = child.output().unwrap();
        assert_eq!(
            (ended.status.code(), ended.stderr.len()),
            (Some(code), 0),
            "{arguments:?}"
        );
    }

    // Parameters are set one by one, and a file that is deployed again leaves them.
    let set = |more: &[&str]| place.run(&[&["script", "parameter", "customscript_tried"], more].concat());
    has(&set(&[]).ends_with(0), &["customdeploy1 has no parameters."]);
    has(
        &set(&["limit=5"]).ends_with(3),
        &["\"limit\" is no parameter: its script id begins with custscript, as in custscript_limit"],
    );
    set(&["custscript_limit=50", "custscript_test=T"]).ends_with(0);
    place.run(&["script", "deploy", &file]).ends_with(0);
    has(
        &set(&["custscript_test="]).ends_with(0),
        &["custscript_limit     50"],
    );
    assert_eq!(
        set(&["--json"]).ends_with(0).json()["parameters"],
        json!({ "custscript_limit": "50" })
    );
    has(&call(&[]).ends_with(0), &["50\n"]);

    has(
        &place
            .run(&["script", "undeploy", "customscript_tried"])
            .ends_with(0),
        &["customdeploy1 of customscript_tried is out of use until it is deployed again."],
    );
    has(&call(&[]).ends_with(1), &["it is not deployed"]);
    place.run(&["script", "deploy", &file]).ends_with(0);

    let late = call(&["--body", r#"{"wait": 1}"#, "--timeout", "1"]).ends_with(4);
    has(&late, &["the script did not end within 1 s", "next:  "]);
    serving.stop().ends_with(0);
}

/// A command that goes on, line by line.
struct Watching {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Watching {
    fn until(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert_ne!(
                self.lines.read_line(&mut line).unwrap(),
                0,
                "it ended before {text}"
            );
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_file_that_is_saved_is_live_and_a_broken_one_leaves_what_was_there() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    let folder = place.machine.path("project");
    let cabinet = folder.join("src/FileCabinet/SuiteScripts");
    let objects = folder.join("src/Objects");
    fs::create_dir_all(&cabinet).unwrap();
    fs::create_dir_all(&objects).unwrap();
    let returns = |value: &str| restlet("'./lib'", &format!("  return {{ get: () => lib({value}) }};"));
    fs::write(cabinet.join("live.js"), returns("1")).unwrap();
    fs::write(
        cabinet.join("lib.js"),
        "define([], () => (value) => `first ${value}`);\n",
    )
    .unwrap();
    std::os::unix::fs::symlink(cabinet.join("lib.js"), cabinet.join("linked.js")).unwrap();
    let object = "<restlet scriptid=\"customscript_live\"><name>Live</name><scriptfile>[/SuiteScripts/live.js]</scriptfile>
      <scriptdeployments><scriptdeployment scriptid=\"customdeploy1\"><allroles>T</allroles><status>RELEASED</status>
      </scriptdeployment></scriptdeployments></restlet>";
    fs::write(objects.join("customscript_live.xml"), object).unwrap();
    let mut command = place.machine.command(&[
        "script",
        "deploy",
        folder.to_str().unwrap(),
        "--watch",
        "--data",
        &place.data,
    ]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let lines = BufReader::new(child.stdout.take().unwrap());
    let mut watching = Watching { child, lines };
    let returned = || {
        place
            .run(&["script", "call", "customscript_live", "--json"])
            .ends_with(0)
            .json()["returned"]
            .clone()
    };
    watching.until("left out: ");
    watching.until("Deployed again whenever a file changes");
    assert_eq!(returned(), "first 1");

    fs::write(cabinet.join("live.js"), returns("'second'")).unwrap();
    watching.until("2 files are");
    assert_eq!(returned(), "first second");

    fs::write(cabinet.join("lib.js"), "define([], () => (value) => ;\n").unwrap();
    let mut line = String::new();
    while !line.starts_with("next:") {
        line.clear();
        assert_ne!(errors.read_line(&mut line).unwrap(), 0);
    }
    assert_eq!(returned(), "first second", "what was deployed before goes on");

    fs::write(cabinet.join("other.js"), "define([], () => 'third');\n").unwrap();
    fs::write(
        cabinet.join("lib.js"),
        "define(['./other'], (other) => (value) => `${other} ${value}`);\n",
    )
    .unwrap();
    watching.until("3 files are");
    // The two files may have been seen one after the other.
    while returned() != "third second" {
        watching.until("3 files are");
    }
    drop(watching);
    let mut rest = String::new();
    errors.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("panicked"), "{rest}");
    serving.stop().ends_with(0);
}
