//! What an account declares of its own, and records out of the rows of a file.
#![expect(clippy::unwrap_used, reason = "what a test did not foresee fails it")]

use std::sync::Arc;

use countersign_records::{
    Catalog, Changes, Declaration, Key, ListValue, ListValues, Query, Records, Rows, RowsDone, Stamp, Value,
};
use countersign_world::UnixTime;
use tempfile::TempDir;

/// 2026-11-21T10:00:00Z.
const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

const ALICE: Stamp = Stamp { at: NOW, by: 7 };

fn declaration(name: &str, text: &str) -> Declaration {
    Declaration {
        name: name.to_owned(),
        text: text.to_owned(),
        source: "test".to_owned(),
    }
}

fn shelf() -> Vec<Declaration> {
    vec![
        declaration(
            "custentity_tier",
            "extend Customer\n  custentity_tier \"Tier\" ref(customlist_tier)",
        ),
        declaration(
            "customrecord_shelf",
            "record customrecord_shelf \"Shelf\" named=name may=LIST_CUSTRECORDENTRY\n  name text(300)\n  \
             custrecord_height float\n  custrecord_owner ref(customer)",
        ),
        declaration(
            "customlist_tier",
            "record customlist_tier \"Tier\" named=name may=LIST_CUSTRECORDENTRY\n  name text(300) !\n  \
             scriptId text(60) unique\n  isInactive bool =false",
        ),
    ]
}

fn tiers(names: &[&str]) -> Vec<ListValues> {
    let value = |(place, name): (usize, &&str)| ListValue {
        script_id: format!("val_{place}"),
        name: (*name).to_owned(),
        is_inactive: false,
    };
    vec![ListValues {
        list: "customlist_tier".to_owned(),
        values: names.iter().enumerate().map(value).collect(),
    }]
}

async fn open(folder: &TempDir) -> Records {
    Records::open(&folder.path().join("records.sqlite"))
        .await
        .unwrap()
}

async fn with_shelves(folder: &TempDir) -> Records {
    let records = open(folder).await;
    let declared = records
        .declare(shelf(), tiers(&["Gold", "Silver"]), ALICE, false)
        .await
        .unwrap();
    assert_eq!((declared.added.len(), declared.list_values), (3, 2));
    let records = records.current();
    records.seed(NOW).await.unwrap();
    records
}

async fn add(records: &Records, of: &str, text: &str, skip_bad: bool, dry_run: bool) -> RowsDone {
    let rows = Rows {
        of: Arc::clone(records.record_type(of).unwrap()),
        text: text.to_owned(),
        skip_bad,
        dry_run,
        stamp: ALICE,
    };
    records.add_rows(rows, |_| {}).await.unwrap()
}

fn said(done: &RowsDone) -> Vec<String> {
    let told = done.bad.iter().map(|bad| {
        let column = bad.column.as_deref().unwrap_or("-");
        format!("{}:{column}: {}", bad.line, bad.reason)
    });
    told.collect()
}

#[tokio::test]
async fn what_an_account_declares_is_there_again_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let shelf = records.record_type("customrecord_shelf").unwrap();
    let changes = Changes::new()
        .set("name", Value::Text("North".to_owned()))
        .set("custrecord_height", Value::Decimal(2.5));
    let id = records.create(shelf, changes, ALICE).await.unwrap();
    records.close().await.unwrap();
    let records = open(&folder).await;
    let shelf = records.record_type("customrecord_shelf").unwrap();
    let record = records.get(shelf, Key::Internal(id)).await.unwrap();
    assert_eq!(record.get("custrecord_height"), Some(&Value::Decimal(2.5)));
    assert!(
        records
            .record_type("customer")
            .unwrap()
            .field("custentity_tier")
            .unwrap()
            .is_custom()
    );
}

#[tokio::test]
async fn a_handle_knows_the_types_of_the_moment_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let before = open(&folder).await;
    before.declare(shelf(), Vec::new(), ALICE, false).await.unwrap();
    assert!(before.record_type("customrecord_shelf").is_none());
    assert!(before.current().record_type("customrecord_shelf").is_some());
}

#[tokio::test]
async fn declaring_the_same_again_changes_nothing_and_a_dry_run_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let records = open(&folder).await;
    let looked = records
        .declare(shelf(), tiers(&["Gold"]), ALICE, true)
        .await
        .unwrap();
    assert_eq!((looked.added.len(), looked.list_values), (3, 1));
    assert!(records.declarations().await.unwrap().is_empty());
    records
        .declare(shelf(), tiers(&["Gold"]), ALICE, false)
        .await
        .unwrap();
    let again = records
        .declare(shelf(), tiers(&["Gold"]), ALICE, false)
        .await
        .unwrap();
    assert_eq!(
        (again.unchanged.len(), again.added.len(), again.list_values),
        (3, 0, 0)
    );
}

