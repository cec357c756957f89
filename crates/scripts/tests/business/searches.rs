//! `N/search`. What the demonstration company has is written in its seed; the answers are counted by hand there.

use std::sync::Arc;

use countersign_records::Catalog;
use serde_json::{Value, json};

use crate::company::Company;

/// The first column of every result.
fn found(company: &Company, search: &str) -> Value {
    company.says(&format!(
        "const found = []; search.create({search}).run().each((one) => found.push(one.getValue(one.columns[0])) > 0); return found;"
    ))
}

#[test]
fn filters_find_by_text_number_date_box_and_list() {
    let company = Company::new();
    let items = |filters: &str| {
        found(
            &company,
            &format!("{{ type: 'item', filters: {filters}, columns: ['itemid'] }}"),
        )
    };
    assert_eq!(
        items("[['baseprice', 'greaterthan', 400]]"),
        json!(["TABLE-180", "RUG-WOOL", "DESIGN"])
    );
    assert_eq!(
        items("[['baseprice', 'between', 59.5, 95]]"),
        json!(["LAMP-DESK", "ASSEMBLY", "DELIVERY"])
    );
    assert_eq!(
        items("['itemid', 'startswith', 'lamp']"),
        json!(["LAMP-DESK", "LAMP-FLOOR"])
    );
    assert_eq!(
        items("[['itemid', 'contains', 'air'], 'and', 'not', ['itemid', 'is', 'chair-oak']]"),
        json!(["CHAIR-ASH", "CHAIR-PADDED"])
    );
    assert_eq!(
        items("[['type', 'anyof', 'Service'], 'AND', ['baseprice', 'isempty', '']]"),
        json!(["TRANSLATION"])
    );
    assert_eq!(
        items(
            "[['itemid', 'is', 'CRATE'], 'or', [['itemid', 'is', 'POLISH'], 'and', ['isinactive', 'is', 'F']]]"
        ),
        json!(["CRATE", "POLISH"])
    );
    assert_eq!(
        items("[['internalid', 'anyof', ['3', 9]], 'and', ['internalidnumber', 'lessthan', 5]]"),
        json!(["TABLE-180"])
    );

    let orders = |filters: &str| {
        found(
            &company,
            &format!(
                "{{ type: search.Type.SALES_ORDER, filters: [['mainline', 'is', 'T'], 'and', {filters}], columns: ['tranid'] }}"
            ),
        )
    };
    // It is 11/21/2026; there is an order every six days, the last one six days ago.
    assert_eq!(
        orders("['trandate', 'within', 'thismonth']"),
        json!(["SO58", "SO59", "SO60"])
    );
    assert_eq!(
        orders("['trandate', 'within', 'lastMonth']"),
        json!(["SO53", "SO54", "SO55", "SO56", "SO57"])
    );
    assert_eq!(
        orders("['trandate', 'onorafter', 'daysAgo17']"),
        json!(["SO59", "SO60"])
    );
    assert_eq!(
        orders("['trandate', 'within', '11/1/2026', '11/10/2026']"),
        json!(["SO58", "SO59"])
    );
    assert_eq!(
        orders("['trandate', 'on', new Date(2026, 10, 15)]"),
        json!(["SO60"])
    );
    assert_eq!(
        orders("[['status', 'anyof', 'SalesOrd:B'], 'and', ['name', 'anyof', ['2', '6', '9']]]"),
        json!(["SO57", "SO58", "SO60"])
    );
    assert_eq!(
        orders(
            "[['taxline', 'is', 'F'], 'and', ['shipping', 'is', 'F'], 'and', ['cogs', 'is', 'F'], 'and', ['voided', 'is', 'F'], 'and', ['externalid', 'anyof', 'order-1', 'order-60']]"
        ),
        json!(["SO1", "SO60"])
    );
    let by = found(
        &company,
        "{ type: 'customer', filters: [['salesrep', 'anyof', '@NONE@'], 'and', ['stage', 'anyof', 'Lead']], columns: ['entityid'] }",
    );
    assert_eq!(by, json!([]));
    let leads = found(
        &company,
        "{ type: 'lead', filters: [['salesrep', 'anyof', 101]], columns: ['entityid'] }",
    );
    assert_eq!(leads, json!(["Amber Valley Orchards", "Harvest Moon Grocers"]));
}

