//! `N/record`, a member at a time.

use serde_json::json;

use crate::company::Company;

#[test]
fn a_record_in_standard_mode_is_worked_out_when_it_is_saved() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', defaultValues: { entity: 1 } });
        order.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: 1 });
        order.setSublistValue('item', 'quantity', 0, '3');
        order.setSublistValue('item', 'item', 1, 7);
        const before = [order.getValue('total'), order.getSublistValue('item', 'amount', 0), order.getLineCount('item')];
        const id = order.save();
        const read = record.load({ type: 'salesorder', id });
        return { before, total: read.getValue('total'), rate: read.getSublistValue('item', 'rate', 1), isNumber: typeof id,
            line: read.findSublistLineWithValue({ sublistId: 'item', fieldId: 'item', value: 7 }), text: read.getSublistText('item', 'item', 0),
            date: read.getValue('trandate') instanceof Date, day: read.getText('trandate'), terms: [read.getValue('terms'), read.getText('terms')],
            fields: read.getSublistFields({ sublistId: 'item' }).includes('quantity'), sublists: read.getSublists() };",
    );
    // Three oak chairs at 145 and a desk lamp at 59.50; nothing was worked out before.
    assert_eq!(
        told,
        json!({
            "before": [0, "", 2], "total": 494.5, "rate": 59.5, "isNumber": "number", "line": 1, "text": "CHAIR-OAK",
            "date": true, "day": "11/21/2026", "terms": ["2", "Net 30"], "fields": true, "sublists": ["item"],
        })
    );
}

#[test]
fn lines_of_an_order_are_changed_inserted_and_removed() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', isDynamic: true });
        order.setValue('entity', 1);
        for (const item of [1, 2, 3]) {
            order.selectNewLine('item');
            order.setCurrentSublistValue('item', 'item', item);
            order.commitLine('item');
        }
        const id = order.save();
        const changed = record.load({ type: 'salesorder', id, isDynamic: true });
        changed.removeLine({ sublistId: 'item', line: 1 });
        changed.selectLine('item', 0);
        changed.setCurrentSublistValue('item', 'quantity', 5);
        const amount = changed.getCurrentSublistValue('item', 'amount');
        changed.commitLine('item');
        changed.selectLine('item', 1);
        changed.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: 'CRATE' });
        const rate = changed.getCurrentSublistValue('item', 'rate');
        changed.cancelLine('item');
        changed.save();
        const read = record.load({ type: 'salesorder', id });
        const lines = [];
        for (let line = 0; line < read.getLineCount('item'); line += 1) lines.push([read.getSublistText('item', 'item', line), read.getSublistValue('item', 'quantity', line)]);
        return { amount, rate, lines };",
    );
    assert_eq!(
        told,
        json!({ "amount": 725, "rate": 18.75, "lines": [["CHAIR-OAK", 5], ["TABLE-180", 1]] })
    );
}

#[test]
fn the_line_behind_the_last_is_selected_as_a_new_one() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', isDynamic: true, defaultValues: { entity: 1 } });
        for (const item of [1, 3]) order.selectLine('item', order.getLineCount('item')).setCurrentSublistValue('item', 'item', item).commitLine('item');
        const read = record.load({ type: 'salesorder', id: order.save() });
        return [0, 1].map((line) => read.getSublistValue('item', 'item', line)).concat(read.getValue('currencysymbol'), read.getValue('currencyname'));",
    );
    assert_eq!(told, json!(["1", "3", "USD", "US Dollar"]));
    let (name, _) =
        company.refused("record.create({ type: 'salesorder', isDynamic: true }).selectLine('item', 1);");
    assert_eq!(name, "SSS_INVALID_SUBLIST_OPERATION");
}