#[tokio::test]
async fn a_value_of_a_list_keeps_its_id_when_its_name_changes() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let declared = records
        .declare(shelf(), tiers(&["Gold", "Bronze"]), ALICE, false)
        .await
        .unwrap();
    assert_eq!(declared.list_values, 1);
    let list = records.record_type("customlist_tier").unwrap();
    let second = records.get(list, Key::Internal(2)).await.unwrap();
    assert_eq!(second.get("name"), Some(&Value::Text("Bronze".to_owned())));
    assert_eq!(records.list(list, Query::default()).await.unwrap().total, 2);
}

#[tokio::test]
async fn a_field_that_says_all_its_types_takes_the_place_of_what_was_known_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let records = open(&folder).await;
    let learnt = declaration(
        "customer.custentity_tier",
        "extend Customer\n  custentity_tier text",
    );
    let other = declaration(
        "customer.custentityXtier",
        "extend Customer\n  custentityXtier text",
    );
    records
        .declare(vec![learnt, other], Vec::new(), ALICE, false)
        .await
        .unwrap();
    let whole = declaration(
        "custentity_tier",
        "extend Customer\n  custentity_tier text\nextend Vendor\n  custentity_tier text",
    );
    records
        .declare(vec![whole], Vec::new(), ALICE, false)
        .await
        .unwrap();
    let names: Vec<_> = records
        .declarations()
        .await
        .unwrap()
        .into_iter()
        .map(|stored| stored.name)
        .collect();
    assert_eq!(names, ["customer.custentityXtier", "custentity_tier"]);
    assert!(
        records
            .current()
            .record_type("vendor")
            .unwrap()
            .field("custentity_tier")
            .is_some()
    );
}

#[tokio::test]
async fn one_declaration_that_does_not_fit_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let records = open(&folder).await;
    let mut wrong = shelf();
    wrong.push(declaration("custentity_mail", "extend Customer\n  email text"));
    let refused = records
        .declare(wrong, Vec::new(), ALICE, false)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("the name email is taken"),
        "{refused}"
    );
    assert!(records.declarations().await.unwrap().is_empty());
    assert!(records.current().record_type("customrecord_shelf").is_none());
}

#[tokio::test]
async fn a_type_with_another_kind_of_column_is_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let other = declaration(
        "customrecord_shelf",
        "record customrecord_shelf \"Shelf\" named=id\n  custrecord_height text",
    );
    let refused = records
        .declare(vec![other], Vec::new(), ALICE, false)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("custrecord_height"), "{refused}");
    let shelf = records.current();
    assert!(
        shelf
            .record_type("customrecord_shelf")
            .unwrap()
            .field("custrecord_owner")
            .is_some()
    );
}

#[tokio::test]
async fn a_declaration_that_no_longer_holds_does_not_keep_the_account_shut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let own = vec![declaration("customer.rating", "extend Customer\n  rating int")];
    let records = open(&folder).await;
    records.declare(own, Vec::new(), ALICE, false).await.unwrap();
    records.close().await.unwrap();
    let base = Catalog::built_in().unwrap();
    let later = base
        .extended("later", "extend Customer\n  rating int =3")
        .unwrap();
    let records = Records::open_with(&path, later).await.unwrap();
    let rating = records.record_type("customer").unwrap().field("rating").unwrap();
    assert!(rating.initial.is_some(), "the program's own field holds");
}

#[tokio::test]
async fn rows_become_records_with_references_by_id_by_external_id_and_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let text = "externalId,Name,custrecord_height,custrecord_owner\nnorth,North shelf,2.5,1\n\
                south,South shelf,,\n";
    let done = add(&records, "customrecord_shelf", text, false, false).await;
    assert_eq!((done.written, done.created, said(&done)), (true, 2, Vec::new()));
    let customers = "externalId,companyName,custentity_tier,subsidiary.name,terms.id,isInactive\n\
                     quay,Quay Street Books,Silver,Parent Company,1,no\n";
    let done = add(&records, "customer", customers, false, false).await;
    assert_eq!((done.created, said(&done)), (1, Vec::new()));
    let customer = records.record_type("customer").unwrap();
    let quay = records
        .get(customer, Key::External("quay".to_owned()))
        .await
        .unwrap();
    let Some(Value::Reference(tier)) = quay.get("custentity_tier") else {
        panic!("{quay:?}")
    };
    assert_eq!((tier.id(), tier.name.as_deref()), (Some(2), Some("Silver")));
    let again = add(
        &records,
        "customer",
        "externalId,comments\nquay,Pays late\n",
        false,
        false,
    )
    .await;
    assert_eq!((again.created, again.updated), (0, 1));
    let by_external = "externalId,custrecord_owner.externalId\nwest,quay\n";
    assert_eq!(
        add(&records, "customrecord_shelf", by_external, false, false)
            .await
            .created,
        1
    );
}