#[test]
fn a_result_has_values_texts_and_the_form_netsuite_writes() {
    let company = Company::new();
    let told = company.says(
        "const found = search.create({ type: 'salesorder',
            filters: [search.createFilter({ name: 'tranid', operator: search.Operator.IS, values: 'SO60' }), search.createFilter('mainline', null, 'is', true)],
            columns: ['trandate', search.createColumn({ name: 'entity', sort: search.Sort.DESC }), 'customer.email', 'status', 'amount', 'datecreated',
                { name: 'formulanumeric', formula: \"CASE WHEN {customer.companyname} LIKE 'Lark%' THEN {amount} * 2 ELSE 0 END\" }, 'formulatext: UPPER({entity})'] });
        const [one] = found.run().getRange({ start: 0, end: 10 });
        return { json: JSON.parse(JSON.stringify(one)), text: one.getText('entity'), value: one.getValue({ name: 'entity' }), none: one.getText('trandate'),
            email: one.getValue({ name: 'email', join: 'customer' }), twice: one.getValue(found.columns[6]), expression: found.filterExpression };",
    );
    assert_eq!(
        told,
        json!({
            "json": { "recordType": "salesorder", "id": "196", "values": {
                "trandate": "11/15/2026",
                "entity": [{ "value": "6", "text": "Larkspur Dental Group" }],
                "customer.email": "accounts@larkspurdentalgroup.example.com",
                "status": [{ "value": "pendingFulfillment", "text": "Pending Fulfillment" }],
                "amount": "2390.50",
                "datecreated": "11/15/2026 10:00 am",
                "formulanumeric": "4781",
                "formulatext": "LARKSPUR DENTAL GROUP",
            } },
            "text": "Larkspur Dental Group", "value": "6", "none": null,
            "email": "accounts@larkspurdentalgroup.example.com", "twice": "4781",
            "expression": [["tranid", "is", "SO60"], "AND", ["mainline", "is", "T"]],
        })
    );
    let looked = company.says("return search.lookupFields({ type: 'customer', id: 1, columns: ['companyname', 'salesrep', 'isinactive', 'salesrep.email', 'terms'] });");
    assert_eq!(
        looked,
        json!({
            "companyname": "Harbor Lane Furniture", "salesrep": [{ "value": "101", "text": "Maria Keller" }], "isinactive": false,
            "salesrep.email": "maria.keller@countersign.example.com", "terms": [{ "value": "2", "text": "Net 30" }],
        })
    );
    assert_eq!(
        company.says("return search.lookupFields({ type: 'customer', id: 99999, columns: 'email' });"),
        json!({})
    );
}

#[test]
fn joins_lead_to_what_a_record_names_and_back_to_what_names_it() {
    let own = "record customrecord_crate \"Crate\" named=name may=LIST_CUSTRECORDENTRY\n  name text(300)\n  \
               custrecord_owner ref(customer)\n  custrecord_weight float\n";
    let catalog = Catalog::built_in().unwrap().extended("own", own).unwrap();
    let company = Company::of(catalog, Arc::new(|_, _| Ok(())));
    company.says(
        "for (const [name, custrecord_owner, custrecord_weight] of [['A', 1, 2.5], ['B', 1, 4], ['C', 9, 1]]) {
            const crate = record.create({ type: 'customrecord_crate' });
            crate.setValue('name', name).setValue({ fieldId: 'custrecord_owner', value: custrecord_owner }).setValue('custrecord_weight', custrecord_weight);
            crate.save();
        }",
    );
    let children = company.says(
        "const customer = record.load({ type: 'customer', id: 9, isDynamic: true });
        const crates = 'recmachcustrecord_owner';
        customer.selectNewLine(crates);
        customer.setCurrentSublistValue(crates, 'name', 'D');
        customer.commitLine(crates);
        customer.selectLine(crates, 0);
        customer.setCurrentSublistValue(crates, 'custrecord_weight', 1.5);
        customer.commitLine(crates);
        customer.save();
        const again = record.load({ type: 'customer', id: 9 });
        const lines = [0, 1].map((line) => [again.getSublistValue(crates, 'name', line), again.getSublistValue(crates, 'custrecord_weight', line)]);
        again.removeLine(crates, 1);
        again.save();
        return [lines, again.getLineCount(crates)];",
    );
    assert_eq!(children, json!([[["C", 1.5], ["D", ""]], 1]));
    let owners = found(
        &company,
        "{ type: 'customrecord_crate', filters: [['custrecord_owner.companyname', 'contains', 'mill']], columns: ['name'] }",
    );
    assert_eq!(owners, json!(["C"]));
    let heavy = found(
        &company,
        "{ type: 'customer', filters: [['internalid', 'anyof', 1, 9]], columns: [
            { name: 'formulatext', formula: \"{entityid} || ' ' || {custrecord_owner.name}\" }, { name: 'name', join: 'custrecord_owner', sort: 'DESC' }] }",
    );
    assert_eq!(
        heavy,
        json!([
            "Old Mill Bakery C",
            "Harbor Lane Furniture B",
            "Harbor Lane Furniture A"
        ])
    );
    let weights = company.says(
        "return search.create({ type: 'customrecord_crate', filters: ['sum(custrecord_weight)', 'greaterthan', '2'],
            columns: [{ name: 'custrecord_owner', summary: 'GROUP' }, { name: 'custrecord_weight', summary: 'SUM' }, { name: 'custrecord_weight', summary: 'MAX' }] })
            .run().getRange(0, 5);",
    );
    let owner = json!([{ "value": "1", "text": "Harbor Lane Furniture" }]);
    assert_eq!(
        weights,
        json!([{ "values": { "GROUP(custrecord_owner)": owner, "SUM(custrecord_weight)": "6.5", "MAX(custrecord_weight)": "4" } }])
    );
    let buyer = found(
        &company,
        "{ type: 'customer', filters: [['contact.entityid', 'is', 'Iris Ivers']], columns: ['entityid'] }",
    );
    assert_eq!(buyer, json!(["Old Mill Bakery"]));
    let paid = company.says(
        "const [one] = search.create({ type: 'invoice', filters: [['tranid', 'is', 'INV2'], 'and', ['mainline', 'is', 'T']],
            columns: ['createdfrom.tranid', 'applyingtransaction.type'] }).run().getRange(0, 1);
        return [one.getValue('createdfrom.tranid'), one.getText({ name: 'type', join: 'applyingtransaction' })];",
    );
    assert_eq!(paid, json!(["SO2", "Customer Payment"]));
}