#[test]
fn dynamic_mode_fills_in_anew_what_follows_from_a_change() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', isDynamic: true });
        const date = order.getText('trandate');
        order.setValue('entity', 1);
        const first = [order.getText('currency'), order.getText('terms'), order.getValue('salesrep')];
        order.selectNewLine('item');
        order.setCurrentSublistValue('item', 'item', 1);
        order.setCurrentSublistValue('item', 'rate', 100);
        order.setCurrentSublistValue('item', 'item', 3);
        const again = [order.getCurrentSublistValue('item', 'rate'), order.getCurrentSublistValue('item', 'description'), order.getCurrentSublistIndex('item')];
        order.setCurrentSublistValue('item', 'quantity', 2);
        const amount = order.getCurrentSublistValue('item', 'amount');
        order.commitLine('item');
        return { date, first, again, amount, total: order.getValue({ fieldId: 'total' }), isNew: order.isNew };",
    );
    assert_eq!(
        told,
        json!({
            "date": "11/21/2026", "first": ["US Dollar", "Net 30", "101"], "again": [890, "Dining table 180", 0],
            "amount": 1780, "total": 1780, "isNew": true,
        })
    );
}

#[test]
fn fields_and_sublists_tell_what_they_are() {
    let company = Company::new();
    let told = company.says(
        "const customer = record.load({ type: record.Type.CUSTOMER, id: 1 });
        const terms = customer.getField({ fieldId: 'terms' });
        const addresses = customer.getSublist({ sublistId: 'addressbook' });
        return { terms: [terms.id, terms.label, terms.type, terms.isMandatory], options: terms.getSelectOptions({ filter: 'net 3', operator: 'startswith' }),
            preference: customer.getField('emailpreference').getSelectOptions().length, none: customer.getField('colour'),
            addresses: [addresses.id, addresses.getColumn('label').type], has: customer.getFields().includes('companyname') };",
    );
    assert_eq!(
        told,
        json!({
            "terms": ["terms", "Terms", "select", false], "options": [{ "value": "2", "text": "Net 30" }], "preference": 3, "none": null,
            "addresses": ["addressbook", "text"], "has": true,
        })
    );
}

#[test]
fn an_address_is_a_subrecord_of_its_line() {
    let company = Company::new();
    let told = company.says(
        "const customer = record.create({ type: 'customer', isDynamic: true });
        customer.setValue('companyname', 'Foggy Harbor Charts').setText({ fieldId: 'terms', text: 'Net 15' });
        customer.selectNewLine('addressbook');
        customer.setCurrentSublistValue('addressbook', 'label', 'Pier');
        const address = customer.getCurrentSublistSubrecord('addressbook', 'addressbookaddress');
        address.setValue('addr1', '1 Pier Road').setValue({ fieldId: 'zip', value: '97103' });
        customer.commitLine('addressbook');
        const id = customer.save();
        const read = record.load({ type: 'customer', id });
        const there = read.getSublistSubrecord({ sublistId: 'addressbook', fieldId: 'addressbookaddress', line: 0 });
        return [there.getValue('addr1'), there.getValue('zip'), read.hasSublistSubrecord('addressbook', 'addressbookaddress', 0), read.getText('terms'), read.getSublistValue('addressbook', 'label', 0)];",
    );
    assert_eq!(told, json!(["1 Pier Road", "97103", true, "Net 15", "Pier"]));
}

