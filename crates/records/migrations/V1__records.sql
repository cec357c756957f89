-- What every record type shares. The tables of the types are made from their declarations.

-- The last number given out: internal ids of a type (`customer`), numbers of a field (`customer.entityid`).
CREATE TABLE _sequence (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What records of undeclared types are called, learnt from the references to them.
CREATE TABLE _name (
    type TEXT NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- Who changed what: one row a field.
CREATE TABLE systemnote (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    author INTEGER NOT NULL,
    recordtype TEXT NOT NULL,
    recordid INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('create', 'change', 'delete')),
    field TEXT,
    oldvalue TEXT,
    newvalue TEXT
) STRICT;

CREATE INDEX systemnote_record ON systemnote (recordtype, recordid);
