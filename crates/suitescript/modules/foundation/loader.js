// AMD as NetSuite has it: `define` and `require` of its own modules, and of files of the cabinet. All of it is synchronous.
const modules = new Map(); // by name or path: { state, value, error, exports }
const settings = { baseUrl: '/SuiteScripts/', paths: {} };
const loading = []; // paths of the files whose modules are being made, the outermost first
const collecting = []; // for each file that is being evaluated, the calls of `define` in it

class SuiteScriptModuleLoaderError extends internal.SuiteScriptError {
  constructor(code, message) {
    super(code, message, { type: 'error.SuiteScriptModuleLoaderError' });
  }

  toJSON() {
    const { type, name, message, stack } = this;
    return { type, name, message, stack };
  }
}

const failLoading = (code, message) => {
  throw new SuiteScriptModuleLoaderError(code, message);
};

/** `asked`: the name as it is written, and the file it is written in. */
const failMissing = (what, asked) => {
  const error = new SuiteScriptModuleLoaderError('MODULE_DOES_NOT_EXIST', `Module does not exist: ${what}`);
  if (asked) internal.piece('callee').place(error, what, asked);
  throw error;
};

// --- Names and paths ---

const folderOf = (path) => path.slice(0, path.lastIndexOf('/') + 1);

/** `/SuiteScripts/a/../b.js` as `/SuiteScripts/b.js`. */
const normal = (path) => {
  const kept = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
};

/** The path that `paths` of `@NAmdConfig` or `require.config` give a name: that of its longest beginning. */
const configured = (name) => {
  for (let end = name.length; end > 0; end = name.lastIndexOf('/', end - 1)) {
    const path = settings.paths[name.slice(0, end)];
    if (typeof path === 'string') return path + name.slice(end);
  }
  return undefined;
};

const isNetSuites = (name) => name === 'N' || name.startsWith('N/');

