// N/crypto. A secret key is a name: its value stays on the other side of the host.
const algorithm = (value) => internal.oneOf(internal.module('N/crypto').HashAlg, value, 'SSS_INVALID_TYPE_ARG', `${value} is no hash algorithm: use one of crypto.HashAlg.`);

const keys = new WeakMap();

internal.createSecretKey = (method, given) => {
  const options = internal.options(given, ['secret', 'encoding']);
  const id = options.secret ?? options.guid;
  internal.required(method, { 'guid or secret': id }, ['guid or secret']);
  const { encoding = 'UTF_8' } = options;
  const key = internal.object('N/crypto.SecretKey', { guid: options.guid ?? null, secret: options.secret ?? null, encoding });
  keys.set(key, { id: String(id), encoding });
  return key;
};

/** What the host is told of a key. */
internal.keyOf = (method, key) => keys.get(key) ?? internal.fail('SSS_INVALID_TYPE_ARG', `${method}: key is no SecretKey. Make one with createSecretKey.`);

/** What `update` was given, and at the end a digest of it in an encoding. */
const digest = (name, finish) => {
  const parts = [];
  return internal.object(name, {
    update() {
      const { input, inputEncoding = 'UTF_8' } = internal.options(arguments, ['input', 'inputEncoding']);
      if (typeof input !== 'string') internal.required(`${name.slice(9)}.update`, { input }, ['input']);
      parts.push([String(input), inputEncoding]);
    },
    digest() {
      const { outputEncoding = 'HEX' } = internal.options(arguments, ['outputEncoding']);
      return finish(parts, outputEncoding);
    },
  });
};

const createHash = function createHash() {
  const options = internal.options(arguments, ['algorithm']);
  internal.required('crypto.createHash', options, ['algorithm']);
  const chosen = algorithm(options.algorithm);
  return digest('N/crypto.Hash', (parts, encoding) => host('crypto.hash', { algorithm: chosen, parts, encoding }));
};

const createHmac = function createHmac() {
  const options = internal.options(arguments, ['algorithm', 'key']);
  internal.required('crypto.createHmac', options, ['algorithm', 'key']);
  const chosen = algorithm(options.algorithm);
  const key = internal.keyOf('crypto.createHmac', options.key);
  return digest('N/crypto.Hmac', (parts, encoding) => host('crypto.hmac', { algorithm: chosen, key, parts, encoding }));
};

const cipherOptions = (method, given) => {
  const options = internal.options(given, ['algorithm', 'key', 'padding', 'iv']);
  internal.required(method, options, ['algorithm', 'key']);
  const { EncryptionAlg, Padding } = internal.module('N/crypto');
  internal.oneOf(EncryptionAlg, options.algorithm, 'SSS_INVALID_TYPE_ARG', `${method}: ${options.algorithm} is no algorithm: use crypto.EncryptionAlg.AES.`);
  const { padding = Padding.PKCS5Padding } = options;
  return { ...options, key: internal.keyOf(method, options.key), padding };
};

/** What `update` was given, and at the end all of it, ciphered or deciphered. */
const ciphering = (name, isClear, finish) => {
  const parts = [];
  return internal.object(name, {
    update() {
      const { input, inputEncoding = isClear ? 'UTF_8' : 'HEX' } = internal.options(arguments, ['input', 'inputEncoding']);
      if (typeof input !== 'string') internal.required(`${name.slice(9)}.update`, { input }, ['input']);
      parts.push([String(input), inputEncoding]);
    },
    final() {
      const { outputEncoding = isClear ? 'HEX' : 'UTF_8' } = internal.options(arguments, ['outputEncoding']);
      return finish(parts, outputEncoding);
    },
  });
};

const createCipher = function createCipher() {
  const { key, padding } = cipherOptions('crypto.createCipher', arguments);
  return ciphering('N/crypto.Cipher', true, (parts, encoding) => internal.object('N/crypto.CipherPayload', host('crypto.encrypt', { key, padding, parts, encoding })));
};

const createDecipher = function createDecipher() {
  const { key, padding, iv } = cipherOptions('crypto.createDecipher', arguments);
  internal.required('crypto.createDecipher', { iv }, ['iv']);
  return ciphering('N/crypto.Decipher', false, (parts, encoding) => host('crypto.decrypt', { key, padding, iv: String(iv), parts, encoding }));
};

const createSecretKey = function createSecretKey() {
  return internal.createSecretKey('crypto.createSecretKey', arguments);
};

return { createCipher, createDecipher, createHash, createHmac, createSecretKey };
