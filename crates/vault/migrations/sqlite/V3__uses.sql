-- What connections were used for. Apart from the audit, whose rows are each bound to the one before: these are many, are
-- written in groups, and are deleted after a time.
CREATE TABLE connection_use (
    id         INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    request    TEXT NOT NULL,
    caller     INTEGER NOT NULL,
    connection TEXT NOT NULL,
    service    TEXT,
    method     TEXT,
    path       TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    status     INTEGER,
    attempts   INTEGER NOT NULL,
    waited     INTEGER NOT NULL,
    took       INTEGER NOT NULL
) STRICT;

CREATE INDEX connection_use_by_time ON connection_use (at);
CREATE INDEX connection_use_by_connection ON connection_use (connection, id);
CREATE INDEX connection_use_by_caller ON connection_use (caller, id);
