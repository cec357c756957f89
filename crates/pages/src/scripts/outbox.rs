//! A list of what scripts left in the account: one form for all of them, also where there is nothing yet.

use countersign_web::{Column, Markup, Page, Pager, Table, empty_state, html};

use crate::place::Place;

/// Things that are shown, the last first.
pub(super) const MOST: usize = 100;

pub(super) struct Outbox<'o> {
    pub(super) place: &'static Place,
    pub(super) lede: &'o str,
    pub(super) caption: &'o str,
    pub(super) columns: &'o [&'static str],
    pub(super) rows: Vec<Vec<Markup>>,
    /// Where there is nothing: a heading, and how something gets here.
    pub(super) empty: (&'o str, &'o str),
    /// What can be done here.
    pub(super) actions: Option<Markup>,
}

impl Outbox<'_> {
    pub(super) fn page(self) -> Page {
        let (heading, how) = self.empty;
        Page {
            title: self.place.title.to_owned(),
            crumbs: self.place.crumbs(),
            actions: self.actions,
            body: html! {
                p.lede { (self.lede) }
                @if self.rows.is_empty() { (empty_state(heading, how, html! {})) } @else {
                    (Table {
                        caption: self.caption.to_owned(),
                        columns: self.columns.iter().copied().map(Column::new).collect(),
                        rows: self.rows,
                        pager: Pager::default(),
                    }.show())
                }
            },
            ..Page::default()
        }
    }
}
