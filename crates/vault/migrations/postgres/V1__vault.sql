-- Times are milliseconds since 1970; words are those of the crate; a box is 0 or 1. Only BIGINT, TEXT and BYTEA, so that a
-- statement means the same here and in SQLite, where the same version makes the same tables, columns and indexes. What is
-- looked up is COLLATE "C": its order is that of the bytes, and an index does not break when the server's operating system
-- learns a new alphabet.
-- A name_key is the name in lower case as the program folds it, because databases differ in how.

-- The number is never given again, also where an id is: sealed credentials are bound to it.
CREATE TABLE connection (
    number           BIGINT PRIMARY KEY,
    id               TEXT COLLATE "C" NOT NULL UNIQUE,
    account          TEXT    NOT NULL,
    tags             TEXT    NOT NULL,
    metadata         TEXT    NOT NULL,
    health           TEXT    NOT NULL CHECK (health IN ('unverified', 'healthy', 'failing', 'superseded')),
    failing_since    BIGINT,
    superseded_by    TEXT,
    created          BIGINT NOT NULL,
    last_success     BIGINT,
    last_failure     BIGINT,
    last_failure_why TEXT,
    last_generation  BIGINT NOT NULL
);

-- One place holds one set: whatever happens in a rotation, exactly one is the current one.
CREATE TABLE credential_set (
    connection          BIGINT NOT NULL REFERENCES connection (number) ON DELETE CASCADE,
    generation          BIGINT NOT NULL,
    place               TEXT COLLATE "C" NOT NULL CHECK (place IN ('current', 'staged', 'previous')),
    key_version         BIGINT NOT NULL,
    sealed              BYTEA    NOT NULL,
    consumer_key_digest TEXT COLLATE "C" NOT NULL,
    consumer_key_end    TEXT    NOT NULL,
    token_end           TEXT    NOT NULL,
    stored              BIGINT NOT NULL,
    verified            BIGINT,
    PRIMARY KEY (connection, generation),
    UNIQUE (connection, place)
);

CREATE INDEX credential_set_by_consumer_key ON credential_set (consumer_key_digest);
CREATE INDEX credential_set_by_key_version ON credential_set (key_version);

CREATE TABLE caller (
    id       BIGINT PRIMARY KEY,
    name     TEXT    NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL UNIQUE,
    digest   TEXT COLLATE "C" NOT NULL UNIQUE,
    created  BIGINT NOT NULL,
    expires  BIGINT,
    revoked  BIGINT
);

-- A row outlives its grant, its caller and its connection, for audit.
CREATE TABLE caller_grant (
    id         BIGINT PRIMARY KEY,
    caller     BIGINT NOT NULL REFERENCES caller (id),
    connection BIGINT NOT NULL,
    scope      TEXT    NOT NULL,
    share      BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT,
    revoked    BIGINT
);

CREATE INDEX caller_grant_by_caller ON caller_grant (caller, id);
CREATE INDEX caller_grant_by_connection ON caller_grant (connection, id);

-- Each row's digest is over the row and the digest before it.
CREATE TABLE audit (
    id      BIGINT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    detail  TEXT    NOT NULL,
    digest  BYTEA    NOT NULL
);

CREATE INDEX audit_by_subject ON audit (subject, id);
