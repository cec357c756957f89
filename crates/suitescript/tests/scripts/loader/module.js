/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
import * as crypto from 'N/crypto';
import log from 'N/log';
import { rate as tax, isModule } from './tax';
import object from './made/object';
import { is } from './made/object';
import json from './made/rate.json';

export function get() {
  const hash = crypto.createHash({ algorithm: crypto.HashAlg.MD5 });
  hash.update({ input: 'abc' });
  log.debug('a title', object);
  return { tax, hash: hash.digest({ outputEncoding: 'HEX' }), object: is, json: json.rate, script: isModule };
}