#[test]
fn lines_are_results_and_amounts_have_the_sign_of_the_sale() {
    let company = Company::new();
    let lines = company.says(
        "const lines = [];
        search.create({ type: 'transaction', filters: [['tranid', 'is', 'SO59']], columns: ['line', 'item', 'quantity', 'rate', 'amount', 'mainline'] })
            .run().each((one) => lines.push([one.getValue('line'), one.getText('item'), one.getValue('quantity'), one.getValue('amount'), one.getValue('mainline')]) > 0);
        return lines;",
    );
    let stored = company.query(
        "SELECT l.linesequencenumber, BUILTIN.DF(l.item), -l.quantity, -l.netamount FROM transactionline l JOIN transaction t ON t.id = l.transaction \
         WHERE t.tranid = 'SO59' AND l.mainline = 'F' ORDER BY 1",
    );
    let lines = lines.as_array().unwrap();
    // Those of the order, behind the one that stands for the whole.
    assert_eq!(lines[0], json!(["0", "", "", "1325.00", true]));
    assert_eq!(lines.len(), stored.as_array().unwrap().len() + 1);
    for (line, stored) in lines[1..].iter().zip(stored.as_array().unwrap()) {
        assert_eq!(line[1], stored[1]);
        let number = |text: &Value| text.as_str().unwrap().parse::<f64>().unwrap();
        assert_eq!(number(&line[2]), stored[2].as_f64().unwrap());
        assert_eq!(number(&line[3]), stored[3].as_f64().unwrap());
        assert_eq!(line[4], false);
    }
}

