// N/transaction. A transaction is voided as NetSuite does it without reversing journals: it stays, and all its amounts are 0.
const ofLines = ['rate', 'amount', 'debit', 'credit'];
const ofBody = ['payment', 'shippingcost', 'taxtotal'];

// Whose lines are other transactions, which are free again.
const applied = new Set(['apply', 'payment']);

// What moves goods, and what says of money only what may become of it.
const never = /^(item|inventory|transferorder|opportunity|bin|fulfillment)/;

const refuse = (why) => internal.fail('VOIDING_REVERSAL_DISALLWD', `Voiding or reversing of this transaction is not allowed: ${why}.`);

const zeros = (names, fields) => Object.fromEntries(names.filter((id) => fields.some((field) => field.id === id && !field.isReadOnly)).map((id) => [id, 0]));

const isFollowed = (id) => host('query.run', { query: 'SELECT nextdoc FROM nexttransactionlink WHERE previousdoc = ?', params: [id], start: 0, size: 1 }).rows.length > 0;

const makeVoid = function () {
  const options = internal.options(arguments, ['type', 'id']);
  internal.required('transaction.void', options, ['type', 'id']);
  const shape = host('record.type', { type: String(options.type).toLowerCase() });
  if (shape.class !== 'transaction') internal.fail('INVALID_RCRD_TYPE', `transaction.void: ${options.type} is no type of transaction.`);
  spend('transaction.void');
  if (never.test(shape.type)) refuse(`${shape.label} has no amounts of its own`);
  const { id, values, lines: there } = host('record.load', { type: shape.type, id: options.id });
  if (values.memo === 'VOID') refuse('it is void');
  if (isFollowed(id)) refuse('other transactions were made of it or are applied to it');
  const lines = {};
  for (const sublist of shape.sublists) {
    const edit = applied.has(sublist.id) ? ({ line }) => ({ remove: line }) : ({ line }) => ({ change: [line, zeros(ofLines, sublist.fields)] });
    const edits = (there[sublist.id] ?? []).map(edit);
    if (edits.length > 0) lines[sublist.id] = { edits };
  }
  return host('record.save', { type: shape.type, id, changes: { fields: { ...zeros(ofBody, shape.fields), memo: 'VOID' }, lines } });
};

return { void: makeVoid };