#[test]
fn what_the_account_keeps_nothing_in_is_filled_in_and_read_and_not_saved() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', isDynamic: true, defaultValues: { entity: 1 } });
        order.selectNewLine('item');
        order.setCurrentSublistValue('item', 'item', 1);
        const before = order.hasCurrentSublistSubrecord('item', 'inventorydetail');
        const detail = order.getCurrentSublistSubrecord({ sublistId: 'item', fieldId: 'inventorydetail' });
        detail.selectNewLine('inventoryassignment');
        detail.setCurrentSublistText('inventoryassignment', 'issueinventorynumber', 'LOT-1');
        detail.setCurrentSublistValue('inventoryassignment', 'quantity', 2);
        detail.commitLine('inventoryassignment');
        order.commitLine('item');
        const again = order.getSublistSubrecord({ sublistId: 'item', fieldId: 'inventorydetail', line: 0 });
        const lots = [again.getLineCount('inventoryassignment'), again.getSublistValue('inventoryassignment', 'quantity', 0)];
        order.selectNewLine('salesteam');
        order.setCurrentSublistValue('salesteam', 'employee', 101);
        order.commitLine('salesteam');
        const team = [order.getLineCount('salesteam'), order.getSublistValue('salesteam', 'employee', 0)];
        const read = record.load({ type: 'salesorder', id: order.save() });
        return { before, lots, team, after: [read.hasSublistSubrecord('item', 'inventorydetail', 0), read.getLineCount('salesteam'), read.getLineCount('nothing')] };",
    );
    assert_eq!(
        told,
        json!({ "before": false, "lots": [1, 2], "team": [1, 101], "after": [false, 0, -1] })
    );
    // Of an item's prices the account has the base price.
    let told = company.says(
        "const item = record.load({ type: 'inventoryitem', id: 1, isDynamic: true });
        item.selectLine({ sublistId: 'price1', line: 0 });
        item.setCurrentMatrixSublistValue({ sublistId: 'price1', fieldId: 'price', column: 0, value: 150 });
        item.commitLine('price1');
        item.save();
        const read = record.load({ type: 'inventoryitem', id: 1 });
        read.setMatrixSublistValue({ sublistId: 'price1', fieldId: 'price', line: 1, column: 0, value: 120 });
        const at = (line) => read.getMatrixSublistValue({ sublistId: 'price1', fieldId: 'price', line, column: 0 });
        return [read.getValue('baseprice'), at(0), at(1), read.getMatrixHeaderCount('price1', 'price'), record.load({ type: 'customer', id: 1 }).getLineCount('price1')];",
    );
    assert_eq!(told, json!([150, 150, 120, 1, -1]));
    let told = company.says(
        "const item = record.load({ type: 'inventoryitem', id: 1 });
        item.setSublistValue({ sublistId: 'price1', fieldId: 'price_1_', line: 0, value: 155 });
        item.setSublistValue({ sublistId: 'price1', fieldId: 'price_2_', line: 0, value: 140 });
        const at = (fieldId) => item.getSublistValue({ sublistId: 'price1', fieldId, line: 0 });
        return [at('price_1_'), at('price_2_'), record.load({ type: 'inventoryitem', id: item.save() }).getValue('baseprice')];",
    );
    assert_eq!(told, json!([155, 140, 155]));
    let (name, _) = company.refused("record.load({ type: 'salesorder', id: 1 }).getSubrecord('nothing');");
    assert_eq!(name, "NOT_EMULATED");
}

#[test]
fn a_lead_has_addresses_whose_ids_are_read_and_a_method_answers_with_a_promise() {
    let company = Company::new();
    let told = company.says(
        "const lead = record.create({ type: 'lead', isDynamic: true });
        lead.setValue('companyname', 'Foggy Harbor Charts');
        lead.selectNewLine('addressbook');
        lead.setCurrentSublistValue('addressbook', 'defaultbilling', true);
        lead.getCurrentSublistSubrecord('addressbook', 'addressbookaddress').setValue('city', 'Astoria');
        lead.commitLine('addressbook');
        return lead.save.promise().then(async (id) => {
            const read = await record.load.promise({ type: 'lead', id });
            const [first] = await search.create({ type: 'lead', filters: [['internalid', 'anyof', id]], columns: ['city'] }).run().getRange.promise({ start: 0, end: 1 });
            const ids = ['id', 'internalid', 'addressid'].map((field) => read.getSublistValue('addressbook', field, 0));
            return [typeof id, ids, first.getValue('city'), await lead.save.promise().catch((e) => e.name)];
        });",
    );
    assert_eq!(told[0], "number");
    assert_eq!(told[1], json!([1, 1, 1]));
    assert_eq!(told[2], "Astoria");
}

