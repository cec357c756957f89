//! Record types of an account's own, and records out of a file, by the commands: stopped, running, and after a restart.

use std::fs;

use crate::lifecycle::Place;
use crate::machine::env;

const SHELF: &str = r#"<customrecordtype scriptid="customrecord_shelf">
  <recordname>Shelf</recordname>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_height">
      <label>Height</label><fieldtype>FLOAT</fieldtype><sourcefrom>STDX</sourcefrom>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_kind">
      <label>Kind</label><fieldtype>SELECT</fieldtype><selectrecordtype>[scriptid=customlist_kind]</selectrecordtype>
    </customrecordcustomfield>
  </customrecordcustomfields>
</customrecordtype>"#;

const KIND: &str = r#"<customlist scriptid="customlist_kind"><name>Kind</name><customvalues>
  <customvalue scriptid="val_low"><value>Low</value></customvalue>
  <customvalue scriptid="val_high"><value>High</value></customvalue>
</customvalues></customlist>"#;

const CHANNEL: &str = r#"<entitycustomfield scriptid="custentity_channel"><label>Channel</label>
  <fieldtype>TEXT</fieldtype><appliestocustomer>T</appliestocustomer></entitycustomfield>"#;

/// An SDF project as far as it is about records, and a script.
fn project(place: &Place) -> String {
    let objects = place.machine.path("Objects");
    fs::create_dir_all(objects.join("Lists")).unwrap();
    for (name, text) in [
        ("customrecord_shelf.xml", SHELF),
        ("custentity_channel.xml", CHANNEL),
        ("Lists/customlist_kind.xml", KIND),
        (
            "customscript_ue.xml",
            "<usereventscript scriptid=\"customscript_ue\"/>",
        ),
        ("README.md", "not read"),
    ] {
        fs::write(objects.join(name), text).unwrap();
    }
    objects.to_str().unwrap().to_owned()
}

#[test]
fn a_project_is_imported_into_a_stopped_account_and_served_when_it_starts() {
    let place = Place::new();
    let first = place.machine.serve(&place.data, &["--empty"]);
    let credentials = place.machine.write("call.env", &env(&first.application(), ""));
    first.stop().ends_with(0);
    let objects = project(&place);
    let looked = place
        .run(&["record-type", "import", &objects, "--dry-run"])
        .ends_with(0);
    assert!(looked.out.contains("add customrecord_shelf"), "{}", looked.out);
    let none = place.run(&["record-type", "list", "--own"]).ends_with(0);
    assert!(
        none.out.contains("no record types or fields of its own"),
        "{}",
        none.out
    );

    let imported = place
        .run(&["record-type", "import", &objects, "--json"])
        .ends_with(0)
        .json();
    assert_eq!(imported["added"].as_array().unwrap().len(), 3);
    assert_eq!(imported["listValues"], 2);
    let left_out: Vec<_> = imported["leftOut"]
        .as_array()
        .unwrap()
        .iter()
        .map(|remark| &remark["text"])
        .collect();
    assert_eq!(
        left_out,
        ["sourcefrom", "usereventscript says nothing of records"]
    );

    let serving = place.machine.serve(&place.data, &[]);
    let rows = "externalId,name,custrecord_height,custrecord_kind\nnorth,North,2.5,High\nsouth,South,1,1\n";
    let file = place.machine.write("shelves.csv", rows);
    let done = place
        .run(&["record", "import", "customrecord_shelf", &file])
        .ends_with(0);
    assert!(
        done.out.contains("2 rows: 2 created, 0 updated, 0 wrong"),
        "{}",
        done.out
    );
    let text = fs::read_to_string(&credentials)
        .unwrap()
        .replace("NETSUITE_BASE_URL=\n", "");
    fs::write(
        &credentials,
        format!("NETSUITE_BASE_URL={}\n{text}", serving.url()),
    )
    .unwrap();
    let read = place.machine.run(&[
        "call",
        "GET",
        "/services/rest/record/v1/customrecord_shelf/eid:north",
        "--json",
        "--credentials",
        &credentials,
    ]);
    assert_eq!(
        read.ends_with(0).json()["body"]["custrecord_kind"]["refName"],
        "High"
    );
    serving.stop().ends_with(0);
}

