//! Whole scripts: records of any kind, an order from its making to its payment, reports.

use crate::company::{self, Company};
use serde_json::json;

#[test]
fn a_generic_script_makes_reads_changes_and_deletes_records() {
    let company = Company::new();
    let fields = json!({ "companyname": "Tidewater Kayaks", "entityid": "Tidewater Kayaks", "isperson": "F", "creditlimit": "1500" });
    let made = company.answer(
        "record_crud.js",
        "post",
        json!({ "recordtype": "customer", "fields": fields }),
    );
    let id = made["id"].as_i64().unwrap();
    let key = json!({ "recordtype": "customer", "id": id.to_string() });
    let read = company.answer("record_crud.js", "get", key.clone());
    assert_eq!(read["id"], id.to_string());
    assert_eq!(read["type"], "customer");
    assert_eq!(read["isDynamic"], false);
    assert_eq!(read["fields"]["companyname"], "Tidewater Kayaks");
    assert_eq!(read["fields"]["creditlimit"], "1500.00");
    assert_eq!(read["fields"]["isinactive"], "F");
    let changed = json!({ "recordtype": "customer", "id": id, "fields": { "email": "paddle@tidewater.example.com", "isinactive": true } });
    let changed = company.answer("record_crud.js", "put", changed);
    assert_eq!(changed, json!({ "id": id, "modified": true }));
    let read = company.answer("record_crud.js", "get", key.clone());
    assert_eq!(read["fields"]["email"], "paddle@tidewater.example.com");
    assert_eq!(read["fields"]["isinactive"], "T");
    assert_eq!(company.answer("record_crud.js", "delete", key.clone()), json!(""));
    let gone = company.thrown("record_crud.js", "get", key);
    assert_eq!(
        (gone.name.as_str(), gone.message.as_str()),
        ("RCRD_DSNT_EXIST", "That record does not exist.")
    );
    let missing = company.thrown("record_crud.js", "get", json!({ "recordtype": "customer" }));
    assert_eq!(missing.name, "MISSING_PARAMETER");
}

#[test]
fn an_order_in_dynamic_mode_is_filled_in_as_it_is_made() {
    let company = Company::new();
    let lines =
        json!([{ "item": "chair-oak", "quantity": 4 }, { "item": "TABLE-180", "quantity": 1, "rate": 800 }]);
    let order = json!({ "customer": 1, "reference": "WEB-1001", "lines": lines });
    let made = company.answer("sales_order.js", "post", order);
    // Four chairs at 145 and a table at 800.
    assert_eq!(made["prices"], json!([145, 890]));
    assert_eq!(made["total"], 1380);
    assert_eq!(made["count"], 2);
    let id = made["id"].as_i64().unwrap();
    let stored = company.query(&format!(
        "SELECT BUILTIN.DF(entity), otherrefnum, trandate, foreigntotal, BUILTIN.DF(currency) FROM transaction WHERE id = {id}"
    ));
    assert_eq!(
        stored,
        json!([[
            "Harbor Lane Furniture",
            "WEB-1001",
            "11/20/2026",
            1380.0,
            "US Dollar"
        ]])
    );
    let city = company.query(&format!(
        "SELECT city FROM transactionshippingaddress WHERE recordowner = {id}"
    ));
    assert_eq!(city, json!([["Astoria"]]));
    let by = company.query(&format!(
        "SELECT DISTINCT author FROM systemnote WHERE recordid = {id} AND recordtype = 'salesorder'"
    ));
    assert_eq!(by, json!([[company::USER]]));
}

#[test]
fn an_order_becomes_a_fulfillment_an_invoice_and_a_payment() {
    let company = Company::new();
    let lines = json!([{ "item": "CHAIR-OAK", "quantity": 4 }, { "item": "TABLE-180", "quantity": 2 }]);
    let order = json!({ "customer": 1, "reference": "WEB-1002", "lines": lines });
    let order = company.answer("sales_order.js", "post", order)["id"].clone();
    let shipped = json!({ "orderId": order, "shipOnly": { "item": "CHAIR-OAK", "quantity": 3 } });
    let done = company.answer("order_to_cash.js", "post", shipped);
    assert_eq!(done["shipped"], json!([3, 0]));
    assert_eq!(done["isApplied"], true);
    assert_eq!(done["status"], json!(["Billed", "billed", "B"]));
    // Four chairs at 145 and two tables at 890, paid at once.
    assert_eq!(
        done["invoice"],
        json!({ "status": "Paid In Full", "total": 2360, "remaining": 0 })
    );
}

