// N/render: templates are filled in, and what is printed has the text of a document without its looks.
const { paragraph, pdfOf, printed, tableOf } = internal.piece('render/document');
const { filterOf, columnOf } = internal.piece('search/filters');

// --- Templates ---

const held = (format, data) => {
  const { DataSource } = internal.module('N/render');
  const kind = internal.oneOf(DataSource, format, 'SSS_INVALID_TYPE_ARG', `TemplateRenderer.addCustomDataSource: ${format} is no format: use one of render.DataSource.`);
  if (kind === 'OBJECT') return data;
  return kind === 'JSON' ? (typeof data === 'string' ? internal.parse(data) : data) : internal.notEmulated(`render.DataSource.${kind}`);
};

const create = () => {
  const names = Object.create(null);
  const write = () => {
    internal.required('TemplateRenderer.renderAsString', renderer, ['templateContent']);
    return internal.piece('render/template').filled(String(renderer.templateContent), names);
  };
  const renderer = {
    templateContent: '',
    addRecord() {
      const { templateName, record } = internal.options(arguments, ['templateName', 'record']);
      internal.required('TemplateRenderer.addRecord', { templateName, record }, ['templateName', 'record']);
      names[templateName] = internal.piece('render/views').viewOf(record);
    },
    addSearchResults() {
      const { templateName, searchResult } = internal.options(arguments, ['templateName', 'searchResult']);
      internal.required('TemplateRenderer.addSearchResults', { templateName, searchResult }, ['templateName', 'searchResult']);
      names[templateName] = [searchResult].flat().map(internal.piece('render/views').resultOf);
    },
    addCustomDataSource() {
      const { alias, format, data } = internal.options(arguments, ['alias', 'format', 'data']);
      internal.required('TemplateRenderer.addCustomDataSource', { alias, format, data }, ['alias', 'format', 'data']);
      names[alias] = held(format, data);
    },
    renderAsString: write,
    renderAsPdf() {
      spend('render.pdf');
      return pdfOf(write(), 'document');
    },
    renderToResponse() {
      const { response } = internal.options(arguments, ['response']);
      internal.required('TemplateRenderer.renderToResponse', { response }, ['response']);
      response.write(write());
    },
  };
  return internal.object('N/render.TemplateRenderer', renderer);
};

const xmlToPdf = function xmlToPdf() {
  const { xmlString } = typeof arguments[0]?.nodeType === 'string' ? { xmlString: arguments[0] } : internal.options(arguments, ['xmlString']);
  internal.required('render.xmlToPdf', { xmlString }, ['xmlString']);
  spend('render.pdf');
  return pdfOf(typeof xmlString === 'object' ? xmlString : String(xmlString), 'document');
};

// --- Transactions and statements ---

const searched = (type, filters, columns) => {
  const nodes = filters.map(([name, operator, ...values]) => ({ filter: filterOf('search.createFilter', { name, operator, values }) }));
  const search = { type, filters: { and: nodes }, columns: columns.map((name) => columnOf(name)) };
  return host('search.run', { search, start: 0, size: 1000 }).results;
};

/** A transaction as the account has it, by its id alone, and what its type is like. */
const transactionOf = (method, id) => {
  const [found] = searched('transaction', [['internalid', 'anyof', id], ['mainline', 'is', 'T']], ['internalid']);
  if (!found) internal.fail('RCRD_DSNT_EXIST', `${method}: there is no transaction ${id}.`);
  return { read: host('record.load', { type: found.recordType, id }), shape: host('record.type', { type: found.recordType }) };
};

const heads = ['trandate', 'entity', 'billaddress', 'shipaddress', 'duedate', 'terms', 'otherrefnum', 'memo'];
const sums = ['subtotal', 'discounttotal', 'taxtotal', 'shippingcost', 'total', 'amountremaining'];
const ofPrices = ['rate', 'amount', 'grossamt', 'tax1amt', 'price', 'taxrate1'];

