/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/https', 'N/crypto', 'N/encode', 'N/runtime'], (https, crypto, encode, runtime) => {
  const sign = (secret) => {
    const key = crypto.createSecretKey({ secret, encoding: encode.Encoding.UTF_8 });
    const hmac = crypto.createHmac({ algorithm: crypto.HashAlg.SHA256, key });
    hmac.update({ input: 'what do ya want for nothing?' });
    return { digest: hmac.digest({ outputEncoding: encode.Encoding.HEX }).toLowerCase(), key: JSON.stringify(key) };
  };

  const again = () => {
    const { id, deploymentId } = runtime.getCurrentScript();
    const answer = https.requestRestlet({
      scriptId: id,
      deploymentId,
      method: 'GET',
      headers: { 'Content-Type': 'application/json' },
      urlParams: { what: 'again' },
    });
    return { code: answer.code, body: JSON.parse(answer.body) };
  };

  const get = ({ what, value, forwarded }) => {
    if (what === 'rest') {
      const { code, body } = https.requestSuiteTalkRest({ url: value, headers: forwarded ? { 'X-Forwarded-Host': forwarded } : {} });
      return { code, body: JSON.parse(body) };
    }
    if (what === 'headers') {
      const headers = Object.fromEntries(Array.from({ length: 40000 }, (none, at) => [`x-${at}`, '1']));
      return { code: https.get({ url: value, headers }).code };
    }
    if (what === 'url') return { code: https.get({ url: value }).code };
    return what === 'sign' ? sign(value) : again();
  };
  return { get };
});
