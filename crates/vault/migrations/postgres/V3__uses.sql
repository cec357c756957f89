-- What connections were used for. Apart from the audit, whose rows are each bound to the one before: these are many, are
-- written in groups, and are deleted after a time.
CREATE TABLE connection_use (
    id         BIGINT PRIMARY KEY,
    at         BIGINT NOT NULL,
    request    TEXT COLLATE "C" NOT NULL,
    caller     BIGINT NOT NULL,
    connection TEXT COLLATE "C" NOT NULL,
    service    TEXT,
    method     TEXT,
    path       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    status     BIGINT,
    attempts   BIGINT NOT NULL,
    waited     BIGINT NOT NULL,
    took       BIGINT NOT NULL
);

CREATE INDEX connection_use_by_time ON connection_use (at);
CREATE INDEX connection_use_by_connection ON connection_use (connection, id);
CREATE INDEX connection_use_by_caller ON connection_use (caller, id);