const textIn = ({ values, texts }, { id, type }) => {
  const value = texts[id] ?? values[id];
  if (value === undefined || value === null || typeof value === 'object') return '';
  if (type === 'date') return internal.format.date(new Date(`${value}T00:00:00Z`));
  return typeof value === 'number' && type === 'currency' ? internal.format.grouped(value, 2) : String(value);
};

const fieldsOf = (shape, ids, read) => {
  const fields = ids.map((id) => shape.fields.find((field) => field.id === id)).filter((field) => field && textIn(read, field) !== '');
  return fields.map((field) => paragraph(field.label, textIn(read, field))).join('');
};

const sublistOf = (sublist, lines, leftOut) => {
  const columns = sublist.fields.filter((field) => !leftOut.includes(field.id) && !field.isLineBox && !field.isReadOnly && lines.some((line) => textIn(line, field) !== ''));
  return tableOf(columns.map(({ label }) => label), lines.map((line) => columns.map((field) => textIn(line, field))));
};

/** `title` stands for the name of the type; without prices for those who pack. */
const print = (method, given, title, withPrices = true) => {
  const { entityId, printMode } = internal.options(given, ['entityId', 'printMode', 'formId', 'inCustLocale']);
  internal.required(method, { entityId }, ['entityId']);
  spend('render.transaction');
  const { read, shape } = transactionOf(method, entityId);
  const { tranid = '' } = read.values;
  const [name, leftOut] = [title ?? shape.label, withPrices ? [] : ofPrices];
  const lines = shape.sublists.filter(({ id }) => (read.lines[id] ?? []).length > 0).map((sublist) => sublistOf(sublist, read.lines[sublist.id], leftOut));
  const body = fieldsOf(shape, heads, read) + lines.join('') + (withPrices ? fieldsOf(shape, sums, read) : '');
  return printed(printMode, `${name}_${tranid}`.replace(/[\s/\\]+/g, '_'), `${name} ${tranid}`, body);
};

const transaction = function transaction() {
  return print('render.transaction', arguments);
};

const packingSlip = function packingSlip() {
  return print('render.packingSlip', arguments, 'Packing Slip', false);
};

const pickingTicket = function pickingTicket() {
  return print('render.pickingTicket', arguments, 'Picking Ticket', false);
};

const statement = function statement() {
  const options = internal.options(arguments, ['entityId', 'printMode', 'formId', 'startDate', 'statementDate', 'openTransactionsOnly']);
  internal.required('render.statement', options, ['entityId']);
  spend('render.transaction');
  const { entityId, printMode, startDate, statementDate, openTransactionsOnly } = options;
  const [customer] = searched('customer', [['internalid', 'anyof', entityId]], ['entityid']);
  if (!customer) internal.fail('RCRD_DSNT_EXIST', `render.statement: there is no customer ${entityId}.`);
  const filters = [['entity', 'anyof', entityId], ['mainline', 'is', 'T'], ['posting', 'is', 'T']];
  if (startDate) filters.push(['trandate', 'onorafter', startDate]);
  if (statementDate) filters.push(['trandate', 'onorbefore', statementDate]);
  const rows = searched('transaction', filters, ['trandate', 'type', 'tranid', 'amount', 'amountremaining'])
    .map(({ values }) => values.map(([value, text]) => text ?? String(value ?? '')))
    .filter((row) => !internal.isChecked(openTransactionsOnly) || Number(row[4]) !== 0);
  const due = rows.reduce((sum, row) => sum + Number(row[4] || 0), 0);
  const [[name]] = customer.values;
  const body = tableOf(['Date', 'Type', 'Number', 'Amount', 'Open'], rows) + paragraph('Amount due', internal.format.grouped(due, 2));
  return printed(printMode, `Statement_${name}`.replace(/[\s/\\]+/g, '_'), `Statement for ${name}`, body);
};

return { create, xmlToPdf, transaction, packingSlip, pickingTicket, statement };
