SELECT id FROM customer

SELECT id, entityid, companyname, email FROM customer

select ID, EntityId from Customer where ID = 1

SELECT * FROM customer

SELECT * FROM subsidiary WHERE isinactive = 'F'

SELECT COUNT(*) FROM transaction

SELECT COUNT(*) AS count FROM customer WHERE isinactive = 'F'

SELECT COUNT(1) cnt FROM item

SELECT id FROM customer WHERE email IS NOT NULL

SELECT c.id, c.entityid FROM customer c WHERE c.email IS NULL ORDER BY c.entityid

SELECT TOP 10 * FROM item

SELECT TOP 5 id, tranid FROM transaction ORDER BY trandate DESC

SELECT id FROM transaction WHERE ROWNUM = 1

SELECT * FROM employee WHERE ROWNUM <= 5

SELECT id, tranid FROM transaction WHERE type = 'SalesOrd' AND ROWNUM <= 10 ORDER BY id DESC

SELECT 1 FROM dual

SELECT 1 AS ok FROM DUAL

SELECT SYSDATE FROM dual

SELECT CURRENT_DATE AS today FROM dual

SELECT TO_CHAR(SYSDATE, 'YYYY-MM-DD"T"HH24:MI:SS') AS stamp FROM dual

SELECT 'a' || 'b' AS ab FROM dual

SELECT id FROM customer ORDER BY id FETCH FIRST 5 ROWS ONLY

SELECT id FROM customer ORDER BY id FETCH NEXT 1 ROW ONLY

SELECT id FROM transaction ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY

SELECT id FROM transaction ORDER BY id OFFSET 3 ROWS

SELECT id, trandate FROM transaction WHERE trandate = TO_DATE('2024-02-29', 'YYYY-MM-DD')

SELECT id FROM transaction WHERE trandate >= TO_DATE('01/01/2024', 'MM/DD/YYYY') AND trandate <= TO_DATE('12/31/2024', 'MM/DD/YYYY')

SELECT id FROM transaction WHERE trandate BETWEEN TO_DATE('2024-01-01', 'YYYY-MM-DD') AND TO_DATE('2024-12-31', 'YYYY-MM-DD')

SELECT id FROM transaction WHERE trandate > SYSDATE - 90

SELECT id FROM transaction WHERE trandate >= ADD_MONTHS(SYSDATE, -12)

SELECT id FROM transaction WHERE trandate >= TRUNC(SYSDATE, 'MM')

SELECT id FROM transaction WHERE trandate >= TRUNC(ADD_MONTHS(CURRENT_DATE, -1), 'MONTH') AND trandate < TRUNC(CURRENT_DATE, 'MONTH')

SELECT id FROM customer WHERE datecreated > TO_DATE('2023-02-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS') ORDER BY datecreated ASC

SELECT id FROM customer WHERE datecreated >= TO_TIMESTAMP('2023-02-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS')

SELECT id, TO_CHAR(datecreated, 'YYYY-MM-DD HH24:MI:SS') AS created FROM customer WHERE TO_CHAR(datecreated, 'YYYY-MM-DD HH24:MI:SS') > '2023-06-01 00:00:00'

SELECT TO_CHAR(t.trandate, 'MM/DD/YYYY') AS day FROM transaction t

SELECT EXTRACT(MONTH FROM t.trandate) AS m, EXTRACT(YEAR FROM t.trandate) AS y, COUNT(*) AS n FROM transaction t GROUP BY EXTRACT(MONTH FROM t.trandate), EXTRACT(YEAR FROM t.trandate)

SELECT id FROM transaction WHERE trandate >= BUILTIN.RELATIVE_RANGES('DAGO30', 'START')

SELECT id FROM transaction WHERE trandate <= BUILTIN.RELATIVE_RANGES('TODAY', 'END', 'DATETIME_AS_DATE')