#[test]
fn a_search_is_saved_loaded_added_to_and_deleted() {
    let company = Company::new();
    let saved = company.says(
        "const lamps = search.create({ type: 'item', title: 'Lamps', id: 'customsearch_lamps', filters: [['itemid', 'startswith', 'lamp'], 'or', ['itemid', 'is', 'CRATE']],
            columns: ['itemid', { name: 'baseprice', sort: search.Sort.DESC }] });
        const id = lamps.save();
        const loaded = search.load({ id: 'customsearch_lamps' });
        loaded.filters.push(search.createFilter({ name: 'baseprice', operator: 'lessthan', values: 100 }));
        const found = loaded.run().getRange({ start: 0, end: 9 }).map((one) => one.getValue('itemid'));
        const again = search.load(id);
        return { found, title: again.title, type: again.searchType, expression: again.filterExpression, same: again.searchId === id, all: again.runPaged({ pageSize: 5 }).count };",
    );
    assert_eq!(
        saved,
        json!({
            "found": ["LAMP-DESK", "CRATE"], "title": "Lamps", "type": "item",
            "expression": [["itemid", "startswith", "lamp"], "OR", ["itemid", "is", "CRATE"]], "same": true, "all": 3,
        })
    );
    let (code, _) = company
        .refused("search.create({ type: 'item', title: 'Lamps again', id: 'customsearch_lamps' }).save();");
    assert_eq!(code, "NAME_ALREADY_IN_USE");
    company.says("search.delete({ id: 'customsearch_lamps' });");
    let (code, _) = company.refused("search.load('customsearch_lamps');");
    assert_eq!(code, "INVALID_SEARCH");
    let (code, message) = company.refused("search.create({ type: 'item' }).save();");
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "SSS_MISSING_REQD_ARGUMENT",
            "Search.save: Missing a required argument: title"
        )
    );
}

#[test]
fn what_a_search_cannot_be_is_refused_in_netsuites_codes() {
    let company = Company::new();
    let code = |search: &str| {
        company
            .refused(&format!("return search.create({search}).run().getRange(0, 1);"))
            .0
    };
    assert_eq!(code("{ type: 'spaceship' }"), "INVALID_RCRD_TYPE");
    assert_eq!(
        code("{ type: 'item', filters: [['colour', 'is', 'red']] }"),
        "SSS_INVALID_SRCH_FILTER"
    );
    assert_eq!(
        code("{ type: 'item', filters: [['paint.colour', 'is', 'red']] }"),
        "SSS_INVALID_SRCH_FILTER_JOIN"
    );
    assert_eq!(
        code("{ type: 'item', columns: ['colour'] }"),
        "SSS_INVALID_SRCH_COL"
    );
    assert_eq!(
        code("{ type: 'item', columns: ['paint.colour'] }"),
        "SSS_INVALID_SRCH_COL_JOIN"
    );
    assert_eq!(
        code("{ type: 'item', filters: [['baseprice', 'startswith', '4']] }"),
        "SSS_INVALID_SRCH_OPERATOR"
    );
    assert_eq!(
        code("{ type: 'item', filters: [['itemid', 'onorafter', 'today']] }"),
        "SSS_INVALID_SRCH_OPERATOR"
    );
    assert_eq!(
        code("{ type: 'item', filters: ['and'] }"),
        "SSS_INVALID_SRCH_FILTER_EXPR"
    );
    for escape in ["1) FROM account --", "{itemid", "'", "1; DELETE", ")("] {
        let formula = json!(escape);
        assert_eq!(
            code(&format!(
                "{{ type: 'item', columns: [{{ name: 'formulatext', formula: {formula} }}] }}"
            )),
            "SSS_INVALID_SRCH_FORMULA"
        );
    }
    let (name, message) =
        company.refused("search.create({ type: 'item' }).run().getRange({ start: 0, end: 1001 });");
    assert_eq!(name, "SSS_SEARCH_RESULT_LIMIT_EXCEEDED");
    assert!(
        message.starts_with("No more than 1000 search results"),
        "{message}"
    );
    let (name, message) = company.refused("search.create({ columns: [] });");
    assert_eq!(
        (name.as_str(), message.as_str()),
        (
            "SSS_MISSING_REQD_ARGUMENT",
            "search.create: Missing a required argument: type"
        )
    );
}

