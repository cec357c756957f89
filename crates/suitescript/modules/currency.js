// N/currency: an account has one rate for each of its currencies, to that of its company, whatever the date.
const rateOf = (name, given) => {
  const text = String(given);
  const column = /^\d+$/.test(text) ? 'id' : 'symbol';
  const query = `SELECT exchangerate FROM currency WHERE ${column} = ?`;
  const { rows } = host('query.run', { query, params: [column === 'id' ? Number(text) : text.toUpperCase()], start: 0, size: 1 });
  const [rate] = rows[0] ?? [];
  return Number(rate) || internal.fail('SSS_INVALID_CURRENCY_ID', `currency.exchangeRate: ${name} is ${text}; the account has no such currency, by internal id or ISO code, that this role may see.`);
};

const exchangeRate = function exchangeRate() {
  const options = internal.options(arguments, ['source', 'target', 'date']);
  internal.required('currency.exchangeRate', options, ['source', 'target']);
  spend('currency.exchangeRate');
  const rate = rateOf('source', options.source) / rateOf('target', options.target);
  // Eight decimals, as a currency's record has them.
  return Number(rate.toFixed(8));
};

return { exchangeRate };
