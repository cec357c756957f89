-- One account a schema. Times are milliseconds since 1970; words are those of countersign-model; a box is 0 or 1. Only
-- BIGINT, TEXT and BYTEA, so that a statement means the same here and in SQLite, where the same version makes the same
-- tables, columns and indexes. What is looked up is COLLATE "C": its order is that of the bytes, and an index does not
-- break when the server's operating system learns a new alphabet.
-- A name_key is the name in lower case as the program folds it, because databases differ in how.

CREATE TABLE account (
    only_row     BIGINT PRIMARY KEY CHECK (only_row = 1),
    account_id   TEXT   NOT NULL,
    company_name TEXT   NOT NULL,
    created      BIGINT NOT NULL,
    change_count BIGINT NOT NULL
);

-- The highest internal id a table ever had: a row may be deleted, its id is never given again.
CREATE TABLE last_id (
    of_table TEXT COLLATE "C" PRIMARY KEY,
    id       BIGINT NOT NULL
);

CREATE TABLE settings (
    only_row                    BIGINT PRIMARY KEY CHECK (only_row = 1),
    mandatory_two_factor        BIGINT NOT NULL,
    password_strength           TEXT NOT NULL,
    min_password_length         BIGINT NOT NULL,
    password_expires_after_days BIGINT,
    idle_session_timeout        BIGINT NOT NULL,
    allowed_ip_addresses        TEXT,
    require_approval            BIGINT NOT NULL,
    audit_retention_days        BIGINT NOT NULL,
    tier                        TEXT NOT NULL,
    suitecloud_plus_licences    BIGINT NOT NULL,
    test_account                BIGINT NOT NULL,
    test_levers                 TEXT NOT NULL,
    seed                        BIGINT
);

CREATE TABLE feature (
    feature TEXT COLLATE "C" PRIMARY KEY
);

CREATE TABLE terms_accepted (
    id        BIGINT PRIMARY KEY,
    terms     TEXT NOT NULL,
    feature   TEXT NOT NULL,
    at        BIGINT NOT NULL,
    user_id   BIGINT,
    user_name TEXT NOT NULL,
    via       TEXT NOT NULL
);

CREATE TABLE integration (
    id                         BIGINT           PRIMARY KEY,
    name                       TEXT             NOT NULL,
    name_key                   TEXT COLLATE "C" NOT NULL,
    description                TEXT             NOT NULL,
    note                       TEXT             NOT NULL,
    state                      TEXT COLLATE "C" NOT NULL,
    origin                     TEXT             NOT NULL,
    application_id             TEXT COLLATE "C" NOT NULL,
    token_based_authentication BIGINT           NOT NULL,
    issue_token_endpoint       BIGINT           NOT NULL,
    authorization_flow         BIGINT           NOT NULL,
    callback_url               TEXT,
    user_credentials           BIGINT           NOT NULL,
    authorization_code_grant   BIGINT           NOT NULL,
    concurrency_limit          BIGINT,
    consumer_key               TEXT COLLATE "C",
    secret_generation          BIGINT,
    created                    BIGINT           NOT NULL,
    last_modified              BIGINT           NOT NULL,
    uninstalled                BIGINT
);

-- An uninstalled record is in no list, and its name and its pair are free: the same definition may be installed again.
CREATE UNIQUE INDEX integration_name_key_key ON integration (name_key) WHERE uninstalled IS NULL;
CREATE UNIQUE INDEX integration_consumer_key_key ON integration (consumer_key) WHERE uninstalled IS NULL;
CREATE INDEX integration_by_consumer_key ON integration (consumer_key, id);
CREATE INDEX integration_by_application ON integration (application_id, id) WHERE uninstalled IS NULL;
CREATE INDEX integration_with_limit ON integration (id) WHERE concurrency_limit IS NOT NULL;
CREATE INDEX integration_by_state ON integration (state, id) WHERE uninstalled IS NULL;
CREATE INDEX installed_integration_by_id ON integration (id) WHERE uninstalled IS NULL;

CREATE TABLE role (
    id                  BIGINT           PRIMARY KEY,
    name                TEXT             NOT NULL,
    name_key            TEXT COLLATE "C" NOT NULL UNIQUE,
    center              TEXT             NOT NULL,
    inactive            BIGINT           NOT NULL,
    web_services_only   BIGINT           NOT NULL,
    two_factor_required BIGINT           NOT NULL,
    administrator       BIGINT           NOT NULL
);

CREATE TABLE role_permission (
    role       BIGINT           NOT NULL REFERENCES role (id),
    permission TEXT COLLATE "C" NOT NULL,
    level      TEXT             NOT NULL,
    PRIMARY KEY (role, permission)
);

