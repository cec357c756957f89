/** One use of each module, by the name of a way. */
define(
  ['N/crypto', 'N/encode', 'N/https', 'N/http', 'N/cache', 'N/format', 'N/file', 'N/error', 'N/runtime', 'N/scriptTypes/restlet', 'N/util', 'N/url', 'N/compress', 'N/format/i18n', 'N/task'],
  (crypto, encode, https, http, cache, format, file, error, runtime, restlet, util, url, compress, i18n, task) => {
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

      ciphers: () => {
        const key = crypto.createSecretKey({ secret: 'custsecret_aes', encoding: UTF_8 });
        const cipher = crypto.createCipher({ algorithm: crypto.EncryptionAlg.AES, key, padding: crypto.Padding.PKCS5Padding });
        cipher.update({ input: 'Zoë pays ' });
        cipher.update({ input: 'MTIg4oKs', inputEncoding: BASE_64 });
        const payload = cipher.final({ outputEncoding: BASE_64 });
        const decipher = (iv) => {
          const made = crypto.createDecipher({ algorithm: 'AES', key, iv });
          made.update({ input: payload.ciphertext, inputEncoding: BASE_64 });
          return made.final();
        };
        const short = crypto.createCipher({ algorithm: 'AES', key: crypto.createSecretKey({ secret: 'custsecret_key' }) });
        short.update('a');
        return {
          clear: decipher(payload.iv),
          bytes: encode.convert({ string: payload.ciphertext, inputEncoding: BASE_64, outputEncoding: HEX }).length / 2,
          iv: /^[0-9a-f]{32}$/.test(payload.iv),
          shortKey: nameOf(() => short.final()),
          noIv: nameOf(() => decipher()),
          wrongIv: nameOf(() => decipher('00')),
          unknown: nameOf(() => crypto.createCipher({ algorithm: 'DES', key })),
          noKey: nameOf(() => crypto.createCipher({ algorithm: 'AES', key: {} })),
          older: https.createSecureKey({ guid: 'custsecret_aes' }).encoding,
        };
      },

      packed: () => {
        const csv = file.create({ name: 'a.csv', fileType: 'CSV', contents: 'é,1\n'.repeat(100) });
        const zipped = compress.gzip({ file: csv, level: 9 });
        const back = compress.gunzip({ file: zipped });
        const archiver = compress.createArchiver();
        archiver.add({ file: csv, directory: '../in/it/' });
        archiver.add(file.create({ name: 'b.png', fileType: 'PNGIMAGE', contents: 'iVBORw0KGgo=' }));
        const zip = archiver.archive({ name: 'all.zip' });
        const [tar, tgz] = [archiver.archive({ name: 'all.tar.gz', type: compress.Type.TAR }), archiver.archive({ name: 'all.tar.gz' })];
        return {
          gzip: [zipped.name, zipped.fileType, zipped.size < csv.size, zipped.getContents().slice(0, 4)],
          back: [back.name, back.fileType, back.getContents() === csv.getContents()],
          zip: [zip.name, zip.fileType, zip.getContents()],
          tar: [tar.fileType, tar.size % 512, tgz.fileType, compress.gunzip({ file: tgz }).name],
          again: archiver.archive({ name: 'again.zip' }).getContents() === zip.getContents(),
          cpio: nameOf(() => archiver.archive({ name: 'all.cpio' })),
          noType: nameOf(() => archiver.archive({ name: 'all' })),
          noFile: nameOf(() => compress.gzip({ file: 'a.csv' })),
          noGzip: nameOf(() => compress.gunzip({ file: csv })),
        };
      },

      tasks: () => {
        'use strict';
        const nightly = task.create({ taskType: task.TaskType.MAP_REDUCE });
        const early = nameOf(() => nightly.submit());
        nightly.scriptId = 'customscript_nightly';
        nightly.params = { custscript_day: 'today' };
        return { id: nightly.submit(), early, text: `${nightly}`, script: nightly.scriptId, unset: nightly.deploymentId };
      },

      leftFiles: () => {
        const report = task.create({ taskType: task.TaskType.SEARCH, savedSearchId: 'customsearch_open', filePath: 'SuiteScripts/open.csv' });
        const rows = task.create({ taskType: task.TaskType.SUITE_QL, query: 'SELECT id, memo FROM transaction WHERE id > ?', params: [4] });
        const nowhere = nameOf(() => rows.submit());
        rows.fileId = 7;
        const status = task.checkStatus({ taskId: rows.submit() });
        return { nowhere, report: report.submit(), rows: [status.status, status.fileId, status.query] };
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

      huge: () => {
        const letters = https.createSecureString({ input: 'a'.repeat(1000000) });
        const names = https.createSecureString({ input: '{custsecret_key}'.repeat(100000) });
        const post = (body) => nameOf(() => https.post({ url: 'https://api.example.com/', body }));
        return [
          post(letters.replaceString({ pattern: 'a', replacement: 'b'.repeat(1000000) })),
          post(names),
          post(letters.replaceString({ pattern: 'a', replacement: 'bb' })),
        ];
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
        const brackets = i18n.NegativeNumberFormat.BRACKETS;
        const european = i18n.getNumberFormatter({ groupSeparator: '.', decimalSeparator: ',', precision: 1, negativeNumberFormat: brackets });
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
          styled: [
            (-1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' }),
            (1234.5).toLocaleString('en-US', { style: 'currency', currency: 'jpy' }),
            (9.5).toLocaleString('en-US', { style: 'currency', currency: 'CHF', maximumFractionDigits: 0 }),
            (0.1234).toLocaleString('en-US', { style: 'percent', maximumFractionDigits: 1 }),
          ],
          chosen: [european.format({ number: -1234567.89 }), i18n.getNumberFormatter().format(1234.5)],
          noNumber: nameOf(() => european.format({ number: 'a' })),
          spelled: nameOf(() => i18n.spellOut({ number: 12, locale: 'en' })),
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