#[test]
fn a_paged_search_has_joins_and_summaries() {
    let company = Company::new();
    let first = company.answer(
        "customer_totals.js",
        "get",
        json!({ "pageSize": "5", "pageIndex": "0" }),
    );
    let counted = company.query(
        "SELECT c.companyname, COUNT(*), SUM(t.foreigntotal) FROM transaction t JOIN customer c ON c.id = t.entity \
         WHERE t.type = 'SalesOrd' AND c.isinactive = 'F' GROUP BY c.companyname ORDER BY c.companyname",
    );
    let counted = counted.as_array().unwrap();
    assert_eq!(first["count"], counted.len());
    for (row, counted) in first["rows"].as_array().unwrap().iter().zip(counted) {
        assert_eq!(row["company"], counted[0]);
        assert_eq!(row["orders"], counted[1]);
        assert_eq!(row["amount"].as_f64(), counted[2].as_f64());
    }
    assert_eq!(first["isLast"], false);
}

#[test]
fn a_report_in_suiteql_has_numbers_and_names() {
    let company = Company::new();
    let report = company.answer("item_report.js", "get", json!({ "type": "Service" }));
    assert_eq!(report["items"].as_array().unwrap().len(), 4);
    assert_eq!(report["items"][0]["isinactive"], "F");
    assert_eq!(report["types"], json!(["INTEGER", "STRING", "FLOAT", "BOOLEAN"]));
    assert_eq!(report["pages"], json!([4]));
}

#[test]
fn rates_and_signs_of_currencies_are_the_accounts() {
    let company = Company::new();
    let told = company.says(
        "const [currency, i18n] = [require('N/currency'), require('N/format/i18n')];
        const pounds = i18n.getCurrencyFormatter({ currency: 'gbp' });
        const nameOf = (work) => { try { return work(); } catch (e) { return e.name; } };
        return {
            toBase: currency.exchangeRate('EUR', 'USD'),
            cross: currency.exchangeRate({ source: 'GBP', target: 3, date: new Date() }),
            unknown: nameOf(() => currency.exchangeRate({ source: 'XXX', target: 1 })),
            money: [pounds.symbol, pounds.format({ number: -1234.5 }), pounds.numberFormatter.format(2)],
            noMoney: nameOf(() => i18n.getCurrencyFormatter({ currency: 'XXX' })),
            left: require('N/runtime').getCurrentScript().getRemainingUsage(),
        };",
    );
    assert_eq!(
        told,
        json!({
            "toBase": 1.08, "cross": 1.739_726_03, "unknown": "SSS_INVALID_CURRENCY_ID",
            "money": ["£", "-£1,234.50", "2.00"], "noMoney": "INVALID_CURRENCY", "left": 4930,
        })
    );
}

#[test]
fn a_file_is_attached_to_a_bill_found_with_it_and_detached() {
    let company = Company::new();
    let bill = company.query("SELECT MIN(id) FROM transaction WHERE type = 'VendBill'")[0][0].clone();
    let asked = json!({ "bills": [bill.clone()] });
    let listed = || company.answer("attachments.js", "post", asked.clone());
    assert_eq!(listed()[0]["file"], "");
    let of_bill = |file: i64| json!({ "bill": bill.clone(), "file": file });
    company.answer("attachments.js", "put", of_bill(4));
    company.answer("attachments.js", "put", of_bill(1));
    company.answer("attachments.js", "put", of_bill(1));
    let there = listed();
    let names: Vec<_> = there.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["orders.js", "price-list.csv"]);
    company.answer("attachments.js", "delete", of_bill(4));
    assert_eq!(listed().as_array().unwrap().len(), 1);
}

#[test]
fn a_new_payment_lists_what_is_open_and_pays_what_is_checked() {
    let company = Company::new();
    let told = company.says(
        "const [open] = query.runSuiteQL(\"SELECT id, entity, foreignamountunpaid AS due FROM transaction WHERE type = 'CustInvc' AND foreignamountunpaid > 0 ORDER BY id\").asMappedResults();
        const payment = record.create({ type: record.Type.CUSTOMER_PAYMENT, isDynamic: true, defaultValues: { entity: open.entity } });
        const line = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'internalid', value: open.id });
        payment.selectLine({ sublistId: 'apply', line });
        const before = payment.getCurrentSublistValue({ sublistId: 'apply', fieldId: 'apply' });
        payment.setCurrentSublistValue({ sublistId: 'apply', fieldId: 'amount', value: open.due - 5 });
        const id = payment.save();
        const paid = record.load({ type: 'invoice', id: open.id });
        return { before, left: paid.getValue('amountremaining'), lines: record.load({ type: 'customerpayment', id }).getLineCount('apply') };",
    );
    assert_eq!(told, json!({ "before": false, "left": 5, "lines": 1 }));
}