CREATE TABLE entity (
    id                           BIGINT           PRIMARY KEY,
    kind                         TEXT COLLATE "C" NOT NULL,
    name                         TEXT             NOT NULL,
    name_key                     TEXT COLLATE "C" NOT NULL UNIQUE,
    email                        TEXT COLLATE "C" NOT NULL,
    give_access                  BIGINT           NOT NULL,
    inactive                     BIGINT           NOT NULL,
    global_permissions           TEXT             NOT NULL,
    web_services_user            BIGINT           NOT NULL,
    concurrent_web_services_user BIGINT           NOT NULL,
    inherit_ip_rules             BIGINT           NOT NULL,
    ip_rules                     TEXT,
    locked_until                 BIGINT
);

-- Only ASCII letters: this is lower() of SQLite, and of PostgreSQL for a column in COLLATE "C".
CREATE INDEX entity_by_email ON entity (lower(email), id);
CREATE INDEX entity_by_kind ON entity (kind, id);
CREATE INDEX entity_by_inactive ON entity (inactive, id);
CREATE INDEX entity_with_licence ON entity (id) WHERE concurrent_web_services_user = 1;

CREATE TABLE entity_role (
    entity BIGINT NOT NULL REFERENCES entity (id),
    line   BIGINT NOT NULL,
    role   BIGINT NOT NULL REFERENCES role (id),
    hidden BIGINT NOT NULL,
    PRIMARY KEY (entity, line),
    UNIQUE (entity, role)
);

-- User and role are no references: to delete one, a database would look through all tokens for theirs, by no index.
CREATE TABLE access_token (
    id                BIGINT           PRIMARY KEY,
    name              TEXT             NOT NULL,
    name_key          TEXT COLLATE "C" NOT NULL,
    token_id          TEXT COLLATE "C" NOT NULL UNIQUE,
    entity            BIGINT           NOT NULL,
    role              BIGINT           NOT NULL,
    integration       BIGINT           NOT NULL REFERENCES integration (id),
    inactive          BIGINT           NOT NULL,
    revoked_at        BIGINT,
    secret_generation BIGINT           NOT NULL,
    created           BIGINT           NOT NULL,
    created_by        BIGINT
);

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
    owner_kind  TEXT COLLATE "C" NOT NULL CHECK (
                    owner_kind IN ('integration', 'token', 'second factor', 'request token')
                ),
    owner       TEXT COLLATE "C" NOT NULL,
    generation  BIGINT           NOT NULL,
    key_version BIGINT           NOT NULL,
    sealed      BYTEA            NOT NULL,
    PRIMARY KEY (owner_kind, owner)
);

CREATE INDEX sealed_secret_by_key ON sealed_secret (key_version);

-- An id is never below the time of its row times 2^20, and above every id before it: the primary key is in the order of
-- time, and needs no index on the time beside it. The detail is NULL when the login succeeded.
CREATE TABLE login (
    id                 BIGINT PRIMARY KEY,
    at                 BIGINT NOT NULL,
    surface            TEXT   NOT NULL,
    detail             TEXT,
    reason             TEXT,
    mistake            TEXT,
    user_id            BIGINT,
    user_name          TEXT,
    user_email         TEXT,
    role_id            BIGINT,
    role_name          TEXT,
    token_name         TEXT,
    application_name   TEXT,
    ip                 TEXT,
    user_agent         TEXT,
    request_uri        TEXT   NOT NULL,
    security_challenge TEXT   NOT NULL,
    callback           TEXT,
    consumer_key_tail  TEXT,
    token_id_tail      TEXT,
    count              BIGINT NOT NULL
);

CREATE INDEX failed_login ON login (id) WHERE detail IS NOT NULL;

-- What a diagnosis said of a refused login, as JSON. It goes with its row.
CREATE TABLE login_diagnosis (
    login    BIGINT PRIMARY KEY REFERENCES login (id) ON DELETE CASCADE,
    document TEXT   NOT NULL
);

-- A change is where the account's change_count stood after it. A record_id is 0 for the account itself.
CREATE TABLE system_note (
    change    BIGINT           PRIMARY KEY,
    at        BIGINT           NOT NULL,
    user_id   BIGINT,
    user_name TEXT             NOT NULL,
    via       TEXT             NOT NULL,
    record    TEXT COLLATE "C" NOT NULL,
    record_id BIGINT           NOT NULL,
    note_type TEXT             NOT NULL,
    field     TEXT             NOT NULL,
    old_value TEXT,
    new_value TEXT
);

CREATE INDEX system_note_by_record ON system_note (record, record_id, change);