SELECT id FROM transaction WHERE trandate BETWEEN BUILTIN.RELATIVE_RANGES('LFY', 'START') AND BUILTIN.RELATIVE_RANGES('TFY', 'END')

SELECT id FROM customer WHERE datecreated >= BUILTIN.RELATIVE_RANGES('TW', 'START', 'DATETIME')

SELECT id, BUILTIN.DF(status) AS status FROM transaction

SELECT builtin.df(entity) AS customer_name FROM transaction

SELECT BUILTIN.DF( Transaction.Entity ) AS Entity, Transaction.TranID FROM Transaction

SELECT BUILTIN.DF(t.type) AS kind, SUM(t.foreigntotal) AS total FROM transaction t GROUP BY BUILTIN.DF(t.type)

SELECT id FROM transaction WHERE BUILTIN.DF(type) IN ('Invoice', 'Payment')

SELECT id FROM transaction WHERE UPPER(BUILTIN.DF(entity)) NOT LIKE '%TEST%'

SELECT id FROM transaction WHERE BUILTIN.CF(status) = 'A'

SELECT id FROM transaction WHERE BUILTIN.CF( Transaction.Status ) IN ( 'A', 'B' )

SELECT t.id, t.tranid, t.trandate, BUILTIN.DF(t.entity) AS entity, BUILTIN.DF(t.status) AS status, t.foreigntotal FROM transaction t WHERE t.type = 'SalesOrd' ORDER BY t.trandate DESC, t.id DESC

SELECT id, tranid FROM transaction WHERE type IN ('SalesOrd', 'CustInvc')

SELECT id FROM transaction WHERE type NOT IN ('SalesOrd')

SELECT id FROM transaction WHERE id IN (10, 11, 12)

SELECT id FROM transaction WHERE id > 10 ORDER BY id

SELECT id FROM transaction WHERE entity = 1 AND type = 'CustInvc' AND posting = 'T'

SELECT id FROM transaction WHERE (type = 'SalesOrd' OR type = 'CustInvc') AND NOT status = 'B'

SELECT id FROM transaction WHERE foreigntotal <> 0 AND foreigntotal != 30

SELECT id FROM transaction WHERE ABS(foreigntotal) > 100

SELECT id FROM transaction WHERE NVL(memo, 'none') = 'none'

SELECT id, NVL(memo, '') AS memo FROM transaction

SELECT id, NVL2(memo, 'yes', 'no') AS has_memo FROM transaction

SELECT id, COALESCE(memo, tranid, 'nothing') AS label FROM transaction

SELECT id, DECODE(status, 'A', 'open', 'B', 'closed', 'other') AS s FROM transaction WHERE id = ?

SELECT id, CASE WHEN foreigntotal > 100 THEN 'big' WHEN foreigntotal > 0 THEN 'small' ELSE 'none' END AS size FROM transaction

SELECT SUM(CASE WHEN type = 'CustInvc' THEN 1 ELSE 0 END) AS invoices, SUM(CASE WHEN type = 'SalesOrd' THEN 1 ELSE 0 END) AS orders FROM transaction

SELECT id FROM customer WHERE UPPER(companyname) LIKE UPPER('%alpha%')

SELECT id FROM customer WHERE LOWER(email) = 'a@alpha.test'

SELECT id FROM customer WHERE companyname LIKE 'A%' OR companyname LIKE '%H'

SELECT id FROM customer WHERE companyname LIKE '%' || ? || '%'

SELECT id FROM customer WHERE LOWER(companyname) LIKE LOWER('%' || ? || '%') OR LOWER(entityid) LIKE '%c%'

SELECT id FROM customer WHERE id = ?

SELECT id FROM customer WHERE id IN (?, ?, ?)

SELECT id FROM item WHERE itemid = 'BOLT'

SELECT i.id, i.itemid, i.displayname, BUILTIN.DF(i.itemtype) AS type FROM item i WHERE i.isinactive = 'F' ORDER BY i.itemid

