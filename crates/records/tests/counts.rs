//! How many there are: of a list and of a statement, after every way in which records come and go.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign_records::{
    Changes, Declaration, Filter, Key, LogLevel, Query, Question, RecordType, Records, Rows, ScriptLogEntry,
    Stamp, Value,
};
use countersign_suiteql::{DateFormat, Limits, Page, Settings, Value as SqlValue};
use countersign_world::{FixedClock, UnixTime};
use tempfile::TempDir;

/// 2026-11-21T10:00:00Z.
const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

const ALICE: Stamp = Stamp { at: NOW, by: 7 };

struct Company {
    records: Records,
    folder: TempDir,
}

impl Company {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        let records = Records::open(&path).await.unwrap();
        records.seed(NOW).await.unwrap();
        Self { records, folder }
    }

    fn of(&self, name: &str) -> Arc<RecordType> {
        Arc::clone(self.records.record_type(name).unwrap())
    }

    async fn create(&self, of: &str, changes: Changes) -> i64 {
        self.records.create(&self.of(of), changes, ALICE).await.unwrap()
    }

    async fn customer(&self, name: &str) -> i64 {
        let named = Changes::new().set("companyName", Value::Text(name.to_owned()));
        self.create("customer", named).await
    }

    async fn list(&self, of: &str, q: Option<&str>, limit: u32, offset: u64) -> countersign_records::Page {
        let of = self.of(of);
        let query = Query {
            filter: q.map(|q| Filter::parse(q, &of).unwrap()),
            limit,
            offset,
            ..Query::default()
        };
        self.records.list(&of, query).await.unwrap()
    }

    /// Rows of one column, and how many there are.
    async fn ask(
        &self,
        statement: &str,
        page: Page,
        sees: impl Fn(&RecordType) -> bool,
    ) -> (Vec<String>, u64) {
        let question = Question {
            statement: statement.to_owned(),
            parameters: Vec::new(),
            access: self.records.sight(sees).unwrap(),
            settings: Settings {
                now: NOW,
                date_format: DateFormat::default(),
            },
            page,
            limits: Limits::default(),
            clock: Arc::new(FixedClock::at(NOW)),
        };
        let rows = self.records.ask(question, |rows| rows).await.unwrap();
        let ids = rows.rows.iter().flatten().filter_map(SqlValue::to_text).collect();
        (ids, rows.total as u64)
    }

    /// Customers and transactions, by lists and by statements; asked twice, so that it is also said what is known already.
    async fn counts(&self) -> [u64; 2] {
        let first = Page { limit: 1, offset: 0 };
        let mut counts = Vec::new();
        for _ in 0..2 {
            let customers = self.list("customer", None, 1, 0).await.total;
            let all = "SELECT id FROM customer WHERE searchstage = 'Customer'";
            assert_eq!(self.ask(all, first, |_| true).await.1, customers);
            let mut transactions = 0;
            for of in self.records.types().filter(|of| of.is_transaction()) {
                transactions += self.list(&of.name, None, 1, 0).await.total;
            }
            let all = "SELECT id FROM transaction";
            assert_eq!(self.ask(all, first, |_| true).await.1, transactions);
            counts.push([customers, transactions]);
        }
        assert_eq!(counts.first(), counts.last());
        counts.pop().unwrap()
    }
}

