-- One account a file. Times are milliseconds since 1970; words are those of countersign-model; a box is 0 or 1. Only
-- INTEGER, TEXT and BLOB, so that a statement means the same here and in PostgreSQL, where the same version makes the
-- same tables, columns and indexes.
-- A name_key is the name in lower case as the program folds it, because databases differ in how.

CREATE TABLE account (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    account_id   TEXT    NOT NULL,
    company_name TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    change_count INTEGER NOT NULL
) STRICT;

-- The highest internal id a table ever had: a row may be deleted, its id is never given again.
CREATE TABLE last_id (
    of_table TEXT PRIMARY KEY,
    id       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    only_row                    INTEGER PRIMARY KEY CHECK (only_row = 1),
    mandatory_two_factor        INTEGER NOT NULL,
    password_strength           TEXT NOT NULL,
    min_password_length         INTEGER NOT NULL,
    password_expires_after_days INTEGER,
    idle_session_timeout        INTEGER NOT NULL,
    allowed_ip_addresses        TEXT,
    require_approval            INTEGER NOT NULL,
    audit_retention_days        INTEGER NOT NULL,
    tier                        TEXT NOT NULL,
    suitecloud_plus_licences    INTEGER NOT NULL,
    test_account                INTEGER NOT NULL,
    test_levers                 TEXT NOT NULL,
    seed                        INTEGER
) STRICT;