SELECT itemtype, COUNT(*) AS n FROM item GROUP BY itemtype HAVING COUNT(*) > 0 ORDER BY COUNT(*) DESC

SELECT itemtype, MIN(baseprice), MAX(baseprice), AVG(baseprice) FROM item GROUP BY itemtype

SELECT ROUND(baseprice * 1.19, 2) AS gross FROM item WHERE baseprice IS NOT NULL

SELECT id, baseprice / NULLIF(baseprice, 0) AS one FROM item

SELECT id FROM item WHERE displayname IS NOT NULL AND LENGTH(displayname) > 3

SELECT SUBSTR(itemid, 1, 2) AS prefix, COUNT(*) AS n FROM item GROUP BY SUBSTR(itemid, 1, 2)

SELECT REPLACE(companyname, ' ', '_') AS slug, TRIM(companyname), INITCAP(companyname) FROM customer

SELECT LPAD(id, 6, '0') AS padded FROM customer

SELECT INSTR(email, '@') AS at FROM customer WHERE email IS NOT NULL

SELECT CONCAT(firstname, lastname) AS whole, firstname || ' ' || lastname AS spaced FROM employee

SELECT e.id, e.firstname, e.lastname, BUILTIN.DF(e.supervisor) AS boss FROM employee e WHERE e.isinactive = 'F'

SELECT e.entityid, s.entityid AS supervisor FROM employee e LEFT JOIN employee s ON e.supervisor = s.id

SELECT t.id, c.companyname FROM transaction t INNER JOIN customer c ON t.entity = c.id

SELECT t.id, c.companyname FROM transaction t JOIN customer c ON c.id = t.entity AND c.isinactive = 'F' WHERE t.type = 'SalesOrd'

SELECT t.tranid, tl.linesequencenumber, tl.item, tl.quantity, tl.rate FROM transaction t INNER JOIN transactionline tl ON tl.transaction = t.id WHERE tl.mainline = 'F' ORDER BY t.id, tl.linesequencenumber

SELECT t.tranid, i.itemid, tl.quantity FROM transaction t, transactionline tl, item i WHERE tl.transaction = t.id AND tl.item = i.id AND t.type = 'SalesOrd'

SELECT tl.item, BUILTIN.DF(tl.item) AS name, SUM(tl.quantity) AS qty, SUM(tl.netamount) AS amount FROM transactionline tl JOIN transaction t ON t.id = tl.transaction WHERE t.type = 'CustInvc' AND tl.mainline = 'F' AND tl.item IS NOT NULL GROUP BY tl.item, BUILTIN.DF(tl.item) ORDER BY amount DESC

SELECT c.entityid, SUM(t.foreigntotal) AS revenue FROM customer c LEFT OUTER JOIN transaction t ON t.entity = c.id AND t.type = 'CustInvc' GROUP BY c.entityid ORDER BY revenue DESC

SELECT c.id, c.entityid, COUNT(t.id) AS orders FROM customer c LEFT JOIN transaction t ON c.id = t.entity GROUP BY c.id, c.entityid HAVING COUNT(t.id) = 0

SELECT a.acctnumber, a.accountsearchdisplayname, a.accttype FROM account a ORDER BY a.acctnumber

SELECT a.acctnumber, SUM(tal.amount) AS balance FROM transactionaccountingline tal INNER JOIN account a ON a.id = tal.account INNER JOIN transaction t ON t.id = tal.transaction WHERE tal.posting = 'T' AND t.trandate <= TO_DATE('2024-12-31', 'YYYY-MM-DD') GROUP BY a.acctnumber ORDER BY 1

SELECT a.acctnumber, COALESCE(SUM(TO_NUMBER(BUILTIN.CONSOLIDATE(tal.amount, 'LEDGER', 'DEFAULT', 'DEFAULT', 1, 2, 'DEFAULT'))), 0) AS balance FROM account a LEFT JOIN transactionaccountingline tal ON tal.account = a.id GROUP BY a.acctnumber

