//! System Notes as a list: who changed what, when, from where, from which value to which.

use countersign_model::{NoteId, SystemNote};
use countersign_web::{Column, Markup, Pager, Table, html, moment};

/// Of one record, the last first.
pub(crate) fn table(notes: &[(NoteId, SystemNote)], pager: Pager) -> Table {
    let row = |(_, note): &(NoteId, SystemNote)| {
        vec![
            moment(note.by.at),
            html! { (note.by.actor.name) },
            html! { (note.by.actor.via) },
            html! { (note.note_type) },
            html! { (note.field) },
            value(note.old_value.as_deref()),
            value(note.new_value.as_deref()),
        ]
    };
    let columns = [
        "Date",
        "Set by",
        "Context",
        "Type",
        "Field",
        "Old value",
        "New value",
    ];
    Table {
        caption: "System Notes, the last first".to_owned(),
        columns: columns.map(Column::new).to_vec(),
        rows: notes.iter().map(row).collect(),
        pager,
    }
}

fn value(value: Option<&str>) -> Markup {
    html! { (value.unwrap_or("\u{2013}")) }
}
