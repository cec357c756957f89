//! The tables and views of the records as a query language needs to know them, in plain data: what there is to select,
//! of which kind, where references lead, and what a referred record is called.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::derived::{DerivedColumn, countries};
use crate::field::{Field, Kind, Presence};
use crate::record_type::{LINES, RecordType};

mod info;

pub use info::{ChoiceInfo, ColumnInfo, ColumnKind, TableInfo, TargetInfo};

impl Catalog {
    /// Every table and view a query may read, by name.
    pub fn tables(&self) -> Vec<TableInfo> {
        let mut tables: BTreeMap<String, Draft> = BTreeMap::new();
        for record_type in self.types() {
            let draft = tables.entry(record_type.table.clone()).or_insert_with(|| Draft {
                label: match record_type.in_family {
                    true => record_type.table.clone(),
                    false => record_type.label.clone(),
                },
                display: Some(record_type.naming_column().to_owned()),
                ..Draft::default()
            });
            draft.record_types.push(record_type.script_id.clone());
            for (column, value) in &record_type.constants {
                let kind = match value.as_str() {
                    "T" | "F" => ColumnKind::Bool,
                    _ => ColumnKind::Text,
                };
                draft.plain(column, kind);
            }
            for field in &record_type.fields {
                draft.add(self, record_type, field);
            }
            for sublist in &record_type.sublists {
                let lines = tables.entry(sublist.table.clone()).or_default();
                lines.label.clone_from(&sublist.label);
                if !lines.record_types.contains(&record_type.script_id) {
                    lines.record_types.push(record_type.script_id.clone());
                }
                lines.always("linesequencenumber", ColumnKind::Integer);
                let parent = ColumnKind::Reference(self.target(&record_type.table));
                lines.always(&sublist.parent_column, parent);
                for field in &sublist.fields {
                    lines.add(self, record_type, field);
                }
            }
        }
        self.add_shared(&mut tables);
        tables
            .into_iter()
            .map(|(name, draft)| draft.finish(self, name))
            .collect()
    }

    fn add_shared(&self, tables: &mut BTreeMap<String, Draft>) {
        if let Some(lines) = tables.get_mut(LINES) {
            lines.label = "Transaction Line".to_owned();
            lines.always("uniquekey", ColumnKind::Integer);
            lines.always("mainline", ColumnKind::Bool);
        }
        let mut ledger = Draft {
            label: "Transaction Accounting Line".to_owned(),
            ..Draft::default()
        };
        ledger.always("transaction", ColumnKind::Reference(self.target("transaction")));
        ledger.always("transactionline", ColumnKind::Reference(self.target(LINES)));
        ledger.always("accountingbook", ColumnKind::Integer);
        ledger.plain("account", ColumnKind::Reference(self.target("account")));
        ledger.always("amount", ColumnKind::Amount);
        for column in ["debit", "credit"] {
            ledger.plain(column, ColumnKind::Amount);
        }
        ledger.always("posting", ColumnKind::Bool);
        tables.insert("transactionaccountingline".to_owned(), ledger);

        let mut notes = Draft {
            label: "System Note".to_owned(),
            ..Draft::default()
        };
        notes.always("date", ColumnKind::DateTime);
        for column in ["author", "recordid"] {
            notes.always(column, ColumnKind::Integer);
        }
        for column in ["recordtype", "action"] {
            notes.always(column, ColumnKind::Text);
        }
        for column in ["field", "oldvalue", "newvalue"] {
            notes.plain(column, ColumnKind::Text);
        }
        tables.insert("systemnote".to_owned(), notes);

        for view in self.views() {
            let members: Vec<_> = self.seen_through(&view.name).collect();
            let Some(first) = members.first() else { continue };
            let mut draft = Draft {
                label: view.label.clone(),
                display: Some(view.naming_column().to_owned()),
                record_types: members.iter().map(|member| member.script_id.clone()).collect(),
                ..Draft::default()
            };
            for field in &view.fields {
                draft.add(self, first, field);
            }
            tables.insert(view.name.clone(), draft);
        }
        for more in &self.derived.more {
            if let Some(draft) = tables.get_mut(&more.table) {
                for (column, _) in &more.columns {
                    draft.derive(self, column);
                }
            }
        }
        for derived in self.derived_tables() {
            let types: Vec<String> = self.sources_of(derived).map(|of| of.script_id.clone()).collect();
            if types.is_empty() {
                continue;
            }
            let mut draft = Draft {
                label: derived.label.clone(),
                display: derived.named.clone(),
                record_types: types,
                is_derived: true,
                is_shown: derived.is_shown,
                ..Draft::default()
            };
            for column in &derived.columns {
                draft.derive(self, column);
            }
            tables.insert(derived.name.clone(), draft);
        }
    }

    /// A column of a derived table, by the word its declaration has for the kind.
    fn derived_kind(&self, word: &str) -> ColumnKind {
        match word {
            "int" => ColumnKind::Integer,
            "decimal" => ColumnKind::Decimal,
            "amount" => ColumnKind::Amount,
            "bool" => ColumnKind::Bool,
            "date" => ColumnKind::Date,
            "datetime" => ColumnKind::DateTime,
            "{countries}" => ColumnKind::Choice(
                countries()
                    .map(|(code, name)| ChoiceInfo {
                        record_type: None,
                        id: code.to_owned(),
                        label: name.to_owned(),
                    })
                    .collect(),
            ),
            word => match word.strip_prefix("ref(").and_then(|word| word.strip_suffix(')')) {
                Some(target) => ColumnKind::Reference(self.target(target)),
                None => ColumnKind::Text,
            },
        }
    }