#[tokio::test]
async fn every_bad_cell_is_named_and_nothing_is_written_unless_bad_rows_are_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let text = "externalId,name,custrecord_height,custrecord_owner\n\
                one,First,tall,Nobody Ltd\ntwo,Second,1,1\nthree,Third,2\nfour,Fourth,3,99999\nfive,Fifth,low,99998\n";
    let done = add(&records, "customrecord_shelf", text, false, false).await;
    assert_eq!((done.written, done.rows, done.bad_rows), (false, 5, 4));
    assert_eq!(
        said(&done),
        [
            "2:custrecord_height: expected a number below ten trillion",
            "2:custrecord_owner: there is no customer called \"Nobody Ltd\"",
            "4:-: 3 cells under 4 names",
            "5:custrecord_owner: there is no customer 99999",
            "6:custrecord_height: expected a number below ten trillion",
            "6:custrecord_owner: there is no customer 99998",
        ]
    );
    let shelf = records.record_type("customrecord_shelf").unwrap();
    assert_eq!(records.list(shelf, Query::default()).await.unwrap().total, 0);
    let done = add(&records, "customrecord_shelf", text, true, false).await;
    assert_eq!((done.written, done.created, done.bad_rows), (true, 1, 4));
    assert_eq!(records.list(shelf, Query::default()).await.unwrap().total, 1);
}

#[tokio::test]
async fn names_that_mean_nothing_are_told_at_the_first_line() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let done = add(
        &records,
        "customer",
        "compnyName,dateCreated,addressBook,companyName,COMPANYNAME\n",
        false,
        false,
    )
    .await;
    let told = said(&done).join("\n");
    assert!(
        told.contains("1:compnyName: customer has no such field"),
        "{told}"
    );
    assert!(told.contains("companyName"), "the nearest name: {told}");
    assert!(
        told.contains("1:dateCreated: the account works this field out itself"),
        "{told}"
    );
    assert!(told.contains("1:addressBook: addressBook are lines"), "{told}");
    assert!(told.contains("1:COMPANYNAME: the name is there twice"), "{told}");
}

#[tokio::test]
async fn a_file_with_semicolons_for_commas_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let done = add(
        &records,
        "customer",
        "externalId;companyName\nquay;Quay\n",
        true,
        false,
    )
    .await;
    let told = "1:-: the columns of this file stand between semicolons: save it with commas between them";
    assert_eq!((done.written, said(&done)), (false, vec![told.to_owned()]));
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let done = add(
        &records,
        "customrecord_shelf",
        "name\nNorth\nSouth\n",
        false,
        true,
    )
    .await;
    assert_eq!((done.written, done.rows, done.created), (false, 2, 2));
    let shelf = records.record_type("customrecord_shelf").unwrap();
    assert_eq!(records.list(shelf, Query::default()).await.unwrap().total, 0);
}

#[tokio::test]
async fn a_long_file_is_heard_of_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let text: String = std::iter::once("name\n".to_owned())
        .chain((0..600).map(|number| format!("Shelf {number}\n")))
        .collect();
    let (sender, receiver) = std::sync::mpsc::channel();
    let rows = Rows {
        of: Arc::clone(records.record_type("customrecord_shelf").unwrap()),
        text,
        skip_bad: false,
        dry_run: false,
        stamp: ALICE,
    };
    let heard = move |rows| sender.send(rows).unwrap();
    assert_eq!(records.add_rows(rows, heard).await.unwrap().created, 600);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [250, 500]);
}

#[tokio::test]
async fn a_quotation_mark_that_is_not_closed_swallows_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let file = "name,custrecord_height\nA,1\n\"B,2\nC,3\n";
    for skip_bad in [false, true] {
        let done = add(&records, "customrecord_shelf", file, skip_bad, false).await;
        assert_eq!(done.created, 0);
        assert_eq!(
            said(&done),
            ["3:-: a cell begins with a quotation mark that is not closed"]
        );
    }
    let closed = "name,custrecord_height\n\"A \"\"1\"\"\nand more\",1\n5\" pipe,2\n\"\",\n\"B\",3\n";
    let done = add(&records, "customrecord_shelf", closed, true, true).await;
    assert_eq!((done.rows, done.created), (3, 3), "{:?}", said(&done));
}

#[tokio::test]
async fn a_file_of_more_columns_than_any_type_has_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let records = with_shelves(&folder).await;
    let names: Vec<String> = (0..200_000).map(|number| format!("column{number}")).collect();
    let done = add(&records, "customrecord_shelf", &names.join(","), false, true).await;
    assert_eq!(said(&done), ["1:-: there are 200000 columns, and 1000 at most"]);
}