#[test]
fn what_is_void_stays_and_is_worth_nothing() {
    let company = Company::new();
    let told = company.says(
        "const transaction = require('N/transaction');
        const payment = record.create({ type: 'customerpayment', isDynamic: true, defaultValues: { entity: 1 } });
        payment.selectLine('apply', 0);
        payment.setCurrentSublistValue('apply', 'amount', 20);
        payment.commitLine('apply');
        const paid = payment.save();
        const [invoice] = query.runSuiteQL({ query: 'SELECT previousdoc FROM nexttransactionlink WHERE nextdoc = ?', params: [paid] }).results[0].values;
        const owed = () => record.load({ type: 'invoice', id: invoice }).getValue('amountremaining');
        const caught = (type, id) => { try { return transaction.void({ type, id }); } catch (error) { return error.name; } };
        const before = owed();
        const refused = [caught('invoice', invoice), caught('itemfulfillment', 2), caught('customer', 1), caught('invoice', '')];
        const id = transaction.void({ type: transaction.Type.CUSTOMER_PAYMENT, id: paid });
        const journal = record.create({ type: 'journalentry' });
        [['debit', 15], ['credit', 1]].forEach(([side, account], line) => {
            journal.setSublistValue('line', 'account', line, account);
            journal.setSublistValue('line', side, line, 12);
        });
        const entry = transaction.void('journalentry', journal.save());
        const worth = (of) => query.runSuiteQL({ query: 'SELECT SUM(ABS(amount)) FROM transactionaccountingline WHERE transaction = ?', params: [of] }).results[0].values[0];
        const { memo, voided } = search.lookupFields({ type: 'customerpayment', id, columns: ['memo', 'voided'] });
        return { refused, isOwn: id === paid, more: owed() - before, twice: caught('customerpayment', paid), memo, voided, worth: [worth(id), worth(entry)] };",
    );
    assert_eq!(
        told,
        json!({
            "refused": ["VOIDING_REVERSAL_DISALLWD", "VOIDING_REVERSAL_DISALLWD", "INVALID_RCRD_TYPE", "SSS_MISSING_REQD_ARGUMENT"],
            "isOwn": true, "more": 20, "twice": "VOIDING_REVERSAL_DISALLWD", "memo": "VOID", "voided": true, "worth": [null, null],
        })
    );
}

#[test]
fn what_is_bought_is_billed_and_paid_and_what_is_credited_is_applied() {
    let company = Company::new();
    let bought = company.says(
        "const [order] = query.runSuiteQL(\"SELECT id FROM transaction WHERE type = 'PurchOrd' AND id NOT IN (SELECT createdfrom FROM transaction WHERE type = 'VendBill') ORDER BY id\").asMappedResults();
        const bill = record.transform({ fromType: 'purchaseorder', fromId: order.id, toType: 'vendorbill', isDynamic: true });
        bill.setValue('tranid', 'B-77');
        const billId = bill.save();
        const payment = record.create({ type: 'vendorpayment', isDynamic: true });
        payment.setValue('entity', bill.getValue('entity'));
        for (let line = 0; line < payment.getLineCount('apply'); line += 1) {
            payment.selectLine('apply', line);
            payment.setCurrentSublistValue('apply', 'apply', payment.getCurrentSublistValue('apply', 'internalid') === String(billId));
            payment.commitLine('apply');
        }
        const paymentId = payment.save();
        const paid = search.lookupFields({ type: 'vendorbill', id: billId, columns: ['status', 'amountremaining'] });
        return { status: paid.status[0].text, left: paid.amountremaining, lines: record.load({ type: 'vendorpayment', id: paymentId }).getLineCount('apply') };",
    );
    assert_eq!(
        bought,
        json!({ "status": "Paid In Full", "left": ".00", "lines": 1 })
    );
    let credited = company.says(
        "const [open] = query.runSuiteQL(\"SELECT id FROM transaction WHERE type = 'CustInvc' AND foreignamountunpaid > 0 ORDER BY id\").asMappedResults();
        const credit = record.transform({ fromType: 'invoice', fromId: open.id, toType: 'creditmemo', isDynamic: true });
        credit.selectLine('apply', credit.findSublistLineWithValue('apply', 'doc', open.id));
        credit.setCurrentSublistValue('apply', 'apply', true);
        credit.commitLine('apply');
        const id = credit.save();
        const [found] = search.create({ type: 'creditmemo', filters: [['internalid', 'anyof', id], 'and', ['mainline', 'is', 'T']], columns: ['amount'] }).run().getRange(0, 1);
        return [record.load({ type: 'invoice', id: open.id }).getValue('amountremaining'), Number(found.getValue('amount')) < 0];",
    );
    assert_eq!(credited, json!([0, true]));
}

