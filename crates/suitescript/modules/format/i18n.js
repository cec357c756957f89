// N/format/i18n: numbers as texts, with separators that a script chooses, and with the sign of a currency.
const brackets = 'BRACKETS';

const numbers = (settings) => {
  const { groupSeparator, decimalSeparator, precision, negativeNumberFormat } = settings;
  const separators = { ',': groupSeparator, '.': decimalSeparator };
  /** `sign` stands before the digits. */
  const write = (number, sign = '') => {
    const digits = internal.format.grouped(Math.abs(number), precision).replace(/[,.]/g, (found) => separators[found]);
    const text = sign + digits;
    if (!(number < 0)) return text;
    return negativeNumberFormat === brackets ? `(${text})` : `-${text}`;
  };
  return { write, formatter: formatterOf('N/format/i18n.NumberFormatter', settings, write) };
};

const formatterOf = (name, members, write) =>
  internal.object(name, {
    ...members,
    format() {
      const { number } = internal.options(arguments, ['number']);
      internal.required(`${name.slice(14)}.format`, { number }, ['number']);
      if (!Number.isFinite(Number(number))) internal.fail('SSS_INVALID_TYPE_ARG', `${name.slice(14)}.format: number is ${number}, which is no number.`);
      spend('format.number');
      return write(Number(number));
    },
  });

const getNumberFormatter = function getNumberFormatter() {
  const options = internal.options(arguments, ['groupSeparator', 'decimalSeparator', 'precision', 'negativeNumberFormat']);
  const { groupSeparator = ',', decimalSeparator = '.', precision = 2, negativeNumberFormat = 'MINUS' } = options;
  if (!(Number.isInteger(precision) && precision >= 0 && precision <= 20)) {
    internal.fail('SSS_INVALID_TYPE_ARG', `format.getNumberFormatter: precision is ${precision}; it is a whole number from 0 to 20.`);
  }
  spend('format.number');
  return numbers({ groupSeparator: String(groupSeparator), decimalSeparator: String(decimalSeparator), precision, negativeNumberFormat }).formatter;
};

const getCurrencyFormatter = function getCurrencyFormatter() {
  const { currency } = internal.options(arguments, ['currency']);
  internal.required('format.getCurrencyFormatter', { currency }, ['currency']);
  spend('format.number');
  const code = String(currency).toUpperCase();
  const query = 'SELECT displaysymbol, currencyprecision FROM currency WHERE symbol = ?';
  const { rows } = host('query.run', { query, params: [code], start: 0, size: 1 });
  const [found] = rows;
  if (!found) internal.fail('INVALID_CURRENCY', `format.getCurrencyFormatter: the account has no currency ${code} that this role may see.`);
  const symbol = found[0] ?? code;
  const precision = Number(found[1] ?? 2);
  const { write, formatter } = numbers({ groupSeparator: ',', decimalSeparator: '.', precision, negativeNumberFormat: 'MINUS' });
  return formatterOf('N/format/i18n.CurrencyFormatter', { currency: code, symbol, numberFormatter: formatter }, (number) => write(number, symbol));
};

return { getNumberFormatter, getCurrencyFormatter };