SELECT SUM(tal.amount * CASE WHEN a.accttype IN ('Income') THEN -1 ELSE 1 END) AS amount FROM transactionaccountingline tal JOIN account a ON a.id = tal.account

SELECT ap.periodname, SUM(NVL(tal.credit, 0) - NVL(tal.debit, 0)) AS net FROM transactionaccountingline tal JOIN transaction t ON t.id = tal.transaction JOIN accountingperiod ap ON ap.id = t.postingperiod JOIN account a ON a.id = tal.account WHERE a.accttype = 'Income' GROUP BY ap.periodname, ap.startdate ORDER BY ap.startdate

SELECT id, periodname FROM accountingperiod WHERE closed = 'F' AND startdate <= CURRENT_DATE ORDER BY startdate DESC FETCH FIRST 1 ROWS ONLY

SELECT id FROM accountingperiod WHERE TO_DATE('2024-02-10', 'YYYY-MM-DD') BETWEEN startdate AND enddate

SELECT DISTINCT type FROM transaction

SELECT DISTINCT t.type, BUILTIN.DF(t.type) AS name FROM transaction t ORDER BY name

SELECT COUNT(DISTINCT entity) AS customers FROM transaction

SELECT * FROM (SELECT id, tranid FROM transaction ORDER BY id DESC) WHERE ROWNUM <= 3

SELECT * FROM (SELECT a.*, ROWNUM AS rnum FROM (SELECT id, tranid FROM transaction ORDER BY id) a WHERE ROWNUM <= 4) WHERE rnum > 2

SELECT x.customer, x.total FROM (SELECT BUILTIN.DF(entity) AS customer, SUM(foreigntotal) AS total FROM transaction GROUP BY BUILTIN.DF(entity)) x WHERE x.total > 50

SELECT id FROM customer WHERE id IN (SELECT entity FROM transaction WHERE type = 'SalesOrd')

SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM transaction t WHERE t.entity = c.id)

SELECT c.id, (SELECT COUNT(*) FROM transaction t WHERE t.entity = c.id) AS n FROM customer c

SELECT c.id, (SELECT MAX(trandate) FROM transaction t WHERE t.entity = c.id AND t.type = 'CustInvc') AS last_invoice FROM customer c ORDER BY last_invoice DESC NULLS LAST

SELECT id FROM transaction WHERE foreigntotal = (SELECT MAX(foreigntotal) FROM transaction)

SELECT id FROM transaction WHERE foreigntotal > (SELECT AVG(foreigntotal) FROM transaction WHERE type = 'CustInvc')

SELECT id, entityid AS name, 'customer' AS kind FROM customer UNION ALL SELECT id, entityid, 'employee' FROM employee

SELECT entityid FROM customer UNION SELECT entityid FROM employee ORDER BY entityid

(SELECT id FROM customer) MINUS (SELECT entity FROM transaction)

SELECT COUNT(*) FROM (SELECT id FROM customer UNION ALL SELECT id FROM employee)

WITH open_orders AS (SELECT id, entity, foreigntotal FROM transaction WHERE type = 'SalesOrd' AND status = 'A') SELECT entity, COUNT(*) AS n FROM open_orders GROUP BY entity

WITH a AS (SELECT entity, SUM(foreigntotal) AS total FROM transaction GROUP BY entity), b AS (SELECT AVG(total) AS mean FROM a) SELECT a.entity FROM a CROSS JOIN b WHERE a.total > b.mean

SELECT tranid, ROW_NUMBER() OVER (PARTITION BY entity ORDER BY trandate DESC) AS rn FROM transaction

SELECT * FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.entity ORDER BY t.id DESC) AS rn FROM transaction t) WHERE rn = 1

SELECT entity, SUM(foreigntotal) AS total, RANK() OVER (ORDER BY SUM(foreigntotal) DESC) AS place FROM transaction GROUP BY entity