#[test]
fn records_are_copied_transformed_and_submitted_without_loading_them() {
    let company = Company::new();
    let told = company.says(
        "const copy = record.copy({ type: 'salesorder', id: 196, isDynamic: true });
        copy.setValue('memo', 'Again');
        const id = copy.save();
        const order = record.transform({ fromType: 'customer', fromId: 1, toType: 'salesorder', isDynamic: true });
        record.submitFields({ type: 'customer', id: 1, values: { comments: 'Called', isinactive: true, creditlimit: 250 } });
        const customer = search.lookupFields({ type: 'customer', id: 1, columns: ['comments', 'isinactive', 'creditlimit'] });
        const [{ id: contact }] = search.create({ type: 'contact', filters: ['entityid', 'is', 'Alma Archer'] }).run().getRange(0, 1);
        record.attach({ record: { type: 'contact', id: contact }, to: { type: 'customer', id: 9 } });
        const read = record.load({ type: 'salesorder', id });
        return { sames: [read.getValue('total'), read.getValue('entity'), read.getText('trandate')], isOther: read.getValue('tranid') !== 'SO60', party: order.getText('entity'), customer,
            company: search.lookupFields({ type: 'contact', id: contact, columns: 'company' }).company[0].text };",
    );
    assert_eq!(
        told,
        json!({
            "sames": [2390.5, "6", "11/21/2026"], "isOther": true, "party": "Harbor Lane Furniture",
            "customer": { "comments": "Called", "isinactive": true, "creditlimit": "250.00" }, "company": "Old Mill Bakery",
        })
    );
}

#[test]
fn what_records_refuse_has_netsuites_codes() {
    let company = Company::new();
    let refused = |body: &str| company.refused(body);
    let code = |body: &str| refused(body).0;
    assert_eq!(
        refused("record.load({ type: 'starship', id: 1 });"),
        (
            "INVALID_RCRD_TYPE".to_owned(),
            "The record type [STARSHIP] is invalid.".to_owned()
        )
    );
    assert_eq!(
        refused("record.load({ type: 'customer' });"),
        (
            "SSS_MISSING_REQD_ARGUMENT".to_owned(),
            "record.load: Missing a required argument: id".to_owned()
        )
    );
    assert_eq!(
        refused("record.create({ type: 'salesorder' }).save();"),
        (
            "USER_ERROR".to_owned(),
            "Please enter value(s) for: Customer".to_owned()
        )
    );
    let line = "const order = record.create({ type: 'salesorder', isDynamic: true }); order.setValue('entity', 1); order.selectNewLine('item');";
    assert_eq!(
        refused(&format!("{line} order.commitLine('item');")),
        (
            "USER_ERROR".to_owned(),
            "Please enter value(s) for: Item".to_owned()
        )
    );
    assert_eq!(
        code(&format!(
            "{line} order.setCurrentSublistValue('item', 'item', 9999);"
        )),
        "INVALID_FLD_VALUE",
        "in dynamic mode it is refused when it is set"
    );
    let dynamic = "const order = record.create({ type: 'salesorder', isDynamic: true });";
    for set in [
        "setValue('entity', 99999)",
        "setText('entity', 'Nobody at all')",
        "setValue('orderstatus', 'Z')",
    ] {
        assert_eq!(
            code(&format!("{dynamic} order.{set};")),
            "INVALID_FLD_VALUE",
            "{set}"
        );
    }
    let order = "const order = record.create({ type: 'salesorder' });";
    assert_eq!(
        code(&format!("{order} order.setValue('entity', 99999); order.save();")),
        "INVALID_KEY_OR_REF"
    );
    assert_eq!(code("record.create({ type: 'workorder' });"), "NOT_EMULATED");
    assert_eq!(
        code(
            "const one = record.load({ type: 'customer', id: 1 }); one.setValue('creditlimit', 'much'); one.save();"
        ),
        "INVALID_FLD_VALUE"
    );
    assert_eq!(
        code("record.load({ type: 'salesorder', id: 196 }).getSublistValue('item', 'rate', 99);"),
        "SSS_INVALID_SUBLIST_OPERATION"
    );
    assert_eq!(
        code(
            "const one = record.load({ type: 'customer', id: 1 }); one.setValue('terms', 1); one.getText('terms');"
        ),
        "SSS_INVALID_API_USAGE"
    );
    assert_eq!(
        code("record.load({ type: 'salesorder', id: 196 }).selectNewLine('item');"),
        "SSS_INVALID_API_USAGE"
    );
    assert_eq!(
        code("record.delete({ type: 'customer', id: 1 });"),
        "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"
    );
    assert_eq!(
        code("record.transform({ fromType: 'salesorder', fromId: 196, toType: 'vendorbill' });"),
        "INVALID_RCRD_TRANSFRM"
    );
    assert_eq!(
        code("record.load({ type: 'customer', id: 1 }).getMacros();"),
        "NOT_EMULATED"
    );
    assert_eq!(
        code("query.load({ id: 'custworkbook_one' });"),
        "UNABLE_TO_LOAD_QUERY"
    );
    assert_eq!(
        code("query.runSuiteQL('SELECT colour FROM item');"),
        "SSS_SEARCH_ERROR_OCCURRED"
    );
    let caught = company.says("try { record.load({ type: 'customer', id: 424242 }); } catch (error) { return [error.name, error.message, error.type, error instanceof Error]; }");
    assert_eq!(
        caught,
        json!([
            "RCRD_DSNT_EXIST",
            "That record does not exist.",
            "error.SuiteScriptError",
            true
        ])
    );
}

