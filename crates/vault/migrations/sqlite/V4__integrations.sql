-- A name under which programs speak of some of the connections. It holds no credential: each connection has its own four.
CREATE TABLE integration (
    key          TEXT PRIMARY KEY NOT NULL,
    display_name TEXT,
    server       TEXT,
    created      INTEGER NOT NULL,
    updated      INTEGER NOT NULL
) STRICT;

-- Without one, a connection was made otherwise.
ALTER TABLE connection ADD COLUMN integration TEXT REFERENCES integration (key);

CREATE INDEX connection_by_integration ON connection (integration);

-- A box: whether the caller may make, change and remove connections. What calls it may send its grants say.
ALTER TABLE caller ADD COLUMN administers INTEGER NOT NULL DEFAULT 0;

-- Lets whoever has its token give the credentials of one connection. It is over when it was used, or by time.
CREATE TABLE connect_session (
    digest       TEXT PRIMARY KEY NOT NULL,
    caller       INTEGER NOT NULL REFERENCES caller (id),
    connection   TEXT,
    integrations TEXT    NOT NULL,
    tags         TEXT    NOT NULL,
    expires      INTEGER NOT NULL
) STRICT;

CREATE INDEX connect_session_by_time ON connect_session (expires);
