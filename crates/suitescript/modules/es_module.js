// ES modules, as TypeScript and bundlers write them. What they import is made before they are linked, so that the engine asks for
// nothing while it links.
const specifier = /(?:^|[;}\n])\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*(["'])([^"'\n]+)\1/g;
const { native } = internal;
const prepared = new Set();

const isIdentifier = (key) => key !== 'default' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);

const prepare = (path, text) => {
  if (prepared.has(path)) return;
  prepared.add(path);
  const names = {};
  for (const [, , name] of text.matchAll(specifier)) {
    let target = internal.resolve(name, path);
    const file = internal.isNetSuites(target) ? undefined : internal.fetch(target);
    target = file?.path ?? target;
    names[name] = target;
    if (file && !target.endsWith('.json') && internal.isEsModule(file.text)) {
      prepare(target, file.text);
    } else if (!prepared.has(target)) {
      prepared.add(target);
      const value = internal.load(target);
      const isObject = typeof value === 'object' || typeof value === 'function';
      const own = value && isObject ? Object.getOwnPropertyNames(value).filter((key) => isIdentifier(key) && internal.isThere(value, key)) : [];
      native.provide(target, value && isObject ? value : { default: value }, own);
    }
  }
  native.declare(path, text, names);
};

const importEsModule = (path, text) => {
  prepare(path, text);
  const namespace = native.importModule(path);
  const keys = Object.keys(namespace);
  // `export default { get, post }` is the module itself.
  return keys.length === 1 && keys[0] === 'default' ? namespace.default : namespace;
};

return { importEsModule };
