-- API Secrets, which scripts use, are sealed like all others.
ALTER TABLE sealed_secret DROP CONSTRAINT sealed_secret_owner_kind_check;
ALTER TABLE sealed_secret ADD CONSTRAINT sealed_secret_owner_kind_check CHECK (
    owner_kind IN ('integration', 'token', 'second factor', 'request token', 'api secret')
);
