-- People: what they prove themselves with, where they are signed in, and what was done in their name. What belongs to a
-- user alone goes with the user.

-- The hashes of earlier passwords are a line each, the newest first. What failed counts towards the lock; the lock itself
-- is the user's own.
CREATE TABLE password (
    entity      BIGINT PRIMARY KEY REFERENCES entity (id) ON DELETE CASCADE,
    hash        TEXT   NOT NULL,
    set_at      BIGINT NOT NULL,
    must_change BIGINT NOT NULL,
    earlier     TEXT   NOT NULL,
    failures    BIGINT NOT NULL
);

-- Stays when the factor is removed, so that a secret of an earlier generation never comes back.
CREATE TABLE second_factor (
    entity     BIGINT PRIMARY KEY REFERENCES entity (id) ON DELETE CASCADE,
    state      TEXT   NOT NULL CHECK (state IN ('none', 'pending', 'enrolled')),
    generation BIGINT NOT NULL,
    since      BIGINT,
    last_step  BIGINT
);

CREATE TABLE recovery_code (
    entity BIGINT           NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    hash   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, hash)
);

CREATE TABLE session (
    id                   BIGINT           PRIMARY KEY,
    hash                 TEXT COLLATE "C" NOT NULL UNIQUE,
    entity               BIGINT           NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    role                 BIGINT           NOT NULL REFERENCES role (id),
    created              BIGINT           NOT NULL,
    last_seen            BIGINT           NOT NULL,
    two_factor_passed    BIGINT           NOT NULL,
    must_change_password BIGINT           NOT NULL,
    must_enrol           BIGINT           NOT NULL
);

CREATE INDEX session_by_entity ON session (entity, id);
CREATE INDEX session_by_created ON session (created);
CREATE INDEX session_by_last_seen ON session (last_seen);

-- A key outlives its user, for audit.
CREATE TABLE api_key (
    id        BIGINT           PRIMARY KEY,
    name      TEXT             NOT NULL,
    hash      TEXT COLLATE "C" NOT NULL UNIQUE,
    entity    BIGINT           NOT NULL,
    role      BIGINT           NOT NULL REFERENCES role (id),
    scopes    TEXT             NOT NULL,
    created   BIGINT           NOT NULL,
    expires   BIGINT           NOT NULL,
    last_used BIGINT,
    revoked   BIGINT
);

CREATE INDEX api_key_by_entity ON api_key (entity, id);

-- The user, the role and the moment of Allow, and the verifier's hash, come with it. Once it lapses a row may go.
CREATE TABLE request_token (
    token         TEXT COLLATE "C" PRIMARY KEY,
    integration   BIGINT           NOT NULL REFERENCES integration (id),
    callback      TEXT             NOT NULL,
    role          BIGINT,
    issued        BIGINT           NOT NULL,
    state         TEXT COLLATE "C" NOT NULL CHECK (state IN ('issued', 'allowed', 'denied', 'exchanged')),
    allowed_user  BIGINT,
    allowed_role  BIGINT,
    allowed_at    BIGINT,
    allowed_in    TEXT,
    verifier_hash TEXT,
    lapses_at     BIGINT           NOT NULL
);

CREATE INDEX request_token_by_integration ON request_token (integration, state, lapses_at);
CREATE INDEX request_token_by_lapse ON request_token (lapses_at);

-- Without a reference: a batch may come after its token is gone, and must not fail for it.
CREATE TABLE token_use (
    token BIGINT PRIMARY KEY,
    count BIGINT NOT NULL,
    last  BIGINT
);

-- In the order of time, as the login table is. What a call took is in microseconds.
CREATE TABLE execution (
    id             BIGINT PRIMARY KEY,
    at             BIGINT NOT NULL,
    integration    BIGINT NOT NULL,
    surface        TEXT   NOT NULL,
    user_id        BIGINT NOT NULL,
    user_name      TEXT   NOT NULL,
    user_email     TEXT   NOT NULL,
    role_id        BIGINT NOT NULL,
    role_name      TEXT   NOT NULL,
    operation      TEXT   NOT NULL,
    request_uri    TEXT   NOT NULL,
    status         TEXT   NOT NULL,
    http_status    BIGINT NOT NULL,
    took           BIGINT NOT NULL,
    request_bytes  BIGINT NOT NULL,
    response_bytes BIGINT NOT NULL,
    behind         BIGINT
);

CREATE INDEX execution_by_integration ON execution (integration, id);
CREATE INDEX execution_by_at ON execution (at);
CREATE INDEX execution_behind ON execution (behind, id) WHERE behind IS NOT NULL;

-- A row is behind when its moment lies well before that of its id, because the clock had been further: a search for an
-- earlier time finds these few by an index, and all others by their id.
ALTER TABLE login ADD COLUMN behind BIGINT;

CREATE INDEX login_behind ON login (behind, id) WHERE behind IS NOT NULL;