    fn target(&self, named: &str) -> TargetInfo {
        let relation = self.relation(named);
        if relation.is_none()
            && let Some(derived) = self
                .derived_tables()
                .find(|derived| derived.name.eq_ignore_ascii_case(named))
        {
            return TargetInfo {
                table: Some(derived.name.clone()),
                display: Some(derived.named.clone().unwrap_or_else(|| "name".to_owned())),
                named: derived.name.clone(),
            };
        }
        TargetInfo {
            table: relation
                .map(|relation| relation.table.to_owned())
                .or_else(|| (named == LINES).then(|| LINES.to_owned())),
            display: relation.map(|relation| relation.naming_column.to_owned()),
            named: named.to_ascii_lowercase(),
        }
    }

    fn kind(&self, record_type: &RecordType, kind: &Kind) -> Option<ColumnKind> {
        Some(match kind {
            Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => ColumnKind::Text,
            Kind::Date => ColumnKind::Date,
            Kind::DateTime => ColumnKind::DateTime,
            Kind::Bool => ColumnKind::Bool,
            Kind::Int => ColumnKind::Integer,
            Kind::Float | Kind::Rate | Kind::Percent => ColumnKind::Decimal,
            Kind::Currency => ColumnKind::Amount,
            Kind::Enum(choices) => {
                let of = record_type.in_family.then(|| record_type.script_id.clone());
                let choices = choices.iter().map(|choice| ChoiceInfo {
                    record_type: of.clone(),
                    id: choice.id.clone(),
                    label: choice.label.clone(),
                });
                ColumnKind::Choice(choices.collect())
            }
            Kind::Ref(target) => ColumnKind::Reference(self.target(target)),
            Kind::MultiRef(target) => ColumnKind::References(self.target(target)),
            Kind::Subrecord(_) => return None,
        })
    }
}

#[derive(Default)]
struct Draft {
    label: String,
    display: Option<String>,
    record_types: Vec<String>,
    columns: BTreeMap<String, ColumnInfo>,
    is_derived: bool,
    is_shown: bool,
}

impl Draft {
    /// Instead of what the table had of this name.
    fn derive(&mut self, catalog: &Catalog, column: &DerivedColumn) {
        self.columns.remove(&column.name);
        self.plain(&column.name, catalog.derived_kind(&column.kind));
    }

    fn plain(&mut self, name: &str, kind: ColumnKind) {
        self.columns.entry(name.to_owned()).or_insert_with(|| ColumnInfo {
            name: name.to_owned(),
            label: name.to_owned(),
            kind,
            never_null: false,
        });
    }

    /// The same, of a column that holds no null.
    fn always(&mut self, name: &str, kind: ColumnKind) {
        self.plain(name, kind);
        if let Some(column) = self.columns.get_mut(name) {
            column.never_null = true;
        }
    }

    /// What several types have in one column: their choices together, and of their references the widest.
    fn add(&mut self, catalog: &Catalog, record_type: &RecordType, field: &Field) {
        let column = field.column();
        let Some(kind) = catalog.kind(record_type, &field.kind) else {
            return;
        };
        if column.starts_with('_') {
            return;
        }
        let Some(known) = self.columns.get_mut(column) else {
            self.columns.insert(
                column.to_owned(),
                ColumnInfo {
                    name: column.to_owned(),
                    label: field.label.clone(),
                    kind,
                    never_null: false,
                },
            );
            return;
        };
        match (&mut known.kind, kind) {
            (ColumnKind::Choice(known), ColumnKind::Choice(more)) => {
                for choice in more {
                    if !known.contains(&choice) {
                        known.push(choice);
                    }
                }
            }
            (ColumnKind::Reference(known), ColumnKind::Reference(other)) if *known != other => {
                if let Some(both) = catalog.widest(&known.named, &other.named) {
                    *known = catalog.target(&both);
                }
            }
            _ => {}
        }
    }

    fn finish(mut self, catalog: &Catalog, name: String) -> TableInfo {
        let has_id = self.columns.remove("id");
        for column in self.columns.values_mut() {
            column.never_null |= catalog.always_has(&name, &column.name);
        }
        let id = match (self.is_derived, has_id) {
            (true, id) => id,
            (false, _) => Some(ColumnInfo {
                name: "id".to_owned(),
                label: "Internal ID".to_owned(),
                kind: ColumnKind::Integer,
                never_null: true,
            }),
        };
        TableInfo {
            source: catalog.derived.source(&name),
            name,
            is_shown: self.is_shown,
            label: self.label,
            display: self.display,
            record_types: self.record_types,
            columns: id.into_iter().chain(self.columns.into_values()).collect(),
        }
    }
}

impl Catalog {
    /// Whether every type of a table has a value in the column, whatever is written.
    fn always_has(&self, table: &str, column: &str) -> bool {
        let has = |of: &RecordType| {
            let is_constant = of.constants.iter().any(|(constant, _)| constant == column);
            let mut fields = of.fields.iter().filter(|field| field.column() == column);
            is_constant || fields.any(|field| field.presence == Presence::Mandatory || !field.is_own())
        };
        let mut types = self.family(table).peekable();
        types.peek().is_some() && types.all(|of| has(of))
    }

    /// The family or view that holds what either of two targets does: `entity` for customers and vendors.
    fn widest(&self, one: &str, other: &str) -> Option<String> {
        let holders = |target: &str| -> Vec<String> {
            let of_type = self.get(target).map(|found| {
                vec![
                    found.script_id.clone(),
                    found.table.clone(),
                    found.view.clone().unwrap_or_default(),
                ]
            });
            of_type.unwrap_or_else(|| vec![target.to_ascii_lowercase()])
        };
        let others = holders(other);
        holders(one)
            .into_iter()
            .find(|holder| !holder.is_empty() && others.contains(holder))
    }
}
