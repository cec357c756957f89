/**
 * Files by the hash of what they hold: what was there before is not saved again.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/file', 'N/crypto', 'N/encode', 'N/cache', 'N/error'], (file, crypto, encode, cache, error) => {
  const FOLDER = -15;
  const known = () => cache.getCache({ name: 'attachments', scope: cache.Scope?.PRIVATE ?? 'PRIVATE' });

  const hashOf = (text) => {
    const hash = crypto.createHash({ algorithm: crypto.HashAlg.SHA256 });
    hash.update({ input: text, inputEncoding: encode.Encoding.UTF_8 });
    return hash.digest({ outputEncoding: encode.Encoding.HEX });
  };

  const pathOf = (hash) => `SuiteScripts/${hash}.txt`;

  const get = ({ hash }) => {
    const found = file.load({ id: pathOf(hash) });
    return { hash, name: found.name, size: found.size, contents: found.getContents() };
  };

  const save = (contents) => {
    const hash = hashOf(contents);
    const before = known().get({ key: hash });
    if (before) return { hash, id: Number(before), saved: false };
    const made = file.create({ name: `${hash}.txt`, fileType: file.Type.PLAINTEXT, contents, folder: FOLDER });
    const id = made.save();
    known().put({ key: hash, value: String(id), ttl: 300 });
    return { hash, id, saved: true };
  };

  const post = ({ contents }) => save(contents);

  // Text in Base64, as other systems send it.
  const put = ({ base64 }) =>
    save(encode.convert({ string: base64, inputEncoding: encode.Encoding.BASE_64, outputEncoding: encode.Encoding.UTF_8 }));

  const remove = ({ hash }) => {
    known().remove({ key: hash });
    try {
      file.delete({ id: file.load({ id: pathOf(hash) }).id });
    } catch (caught) {
      if (caught.name === 'RCRD_DSNT_EXIST') throw error.create({ name: 'NO_SUCH_FILE', message: hash });
      throw caught;
    }
    return 'gone';
  };

  return { get, post, put, delete: remove };
});
