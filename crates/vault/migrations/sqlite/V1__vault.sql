-- Times are milliseconds since 1970; words are those of the crate; a box is 0 or 1. Only INTEGER, TEXT and BLOB, so that a
-- statement means the same here and in PostgreSQL, where the same version makes the same tables, columns and indexes.
-- A name_key is the name in lower case as the program folds it, because databases differ in how.

-- The number is never given again, also where an id is: sealed credentials are bound to it.
CREATE TABLE connection (
    number           INTEGER PRIMARY KEY,
    id               TEXT    NOT NULL UNIQUE,
    account          TEXT    NOT NULL,
    tags             TEXT    NOT NULL,
    metadata         TEXT    NOT NULL,
    health           TEXT    NOT NULL CHECK (health IN ('unverified', 'healthy', 'failing', 'superseded')),
    failing_since    INTEGER,
    superseded_by    TEXT,
    created          INTEGER NOT NULL,
    last_success     INTEGER,
    last_failure     INTEGER,
    last_failure_why TEXT,
    last_generation  INTEGER NOT NULL
) STRICT;

-- One place holds one set: whatever happens in a rotation, exactly one is the current one.
CREATE TABLE credential_set (
    connection          INTEGER NOT NULL REFERENCES connection (number) ON DELETE CASCADE,
    generation          INTEGER NOT NULL,
    place               TEXT    NOT NULL CHECK (place IN ('current', 'staged', 'previous')),
    key_version         INTEGER NOT NULL,
    sealed              BLOB    NOT NULL,
    consumer_key_digest TEXT    NOT NULL,
    consumer_key_end    TEXT    NOT NULL,
    token_end           TEXT    NOT NULL,
    stored              INTEGER NOT NULL,
    verified            INTEGER,
    PRIMARY KEY (connection, generation),
    UNIQUE (connection, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_set_by_consumer_key ON credential_set (consumer_key_digest);
CREATE INDEX credential_set_by_key_version ON credential_set (key_version);

CREATE TABLE caller (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT    NOT NULL UNIQUE,
    digest   TEXT    NOT NULL UNIQUE,
    created  INTEGER NOT NULL,
    expires  INTEGER,
    revoked  INTEGER
) STRICT;

-- A row outlives its grant, its caller and its connection, for audit.
CREATE TABLE caller_grant (
    id         INTEGER PRIMARY KEY,
    caller     INTEGER NOT NULL REFERENCES caller (id),
    connection INTEGER NOT NULL,
    scope      TEXT    NOT NULL,
    share      INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    expires    INTEGER,
    revoked    INTEGER
) STRICT;

CREATE INDEX caller_grant_by_caller ON caller_grant (caller, id);
CREATE INDEX caller_grant_by_connection ON caller_grant (connection, id);

-- Each row's digest is over the row and the digest before it.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL,
    digest  BLOB    NOT NULL
) STRICT;

CREATE INDEX audit_by_subject ON audit (subject, id);