#[test]
fn what_netsuite_has_and_the_account_keeps_nothing_in_is_empty() {
    let company = Company::new();
    let told = company.says(
        "const of = (type, columns, filters = []) => search.create({ type, columns, filters }).run().getRange(0, 1).map((one) => columns.map((name) => one.getValue(name)))[0];
        const count = (type, filters) => search.create({ type, filters }).runPaged().count;
        return [of('item', ['itemid', 'matrix', 'pricinggroup', 'hits']), count('employee', [['giveaccess', 'is', 'T']]), count('employee', [['role', 'anyof', '3']]),
            count('employee', [['role', 'isempty', '']]) > 0, of('salesorder', ['quantitycommitted', 'source'], [['mainline', 'is', 'F']]),
            of('inventorybalance', ['item.itemid', 'onhand', 'available', 'binnumber']), of('pricing', ['unitprice'], [['item', 'anyof', '1']]),
            of('salesorder', ['inventorydetail.inventorynumber', 'inventorydetail.binnumber', 'jobmain.entityid']), count('inventorynumber', [['item', 'anyof', '1']]),
            of('item', ['binonhand.quantityavailable', 'pricing.quantityrange', 'locationquantityintransit', 'locationcost'], [['locationquantityonhand', 'greaterthan', '0']]).map((one, at) => at < 2 ? one : one !== ''),
            of('supportcase', ['messages.message', 'lastmessage', 'timeopen']), of('customer', ['addressinternalid', 'isdefaultbilling'], [['internalid', 'anyof', 1]]).map((one) => one !== ''),
            of('location', ['address.city'], [['internalid', 'anyof', 1]]), of('timebill', ['job.entityid']) ?? null, of('accountingperiod', ['fiscalcalendar'])];",
    );
    assert_eq!(
        told,
        json!([
            ["CHAIR-OAK", false, "", ""],
            0,
            0,
            true,
            ["", ""],
            ["LAMP-FLOOR", "6", "6", ""],
            ["145"],
            ["", "", ""],
            0,
            ["", "", true, true],
            ["", "", ""],
            [true, true],
            ["Portland"],
            null,
            [""],
        ])
    );
    for searched in ["role", "workorder", "inventorydetail", "loginaudittrail"] {
        let (name, message) = company.refused(&format!("search.create({{ type: '{searched}' }});"));
        assert_eq!(name, "NOT_EMULATED");
        assert!(
            message.contains(&format!("The record type {searched} ")),
            "{message}"
        );
    }
}

#[test]
fn a_role_finds_what_it_may_view() {
    let company = Company::whose_role(Arc::new(|of, _| match of.name.as_str() {
        "vendor" | "invoice" => {
            Err("Permission Violation: you need the 'Lists -> Vendors' permission.".to_owned())
        }
        _ => Ok(()),
    }));
    let (code, _) = company.refused("return search.create({ type: 'vendor' }).run().getRange(0, 1);");
    assert_eq!(code, "INSUFFICIENT_PERMISSION");
    let types = company.says(
        "return search.create({ type: 'transaction', filters: ['mainline', 'is', 'T'], columns: [{ name: 'type', summary: 'GROUP' }] })
            .run().getRange(0, 50).map((one) => one.getValue({ name: 'type', summary: 'GROUP' }));",
    );
    let types: Vec<&str> = types
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    assert!(
        types.contains(&"SalesOrd") && !types.contains(&"CustInvc"),
        "{types:?}"
    );
    let (code, _) = company.refused("record.load({ type: 'vendor', id: 27 });");
    assert_eq!(code, "INSUFFICIENT_PERMISSION");
    let hidden = company
        .refused("return query.runSuiteQL('SELECT id FROM vendor');")
        .0;
    assert_eq!(hidden, "INSUFFICIENT_PERMISSION");
}

#[test]
fn usage_is_counted_as_netsuite_counts_it() {
    let company = Company::new();
    let units = |body: &str| company.outcome("body.js", "post", json!({ "body": body })).units;
    assert_eq!(units("search.create({ type: 'item' }).run().getRange(0, 5);"), 10);
    assert_eq!(
        units("search.create({ type: 'item' }).run().each(() => true);"),
        10
    );
    assert_eq!(
        units("search.create({ type: 'item' }).runPaged({ pageSize: 5 }).fetch({ index: 0 });"),
        10
    );
    assert_eq!(
        units("search.lookupFields({ type: 'item', id: 1, columns: 'itemid' });"),
        1
    );
    assert_eq!(units("record.load({ type: 'customer', id: 1 });"), 5);
    assert_eq!(units("record.load({ type: 'salesorder', id: 196 });"), 10);
    assert_eq!(units("query.runSuiteQL('SELECT id FROM item');"), 10);
}

