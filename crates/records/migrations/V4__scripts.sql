-- What the file of that internal id holds; a file without a row is empty.
CREATE TABLE _content (
    file INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- The execution log of scripts: what they wrote, and the errors that nobody caught.
CREATE TABLE scriptlog (
    id INTEGER PRIMARY KEY,
    date TEXT NOT NULL,
    -- The lines of one execution have one number.
    execution INTEGER NOT NULL,
    script INTEGER NOT NULL,
    deployment INTEGER NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('DEBUG', 'AUDIT', 'ERROR', 'EMERGENCY', 'SYSTEM')),
    title TEXT NOT NULL,
    details TEXT NOT NULL,
    author INTEGER NOT NULL,
    role INTEGER NOT NULL
) STRICT;

CREATE INDEX scriptlog_script ON scriptlog (script, id);
CREATE INDEX scriptlog_date ON scriptlog (date);