CREATE TABLE feature (
    feature TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE terms_accepted (
    id        INTEGER PRIMARY KEY,
    terms     TEXT NOT NULL,
    feature   TEXT NOT NULL,
    at        INTEGER NOT NULL,
    user_id   INTEGER,
    user_name TEXT NOT NULL,
    via       TEXT NOT NULL
) STRICT;

CREATE TABLE integration (
    id                         INTEGER PRIMARY KEY,
    name                       TEXT    NOT NULL,
    name_key                   TEXT    NOT NULL,
    description                TEXT    NOT NULL,
    note                       TEXT    NOT NULL,
    state                      TEXT    NOT NULL,
    origin                     TEXT    NOT NULL,
    application_id             TEXT    NOT NULL,
    token_based_authentication INTEGER NOT NULL,
    issue_token_endpoint       INTEGER NOT NULL,
    authorization_flow         INTEGER NOT NULL,
    callback_url               TEXT,
    user_credentials           INTEGER NOT NULL,
    authorization_code_grant   INTEGER NOT NULL,
    concurrency_limit          INTEGER,
    consumer_key               TEXT,
    secret_generation          INTEGER,
    created                    INTEGER NOT NULL,
    last_modified              INTEGER NOT NULL,
    uninstalled                INTEGER
) STRICT;

-- An uninstalled record is in no list, and its name and its pair are free: the same definition may be installed again.
CREATE UNIQUE INDEX integration_name_key_key ON integration (name_key) WHERE uninstalled IS NULL;
CREATE UNIQUE INDEX integration_consumer_key_key ON integration (consumer_key) WHERE uninstalled IS NULL;
CREATE INDEX integration_by_consumer_key ON integration (consumer_key, id);
CREATE INDEX integration_by_application ON integration (application_id, id) WHERE uninstalled IS NULL;
CREATE INDEX integration_with_limit ON integration (id) WHERE concurrency_limit IS NOT NULL;
CREATE INDEX integration_by_state ON integration (state, id) WHERE uninstalled IS NULL;
CREATE INDEX installed_integration_by_id ON integration (id) WHERE uninstalled IS NULL;

CREATE TABLE role (
    id                  INTEGER PRIMARY KEY,
    name                TEXT    NOT NULL,
    name_key            TEXT    NOT NULL UNIQUE,
    center              TEXT    NOT NULL,
    inactive            INTEGER NOT NULL,
    web_services_only   INTEGER NOT NULL,
    two_factor_required INTEGER NOT NULL,
    administrator       INTEGER NOT NULL
) STRICT;

CREATE TABLE role_permission (
    role       INTEGER NOT NULL REFERENCES role (id),
    permission TEXT    NOT NULL,
    level      TEXT    NOT NULL,
    PRIMARY KEY (role, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
    id                           INTEGER PRIMARY KEY,
    kind                         TEXT    NOT NULL,
    name                         TEXT    NOT NULL,
    name_key                     TEXT    NOT NULL UNIQUE,
    email                        TEXT    NOT NULL,
    give_access                  INTEGER NOT NULL,
    inactive                     INTEGER NOT NULL,
    global_permissions           TEXT    NOT NULL,
    web_services_user            INTEGER NOT NULL,
    concurrent_web_services_user INTEGER NOT NULL,
    inherit_ip_rules             INTEGER NOT NULL,
    ip_rules                     TEXT,
    locked_until                 INTEGER
) STRICT;

-- Only ASCII letters: this is lower() of SQLite, and of PostgreSQL for a column in COLLATE "C".
CREATE INDEX entity_by_email ON entity (lower(email), id);
CREATE INDEX entity_by_kind ON entity (kind, id);
CREATE INDEX entity_by_inactive ON entity (inactive, id);
CREATE INDEX entity_with_licence ON entity (id) WHERE concurrent_web_services_user = 1;

CREATE TABLE entity_role (
    entity INTEGER NOT NULL REFERENCES entity (id),
    line   INTEGER NOT NULL,
    role   INTEGER NOT NULL REFERENCES role (id),
    hidden INTEGER NOT NULL,
    PRIMARY KEY (entity, line),
    UNIQUE (entity, role)
) STRICT, WITHOUT ROWID;

-- User and role are no references: to delete one, a database would look through all tokens for theirs, by no index.
-- Without a rowid, so that an index finds its place also among tokens of one name: SQLite compares no rowid in a pair.
CREATE TABLE access_token (
    id                INTEGER PRIMARY KEY,
    name              TEXT    NOT NULL,
    name_key          TEXT    NOT NULL,
    token_id          TEXT    NOT NULL UNIQUE,
    entity            INTEGER NOT NULL,
    role              INTEGER NOT NULL,
    integration       INTEGER NOT NULL REFERENCES integration (id),
    inactive          INTEGER NOT NULL,
    revoked_at        INTEGER,
    secret_generation INTEGER NOT NULL,
    created           INTEGER NOT NULL,
    created_by        INTEGER
) STRICT, WITHOUT ROWID;

-- A list begins after an id or a name, and walks on among the tokens that are revoked or among those that are not. An
-- integration record or a role may have nearly all the tokens there are, so that names among them need an index too.
CREATE INDEX valid_token_by_id ON access_token (id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_name ON access_token (name_key, id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_user ON access_token (entity, id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_integration ON access_token (integration, id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_integration_and_name ON access_token (integration, name_key, id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_role ON access_token (role, id) WHERE revoked_at IS NULL;
CREATE INDEX valid_token_by_role_and_name ON access_token (role, name_key, id) WHERE revoked_at IS NULL;
CREATE INDEX revoked_token_by_id ON access_token (id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_name ON access_token (name_key, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_user ON access_token (entity, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_integration ON access_token (integration, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_integration_and_name ON access_token (integration, name_key, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_role ON access_token (role, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX revoked_token_by_role_and_name ON access_token (role, name_key, id) WHERE revoked_at IS NOT NULL;

-- Apart from the rows it belongs to, so that no list of them can pick up a secret.
CREATE TABLE sealed_secret (
    owner_kind  TEXT    NOT NULL CHECK (
                    owner_kind IN ('integration', 'token', 'second factor', 'request token')
                ),
    owner       TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    key_version INTEGER NOT NULL,
    sealed      BLOB    NOT NULL,
    PRIMARY KEY (owner_kind, owner)
) STRICT, WITHOUT ROWID;

CREATE INDEX sealed_secret_by_key ON sealed_secret (key_version);

-- An id is never below the time of its row times 2^20, and above every id before it: the primary key is in the order of
-- time, and needs no index on the time beside it. The detail is NULL when the login succeeded.
CREATE TABLE login (
    id                 INTEGER PRIMARY KEY,
    at                 INTEGER NOT NULL,
    surface            TEXT    NOT NULL,
    detail             TEXT,
    reason             TEXT,
    mistake            TEXT,
    user_id            INTEGER,
    user_name          TEXT,
    user_email         TEXT,
    role_id            INTEGER,
    role_name          TEXT,
    token_name         TEXT,
    application_name   TEXT,
    ip                 TEXT,
    user_agent         TEXT,
    request_uri        TEXT    NOT NULL,
    security_challenge TEXT    NOT NULL,
    callback           TEXT,
    consumer_key_tail  TEXT,
    token_id_tail      TEXT,
    count              INTEGER NOT NULL
) STRICT;

CREATE INDEX failed_login ON login (id) WHERE detail IS NOT NULL;

-- What a diagnosis said of a refused login, as JSON. It goes with its row.
CREATE TABLE login_diagnosis (
    login    INTEGER PRIMARY KEY REFERENCES login (id) ON DELETE CASCADE,
    document TEXT    NOT NULL
) STRICT;

-- A change is where the account's change_count stood after it. A record_id is 0 for the account itself.
CREATE TABLE system_note (
    change    INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    user_id   INTEGER,
    user_name TEXT    NOT NULL,
    via       TEXT    NOT NULL,
    record    TEXT    NOT NULL,
    record_id INTEGER NOT NULL,
    note_type TEXT    NOT NULL,
    field     TEXT    NOT NULL,
    old_value TEXT,
    new_value TEXT
) STRICT;

CREATE INDEX system_note_by_record ON system_note (record, record_id, change);
