//! What a query language is told of a table.

/// A table or a view.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInfo {
    /// As SQL writes it, in lower case.
    pub name: String,
    /// The table or view of SQLite that has its rows.
    pub source: String,
    /// A statement cannot name it: it says what references are shown as.
    pub is_shown: bool,
    pub label: String,
    /// The column that a reference to one of its rows shows.
    pub display: Option<String>,
    /// Script ids of the record types whose rows lie in it, each row's own in `_recordtype` where they are several.
    pub record_types: Vec<String>,
    /// In alphabetical order, after `id`. Columns that begin with `_` are not for queries, and not here.
    pub columns: Vec<ColumnInfo>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ColumnInfo {
    pub name: String,
    pub label: String,
    pub kind: ColumnKind,
    /// In every row there is a value.
    pub never_null: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ColumnKind {
    Text,
    Integer,
    Decimal,
    /// Rounded to cents.
    Amount,
    /// `T` or `F`.
    Bool,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DDTHH:MM:SSZ`, in UTC.
    DateTime,
    Choice(Vec<ChoiceInfo>),
    /// To a row of the table or view, by its `id`.
    Reference(TargetInfo),
    /// A JSON array of ids.
    References(TargetInfo),
}

/// One value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceInfo {
    /// The type the choice is one of, where the types of a family have different ones.
    pub record_type: Option<String>,
    pub id: String,
    pub label: String,
}

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetInfo {
    /// Nothing for a type that is not declared; its names, as far as they were ever given, are in
    /// `_name (type, id, name)`, under `named`.
    pub table: Option<String>,
    /// The column of that table with the name to show.
    pub display: Option<String>,
    /// The target as the declaration names it, in lower case.
    pub named: String,
}