SELECT id, SUM(foreigntotal) OVER (ORDER BY trandate, id) AS running FROM transaction

SELECT id, LEAD(trandate) OVER (ORDER BY trandate) AS next_date FROM transaction

SELECT t.tranid, LISTAGG(BUILTIN.DF(tl.item), ', ') WITHIN GROUP (ORDER BY tl.linesequencenumber) AS items FROM transaction t JOIN transactionline tl ON tl.transaction = t.id WHERE tl.mainline = 'F' GROUP BY t.tranid

SELECT c.entityid, e.entityid FROM customer c, employee e WHERE c.salesrep = e.id (+)

SELECT c.entityid, s.name, e.email FROM customer c, subsidiary s, employee e WHERE c.subsidiary = s.id AND c.salesrep = e.id(+) ORDER BY c.id

SELECT s.name, p.name AS parent FROM subsidiary s LEFT JOIN subsidiary p ON p.id = s.parent

SELECT name FROM department UNION SELECT name FROM location

SELECT id, name, symbol FROM currency WHERE symbol = 'USD'

SELECT id, name FROM customrecord_machine WHERE custrecord_customer = 1

SELECT m.name, c.entityid FROM customrecord_machine m INNER JOIN customer c ON c.id = m.custrecord_customer WHERE NVL(m.isinactive, 'F') = 'F'

SELECT CUSTOMRECORD_MACHINE.ID AS machine, CUSTOMRECORD_MACHINE.CUSTRECORD_SERIAL FROM CUSTOMRECORD_MACHINE

SELECT id FROM customrecord_machine WHERE custrecord_warranty IS NULL OR custrecord_warranty < SYSDATE

SELECT t.duedate - TRUNC(SYSDATE) AS days_left FROM transaction t WHERE t.duedate IS NOT NULL

SELECT id, CASE WHEN duedate < TRUNC(SYSDATE) THEN 'overdue' ELSE 'due' END AS state FROM transaction WHERE duedate IS NOT NULL

SELECT SUM(CASE WHEN TRUNC(SYSDATE) - duedate BETWEEN 1 AND 30 THEN foreigntotal ELSE 0 END) AS days30, SUM(CASE WHEN TRUNC(SYSDATE) - duedate > 30 THEN foreigntotal ELSE 0 END) AS older FROM transaction WHERE type = 'CustInvc'

SELECT ROUND(MONTHS_BETWEEN(SYSDATE, hiredate) / 12, 1) AS years FROM employee

SELECT TRUNC(SYSDATE) - TRUNC(hiredate) AS days FROM employee ORDER BY days

SELECT LAST_DAY(ADD_MONTHS(SYSDATE, -1)) AS last_of_previous FROM dual

SELECT TO_CHAR(ADD_MONTHS(TO_DATE('2024-01-31', 'YYYY-MM-DD'), 1), 'YYYY-MM-DD') AS d FROM dual

SELECT NEXT_DAY(TRUNC(SYSDATE), 'MONDAY') AS monday FROM dual

SELECT GREATEST(NVL(creditlimit, 0), 100) AS floor_limit FROM customer

SELECT MOD(id, 2) AS odd, SIGN(id - 2) AS sign FROM customer

SELECT POWER(2, 10) AS k, SQRT(16) AS four FROM dual

SELECT CAST(id AS VARCHAR(20)) AS id_text FROM customer

SELECT TO_NUMBER('2' || id) AS prefixed FROM customer

SELECT TO_CHAR(foreigntotal, 'FM999,999,990.00') AS shown FROM transaction

SELECT id AS "Internal ID", companyname AS "Company Name" FROM customer

SELECT "id" FROM customer WHERE "ENTITYID" = 'C1'

SELECT c.id id, c.entityid name FROM customer AS c

SELECT
    T.ID,
    T.TranID,
    BUILTIN.DF( T.Entity ) AS EntityName
FROM
    Transaction AS T
