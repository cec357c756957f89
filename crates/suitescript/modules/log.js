// N/log, which is also the global `log`.
const longestTitle = 99;
const longestDetails = 3999;

const text = (value) => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Error && !(value instanceof internal.SuiteScriptError)) {
    return [`${value.name}: ${internal.messageOf(value)}`, ...internal.native.frames(String(value.stack ?? ''))].join('\n');
  }
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return String(value);
  try {
    return internal.stringify(value) ?? String(value);
  } catch {
    // A cycle.
    return String(value);
  }
};

const writer = (level) =>
  function write() {
    const options = internal.options(arguments, ['title', 'details']);
    const isBare = arguments.length === 1 && !('title' in Object(arguments[0])) && !('details' in Object(arguments[0]));
    const title = isBare ? text(arguments[0]) : text(options.title);
    host('log.write', {
      level,
      title: title.slice(0, longestTitle),
      details: isBare ? '' : text(options.details).slice(0, longestDetails),
    });
  };

return { debug: writer('DEBUG'), audit: writer('AUDIT'), error: writer('ERROR'), emergency: writer('EMERGENCY') };
