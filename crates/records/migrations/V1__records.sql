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

-- The same for statements, which cannot name what begins with `_`.
CREATE VIEW recordname AS SELECT type, id, name FROM _name;

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

-- The lines of every transaction; the columns of the types' own fields are added from their declarations. The main line
-- stands for the transaction as a whole.
CREATE TABLE transactionline (
    id INTEGER PRIMARY KEY,
    uniquekey INTEGER GENERATED ALWAYS AS (id) VIRTUAL,
    "transaction" INTEGER NOT NULL,
    linesequencenumber INTEGER NOT NULL,
    mainline TEXT NOT NULL CHECK (mainline IN ('T', 'F')),
    -- Which sublist of the record the line is in, and its number there; the main line is in none.
    _sublist TEXT NOT NULL,
    _line INTEGER NOT NULL
) STRICT;

CREATE INDEX transactionline_transaction ON transactionline ("transaction", linesequencenumber);

-- What each line does to the general ledger. Debits are positive amounts, credits negative.
CREATE TABLE transactionaccountingline (
    id INTEGER PRIMARY KEY,
    "transaction" INTEGER NOT NULL,
    transactionline INTEGER NOT NULL,
    accountingbook INTEGER NOT NULL DEFAULT 1,
    account INTEGER,
    debit REAL,
    credit REAL,
    amount REAL NOT NULL,
    posting TEXT NOT NULL CHECK (posting IN ('T', 'F'))
) STRICT;

CREATE INDEX transactionaccountingline_transaction ON transactionaccountingline ("transaction");
CREATE INDEX transactionaccountingline_account ON transactionaccountingline (account);