const resolve = (name, from) => {
  if (typeof name !== 'string' || name === '') {
    return failLoading('MODULE_DOES_NOT_EXIST', `Module does not exist: ${String(name)}`);
  }
  if (isNetSuites(name) || modules.get(name)?.named) return name;
  if (name.startsWith('./') || name.startsWith('../')) return normal(folderOf(from) + name);
  if (name.startsWith('/')) return normal(name);
  const path = configured(name);
  if (path !== undefined) return normal(path.startsWith('/') ? path : settings.baseUrl + path);
  if (/^(SuiteScripts|SuiteBundles|SuiteApps|\.bundle)\//.test(name)) return normal(name);
  return normal(settings.baseUrl + name);
};

const configure = (config, from) => {
  if (typeof config?.baseUrl === 'string') settings.baseUrl = `${normal(config.baseUrl)}/`.replace('//', '/');
  for (const [name, path] of Object.entries(config?.paths ?? {})) {
    if (typeof path !== 'string') continue;
    settings.paths[name] = path.startsWith('.') ? normal(folderOf(from) + path) : path;
  }
};

/** The file of a module: as it is named, with `.js`, or without. */
const fetch = (path, asked) => {
  const tried = path.endsWith('.js') || path.endsWith('.json') ? [path] : [`${path}.js`, path];
  for (const candidate of tried) {
    const text = native.source(candidate);
    if (typeof text === 'string') return { path: candidate, text };
    if (text !== undefined) throw new internal.SuiteScriptError(text.name, text.message);
  }
  return failMissing(tried[0], asked);
};

// --- Modules ---

const ourOwn = (name, asked) => {
  if (!internal.isModule(name)) return failMissing(name, asked);
  const body = native.module(name);
  const module = body ? body(internal.host, internal.spend, internal.fail, internal) : {};
  return internal.complete(name, module);
};

/** The module `N`: every module by its name, made when a script looks at it; `N.ui` has those below `N/ui/`. */
const everyModule = () => {
  const all = {};
  const lazily = (target, name, path) => Object.defineProperty(target, name, { get: () => load(path), enumerable: true, configurable: true });
  for (const path of native.moduleNames()) {
    const [, name, part] = path.split('/');
    if (part === undefined) lazily(all, name, path);
    else if (!internal.isModule(`N/${name}`)) lazily((all[name] ??= {}), part, path);
  }
  return all;
};

const pieces = new Map();

/** A part of NetSuite's modules that has a file of its own. Scripts cannot load it. */
internal.piece = (name) => {
  if (!pieces.has(name)) pieces.set(name, native.module(`N/${name}`)(internal.host, internal.spend, internal.fail, internal));
  return pieces.get(name);
};

Object.defineProperty(internal, 'format', { get: () => internal.piece('preferences') });

const cycle = (entry, path) => {
  // Both halves of a cycle may have each other's `exports`, as in CommonJS.
  if (entry.exports) return entry.exports.exports;
  const way = [...loading.slice(loading.indexOf(path)), path].join(' → ');
  return failLoading('CYCLIC_MODULE_DEPENDENCY', `Modules need each other before one of them is made: ${way}. Move what both need to a third module, or use require() inside a function.`);
};

/** Makes a module once; what its making threw is thrown again for whoever asks for it later. */
const once = (path, make) => {
  let entry = modules.get(path);
  if (!entry) {
    entry = { state: 'new' };
    modules.set(path, entry);
  }
  if (entry.make) ({ make } = entry);
  if (entry.state === 'made') return entry.value;
  if (entry.state === 'failed') throw entry.error;
  if (entry.state === 'making') return cycle(entry, path);
  entry.state = 'making';
  loading.push(path);
  try {
    entry.value = make(entry);
    entry.state = 'made';
  } catch (error) {
    entry.state = 'failed';
    entry.error = error;
    throw error;
  } finally {
    loading.pop();
  }
  return entry.value;
};

const load = (path, asked) => {
  if (isNetSuites(path)) return once(path, () => (path === 'N' ? everyModule() : ourOwn(path, asked)));
  const known = modules.get(path) ?? modules.get(`${path}.js`);
  if (known) return once(modules.has(path) ? path : `${path}.js`);
  const file = fetch(path, asked);
  return once(file.path, (entry) => {
    if (file.path.endsWith('.json')) return internal.parse(file.text);
    return evaluate(file, entry);
  });
};

const exportOrImport = /^[ \t]*(?:export\s+(?:default|const|let|var|function|class|async)\b|export\s*[{*]|import\s*["'{*]|import\s+[\w$]+\s*(?:,|from\b))/m;

internal.isEsModule = (text) => {
  if (!exportOrImport.test(text)) return false;
  // A line of a comment or of a text may look like one: then the file is a script.
  return !native.isScript(text);
};

const need = (name, from) => load(resolve(name, from), { name, from });

/** What a factory of `define` makes. */
const fulfil = ({ dependencies, factory }, entry, from) => {
  entry.asks = { dependencies, factory };
  if (typeof factory !== 'function') return factory;
  const require = requireFrom(from);
  const module = { id: from, uri: from, exports: {}, config: () => ({}) };
  const commonJs = { require, module, get exports() { return module.exports; } };
  const usesExports = dependencies ? dependencies.includes('exports') || dependencies.includes('module') : factory.length > 1;
  if (usesExports) entry.exports = module;
  const given = (dependencies ?? ['require', 'exports', 'module']).map((name) =>
    name === 'require' || name === 'exports' || name === 'module' ? commonJs[name] : need(name, from),
  );
  const value = factory.apply(globalThis, given);
  return value === undefined && usesExports ? module.exports : value;
};

const evaluate = ({ path, text }, entry) => {
  let script;
  try {
    if (/\bdefine\b/.test(text)) script = native.evaluate(text, path);
    // A library that is older than AMD: what it declares is there for all.
    else native.evaluateForAll(text, path);
  } catch (error) {
    // Most are scripts, so that is tried first.
    if (internal.isEsModule(text)) return internal.piece('es_module').importEsModule(path, text);
    throw error;
  }
  if (!script) return undefined;
  const defined = [];
  collecting.push(defined);
  try {
    script.call(globalThis, defineFrom(path), requireFrom(path));
  } finally {
    collecting.pop();
  }
  // A file's module is the one without a name, or the last of those that have one.
  for (const definition of defined) {
    if (definition.name === undefined) continue;
    modules.set(definition.name, { state: 'new', named: true, make: (made) => fulfil(definition, made, path) });
  }
  const own = defined.filter(({ name }) => name === undefined).at(-1);
  if (own) return fulfil(own, entry, path);
  const last = defined.at(-1);
  return last ? once(last.name) : undefined;
};

const defineFrom = (path) => {
  const define = (...given) => {
    const name = typeof given[0] === 'string' ? given.shift() : undefined;
    const dependencies = given.length > 1 && Array.isArray(given[0]) ? given.shift() : undefined;
    const definition = { name, dependencies, factory: given[0] };
    const open = collecting.at(-1);
    if (open) open.push(definition);
    else if (name !== undefined) modules.set(name, { state: 'new', named: true, make: (made) => fulfil(definition, made, path) });
  };
  define.amd = {};
  return define;
};

const requireFrom = (path) => {
  const require = (names, callback, errback) => {
    if (typeof names === 'string') return need(names, path);
    if (!Array.isArray(names)) {
      configure(names, path);
      return undefined;
    }
    let values;
    try {
      values = names.map((name) => need(name, path));
    } catch (error) {
      if (typeof errback !== 'function') throw error;
      return errback.call(globalThis, error);
    }
    if (typeof callback === 'function') callback.apply(globalThis, values);
    return undefined;
  };
  require.config = (config) => configure(config, path);
  require.toUrl = (name) => resolve(name, path);
  require.defined = (name) => modules.get(resolve(name, path))?.state === 'made';
  require.specified = (name) => modules.has(resolve(name, path));
  return require;
};

internal.module = (name) => load(name);
internal.asksOf = (path) => modules.get(path)?.asks;
internal.load = load;
internal.resolve = resolve;
internal.isNetSuites = isNetSuites;
internal.fetch = fetch;
internal.configure = configure;
internal.defineFrom = defineFrom;
internal.requireFrom = requireFrom;
internal.failLoading = failLoading;
