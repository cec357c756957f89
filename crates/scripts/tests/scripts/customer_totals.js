/**
 * What each customer ordered, a page at a time, with joins and summaries.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/search'], (search) => {
  const get = ({ pageSize, pageIndex }) => {
    const totals = search.create({
      type: search.Type.SALES_ORDER,
      filters: [['mainline', 'is', 'T'], 'AND', ['customer.isinactive', 'is', 'F']],
      columns: [
        search.createColumn({ name: 'companyname', join: 'customer', summary: search.Summary.GROUP, sort: search.Sort.ASC }),
        search.createColumn({ name: 'internalid', summary: 'COUNT' }),
        search.createColumn({ name: 'amount', summary: search.Summary.SUM }),
      ],
    });
    const paged = totals.runPaged({ pageSize: Number(pageSize) });
    const page = paged.fetch({ index: Number(pageIndex) });
    return {
      count: paged.count,
      pages: paged.pageRanges.map((range) => range.index),
      isLast: page.isLast,
      rows: page.data.map((row) => ({
        company: row.getValue({ name: 'companyname', join: 'customer', summary: 'GROUP' }),
        orders: Number(row.getValue(totals.columns[1])),
        amount: Number(row.getValue({ name: 'amount', summary: 'SUM' })),
      })),
    };
  };

  return { get };
});
