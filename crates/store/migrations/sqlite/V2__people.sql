-- People: what they prove themselves with, where they are signed in, and what was done in their name. What belongs to a
-- user alone goes with the user.

-- The hashes of earlier passwords are a line each, the newest first. What failed counts towards the lock; the lock itself
-- is the user's own.
CREATE TABLE password (
    entity      INTEGER PRIMARY KEY REFERENCES entity (id) ON DELETE CASCADE,
    hash        TEXT    NOT NULL,
    set_at      INTEGER NOT NULL,
    must_change INTEGER NOT NULL,
    earlier     TEXT    NOT NULL,
    failures    INTEGER NOT NULL
) STRICT;

-- Stays when the factor is removed, so that a secret of an earlier generation never comes back.
CREATE TABLE second_factor (
    entity     INTEGER PRIMARY KEY REFERENCES entity (id) ON DELETE CASCADE,
    state      TEXT    NOT NULL CHECK (state IN ('none', 'pending', 'enrolled')),
    generation INTEGER NOT NULL,
    since      INTEGER,
    last_step  INTEGER
) STRICT;

CREATE TABLE recovery_code (
    entity INTEGER NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    hash   TEXT    NOT NULL,
    PRIMARY KEY (entity, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id                   INTEGER PRIMARY KEY,
    hash                 TEXT    NOT NULL UNIQUE,
    entity               INTEGER NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    role                 INTEGER NOT NULL REFERENCES role (id),
    created              INTEGER NOT NULL,
    last_seen            INTEGER NOT NULL,
    two_factor_passed    INTEGER NOT NULL,
    must_change_password INTEGER NOT NULL,
    must_enrol           INTEGER NOT NULL
) STRICT;

CREATE INDEX session_by_entity ON session (entity, id);
CREATE INDEX session_by_created ON session (created);
CREATE INDEX session_by_last_seen ON session (last_seen);

-- A key outlives its user, for audit.
CREATE TABLE api_key (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL,
    hash      TEXT    NOT NULL UNIQUE,
    entity    INTEGER NOT NULL,
    role      INTEGER NOT NULL REFERENCES role (id),
    scopes    TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL,
    last_used INTEGER,
    revoked   INTEGER
) STRICT;

CREATE INDEX api_key_by_entity ON api_key (entity, id);

-- The user, the role and the moment of Allow, and the verifier's hash, come with it. Once it lapses a row may go.
CREATE TABLE request_token (
    token         TEXT    PRIMARY KEY,
    integration   INTEGER NOT NULL REFERENCES integration (id),
    callback      TEXT    NOT NULL,
    role          INTEGER,
    issued        INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('issued', 'allowed', 'denied', 'exchanged')),
    allowed_user  INTEGER,
    allowed_role  INTEGER,
    allowed_at    INTEGER,
    allowed_in    TEXT,
    verifier_hash TEXT,
    lapses_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX request_token_by_integration ON request_token (integration, state, lapses_at);
CREATE INDEX request_token_by_lapse ON request_token (lapses_at);

-- Without a reference: a batch may come after its token is gone, and must not fail for it.
CREATE TABLE token_use (
    token INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    last  INTEGER
) STRICT;

-- In the order of time, as the login table is. What a call took is in microseconds.
CREATE TABLE execution (
    id             INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    integration    INTEGER NOT NULL,
    surface        TEXT    NOT NULL,
    user_id        INTEGER NOT NULL,
    user_name      TEXT    NOT NULL,
    user_email     TEXT    NOT NULL,
    role_id        INTEGER NOT NULL,
    role_name      TEXT    NOT NULL,
    operation      TEXT    NOT NULL,
    request_uri    TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    http_status    INTEGER NOT NULL,
    took           INTEGER NOT NULL,
    request_bytes  INTEGER NOT NULL,
    response_bytes INTEGER NOT NULL,
    behind         INTEGER
) STRICT;

CREATE INDEX execution_by_integration ON execution (integration, id);
CREATE INDEX execution_by_at ON execution (at);
CREATE INDEX execution_behind ON execution (behind, id) WHERE behind IS NOT NULL;

-- A row is behind when its moment lies well before that of its id, because the clock had been further: a search for an
-- earlier time finds these few by an index, and all others by their id.
ALTER TABLE login ADD COLUMN behind INTEGER;

CREATE INDEX login_behind ON login (behind, id) WHERE behind IS NOT NULL;
