-- Where the calls of a local account go; without one they go to NetSuite's own hosts. Replaced only with account and credentials.
ALTER TABLE connection ADD COLUMN server TEXT;