#[test]
fn a_payment_of_less_than_is_owed_is_applied_as_far_as_it_goes() {
    let company = Company::new();
    let told = company.says(
        "const [open] = query.runSuiteQL(\"SELECT id, entity, foreignamountunpaid AS due FROM transaction WHERE type = 'CustInvc' AND foreignamountunpaid > 100 ORDER BY id\").asMappedResults();
        const owed = () => record.load({ type: 'invoice', id: open.id }).getValue('amountremaining');
        const pay = (isDynamic) => {
            const payment = record.transform({ fromType: 'invoice', fromId: open.id, toType: 'customerpayment', isDynamic });
            const line = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'internalid', value: open.id });
            const told = ['trantype', 'type', 'refnum'].map((fieldId) => payment.getSublistValue({ sublistId: 'apply', fieldId, line }));
            payment.setValue({ fieldId: 'payment', value: 10, ignoreFieldChange: true });
            const saved = record.load({ type: 'customerpayment', id: payment.save() });
            return [line, told[0], told[1], told[2] !== '', saved.getValue('payment'), saved.getValue('unapplied')];
        };
        const parts = [pay(true), pay(false)];
        const left = open.due - owed();
        const auto = record.transform({ fromType: 'customer', fromId: open.entity, toType: 'customerpayment' });
        auto.setValue('payment', 7);
        auto.setValue('autoapply', true);
        const id = auto.save();
        const wrong = record.transform({ fromType: 'invoice', fromId: open.id, toType: 'customerpayment' });
        wrong.setValue('payment', 'ten');
        const line = wrong.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'internalid', value: open.id });
        const amount = wrong.getSublistValue({ sublistId: 'apply', fieldId: 'amount', line });
        let refused;
        try { wrong.save(); } catch (e) { refused = e.name; }
        return { parts, left, auto: record.load({ type: 'customerpayment', id }).getValue('applied'), isNumber: amount > 0, refused };",
    );
    let part = json!([0, "CustInvc", "Invoice", true, 10, 0]);
    assert_eq!(
        told,
        json!({ "parts": [part, part], "left": 20, "auto": 7, "isNumber": true, "refused": "INVALID_FLD_VALUE" })
    );
}

#[test]
fn what_one_location_sends_another_receives() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: record.Type.TRANSFER_ORDER, isDynamic: true });
        order.setValue('location', 1);
        order.setValue('transferlocation', 2);
        order.selectNewLine('item');
        order.setCurrentSublistValue('item', 'item', 1);
        order.setCurrentSublistValue('item', 'quantity', 3);
        order.commitLine('item');
        const fromId = order.save();
        const stock = () => query.runSuiteQL('SELECT location, quantityonhand FROM aggregateitemlocation WHERE item = 1 AND location IN (1, 2) ORDER BY location').results.map(({ values }) => values[1]);
        const is = () => search.lookupFields({ type: 'transferorder', id: fromId, columns: ['status'] }).status[0].text;
        const steps = [is()];
        const before = stock();
        const sent = record.transform({ fromType: 'transferorder', fromId, toType: 'itemfulfillment', isDynamic: true });
        sent.selectLine('item', 0);
        const line = ['itemname', 'item_display', 'quantityremaining'].map((fieldId) => sent.getCurrentSublistValue({ sublistId: 'item', fieldId }));
        sent.setCurrentSublistValue('item', 'quantity', 2);
        sent.commitLine('item');
        sent.save();
        steps.push(is());
        record.transform({ fromType: 'transferorder', fromId, toType: 'itemreceipt' }).save();
        steps.push(is());
        const after = stock();
        return { steps, line, moved: after.map((now, at) => now - (before[at] ?? 0)) };",
    );
    assert_eq!(
        told,
        json!({
            "steps": ["Pending Fulfillment", "Partially Fulfilled", "Pending Receipt/Partially Fulfilled"],
            "line": ["CHAIR-OAK", "CHAIR-OAK", 3], "moved": [-2, 2],
        })
    );
}

