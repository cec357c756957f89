/** One use of each module, by the name of a way. */
define(
  ['N/crypto', 'N/encode', 'N/https', 'N/http', 'N/cache', 'N/format', 'N/file', 'N/error', 'N/runtime', 'N/scriptTypes/restlet', 'N/util', 'N/url'],
  (crypto, encode, https, http, cache, format, file, error, runtime, restlet, util, url) => {
    const nameOf = (work) => {
      try {
        work();
        return 'nothing was thrown';
      } catch (e) {
        return e.name;
      }
    };
    const left = () => runtime.getCurrentScript().getRemainingUsage();

    const digest = (algorithm, outputEncoding) => {
      const hash = crypto.createHash({ algorithm });
      hash.update({ input: 'a' });
      hash.update({ input: 'YmM=', inputEncoding: encode.Encoding.BASE_64 });
      return hash.digest({ outputEncoding });
    };

    const { UTF_8, BASE_64, BASE_64_URL_SAFE, HEX } = encode.Encoding;
    const convert = (string, inputEncoding, outputEncoding) => encode.convert({ string, inputEncoding, outputEncoding });

    const ways = {
      digests: () => ({
        md5: digest(crypto.HashAlg.MD5, HEX),
        sha256: digest(crypto.HashAlg.SHA256, BASE_64),
        base64: convert('Zoë €', UTF_8, BASE_64),
        back: convert('Wm/DqyDigqw=', BASE_64, UTF_8),
        urlSafe: convert('ffef', HEX, BASE_64_URL_SAFE),
        hex: convert('ë', UTF_8, HEX),
        unknown: nameOf(() => crypto.createHash({ algorithm: 'ROT13' })),
      }),

      secrets: () => {
        const key = crypto.createSecretKey({ secret: 'custsecret_key', encoding: UTF_8 });
        const hmac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key });
        hmac.update('what do ya want for nothing?');
        const other = crypto.createHmac({ algorithm: 'SHA256', key: crypto.createSecretKey({ secret: 'custsecret_other' }) });
        const secure = https.createSecureString({ input: '{custsecret_key}' });
        return { hmac: hmac.digest({ outputEncoding: HEX }), unknown: nameOf(() => other.digest()), key, secure, text: String(secure) };
      },

      requests: () => {
        const basic = https
          .createSecureString({ input: 'ann:' })
          .appendString({ input: '{custsecret_key}' })
          .convertEncoding({ toEncoding: BASE_64 });
        const authorization = https.createSecureString({ input: 'Basic ' }).appendSecureString({ secureString: basic });
        const response = https.post({
          url: 'https://api.example.com/a',
          headers: { Authorization: authorization },
          body: { a: 1, b: 'x y' },
        });
        https.request({ method: https.Method.GET, url: 'https://api.example.com/{custsecret_key}', credentials: ['custsecret_key'] });
        https.get('https://api.example.com/{custsecret_key}');
        return {
          code: response.code,
          body: response.body,
          type: response.headers['Content-Type'],
          wrongScheme: nameOf(() => https.get({ url: 'http://api.example.com/' })),
          left: left(),
        };
      },

      cache: () => {
        const kept = cache.getCache({ name: 'rates', scope: cache.Scope.PRIVATE });
        let calls = 0;
        const loader = ({ key }) => {
          calls += 1;
          return `made for ${key}`;
        };
        const first = kept.get({ key: 'k', loader, ttl: 300 });
        const second = kept.get({ key: 'k', loader });
        kept.put({ key: 'other', value: { a: 1 } });
        kept.remove({ key: 'k' });
        return { first, second, calls, removed: kept.get('k'), left: left() };
      },

      formats: () => {
        const date = new Date(2026, 2, 9, 14, 5, 7);
        const text = (value, type) => format.format({ value, type });
        const parsed = format.parse({ value: '3/9/2026 2:05 pm', type: format.Type.DATETIME });
        return {
          date: text(date, format.Type.DATE),
          datetime: text(date, format.Type.DATETIME),
          datetimetz: text(date, format.Type.DATETIMETZ),
          time: text(date, format.Type.TIMEOFDAY),
          currency: text(1234567.5, format.Type.CURRENCY),
          float: text(1234.5, format.Type.FLOAT),
          integer: text('12', format.Type.INTEGER),
          percent: text(12.5, format.Type.PERCENT),
          checkbox: text(true, format.Type.CHECKBOX),
          parsed: [parsed.getFullYear(), parsed.getMonth(), parsed.getDate(), parsed.getHours(), parsed.getMinutes()],
          wrong: format.parse({ value: '2/30/2026', type: format.Type.DATE }),
          number: format.parse({ value: '1,234.5', type: format.Type.FLOAT }),
          grouped: (1234567.8912).toLocaleString(),
          elsewhere: format.format({
            value: new Date('2026-07-01T18:30:00Z'),
            type: format.Type.DATETIME,
            timezone: format.Timezone.AMERICA_LOS_ANGELES,
          }),
          fromElsewhere: format.parse({ value: '1/2/2026 12:00 am', type: 'datetime', timezone: 'Asia/Tokyo' }).toISOString(),
          inNoZone: format.format({ value: new Date(0), type: 'datetimetz', timezone: 'Atlantis' }),
        };
      },

      files: () => {
        const made = file.create({ name: 'a.csv', fileType: file.Type.CSV, contents: 'a,b\nc,d\n', folder: file.Folder.SUITESCRIPTS });
        made.appendLine({ value: 'é' });
        const lines = [];
        made.lines.iterator().each(({ value }) => lines.push(value));
        const segments = [];
        made.getSegments({ separator: ',' }).iterator().each(({ value }) => segments.push(value));
        const id = made.save();
        const missing = nameOf(() => file.load({ id: 'SuiteScripts/nothing.txt' }));
        nameOf(() => file.load('./beside.txt'));
        nameOf(() => file.load('12'));
        return { id, lines, size: made.size, segments, isText: made.isText, missing };
      },

      arguments: () => {
        const caught = (work) => {
          try {
            return work();
          } catch (e) {
            return [e.name, e.message];
          }
        };
        const byPosition = error.create('BY_POSITION', 'm');
        const byName = error.create({ name: 'BY_NAME', message: 'm' });
        const each = [];
        util.each(['a', 'b'], (value, at) => each.push(value + at));
        let promise = 'pending';
        return Promise.all([https.get.promise({ url: 'ftp://a' }).catch(() => (promise = 'resolved'))]).then(() => ({
          byPosition: `${byPosition.name}: ${byPosition.message}`,
          byName: `${byName.name}: ${byName.message}`,
          missing: caught(() => error.create({ message: 'm' })),
          each,
          promise,
        }));
      },

      addresses: () => ({
        format: url.format({ domain: 'https://a.example/b', params: { x: 1, y: 'a b' } }),
        order: url.resolveRecord({ recordType: 'salesorder', recordId: 7, isEditMode: true }),
        item: url.resolveRecord('inventoryitem', 1),
        domain: url.resolveDomain({ hostType: url.HostType.RESTLET }),
        unknown: nameOf(() => url.resolveRecord({ recordType: 'customrecord_a' })),
        noType: nameOf(() => url.resolveDomain({ hostType: 'SHOP' })),
      }),

      response: () => restlet.createResponse({ content: '<a/>', contentType: 'application/xml' }),
    };

    return { get: (parameters) => ways[parameters.way]() };
  },
);