#[test]
fn a_query_that_is_put_together_has_joins_conditions_and_aggregates() {
    let company = Company::new();
    let told = company.says(
        "const customers = query.create({ type: query.Type.CUSTOMER });
        const rep = customers.autoJoin({ fieldId: 'salesrep' });
        customers.condition = customers.and(
            customers.createCondition({ fieldId: 'companyname', operator: query.Operator.START_WITH, values: 'Harbor' }),
            customers.not(rep.createCondition({ fieldId: 'entityid', operator: query.Operator.ANY_OF, values: ['Tom Okafor'] })));
        customers.columns = [customers.createColumn({ fieldId: 'entityid' }), rep.createColumn({ fieldId: 'email', alias: 'rep' }),
            customers.createColumn({ fieldId: 'terms', context: query.FieldContext.DISPLAY })];
        customers.sort = [customers.createSort({ column: customers.columns[0], ascending: false })];
        const all = customers.run().asMappedResults();
        const orders = query.create({ type: query.Type.TRANSACTION });
        orders.columns = [orders.createColumn({ fieldId: 'type', groupBy: true }), orders.createColumn({ fieldId: 'id', aggregate: query.Aggregate.COUNT, alias: 'orders' })];
        orders.condition = orders.and(orders.createCondition({ fieldId: 'type', operator: 'ANY_OF', values: ['SalesOrd'] }),
            orders.createCondition({ fieldId: 'trandate', operator: query.Operator.WITHIN, values: query.RelativeDateRange.LAST_MONTH }));
        const impacts = query.create({ type: query.Type.TRANSACTION });
        const lines = impacts.autoJoin({ fieldId: 'transactionlines' });
        const impact = lines.autoJoin({ fieldId: 'accountingimpact' });
        impacts.columns = [impact.createColumn({ fieldId: 'account', context: query.FieldContext.HIERARCHY, alias: 'account' }), impact.createColumn({ fieldId: 'amount', alias: 'amount' })];
        impacts.condition = impacts.and(impacts.createCondition({ fieldId: 'tranid', operator: 'IS', values: 'INV1' }), impact.createCondition({ fieldId: 'amount', operator: 'GREATER', values: 0 }));
        return { all: [all.length, all[2]], orders: orders.run().results[0].values, paged: customers.runPaged({ pageSize: 5 }).count, impacts: impacts.run().asMappedResults() };",
    );
    let boise = json!({ "entityid": "Harbor Lane Furniture", "rep": "maria.keller@countersign.example.com", "terms": "Net 30" });
    assert_eq!(
        told,
        json!({ "all": [3, boise], "orders": ["SalesOrd", 5], "paged": 3, "impacts": [{ "account": "Accounts Receivable", "amount": 895 }] })
    );
}

#[test]
fn columns_are_changed_by_functions_and_formulas_sum_up_by_themselves() {
    let company = Company::new();
    let told = company.says(
        "const [one] = search.create({
            type: 'salesorder',
            filters: [['mainline', 'is', 'T'], 'and', ['entity', 'anyof', 1]],
            columns: [
                { name: 'entity', summary: 'GROUP' },
                { name: 'formulanumeric1', summary: 'MAX', formula: \"NVL(SUM(CASE WHEN {tranid} = 'SO1' THEN 1 ELSE 0 END), 0)\" },
                { name: 'formulanumeric2', summary: 'MAX', formula: \"CASE WHEN {tranid} = 'SUM(' THEN 1 ELSE 2 END\" },
            ],
        }).run().getRange(0, 1);
        const [line] = search.create({
            type: 'salesorder',
            filters: [['mainline', 'is', 'T'], 'and', ['tranid', 'is', 'SO1']],
            columns: [{ name: 'amount', function: 'negate' }, { name: 'trandate', function: 'month' }, { name: 'formulanumeric', formula: '-2.44', function: 'absoluteValue' }],
        }).run().getRange(0, 1);
        return [one.getValue('formulanumeric1', null, 'MAX'), one.getValue({ name: 'formulanumeric2', summary: 'MAX' }), ...line.columns.map((column) => line.getValue(column)),
            search.create({ type: 'entitygroup', filters: [['isinactive', 'is', 'F']], columns: ['groupname'] }).runPaged().count,
            search.create({ type: 'scriptexecutionlog', filters: [['type', 'is', 'ERROR'], 'and', ['date', 'onorbefore', 'today'], 'and', ['script.scriptid', 'is', 'a']], columns: ['date', 'time', 'title', 'detail', 'script.name'] }).runPaged().count];",
    );
    assert_eq!(told, json!(["1", "2", "-895.00", "2025-11", "2.44", 0, 0]));
    let (name, _) = company.refused(
        "search.create({ type: 'salesorder', columns: [{ name: 'trandate', function: 'numberAsTime' }] });",
    );
    assert_eq!(name, "NOT_EMULATED");
}

