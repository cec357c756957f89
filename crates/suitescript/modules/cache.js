// N/cache.
const shortest = 300;

const text = (value) => (typeof value === 'string' ? value : internal.stringify(value));

const lifetime = (method, ttl) => {
  if (ttl === undefined || ttl === null) return null;
  const seconds = Number(ttl);
  if (!(seconds >= shortest)) internal.fail('SSS_INVALID_CACHE_TTL', `${method}: ttl is ${ttl}; the least is ${shortest} seconds.`);
  return seconds;
};

const getCache = function getCache() {
  const { name, scope = 'PRIVATE' } = internal.options(arguments, ['name', 'scope']);
  internal.required('cache.getCache', { name }, ['name']);
  const where = { scope, name: String(name) };
  return internal.object('N/cache.Cache', {
    name: where.name,
    scope,
    get() {
      const { key, loader, ttl } = internal.options(arguments, ['key', 'loader', 'ttl']);
      internal.required('Cache.get', { key }, ['key']);
      spend('cache.get');
      const found = host('cache.get', { ...where, key: String(key) });
      if (found !== null || typeof loader !== 'function') return found;
      const loaded = loader({ key: String(key) });
      if (loaded === undefined || loaded === null) return null;
      // With the unit that the look cost, it is two.
      spend('cache.put');
      const value = text(loaded);
      host('cache.put', { ...where, key: String(key), value, ttl: lifetime('Cache.get', ttl) });
      return value;
    },
    put() {
      const { key, value, ttl } = internal.options(arguments, ['key', 'value', 'ttl']);
      internal.required('Cache.put', { key, value }, ['key', 'value']);
      spend('cache.put');
      host('cache.put', { ...where, key: String(key), value: text(value), ttl: lifetime('Cache.put', ttl) });
    },
    remove() {
      const { key } = internal.options(arguments, ['key']);
      internal.required('Cache.remove', { key }, ['key']);
      spend('cache.remove');
      host('cache.remove', { ...where, key: String(key) });
      return { key };
    },
  });
};

return { getCache };
