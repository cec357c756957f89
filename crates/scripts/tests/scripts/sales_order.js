/**
 * A sales order as a shop sends it, in dynamic mode: the account fills in what follows from customer and items.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search'], (record, search) => {
  const itemByName = (name) => {
    const found = search
      .create({ type: search.Type.ITEM, filters: [['itemid', 'is', name], 'and', ['isinactive', 'is', 'F']], columns: ['itemid'] })
      .run()
      .getRange({ start: 0, end: 1 });
    return found.length > 0 ? found[0].id : null;
  };

  const post = (order) => {
    const salesOrder = record.create({ type: record.Type.SALES_ORDER, isDynamic: true });
    salesOrder.setValue({ fieldId: 'entity', value: order.customer });
    salesOrder.setValue({ fieldId: 'otherrefnum', value: order.reference });
    salesOrder.setValue({ fieldId: 'trandate', value: new Date(2026, 10, 20) });
    const terms = salesOrder.getText({ fieldId: 'terms' });

    const prices = order.lines.map((line) => {
      salesOrder.selectNewLine({ sublistId: 'item' });
      salesOrder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: itemByName(line.item) });
      salesOrder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: line.quantity });
      const price = salesOrder.getCurrentSublistValue({ sublistId: 'item', fieldId: 'rate' });
      if (line.rate !== undefined) {
        salesOrder.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: line.rate });
      }
      salesOrder.commitLine({ sublistId: 'item' });
      return price;
    });

    const address = salesOrder.getSubrecord({ fieldId: 'shippingaddress' });
    address.setValue({ fieldId: 'addr1', value: '7 Quay Street' });
    address.setValue({ fieldId: 'city', value: 'Astoria' });

    const count = salesOrder.getLineCount({ sublistId: 'item' });
    const total = salesOrder.getValue('total');
    const id = salesOrder.save();
    return { id, count, total, prices, terms };
  };

  return { post };
});
