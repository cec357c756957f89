/**
 * Customers a page at a time, in several ways of asking.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/search'], (search) => {
  const page = (filters, index) => {
    const found = search.create({
      type: search.Type.CUSTOMER,
      filters,
      columns: [search.createColumn({ name: 'entityid', sort: search.Sort.ASC }), 'companyname'],
    });
    const paged = found.runPaged({ pageSize: 5 });
    if (paged.count === 0) return { count: 0, pages: 0, rows: [] };
    const { data } = paged.fetch({ index });
    const rows = data.map((row) => ({ id: row.id, name: row.getValue({ name: 'companyname' }) }));
    return { count: paged.count, pages: paged.pageRanges.length, rows };
  };

  const get = ({ page: index = '0' }) => page([], Number(index));

  const post = ({ filters, page: index = 0 }) => page(filters, index);

  const put = ({ customer }) => {
    const by = search.createColumn({ name: 'type', summary: search.Summary.GROUP });
    const count = search.createColumn({ name: 'internalid', summary: search.Summary.COUNT });
    const rows = search
      .create({ type: 'transaction', filters: [['entity', 'anyof', customer], 'and', ['mainline', 'is', 'T']], columns: [by, count] })
      .run()
      .getRange({ start: 0, end: 100 });
    return rows.map((row) => ({ type: row.getText(by), count: Number(row.getValue(count)) }));
  };

  const remove = ({ id }) => search.lookupFields({ type: 'customer', id, columns: ['companyname', 'isinactive'] });

  return { get, post, put, delete: remove };
});