WHERE
    ( T.Type = 'CustInvc' )
    AND ( T.TranDate >= TO_DATE( '2024-01-01', 'YYYY-MM-DD' ) )
ORDER BY
    T.TranDate DESC

-- open invoices
SELECT tranid /* number */, foreigntotal FROM transaction WHERE type = 'CustInvc' AND status = 'A'

SELECT id FROM customer WHERE 1 = 1 AND isinactive = 'F'

SELECT MAX(id) AS last_id FROM transaction

SELECT MIN(trandate) AS first_date, MAX(trandate) AS last_date FROM transaction

SELECT tranid FROM transaction WHERE tranid = 'SO1' AND rownum = 1

SELECT id, email FROM employee WHERE email LIKE '%@%' AND email NOT LIKE '%+%'

SELECT t.id FROM transaction t WHERE t.createddate > TO_DATE('2024-01-31 12:00', 'YYYY-MM-DD HH24:MI') AND t.createdby IN (SELECT id FROM employee WHERE isinactive = 'F')

SELECT t.id, t.trandate, t.foreigntotal, t.memo FROM transaction t WHERE t.id > 0 ORDER BY t.id ASC FETCH FIRST 1000 ROWS ONLY

SELECT d.name, l.name FROM department d CROSS JOIN location l

SELECT tl.department, BUILTIN.DF(tl.department) AS dept, BUILTIN.DF(tl.location) AS loc FROM transactionline tl WHERE tl.department IS NOT NULL GROUP BY tl.department, BUILTIN.DF(tl.department), BUILTIN.DF(tl.location)

SELECT id FROM transaction WHERE TO_CHAR(trandate, 'YYYY-MM-DD') BETWEEN '2024-01-01' AND '2024-01-31'

SELECT TO_CHAR(trandate, 'YYYY') || '-Q' || TO_CHAR(trandate, 'Q') AS quarter, COUNT(*) AS n FROM transaction GROUP BY TO_CHAR(trandate, 'YYYY') || '-Q' || TO_CHAR(trandate, 'Q') ORDER BY quarter

SELECT BUILTIN_RESULT.TYPE_DATE(trandate) AS d, BUILTIN_RESULT.TYPE_STRING(tranid) AS t, BUILTIN_RESULT.TYPE_CURRENCY(foreigntotal, 'USD') AS c FROM transaction

SELECT BUILTIN.DF( Type ) AS Kind, COUNT( * ) AS Documents, SUM( ForeignTotal ) AS Total FROM Transaction GROUP BY ROLLUP( BUILTIN.DF( Type ) )

SELECT t.entity, t.type, SUM(t.foreigntotal) AS total FROM transaction t GROUP BY t.entity, ROLLUP(t.type) ORDER BY t.entity, total DESC

SELECT id, createddate FROM transaction WHERE createddate >= TO_TIMESTAMP('2024-01-01 00:00:00.000', 'YYYY-MM-DD HH24:MI:SSxFF') AND createddate < TO_TIMESTAMP('2025-01-01 00:00:00.000', 'YYYY-MM-DD HH24:MI:SSxFF')

SELECT TO_CHAR( SYSDATE, 'DS TS' ) AS shown, TO_CHAR( SYSDATE, 'YEAR' ) AS year, TO_CHAR( SYSDATE, 'RM' ) AS month FROM DUAL

SELECT id FROM customer WHERE REGEXP_LIKE(email, '^[^@]+@[^@]+$')

SELECT name, REGEXP_SUBSTR(custrecord_serial, '[0-9]+') AS number_of FROM customrecord_machine

SELECT id FROM transaction WHERE trandate BETWEEN BUILTIN.RELATIVE_RANGES('MBL', 'START') AND BUILTIN.RELATIVE_RANGES('SDLM', 'END')

SELECT id, trandate FROM transaction WHERE trandate >= BUILTIN.RELATIVE_RANGES('FYBL', 'START', 'DATE') ORDER BY trandate
