-- One account a schema; the tables and their meaning are those of the SQLite store.
-- Times are bigint milliseconds since 1970, as the program has them: a timestamptz holds neither every moment a moved
-- clock can show nor a reason to convert. What is looked up is COLLATE "C": its order is that of the bytes, and an
-- index does not break when the server's operating system learns a new alphabet.
-- A name_key is the name in lower case as the program folds it. The names of unique constraints are the program's to
-- know: each is a conflict people can mend.

CREATE TABLE account (
    only_row     boolean CONSTRAINT one_account PRIMARY KEY CHECK (only_row),
    account_id   text    NOT NULL,
    company_name text    NOT NULL,
    created      bigint  NOT NULL,
    change_count bigint  NOT NULL
);

CREATE TABLE feature (
    feature text COLLATE "C" PRIMARY KEY
);

CREATE TABLE integration (
    id                         bigint  PRIMARY KEY,
    name                       text    NOT NULL,
    name_key                   text    COLLATE "C" NOT NULL CONSTRAINT one_integration_a_name UNIQUE,
    description                text    NOT NULL,
    note                       text    NOT NULL,
    state                      text    NOT NULL,
    application_id             text    NOT NULL,
    token_based_authentication boolean NOT NULL,
    issue_token_endpoint       boolean NOT NULL,
    authorization_flow         boolean NOT NULL,
    callback_url               text,
    user_credentials           boolean NOT NULL,
    authorization_code_grant   boolean NOT NULL,
    concurrency_limit          bigint,
    consumer_key               text    COLLATE "C" NOT NULL CONSTRAINT one_integration_a_key UNIQUE,
    secret_generation          bigint  NOT NULL,
    created                    bigint  NOT NULL,
    last_modified              bigint  NOT NULL
);

CREATE TABLE role (
    id                bigint  PRIMARY KEY,
    name              text    NOT NULL,
    name_key          text    COLLATE "C" NOT NULL CONSTRAINT one_role_a_name UNIQUE,
    inactive          boolean NOT NULL,
    web_services_only boolean NOT NULL,
    administrator     boolean NOT NULL
);

CREATE TABLE role_permission (
    role       bigint NOT NULL REFERENCES role (id),
    permission text   COLLATE "C" NOT NULL,
    level      text   NOT NULL,
    PRIMARY KEY (role, permission)
);

CREATE TABLE entity (
    id           bigint  PRIMARY KEY,
    kind         text    NOT NULL,
    name         text    NOT NULL,
    name_key     text    COLLATE "C" NOT NULL CONSTRAINT one_entity_a_name UNIQUE,
    email        text    NOT NULL,
    give_access  boolean NOT NULL,
    inactive     boolean NOT NULL,
    locked_until bigint
);

CREATE TABLE entity_role (
    entity bigint  NOT NULL REFERENCES entity (id),
    line   bigint  NOT NULL,
    role   bigint  NOT NULL REFERENCES role (id),
    hidden boolean NOT NULL,
    PRIMARY KEY (entity, line),
    UNIQUE (entity, role)
);

CREATE TABLE access_token (
    id                bigint  PRIMARY KEY,
    name              text    NOT NULL,
    token_id          text    COLLATE "C" NOT NULL CONSTRAINT one_token_an_id UNIQUE,
    entity            bigint  NOT NULL REFERENCES entity (id),
    role              bigint  NOT NULL REFERENCES role (id),
    integration       bigint  NOT NULL REFERENCES integration (id),
    inactive          boolean NOT NULL,
    revoked_at        bigint,
    secret_generation bigint  NOT NULL,
    created           bigint  NOT NULL
);

-- Apart from the rows it belongs to, so that no list of them can pick up a secret.
CREATE TABLE sealed_secret (
    owner_kind  text   COLLATE "C" NOT NULL CHECK (owner_kind IN ('integration', 'token')),
    owner       text   COLLATE "C" NOT NULL,
    generation  bigint NOT NULL,
    key_version bigint NOT NULL,
    sealed      bytea  NOT NULL,
    PRIMARY KEY (owner_kind, owner)
);

CREATE INDEX sealed_secret_by_key ON sealed_secret (key_version);

-- An id is never below the time of its row times 2^20, and above every id before it: the primary key is in the order of
-- time, and needs no index on the time beside it.
CREATE TABLE login (
    id                bigint PRIMARY KEY,
    at                bigint NOT NULL,
    surface           text   NOT NULL,
    detail            text, -- NULL when the login succeeded
    reason            text,
    mistake           text,
    user_id           bigint,
    user_name         text,
    user_email        text,
    role_id           bigint,
    role_name         text,
    token_name        text,
    application_name  text,
    ip                text,
    user_agent        text,
    request_uri       text   NOT NULL,
    consumer_key_tail text,
    token_id_tail     text,
    count             bigint NOT NULL
);

CREATE INDEX failed_login ON login (id) WHERE detail IS NOT NULL;

CREATE TABLE system_note (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        bigint NOT NULL,
    user_id   bigint,
    user_name text   NOT NULL,
    via       text   NOT NULL,
    record    text   COLLATE "C" NOT NULL,
    record_id bigint,
    note_type text   NOT NULL,
    field     text   NOT NULL,
    old_value text,
    new_value text
);

CREATE INDEX system_note_by_record ON system_note (record, record_id, id);
