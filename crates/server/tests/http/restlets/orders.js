/**
 * Sales orders with their lines, as a person at the form would fill them in.
 *
 * @NApiVersion 2.x
 * @NScriptType Restlet
 */
define(['N/record'], function (record) {
  function addLine(order, line) {
    order.selectNewLine({ sublistId: 'item' });
    order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'item', value: line.item });
    order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: line.quantity });
    if (line.rate !== undefined) {
      order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: line.rate });
    }
    order.commitLine({ sublistId: 'item' });
  }

  function told(order) {
    var lines = [];
    for (var line = 0; line < order.getLineCount({ sublistId: 'item' }); line += 1) {
      lines.push({
        item: order.getSublistText({ sublistId: 'item', fieldId: 'item', line: line }),
        quantity: order.getSublistValue({ sublistId: 'item', fieldId: 'quantity', line: line }),
        amount: order.getSublistValue({ sublistId: 'item', fieldId: 'amount', line: line }),
      });
    }
    return { id: order.id, customer: order.getText('entity'), total: order.getValue('total'), lines: lines };
  }

  return {
    get: function (parameters) {
      return told(record.load({ type: record.Type.SALES_ORDER, id: parameters.id }));
    },
    post: function (body) {
      var order = record.create({ type: record.Type.SALES_ORDER, isDynamic: true });
      order.setValue('entity', body.customer);
      body.lines.forEach(function (line) {
        addLine(order, line);
      });
      return told(record.load({ type: 'salesorder', id: order.save() }));
    },
    put: function (body) {
      var order = record.load({ type: record.Type.SALES_ORDER, id: body.id, isDynamic: true });
      order.selectLine({ sublistId: 'item', line: body.line });
      order.setCurrentSublistValue('item', 'quantity', body.quantity);
      order.commitLine('item');
      order.save();
      return told(record.load({ type: 'salesorder', id: body.id }));
    },
    delete: function (parameters) {
      record.delete({ type: 'salesorder', id: parameters.id });
      return '';
    },
  };
});
