//! An account's records for a test: a real file, a fixed time, and a second type that has every kind of field.

use std::sync::Arc;

use countersign_records::{Catalog, RecordType, Records, Stamp};
use countersign_world::UnixTime;
use tempfile::TempDir;

/// Exists nowhere but here: what it can do, its declaration alone gave it.
pub(crate) const WIDGET: &str = r#"
record Widget "Widget" named=code
  code        text(12) ! unique auto="W{n}"
  story       textarea
  mail        email
  call        phone
  link        url
  born        date =today
  seen        datetime
  made        datetime ro =created
  on          bool
  count       int =3
  weight      float
  price       currency
  ratio       rate
  share       percent
  size        enum(S:"Small", L:"Large") =S
  owner       ref(customer)
  colour      ref(colour) =7:"Blue"
  parts       multiref(widget)
"#;

/// 2026-11-21T10:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

pub(crate) const ALICE: Stamp = Stamp { at: NOW, by: 7 };

pub(crate) struct Account {
    pub(crate) records: Records,
    pub(crate) customer: Arc<RecordType>,
    pub(crate) widget: Arc<RecordType>,
    _folder: TempDir,
}

pub(crate) fn catalog() -> Catalog {
    let built_in = Catalog::built_in().unwrap();
    built_in.extended("widget.record", WIDGET).unwrap()
}

impl Account {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        let records = Records::open_with(&path, catalog()).await.unwrap();
        Self {
            customer: Arc::clone(records.record_type("customer").unwrap()),
            widget: Arc::clone(records.record_type("widget").unwrap()),
            records,
            _folder: folder,
        }
    }
}
