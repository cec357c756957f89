-- Since when nobody answers for the account, and what was seen then. Nothing once there was an answer.
ALTER TABLE connection ADD COLUMN unreached_since INTEGER;
ALTER TABLE connection ADD COLUMN unreached_why TEXT;
