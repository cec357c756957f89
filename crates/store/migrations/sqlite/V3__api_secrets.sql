-- API Secrets, which scripts use, are sealed like all others.
CREATE TABLE sealed_secret_3 (
    owner_kind  TEXT    NOT NULL CHECK (
                    owner_kind IN ('integration', 'token', 'second factor', 'request token', 'api secret')
                ),
    owner       TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    key_version INTEGER NOT NULL,
    sealed      BLOB    NOT NULL,
    PRIMARY KEY (owner_kind, owner)
) STRICT, WITHOUT ROWID;

INSERT INTO sealed_secret_3 SELECT owner_kind, owner, generation, key_version, sealed FROM sealed_secret;
DROP TABLE sealed_secret;
ALTER TABLE sealed_secret_3 RENAME TO sealed_secret;
CREATE INDEX sealed_secret_by_key ON sealed_secret (key_version);