#[test]
fn addresses_are_columns_and_filters_of_those_who_have_them() {
    let company = Company::new();
    let told = company.says(
        "const customer = record.create({ type: 'customer', isDynamic: true });
        customer.setValue('companyname', 'Lighthouse Prints').setValue('entityid', 'Lighthouse Prints');
        customer.selectNewLine('addressbook');
        customer.setCurrentSublistValue('addressbook', 'defaultbilling', true);
        customer.getCurrentSublistSubrecord('addressbook', 'addressbookaddress').setValue('addr1', '5 Cape Road').setValue('city', 'Ilwaco').setValue('zip', '98624');
        customer.commitLine('addressbook');
        const id = customer.save();
        const order = record.create({ type: 'salesorder' });
        order.setValue('entity', id);
        order.setSublistValue('item', 'item', 0, 1);
        order.getSubrecord('shippingaddress').setValue('city', 'Seaview');
        order.save();
        const [one] = search.create({ type: 'customer', filters: [['city', 'is', 'ilwaco']], columns: ['entityid', 'address1', 'zipcode', 'address.city', 'billaddress1'] }).run().getRange(0, 5);
        const [sold] = search.create({ type: 'salesorder', filters: [['shipcity', 'startswith', 'seav'], 'and', ['mainline', 'is', 'T']], columns: ['shipcity', 'billcity'] }).run().getRange(0, 5);
        return [one.getAllValues(), sold.getAllValues()];",
    );
    let customer = json!({ "entityid": "Lighthouse Prints", "address1": "5 Cape Road", "zipcode": "98624", "address.city": "Ilwaco", "billaddress1": "5 Cape Road" });
    assert_eq!(
        told,
        json!([customer, { "shipcity": "Seaview", "billcity": "Ilwaco" }])
    );
}

#[test]
fn an_item_is_found_with_its_stock_at_each_location() {
    let company = Company::new();
    let told = company.says(
        "const named = (type, name) => search.create({ type, filters: [['name', 'is', name]] }).run().getRange(0, 1)[0].id;
        const bill = record.create({ type: 'vendorbill', isDynamic: true });
        bill.setText('entity', 'Cedar Ridge Timber');
        bill.selectNewLine('item');
        bill.setCurrentSublistValue('item', 'item', named('item', 'CRATE'));
        bill.setCurrentSublistValue('item', 'quantity', 7);
        bill.setCurrentSublistValue('item', 'location', named('location', 'Portland Warehouse'));
        bill.commitLine('item');
        bill.save();
        return search.create({ type: 'item', filters: [['itemid', 'is', 'CRATE'], 'and', ['locationquantityonhand', 'greaterthan', 0]],
            columns: ['itemid', 'inventorylocation', 'locationquantityonhand'] }).run().getRange(0, 100)
            .map((one) => [one.getValue('itemid'), one.getText('inventorylocation'), one.getValue('locationquantityonhand')]);",
    );
    // Forty were found when the warehouse was counted.
    assert_eq!(told, json!([["CRATE", "Portland Warehouse", "47"]]));
}

#[test]
fn everything_is_found_by_its_words_and_a_prefix_says_of_what_kind_it_is() {
    let company = Company::new();
    let told = company.says(
        "const told = (keywords) => search.global({ keywords }).map((one) => `${one.recordType} ${one.id} ${one.getValue('name')} (${one.getValue({ name: 'type' })})`);
        return [told('cu: harbor'), told('SO60'), told('oak %chair%'), told('employee: keller'), told('it: nothing of the kind'), search.global('maria keller')[0].getValue('info1')];",
    );
    assert_eq!(
        told,
        json!([
            [
                "customer 1 Harbor Lane Furniture (Customer)",
                "customer 2 Harbor Lane Furniture : Seattle (Customer)",
                "customer 3 Harbor Lane Furniture : Boise (Customer)"
            ],
            ["salesorder 196 SO60 (Sales Order)"],
            [
                "inventoryitem 1 CHAIR-OAK (Inventory Item)",
                "assemblyitem 25 CHAIR-PADDED (Assembly/Bill of Materials)"
            ],
            ["employee 101 Maria Keller (Employee)"],
            [],
            "maria.keller@countersign.example.com"
        ])
    );
    let sees_vendors = Company::whose_role(Arc::new(|of, _| {
        (of.script_id == "vendor")
            .then_some(())
            .ok_or_else(|| "no".to_owned())
    }));
    let seen = sees_vendors.says("return search.global('cedar').map((one) => one.recordType);");
    assert_eq!(seen, json!(["vendor"]), "what the role does not see is not found");
}

