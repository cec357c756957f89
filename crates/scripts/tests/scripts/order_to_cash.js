/**
 * An order on its way: fulfilled in part, invoiced, paid.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record'], (record) => {
  const post = ({ orderId, shipOnly }) => {
    const fulfillment = record.transform({ fromType: 'salesorder', fromId: orderId, toType: 'itemfulfillment', isDynamic: true });
    const lines = fulfillment.getLineCount('item');
    for (let line = 0; line < lines; line += 1) {
      fulfillment.selectLine({ sublistId: 'item', line });
      const item = fulfillment.getCurrentSublistText({ sublistId: 'item', fieldId: 'item' });
      fulfillment.setCurrentSublistValue({ sublistId: 'item', fieldId: 'itemreceive', value: item === shipOnly.item });
      if (item === shipOnly.item) {
        fulfillment.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: shipOnly.quantity });
      }
      fulfillment.commitLine({ sublistId: 'item' });
    }
    const fulfillmentId = fulfillment.save();

    const invoice = record.transform({ fromType: record.Type.SALES_ORDER, fromId: orderId, toType: record.Type.INVOICE });
    invoice.setValue({ fieldId: 'memo', value: 'Sent by post' });
    const invoiceId = invoice.save();

    const payment = record.transform({ fromType: 'invoice', fromId: invoiceId, toType: 'customerpayment', isDynamic: true });
    const applied = payment.findSublistLineWithValue({ sublistId: 'apply', fieldId: 'doc', value: invoiceId });
    const isApplied = payment.getSublistValue({ sublistId: 'apply', fieldId: 'apply', line: applied });
    const paymentId = payment.save();

    const order = record.load({ type: 'salesorder', id: orderId });
    const paid = record.load({ type: 'invoice', id: invoiceId });
    return {
      fulfillmentId,
      invoiceId,
      paymentId,
      isApplied,
      shipped: Array.from({ length: lines }, (_, line) => order.getSublistValue({ sublistId: 'item', fieldId: 'quantityfulfilled', line })),
      status: [order.getValue('status'), order.getValue('statusref'), order.getValue('orderstatus')],
      invoice: { status: paid.getText('status'), total: paid.getValue('total'), remaining: paid.getValue('amountremaining') },
    };
  };

  return { post };
});