#[tokio::test]
async fn a_count_is_right_after_whatever_was_done_to_the_records() {
    let company = Company::new().await;
    let records = &company.records;
    let [customers, transactions] = company.counts().await;
    assert!(customers > 10 && transactions > 100);

    let made = company.customer("Alpha").await;
    assert_eq!(company.counts().await, [customers + 1, transactions]);
    let key = || Key::Internal(made);
    records
        .delete(&company.of("customer"), key(), ALICE)
        .await
        .unwrap();
    assert_eq!(company.counts().await, [customers, transactions]);

    let q = "status ANY_OF [\"B\"]";
    let open = company.list("salesOrder", Some(q), 1, 0).await;
    let order = Key::Internal(*open.ids.first().unwrap());
    let (orders, invoices) = (company.of("salesOrder"), company.of("invoice"));
    records
        .draft_from(&orders, order.clone(), &invoices, ALICE)
        .await
        .unwrap();
    assert_eq!(company.counts().await, [customers, transactions]);
    records
        .transform(&orders, order, &invoices, Changes::new(), ALICE)
        .await
        .unwrap();
    assert_eq!(company.counts().await, [customers, transactions + 1]);

    let rows = |dry_run| Rows {
        of: company.of("customer"),
        text: "companyName\nBeta\nGamma\n".to_owned(),
        skip_bad: false,
        dry_run,
        stamp: ALICE,
    };
    records.add_rows(rows(true), |_| {}).await.unwrap();
    assert_eq!(company.counts().await, [customers, transactions + 1]);
    records.add_rows(rows(false), |_| {}).await.unwrap();
    assert_eq!(company.counts().await, [customers + 2, transactions + 1]);

    // A change of a record is one of the lists that it is in.
    let named = async |name: &str| {
        let q = format!("companyName IS \"{name}\"");
        company.list("customer", Some(&q), 1, 0).await.total
    };
    assert_eq!([named("Delta").await, named("Beta").await], [0, 1]);
    let beta = company.list("customer", Some("companyName IS Beta"), 1, 0).await;
    let change = Changes::new().set("companyName", Value::Text("Delta".to_owned()));
    let beta = Key::Internal(*beta.ids.first().unwrap());
    records
        .update(&company.of("customer"), beta, change, ALICE)
        .await
        .unwrap();
    assert_eq!([named("Delta").await, named("Beta").await], [1, 0]);
}

#[tokio::test]
async fn a_count_is_right_after_several_records_were_changed_together_and_after_lines_of_the_log() {
    let company = Company::new().await;
    let records = &company.records;
    let [customers, transactions] = company.counts().await;
    let of = company.of("customer");
    let named = Changes::new().set("companyName", Value::Text("Alpha".to_owned()));
    let made = {
        let of = Arc::clone(&of);
        let making = records.together(move |records| records.create(&of, &named, ALICE));
        making.await.unwrap()
    };
    assert_eq!(company.counts().await, [customers + 1, transactions]);
    let removing = records.together(move |records| records.delete(&of, made, ALICE));
    removing.await.unwrap();
    assert_eq!(company.counts().await, [customers, transactions]);

    let first = Page { limit: 1, offset: 0 };
    let statement = "SELECT title FROM scriptnote";
    for logged in 1..=3 {
        let entry = ScriptLogEntry {
            at: NOW,
            unmoved: Some(NOW),
            script: 1,
            deployment: 1,
            user: 7,
            role: 3,
            lines: vec![(LogLevel::Audit, "done".to_owned(), String::new())],
        };
        records.log_script(entry).await.unwrap();
        assert_eq!(company.ask(statement, first, |_| true).await.1, logged);
    }
}