#[test]
fn a_search_looks_into_what_public_scripts_look_into() {
    let company = Company::new();
    let told = company.says(
        "const first = (type, filters, columns) => {
            const [one] = search.create({ type, filters, columns }).run().getRange(0, 1);
            return columns.map((column) => one.getText(column) || one.getValue(column));
        };
        const all = (type, filters, name) => search.create({ type, filters, columns: [name] }).run().getRange(0, 50).map((one) => one.getValue(name));
        return [
            first('invoice', [['numbertext', 'is', 'INV2'], 'and', ['mainline', 'is', 'T']],
                ['createdfrom.tranid', 'payingtransaction.tranid', 'applyingtransaction', 'applyinglinktype', 'customer.email', 'accounttype', 'shipstate', 'account']),
            first('customer', [['internalid', 'anyof', 1]], ['address.isdefaultbilling', 'address.addresslabel', 'contactprimary.entityid', 'city', 'countrycode', 'altname', 'job.entityid']),
            first('location', [['name', 'is', 'Austin Store']], ['city', 'state', 'zip']),
            all('customer', [['stage', 'anyof', 'PROSPECT']], 'entityid'),
            all('salesorder', [['otherrefnum', 'equalto', 'po-4013'], 'and', ['mainline', 'is', 'T'], 'and', ['salesrep', 'anyof', '@NONE@', '@CURRENT@', 102, 103]], 'tranid'),
            all('transaction', [['type', 'anyof', 'SalesOrd'], 'and', ['mainline', 'is', 'T'], 'and', ['trandate', 'onorafter', 'startofthismonth']], 'tranid'),
            all('folder', [['istoplevel', 'is', 'T'], 'and', ['name', 'is', 'Images']], 'numfiles'),
            all('file', [['name', 'is', 'logo.png']], 'url').map((url) => url.startsWith('/core/media/media.nl?id=')),
            all('item', [['itemid', 'is', 'DESK-SET']], 'memberitem').length,
            all('task', [['status', 'anyof', 'PROGRESS']], 'title'),
            all('estimate', [['status', 'anyof', 'Estimate:A'], 'and', ['mainline', 'is', 'T']], 'total').length,
            all('systemnote', [['newvalue', 'is', 'Mossy Rock Hotel']], 'field'),
        ];",
    );
    assert_eq!(
        told,
        json!([
            [
                "SO2",
                "PYMT1",
                "PYMT1",
                "Payment",
                "accounts@granitestatetools.example.com",
                "Accounts Receivable",
                "NH",
                "Accounts Receivable"
            ],
            [
                true,
                "Head office",
                "Alma Archer",
                "Portland",
                "United States",
                "Harbor Lane Furniture",
                "Showroom fit-out"
            ],
            ["Austin", "TX", "78701"],
            ["Mossy Rock Hotel", "Lakeview Clinic"],
            ["SO2"],
            ["SO58", "SO59", "SO60"],
            ["1"],
            [true],
            2,
            ["Send samples of oak"],
            3,
            ["entityId", "companyName", "altName"]
        ])
    );
}

/// Nobody has the thread back that waits for it.
#[test]
fn a_statement_takes_no_longer_than_a_script_may() {
    let company = Company::new();
    let statement = "SELECT COUNT(*) FROM customer a, customer b, customer c, customer d, customer e";
    let arguments = json!({ "query": statement, "start": 0, "size": 10 });
    let ended = company.asked_in_no_time("query.run", arguments).unwrap_err();
    assert_eq!(ended.name, "SSS_REQUEST_TIME_EXCEEDED", "{ended}");
}