#[test]
fn a_running_account_takes_them_and_a_reset_takes_them_back() {
    let place = Place::new();
    let serving = place.machine.serve(&place.data, &["--empty"]);
    place
        .run(&["account", "settings", "--test-account", "--test-lever", "Reset"])
        .ends_with(0);
    place.run(&["account", "snapshot", "before"]).ends_with(0);
    place
        .run(&["record-type", "import", &project(&place)])
        .ends_with(0);
    let own = place
        .run(&["record-type", "list", "--own", "--json"])
        .ends_with(0)
        .out;
    assert!(
        own.contains("customrecord_shelf") && own.contains("custentity_channel"),
        "{own}"
    );
    place.run(&["account", "snapshot", "with"]).ends_with(0);
    place.run(&["account", "restore", "before", "--yes"]).ends_with(0);
    let gone = place
        .run(&["record-type", "list", "--own", "--json"])
        .ends_with(0)
        .out;
    assert!(!gone.contains("customrecord_shelf"), "{gone}");
    place.run(&["account", "restore", "with", "--yes"]).ends_with(0);
    let back = place
        .run(&["record-type", "list", "--own", "--json"])
        .ends_with(0)
        .out;
    assert!(back.contains("customrecord_shelf"), "{back}");

    let account = place.run(&["account", "export"]).ends_with(0);
    for told in [&account.out, &account.err] {
        assert!(told.contains("`countersign record-type export` writes"), "{told}");
    }
    let exported = place.run(&["record-type", "export"]).ends_with(0).out;
    place.run(&["account", "create", "OTHER1"]).ends_with(0);
    let file = place.machine.write("own.record", &exported);
    let other = place
        .run(&["record-type", "import", &file, "--account", "OTHER1", "--json"])
        .ends_with(0)
        .json();
    assert_eq!(other["added"], serde_json::json!(["own.record"]));
    let theirs = place
        .run(&["record-type", "list", "--own", "--account", "OTHER1"])
        .ends_with(0)
        .out;
    assert!(theirs.contains("customrecord_shelf"), "{theirs}");
    serving.stop().ends_with(0);
}

#[test]
fn what_is_wrong_is_told_at_its_place_and_nothing_is_imported() {
    let place = Place::new();
    place.machine.serve(&place.data, &["--empty"]).stop().ends_with(0);
    let objects = project(&place);
    let bad = CHANNEL
        .replace("custentity_channel", "custentity_odd")
        .replace("TEXT", "BLOB");
    fs::write(place.machine.path("Objects/odd.xml"), bad).unwrap();
    let refused = place.run(&["record-type", "import", &objects]).ends_with(3);
    assert!(
        refused
            .err
            .contains("odd.xml: custentity_odd: there is no fieldtype \"BLOB\""),
        "{}",
        refused.err
    );
    let own = place.run(&["record-type", "list", "--own"]).ends_with(0).out;
    assert!(!own.contains("customrecord_shelf"), "{own}");
    let skipped = place
        .run(&["record-type", "import", &objects, "--skip-bad"])
        .ends_with(0);
    assert!(
        skipped.out.contains("Skipped, as it is wrong:"),
        "{}",
        skipped.out
    );

    let rows = "companyName,subsidiary,isInactive\nQuay Street Books,Nowhere Inc,no\nHarbor,,maybe\n";
    let file = place.machine.write("customers.csv", rows);
    let wrong = place.run(&["record", "import", "customer", &file]).ends_with(1);
    assert!(
        wrong
            .out
            .contains("line 2, subsidiary: there is no subsidiary called \"Nowhere Inc\""),
        "{}",
        wrong.out
    );
    assert!(
        wrong.out.contains("line 3, isInactive: expected true or false"),
        "{}",
        wrong.out
    );
    assert!(wrong.out.contains("Nothing was written"), "{}", wrong.out);
    let names = place.machine.write("names.csv", "compnyName\nQuay\n");
    let wrong = place.run(&["record", "import", "customer", &names]).ends_with(1);
    assert!(wrong.out.contains("line 1, compnyName"), "{}", wrong.out);
    place.run(&["record", "import", "nothing", &file]).ends_with(3);
}