#[tokio::test]
async fn a_count_is_right_after_another_state_was_put_in_place_and_written_to() {
    let company = Company::new().await;
    let named = async |name: &str| {
        let q = format!("companyName IS \"{name}\"");
        company.list("customer", Some(&q), 1, 0).await.total
    };
    let before = company.counts().await;
    let copy = company.folder.path().join("copy.sqlite");
    company
        .records
        .pause()
        .await
        .unwrap()
        .copy_to(&copy)
        .await
        .unwrap();

    company.customer("Alpha").await;
    assert_eq!([named("Alpha").await, named("Beta").await], [1, 0]);
    let [customers, transactions] = company.counts().await;
    assert_eq!([customers - 1, transactions], before);

    company
        .records
        .pause()
        .await
        .unwrap()
        .replace_with(&copy)
        .await
        .unwrap();
    company.records.reread().await.unwrap();
    assert_eq!(company.counts().await, before);
    assert_eq!([named("Alpha").await, named("Beta").await], [0, 0]);

    // As many writes as before, and other ones.
    company.customer("Beta").await;
    assert_eq!([named("Alpha").await, named("Beta").await], [0, 1]);
    assert_eq!(company.counts().await, [customers, transactions]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_its_count_agree_while_another_writes() {
    const MADE: u64 = 60;
    let company = Arc::new(Company::new().await);
    let [first, _] = company.counts().await;
    let (begun, done) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicU64::new(first)));
    let writing = {
        let (company, begun, done) = (Arc::clone(&company), Arc::clone(&begun), Arc::clone(&done));
        tokio::spawn(async move {
            for number in 0..MADE {
                begun.fetch_add(1, Ordering::SeqCst);
                company.customer(&format!("Number {number}")).await;
                done.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    let whole = Page {
        limit: 1000,
        offset: 0,
    };
    let statement = "SELECT id FROM customer WHERE searchstage = 'Customer'";
    loop {
        let is_last = writing.is_finished();
        let least = done.load(Ordering::SeqCst);
        let list = company.list("customer", None, 1000, 0).await;
        assert_eq!(list.ids.len() as u64, list.total);
        let (ids, total) = company.ask(statement, whole, |_| true).await;
        assert_eq!(ids.len() as u64, total);
        let counted = company.list("customer", None, 1, 0).await.total;
        let most = begun.load(Ordering::SeqCst);
        for total in [list.total, total, counted] {
            assert!((least..=most).contains(&total), "{least} <= {total} <= {most}");
        }
        if is_last {
            assert_eq!(counted, first + MADE);
            break;
        }
    }
    writing.await.unwrap();
}

#[tokio::test]
async fn two_roles_that_see_different_rows_have_different_counts() {
    let company = Company::new().await;
    let statement = "SELECT id FROM transaction";
    let first = Page { limit: 1, offset: 0 };
    let [_, transactions] = company.counts().await;
    let invoices = company.list("invoice", None, 1, 0).await.total;
    assert!(invoices < transactions);
    for _ in 0..2 {
        let all = company.ask(statement, first, |_| true).await;
        let some = company.ask(statement, first, |of| of.name == "invoice").await;
        assert_eq!((all.1, some.1), (transactions, invoices));
    }
}

#[tokio::test]
async fn page_after_page_gives_each_row_once_and_a_change_between_them_is_seen() {
    let company = Company::new().await;
    let statement = "SELECT id FROM transaction ORDER BY id";
    let page = |limit, offset| Page { limit, offset };
    let (all, total) = company.ask(statement, page(1000, 0), |_| true).await;
    assert_eq!(all.len() as u64, total);
    let (mut seen, mut listed) = (Vec::new(), Vec::new());
    let orders = company.list("salesOrder", None, 1000, 0).await;
    for offset in (0..total).step_by(7) {
        let (rows, counted) = company
            .ask(statement, page(7, usize::try_from(offset).unwrap()), |_| true)
            .await;
        assert_eq!(counted, total);
        seen.extend(rows);
        if offset < orders.total {
            let ids = company.list("salesOrder", None, 7, offset).await;
            assert_eq!(ids.total, orders.total);
            listed.extend(ids.ids);
        }
    }
    assert_eq!((seen, listed), (all.clone(), orders.ids.clone()));

    // Two pages are read; the first order is dropped, so that the next page begins with what was its second row.
    let newest = "SELECT id FROM customer WHERE companyname LIKE 'Page %' ORDER BY id";
    let mut made = Vec::new();
    for number in 0..30 {
        made.push(company.customer(&format!("Page {number}")).await);
    }
    for offset in [0, 5] {
        let rows = company.ask(newest, page(5, offset), |_| true).await;
        assert_eq!(rows.1, 30);
        let list = company.list(
            "customer",
            Some("companyName START_WITH \"Page \""),
            5,
            offset as u64,
        );
        assert_eq!(list.await.ids, made[offset..offset + 5]);
    }
    let gone = Key::Internal(made.remove(0));
    company
        .records
        .delete(&company.of("customer"), gone, ALICE)
        .await
        .unwrap();
    let third = company.ask(newest, page(5, 10), |_| true).await;
    let expected: Vec<String> = made[10..15].iter().map(ToString::to_string).collect();
    assert_eq!(third, (expected, 29));
    let list = company.list("customer", Some("companyName START_WITH \"Page \""), 5, 10);
    assert_eq!(list.await.ids, made[10..15]);
    let beyond = company.ask(newest, page(5, 100), |_| true).await;
    assert_eq!(beyond, (Vec::new(), 29));
}

#[tokio::test]
async fn rows_of_a_type_that_was_declared_since_are_counted() {
    let company = Company::new().await;
    let before = company.counts().await;
    let shelf = Declaration {
        name: "customrecord_shelf".to_owned(),
        text: "record customrecord_shelf \"Shelf\" named=name\n  name text(300)".to_owned(),
        source: "test".to_owned(),
    };
    company
        .records
        .declare(vec![shelf], Vec::new(), ALICE, false)
        .await
        .unwrap();
    let company = Company {
        records: company.records.current(),
        folder: company.folder,
    };
    assert_eq!(company.counts().await, before);
    assert_eq!(company.list("customrecord_shelf", None, 1, 0).await.total, 0);
    let named = Changes::new().set("name", Value::Text("North".to_owned()));
    company.create("customrecord_shelf", named).await;
    assert_eq!(company.list("customrecord_shelf", None, 1, 0).await.total, 1);
}
