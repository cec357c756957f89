-- Links that work once: one signs in to the pages, any other lets whoever opens it give the credentials of a connection.
-- Without a number that connection is not there yet, and must not be when the link is used.
CREATE TABLE link (
    digest      TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    maker       TEXT NOT NULL,
    connection  TEXT COLLATE "C",
    number      BIGINT,
    account     TEXT,
    environment TEXT CHECK (environment IN ('production', 'sandbox', 'release preview')),
    server      TEXT,
    expires     BIGINT NOT NULL
);

CREATE INDEX link_by_time ON link (expires);
CREATE INDEX link_by_connection ON link (connection);

-- Who the token is, as the account last said.
ALTER TABLE connection ADD COLUMN holder TEXT;

-- Finds a token that is kept under two names. Sets from before have none.
ALTER TABLE credential_set ADD COLUMN token_digest TEXT COLLATE "C";

CREATE INDEX credential_set_by_token ON credential_set (token_digest);

-- Over the row and the digest before it. Rows from before have none.
ALTER TABLE connection_use ADD COLUMN digest TEXT COLLATE "C";
