-- The lines of a transaction have an index of the same columns from their declaration.
DROP INDEX transactionline_transaction;