#[test]
fn a_line_has_its_number_its_key_and_the_kind_of_its_item_and_addresses_come_from_the_customer() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'salesorder', isDynamic: true });
        order.setValue('entity', 1);
        order.selectNewLine('item');
        order.setCurrentSublistText('item', 'item', 'CHAIR-OAK');
        order.commitLine('item');
        const begun = [order.getValue('shipaddress'), order.getSubrecord('billingaddress').getValue('zip')];
        const saved = record.load({ type: 'salesorder', id: order.save() });
        const line = (field) => saved.getSublistValue('item', field, 0);
        const [found] = search.create({ type: 'salesorder', filters: [['internalid', 'anyof', saved.id], 'and', ['mainline', 'is', 'F']], columns: ['lineuniquekey'] }).run().getRange(0, 1);
        return [begun, [line('line'), line('itemtype'), line('price'), saved.getSublistText('item', 'price', 0), line('isclosed')],
            String(line('lineuniquekey')) === found.getValue('lineuniquekey'), saved.getSublistFields('item').includes('lineuniquekey')];",
    );
    let address = "Harbor Lane Furniture\n214 NW Harbor Lane\nPortland, OR 97209";
    assert_eq!(
        told,
        json!([
            [address, "97209"],
            [1, "InvtPart", "1", "Base Price", false],
            true,
            true
        ])
    );
}

#[test]
fn a_purchase_is_received_and_billed_and_a_customer_pays_in_advance() {
    let company = Company::new();
    let told = company.says(
        "const order = record.create({ type: 'purchaseorder', isDynamic: true });
        order.setText('entity', 'Cedar Ridge Timber');
        order.selectNewLine('item');
        order.setCurrentSublistText('item', 'item', 'CHAIR-OAK');
        order.setCurrentSublistValue('item', 'quantity', 5);
        order.commitLine('item');
        const fromId = order.save();
        const receipt = record.transform({ fromType: 'purchaseorder', fromId, toType: record.Type.ITEM_RECEIPT, isDynamic: true });
        receipt.selectLine('item', 0);
        receipt.setCurrentSublistValue('item', 'quantity', 3);
        receipt.commitLine('item');
        receipt.save();
        const status = record.load({ type: 'purchaseorder', id: fromId }).getValue('status');
        const sale = record.create({ type: record.Type.CASH_SALE });
        sale.setValue('entity', 23).setText('paymentmethod', 'VISA');
        sale.setSublistValue('item', 'item', 0, search.create({ type: 'otherchargeitem', filters: [['itemid', 'is', 'RUSH-FEE']] }).run().getRange(0, 1)[0].id);
        const sold = record.load({ type: 'cashsale', id: sale.save() });
        const deposit = record.create({ type: 'customerdeposit' });
        deposit.setValue('customer', 23).setValue('payment', 40);
        deposit.save();
        return [status, sold.getValue('total'), sold.getValue('status'), search.lookupFields({ type: 'customer', id: 23, columns: ['depositbalance'] })];",
    );
    assert_eq!(
        told,
        json!(["Partially Received", 35, "Not Deposited", { "depositbalance": "40.00" }])
    );
}
