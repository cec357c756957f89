-- The record types, fields and lists that the account has of its own: each a block of the language of src/declaration.
-- What is declared again takes the place of what has its name.
CREATE TABLE _declaration (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    text TEXT NOT NULL,
    -- What it was read from.
    source TEXT NOT NULL
) STRICT;
