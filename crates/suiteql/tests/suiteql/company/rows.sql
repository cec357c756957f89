INSERT INTO subsidiary VALUES (1, 'Parent Co', NULL, 'F'), (2, 'Europe', 1, 'F');
INSERT INTO currency VALUES (1, 'US Dollar', 'USD'), (2, 'Euro', 'EUR');
INSERT INTO department VALUES (1, 'Sales'), (2, 'Service');
INSERT INTO location VALUES (1, 'Boston'), (2, 'Berlin');
INSERT INTO employee VALUES
  (1, 'Ann Lee', 'Ann', 'Lee', '2019-03-15', NULL, 'F', 'ann@acme.test'),
  (2, 'Bob Ray', 'Bob', 'Ray', '2021-07-01', 1, 'F', NULL),
  (3, 'Cid Moe', 'Cid', 'Moe', '2024-02-29', 1, 'T', 'cid@acme.test');
INSERT INTO customer VALUES
  (1, 'C1', 'Alpha Ltd', 'a@alpha.test', 1, 1, 'F', '2023-01-10T09:00:00Z', 1000.0),
  (2, 'C2', 'beta GmbH', NULL, 2, 2, 'F', '2023-06-30T23:59:59Z', NULL),
  (3, 'C3', 'Gamma 100%', 'g@gamma.test', NULL, 1, 'T', '2024-02-29T00:00:00Z', 250.5),
  (4, 'C4', 'Delta_One', NULL, 1, 1, 'F', '2026-11-21T12:00:00Z', 0.0);
INSERT INTO item VALUES
  (1, 'BOLT', 'Steel bolt', 'InvtPart', 0.1, 'F'), (2, 'NUT', 'Nut', 'InvtPart', 0.2, 'F'),
  (3, 'HOUR', 'Consulting', 'Service', 120.0, 'F'), (4, 'OLD', NULL, 'NonInvtPart', NULL, 'T');
INSERT INTO account VALUES
  (1, '1000', 'Checking', 'Bank'), (2, '1100', 'Receivables', 'AcctRec'), (3, '4000', 'Sales', 'Income'),
  (4, '5000', 'Costs', 'COGS');
INSERT INTO accountingperiod VALUES
  (1, 'Jan 2024', '2024-01-01', '2024-01-31', 'T'), (2, 'Feb 2024', '2024-02-01', '2024-02-29', 'F');
INSERT INTO "transaction" VALUES
  (10, 'SO1', 'SalesOrd', '2024-01-15', NULL, 1, 'B', 30.0, 'F', NULL, 'first', 1, 1, '2024-01-15T08:30:00Z', 1),
  (11, 'INV1', 'CustInvc', '2024-01-31', '2024-03-01', 1, 'A', 30.0, 'T', 1, NULL, 1, 1, '2024-01-31T17:45:10Z', 1),
  (12, 'INV2', 'CustInvc', '2024-02-29', '2024-02-29', 2, 'B', 240.0, 'T', 2, 'it''s paid', 2, 2, '2024-02-29T00:00:00Z', 2),
  (13, 'PYMT1', 'CustPymt', '2024-02-10', NULL, 1, 'B', 30.0, 'T', 2, NULL, 1, 1, '2024-02-10T11:00:00Z', 1),
  (14, 'INV3', 'CustInvc', '2026-11-20', '2026-12-20', 4, 'A', 99.99, 'T', NULL, NULL, 1, 1, '2026-11-20T23:00:00Z', 3),
  (15, 'SO2', 'SalesOrd', '2026-11-22', NULL, 3, 'A', 0.0, 'F', NULL, 'Second', 1, 1, '2026-11-22T09:00:00Z', 1);
INSERT INTO transactionline VALUES
  (1, 10, 0, 'T', NULL, NULL, NULL, 30.0, NULL, NULL),
  (2, 10, 1, 'F', 1, 100.0, 0.1, 10.0, 1, 1),
  (3, 10, 2, 'F', 2, 100.0, 0.2, 20.0, 1, 1),
  (4, 11, 0, 'T', NULL, NULL, NULL, 30.0, NULL, NULL),
  (5, 11, 1, 'F', 1, 100.0, 0.1, 10.0, 1, 1),
  (6, 11, 2, 'F', 2, 100.0, 0.2, 20.0, 1, NULL),
  (7, 12, 0, 'T', NULL, NULL, NULL, 240.0, NULL, NULL),
  (8, 12, 1, 'F', 3, 2.0, 120.0, 240.0, 2, 2),
  (9, 14, 0, 'T', NULL, NULL, NULL, 99.99, NULL, NULL),
  (10, 14, 1, 'F', 3, 0.5, 199.98, 99.99, NULL, 1);
INSERT INTO transactionaccountingline VALUES
  (1, 11, 4, 2, 30.0, NULL, 30.0, 'T'), (2, 11, 5, 3, NULL, 10.0, -10.0, 'T'), (3, 11, 6, 3, NULL, 20.0, -20.0, 'T'),
  (4, 12, 7, 2, 240.0, NULL, 240.0, 'T'), (5, 12, 8, 3, NULL, 240.0, -240.0, 'T'),
  (6, 13, NULL, 1, 30.0, NULL, 30.0, 'T'), (7, 13, NULL, 2, NULL, 30.0, -30.0, 'T');
INSERT INTO customrecord_machine VALUES
  (1, 'Press', 'P-1', 1, '2024-12-31', 'F'), (2, 'Drill', 'D-9', 2, NULL, 'F');
