/**
 * Budgets from inside the account: SuiteScript has no record for them, SuiteTalk has.
 *
 * GET  ?connection=CONSUMER_KEY:TOKEN_ID&account=12                the budgets of an account
 * POST {"connection": "…", "account": 12, "year": "FY 2026", "amounts": [1200, 1300]}   sets the first months of a year
 *
 * The key is "consumer secret & token secret", kept as the API Secret custsecret_suitetalk: it signs here, and no script reads it.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/crypto', 'N/encode', 'N/error', 'N/https', 'N/runtime', 'N/url', 'N/xml'], (crypto, encode, error, https, runtime, url, xml) => {
  const VERSION = '2025_2';
  const NAMESPACES = {
    soap: 'http://schemas.xmlsoap.org/soap/envelope/',
    xsi: 'http://www.w3.org/2001/XMLSchema-instance',
    m: `urn:messages_${VERSION}.platform.webservices.netsuite.com`,
    c: `urn:core_${VERSION}.platform.webservices.netsuite.com`,
    common: `urn:common_${VERSION}.platform.webservices.netsuite.com`,
    acct: `urn:accounting_${VERSION}.lists.webservices.netsuite.com`,
    fin: `urn:financial_${VERSION}.transactions.webservices.netsuite.com`,
  };

  const hex = (letters) => Array.from({ length: letters }, () => Math.floor(Math.random() * 16).toString(16)).join('');

  /** Signs anew for each request: a nonce is good once, a timestamp for five minutes. */
  const passport = (connection) => {
    const [consumerKey, token] = connection.split(':');
    const values = [runtime.accountId, consumerKey, token, hex(32), String(Math.floor(Date.now() / 1000))];
    const key = crypto.createSecretKey({ secret: 'custsecret_suitetalk', encoding: encode.Encoding.UTF_8 });
    const hmac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key });
    hmac.update({ input: values.join('&'), inputEncoding: encode.Encoding.UTF_8 });
    const signature = hmac.digest({ outputEncoding: encode.Encoding.BASE_64 });
    const names = ['account', 'consumerKey', 'token', 'nonce', 'timestamp'];
    const fields = names.map((name, at) => `<c:${name}>${xml.escape({ xmlText: values[at] })}</c:${name}>`).join('');
    return `<m:tokenPassport>${fields}<c:signature algorithm="HMAC-SHA256">${signature}</c:signature></m:tokenPassport>`;
  };

  const select = (node, path) => xml.XPath.select({ node, xpath: path });
  const named = (name) => `*[local-name()='${name}']`;

  const ask = (connection, operation, content) => {
    const declared = Object.entries(NAMESPACES).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`).join(' ');
    const body =
      `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope ${declared}><soap:Header>${passport(connection)}</soap:Header>` +
      `<soap:Body><m:${operation}>${content}</m:${operation}></soap:Body></soap:Envelope>`;
    const host = url.resolveDomain({ hostType: url.HostType.SUITETALK });
    const response = https.post({
      url: `https://${host}/services/NetSuitePort_${VERSION}`,
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: operation },
      body,
    });
    const answer = xml.Parser.fromString({ text: response.body });
    const [refused] = [...select(answer, `//${named('faultstring')}`), ...select(answer, `//${named('statusDetail')}/${named('message')}`)];
    if (refused) throw error.create({ name: 'SUITETALK', message: `${operation}: ${refused.textContent}` });
    return answer;
  };

  const reference = (name, id) => `<${name} internalId="${xml.escape({ xmlText: String(id) })}"/>`;

  const children = (record, name) => select(record, `${named(name)}`);
  const textOf = (record, name) => children(record, name)[0]?.textContent ?? '';

  const records = (answer) => select(answer, `//${named('record')}`);

  const budgetsOf = (connection, account) =>
    records(
      ask(
        connection,
        'search',
        '<m:searchRecord xsi:type="fin:BudgetSearch"><fin:basic><common:account operator="anyOf">' +
          `${reference('c:searchValue', account)}</common:account></fin:basic></m:searchRecord>`,
      ),
    );

  const told = (budget) => ({
    id: budget.getAttribute({ name: 'internalId' }),
    year: textOf(children(budget, 'year')[0], 'name'),
    amount: Number(textOf(budget, 'amount')),
    months: Array.from({ length: 12 }, (_, month) => Number(textOf(budget, `periodAmount${month + 1}`) || 0)),
  });

  const yearCalled = (connection, name) => {
    const years = records(
      ask(
        connection,
        'search',
        '<m:searchRecord xsi:type="acct:AccountingPeriodSearch"><acct:basic><common:isYear><c:searchValue>true</c:searchValue>' +
          '</common:isYear></acct:basic></m:searchRecord>',
      ),
    );
    const year = years.find((one) => textOf(one, 'periodName') === name);
    if (!year) throw error.create({ name: 'NO_SUCH_YEAR', message: `There is no fiscal year ${name}.` });
    return year.getAttribute({ name: 'internalId' });
  };

  const get = ({ connection, account }) => budgetsOf(connection, account).map(told);

  const post = ({ connection, account, year, amounts }) => {
    const fields = amounts.map((amount, month) => `<fin:periodAmount${month + 1}>${Number(amount)}</fin:periodAmount${month + 1}>`).join('');
    const there = budgetsOf(connection, account).map(told).find((budget) => budget.year === year);
    if (there) {
      ask(connection, 'update', `<m:record xsi:type="fin:Budget" internalId="${there.id}">${fields}</m:record>`);
    } else {
      const content = `${reference('fin:year', yearCalled(connection, year))}${reference('fin:account', account)}<fin:budgetType>_global</fin:budgetType>${fields}`;
      ask(connection, 'add', `<m:record xsi:type="fin:Budget">${content}</m:record>`);
    }
    return budgetsOf(connection, account).map(told).find((budget) => budget.year === year);
  };

  return { get, post };
});
