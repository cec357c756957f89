//! Objects of an SDF project.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_records::{Catalog, Declaration, Kind};
use countersign_shape::{File, Present, Remark, Shape};
use proptest::prelude::*;

fn file(name: &str, text: &str) -> File {
    File {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

fn read(files: &[File]) -> Shape {
    read_beside(files, &[])
}

fn read_beside(files: &[File], declarations: &[Declaration]) -> Shape {
    let base = Catalog::built_in().unwrap();
    Shape::read(
        files,
        Present {
            base: &base,
            declarations,
        },
    )
}

/// The types there are with what was read.
fn catalog(shape: &Shape) -> Catalog {
    let built_in = Catalog::built_in().unwrap();
    shape.declarations.iter().fold(built_in, |catalog, declaration| {
        catalog.extended(&declaration.name, &declaration.text).unwrap()
    })
}

fn said(remarks: &[Remark]) -> Vec<String> {
    let told = remarks
        .iter()
        .map(|remark| format!("{}: {}: {}", remark.file, remark.about, remark.text));
    told.collect()
}

const SHELF: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<customrecordtype scriptid="customrecord_shelf">
  <accesstype>USEPERMISSIONLIST</accesstype>
  <recordname>Shelf &amp; Rack</recordname>
  <includename>T</includename>
  <hierarchical>T</hierarchical>
  <enablenumbering>F</enablenumbering>
  <enablesystemnotes>T</enablesystemnotes>
  <isinactive>T</isinactive>
  <customrecordcustomfields>
    <customrecordcustomfield scriptid="custrecord_shelf_height">
      <label>Height "in m"</label><fieldtype>FLOAT</fieldtype><ismandatory>T</ismandatory>
      <displayheight>3</displayheight><help>How high it is</help>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_place">
      <label>Place</label><fieldtype>SELECT</fieldtype><selectrecordtype>-103</selectrecordtype>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_kinds">
      <label>Kinds</label><fieldtype>MULTISELECT</fieldtype>
      <selectrecordtype>[appid=com.acme.shelves, scriptid=customlist_kind]</selectrecordtype>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_odd">
      <label>Odd</label><fieldtype>SELECT</fieldtype><selectrecordtype>-9876</selectrecordtype>
      <sourcefrom>STDENTITY</sourcefrom>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_note">
      <fieldtype>HELP</fieldtype>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_open">
      <label>Open</label><fieldtype>CHECKBOX</fieldtype><defaultchecked>T</defaultchecked><defaultvalue>yes</defaultvalue>
    </customrecordcustomfield>
    <customrecordcustomfield scriptid="custrecord_shelf_since">
      <label>Since</label><fieldtype>DATE</fieldtype><dynamicdefault>NOW</dynamicdefault>
    </customrecordcustomfield>
  </customrecordcustomfields>
  <instances><instance scriptid="val_1"><name>One</name></instance></instances>
</customrecordtype>"#;

#[test]
fn a_custom_record_type_has_its_fields_with_their_kinds() {
    let shape = read(&[file("customrecord_shelf.xml", SHELF)]);
    assert!(shape.wrong.is_empty(), "{:?}", shape.wrong);
    let catalog = catalog(&shape);
    let shelf = catalog.get("customrecord_shelf").unwrap();
    assert_eq!(
        (shelf.label.as_str(), shelf.naming_field.as_str()),
        ("Shelf & Rack", "name")
    );
    let height = shelf.field("custrecord_shelf_height").unwrap();
    assert_eq!(
        (height.label.as_str(), &height.kind),
        ("Height \"in m\"", &Kind::Float)
    );
    assert_eq!(
        shelf.field("custrecord_shelf_place").unwrap().target(),
        Some("location")
    );
    assert_eq!(
        shelf.field("custrecord_shelf_kinds").unwrap().target(),
        Some("customlist_kind")
    );
    assert_eq!(
        shelf.field("parent").unwrap().target(),
        Some("customrecord_shelf")
    );
    assert!(shelf.field("custrecord_shelf_note").is_none());
    assert!(shelf.field("custrecord_shelf_open").unwrap().initial.is_some());
    assert!(shelf.field("custrecord_shelf_since").unwrap().initial.is_some());
}

#[test]
fn what_is_not_taken_is_said_with_its_field() {
    let shape = read(&[
        file("customrecord_shelf.xml", SHELF),
        file("ue.xml", "<usereventscript scriptid=\"customscript_x\"/>"),
    ]);
    assert_eq!(
        said(&shape.left_out),
        [
            "customrecord_shelf.xml: custrecord_shelf_odd: what -9876 is: its values are ids of anything",
            "customrecord_shelf.xml: custrecord_shelf_odd: sourcefrom",
            "customrecord_shelf.xml: custrecord_shelf_note: the field: it shows something and holds nothing",
            "customrecord_shelf.xml: custrecord_shelf_open: the default \"yes\"",
            "customrecord_shelf.xml: customrecord_shelf: its permissions by role: the permission Custom Record Entries guards it",
            "customrecord_shelf.xml: customrecord_shelf: its 1 instance: import records as CSV, with `countersign record import customrecord_shelf FILE.csv`",
            "customrecord_shelf.xml: customrecord_shelf: enablesystemnotes, isinactive",
            "ue.xml: customscript_x: usereventscript says nothing of records",
        ]
    );
}

#[test]
fn a_field_belongs_to_the_records_whose_boxes_are_checked() {
    let shape = read(&[
        file(
            "body.xml",
            "<transactionbodycustomfield scriptid=\"custbody_channel\"><label>Channel</label><fieldtype>TEXT</fieldtype>\
             <maxlength>40</maxlength><bodysale>T</bodysale><bodyjournal>T</bodyjournal><bodyworkorder>T</bodyworkorder>\
             <bodypurchase>F</bodypurchase></transactionbodycustomfield>",
        ),
        file(
            "col.xml",
            "<transactioncolumncustomfield scriptid=\"custcol_colour\"><label>Colour</label><fieldtype>TEXT</fieldtype>\
             <colsale>T</colsale><colexpense>T</colexpense></transactioncolumncustomfield>",
        ),
        file(
            "entity.xml",
            "<entitycustomfield scriptid=\"custentity_tier\"><label>Tier</label><fieldtype>INTEGER</fieldtype>\
             <appliestocustomer>T</appliestocustomer><appliestovendor>T</appliestovendor></entitycustomfield>",
        ),
        file(
            "item.xml",
            "<itemcustomfield scriptid=\"custitem_origin\"><label>Origin</label><fieldtype>TEXT</fieldtype>\
             <appliestononinventory>T</appliestononinventory></itemcustomfield>",
        ),
        file(
            "other.xml",
            "<othercustomfield scriptid=\"custrecord_region\"><label>Region</label><fieldtype>TEXT</fieldtype>\
             <rectype>-102</rectype></othercustomfield>",
        ),
    ]);
    assert!(shape.wrong.is_empty(), "{:?}", shape.wrong);
    let catalog = catalog(&shape);
    let has = |of: &str, field: &str| catalog.get(of).unwrap().field(field).is_some();
    assert!(has("salesOrder", "custbody_channel") && has("journalEntry", "custbody_channel"));
    assert!(!has("purchaseOrder", "custbody_channel"));
    let line = |of: &str, sublist: &str| {
        let sublist = catalog.get(of).unwrap().sublist(sublist).unwrap();
        sublist.field("custcol_colour").is_some()
    };
    assert!(line("invoice", "item") && line("vendorBill", "expense") && !line("vendorBill", "item"));
    assert!(has("customer", "custentity_tier") && has("vendor", "custentity_tier"));
    assert!(!has("employee", "custentity_tier"));
    assert!(has("nonInventoryResaleItem", "custitem_origin") && !has("inventoryItem", "custitem_origin"));
    assert!(has("department", "custrecord_region"));
    assert_eq!(
        said(&shape.left_out),
        ["body.xml: custbody_channel: not added where there is no such record type: bodyworkorder"]
    );
}

#[test]
fn a_custom_list_is_a_type_and_its_values() {
    let shape = read(&[file(
        "list.xml",
        "<customlist scriptid=\"customlist_kind\"><name>Kind</name><customvalues>\
         <customvalue scriptid=\"val_open\"><value>Open</value></customvalue>\
         <customvalue scriptid=\"VAL_CLOSED\"><value>Closed</value><isinactive>T</isinactive></customvalue>\
         </customvalues></customlist>",
    )]);
    assert!(catalog(&shape).get("customlist_kind").is_some());
    let values = &shape.lists[0].values;
    assert_eq!(
        (values[0].name.as_str(), values[1].script_id.as_str()),
        ("Open", "val_closed")
    );
    assert!(values[1].is_inactive);
}

#[test]
fn xml_with_a_document_type_an_entity_or_without_an_end_is_refused() {
    for (text, why) in [
        (
            "<!DOCTYPE x [<!ENTITY a \"b\">]><customlist scriptid=\"customlist_x\"><name>&a;</name></customlist>",
            "document type",
        ),
        (
            "<customlist scriptid=\"customlist_x\"><name>&lol;</name></customlist>",
            "&lol;",
        ),
        ("<customlist scriptid=\"customlist_x\"><name>", "last element"),
        (
            "<customlist scriptid=\"customlist_x; DROP\"/>",
            "none of this kind",
        ),
        (
            "<entitycustomfield scriptid=\"custentity_x\"><fieldtype>BLOB</fieldtype><appliestocustomer>T</appliestocustomer></entitycustomfield>",
            "no fieldtype \"BLOB\"",
        ),
    ] {
        let shape = read(&[file("x.xml", text)]);
        assert!(shape.declarations.is_empty());
        let told = said(&shape.wrong).join("\n");
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn an_object_that_is_in_two_files_is_in_doubt() {
    let field = "<entitycustomfield scriptid=\"custentity_x\"><fieldtype>TEXT</fieldtype>\
                 <appliestocustomer>T</appliestocustomer></entitycustomfield>";
    let shape = read(&[file("a.xml", field), file("b.xml", field)]);
    assert_eq!(
        said(&shape.wrong),
        ["b.xml: custentity_x: a.xml has an object of this name too: give one of them"]
    );
}

#[test]
fn what_was_imported_before_may_come_again_as_something_else() {
    let declared = read(&[file("customrecord_shelf.xml", SHELF)]).declarations;
    let changed = SHELF.replace("<includename>T</includename>", "<includename>F</includename>");
    let shape = read_beside(&[file("customrecord_shelf.xml", &changed)], &declared);
    assert!(shape.wrong.is_empty(), "{:?}", shape.wrong);
    assert_eq!(shape.declarations.len(), 1);
    assert_ne!(shape.declarations[0].text, declared[0].text);
}

#[test]
fn an_object_takes_the_place_of_what_a_catalogue_said_of_its_field() {
    let learnt = Declaration {
        name: "customer.custentity_tier".to_owned(),
        text: "extend Customer\n  custentity_tier text(300)".to_owned(),
        source: "customer.json".to_owned(),
    };
    let field = "<entitycustomfield scriptid=\"custentity_tier\"><label>Tier</label><fieldtype>TEXT</fieldtype>\
                 <appliestocustomer>T</appliestocustomer><appliestovendor>T</appliestovendor></entitycustomfield>";
    let shape = read_beside(&[file("tier.xml", field)], &[learnt]);
    assert!(shape.wrong.is_empty(), "{:?}", shape.wrong);
    assert_eq!(shape.declarations.len(), 1);
}

#[test]
fn our_own_language_is_taken_and_its_mistakes_are_told_at_their_place() {
    let good = "# a comment\nrecord customrecord_bay \"Bay\" named=id\n  custrecord_bay text\n";
    assert_eq!(read(&[file("own.record", good)]).declarations.len(), 1);
    let shape = read(&[file(
        "own.record",
        "record customrecord_bay named=id\n  custrecord_bay tetx\n",
    )]);
    assert!(
        said(&shape.wrong)[0].contains("own.record:2:18: there is no kind tetx"),
        "{:?}",
        shape.wrong
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_in_a_file_what_is_read_of_it_fits(
        label in ".{0,40}", kind in "[A-Z]{0,12}|TEXT|FLOAT|SELECT", default in ".{0,20}", id in "[a-z_0-9\"]{0,20}"
    ) {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        let text = format!(
            "<entitycustomfield scriptid=\"custentity{}\"><label>{}</label><fieldtype>{kind}</fieldtype>\
             <defaultvalue>{}</defaultvalue><appliestocustomer>T</appliestocustomer></entitycustomfield>",
            escape(&id), escape(&label), escape(&default)
        );
        let shape = read(&[file("x.xml", &text)]);
        catalog(&shape);
        prop_assert_eq!(shape.declarations.len() + shape.wrong.len() + shape.left_out.iter().filter(|remark| remark.text.starts_with("the field")).count(), 1, "{:?}", shape);
    }
}