#[test]
fn an_order_is_closed_with_its_lines_and_a_bill_waits_for_approval() {
    let company = Company::new();
    let told = company.says(
        "const status = (type, id) => search.lookupFields({ type, id, columns: ['status'] }).status[0].text;
        const close = (type, where) => {
            const [{ id }] = query.runSuiteQL(`SELECT id FROM transaction WHERE ${where} ORDER BY id`).asMappedResults();
            const order = record.load({ type, id });
            for (let line = 0; line < order.getLineCount('item'); line += 1) order.setSublistValue('item', 'isclosed', line, true);
            order.save();
            return status(type, id);
        };
        const closed = [
            close('salesorder', \"type = 'SalesOrd' AND status = 'B'\"),
            close('purchaseorder', \"type = 'PurchOrd' AND status = 'B'\"),
            close('returnauthorization', \"type = 'RtnAuth' AND status = 'B'\"),
            close('salesorder', \"type = 'SalesOrd' AND status = 'G'\"),
        ];
        const approve = (type, id, values) => values.map((approvalstatus) => {
            record.submitFields({ type, id, values: { approvalstatus } });
            return status(type, id);
        });
        const first = (type) => query.runSuiteQL(`SELECT MIN(id) AS id FROM transaction WHERE type = '${type}' AND status <> 'B' OR type = 'Journal' AND type = '${type}'`).asMappedResults()[0].id;
        return { closed, bill: approve('vendorbill', first('VendBill'), [1, 3, 2]), journal: approve('journalentry', first('Journal'), ['1', '2']), total: record.load({ type: 'vendorbill', id: first('VendBill') }).getValue('usertotal') > 0 };",
    );
    assert_eq!(
        told,
        json!({
            "closed": ["Closed", "Closed", "Closed", "Billed"],
            "bill": ["Pending Approval", "Rejected", "Open"],
            "journal": ["Pending Approval", "Approved for Posting"],
            "total": true,
        })
    );
}

#[test]
fn a_contact_is_attached_to_an_order_and_times_are_read_as_people_write_them() {
    let company = Company::new();
    let told = company.says(
        "const [contact] = query.runSuiteQL('SELECT id, company FROM contact WHERE company IS NOT NULL ORDER BY id').asMappedResults();
        const at = { record: { type: 'contact', id: contact.id } };
        record.attach({ ...at, to: { type: 'salesorder', id: 1 }, attributes: { role: -10 } });
        const there = () => search.create({ type: 'salesorder', filters: [['internalid', 'anyof', 1], 'AND', ['mainline', 'is', 'T']], columns: [{ name: 'internalid', join: 'contact' }, { name: 'internalid', join: 'file' }] }).run().getRange(0, 2).map((row) => row.getValue({ name: 'internalid', join: 'contact' }));
        const attached = there();
        record.detach({ ...at, from: { type: 'salesorder', id: 1 } });
        const isOwn = query.runSuiteQL(`SELECT company FROM contact WHERE id = ${contact.id}`).asMappedResults()[0].company === contact.company;
        const event = record.create({ type: 'calendarevent', isDynamic: true });
        event.setValue('title', 'Visit');
        event.setText('starttime', '9:05 am');
        const start = record.load({ type: 'calendarevent', id: event.save() }).getValue('starttime');
        const work = record.create({ type: 'timebill' });
        work.setValue('employee', 101);
        work.setText('hours', '2:30');
        const worked = record.load({ type: 'timebill', id: work.save() });
        const before = [worked.getValue('hours'), worked.getText('hours')];
        worked.setValue('hours', 1.999);
        const nearly = record.load({ type: 'timebill', id: worked.save() }).getText('hours');
        const person = record.create({ type: 'employee', isDynamic: true });
        person.setValue('firstname', 'Ida');
        person.setValue('lastname', 'Holm');
        person.selectNewLine('addressbook');
        person.setCurrentSublistValue('addressbook', 'defaultbilling', true);
        person.getCurrentSublistSubrecord('addressbook', 'addressbookaddress').setValue('city', 'Salem');
        person.commitLine('addressbook');
        const { city } = search.lookupFields({ type: 'employee', id: person.save(), columns: ['city'] });
        return { attached: attached.map(Number), is: contact.id, gone: there(), isOwn, start: [start.getHours(), start.getMinutes()], hours: before, nearly, city };",
    );
    let is = &told["is"];
    assert_eq!(
        told,
        json!({
            "attached": [is], "is": is, "gone": [""], "isOwn": true, "start": [9, 5], "hours": [2.5, "2:30"], "nearly": "2:00",
            "city": "Salem",
        })
    );
}
