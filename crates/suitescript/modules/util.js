// N/util, which is also the global `util`.
const tag = (value) => Object.prototype.toString.call(value);

const each = (iterable, callback) => {
  if (Array.isArray(iterable)) {
    for (let at = 0; at < iterable.length; at += 1) {
      if (callback(iterable[at], at, iterable) === false) break;
    }
  } else {
    for (const key of Object.keys(Object(iterable))) {
      if (callback(iterable[key], key, iterable) === false) break;
    }
  }
  return iterable;
};

return {
  each,
  extend: (receiver, contributor) => Object.assign(receiver, contributor),
  isArray: (value) => Array.isArray(value),
  isAsyncFunction: (value) => tag(value) === '[object AsyncFunction]',
  isBoolean: (value) => tag(value) === '[object Boolean]',
  isDate: (value) => value instanceof Date,
  isFunction: (value) => typeof value === 'function',
  isNumber: (value) => tag(value) === '[object Number]',
  isObject: (value) => tag(value) === '[object Object]',
  isRegExp: (value) => value instanceof RegExp,
  isString: (value) => tag(value) === '[object String]',
  isError: (value) => value instanceof Error,
  nanoTime: () => Date.now() * 1e6,
};
