// A script file is looked at before it is called: whether it can be read as JavaScript, and whether what it asks for is there. Of a
// file with define() what stands outside its functions runs, with a define() that only takes note. No module is made.
const { native } = internal;
const { quoted, nearestModule, shift } = internal.piece('callee');

const findings = [];
const seen = new Set(); // paths of files
const named = new Set(); // modules that have a name of their own

const find = (isError, path, [line, column], message) => findings.push({ isError, path, line, column, message });

const comments = /\/\*[\s\S]*?\*\/|(^|[^:'"`\\])\/\/.*$/gm;
const requirements = /[^.\w$]require\s*\(\s*["']([^"'\s]+)["']\s*\)/g;

/** What a function asks for while it runs. */
const requiredIn = (source) => {
  const text = String(source).replace(comments, '$1');
  return Array.from(text.matchAll(requirements), ([, name]) => name);
};

/** `isSure`: every call of the script asks for it. */
const look = (name, { path, text }, isSure) => {
  if (typeof name !== 'string' || name === '' || named.has(name)) return;
  if (name === 'require' || name === 'exports' || name === 'module') return;
  const place = quoted(text, name) ?? [1, 1];
  const target = internal.resolve(name, path);
  if (target === 'N') return;
  if (target.startsWith('N/')) {
    if (!internal.isModule(target)) find(isSure, path, place, `there is no module ${name}.${nearestModule(name)}`);
    else if (!native.module(target)) find(false, path, place, `${name} is part of SuiteScript and not emulated here: what the script calls of it throws NOT_EMULATED.`);
    return;
  }
  let file;
  try {
    file = internal.fetch(target);
  } catch {
    find(isSure, path, place, `there is no file ${target.endsWith('.js') || target.endsWith('.json') ? target : `${target}.js`} in the file cabinet, nor among the files that are deployed.`);
    return;
  }
  read(file);
};

const positionOf = (error) => {
  const [, line, column] = /:(\d+):(\d+)\)$/.exec(native.frames(String(error.stack ?? ''))[0] ?? '') ?? [];
  return line === undefined ? [1, 1] : [Number(line), Number(column)];
};

/** Whether it can be compiled. */
const isReadable = ({ path, text }, compile, before) => {
  try {
    compile();
    return true;
  } catch (error) {
    const [line, column] = positionOf(error);
    const lines = text.trimEnd().split('\n');
    if (line > lines.length) {
      find(true, path, [lines.length, lines.at(-1).length + 1], 'the file ends before a bracket, a brace or a text is closed.');
    } else {
      find(true, path, [line, line === 1 ? Math.max(1, column - before) : column], `${error.message}.`);
    }
    return false;
  }
};

const specifier = /(?:^|[;}\n])\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*(["'])([^"'\n]+)\1/g;

const readEsModule = (file) => {
  const compile = () => {
    try {
      native.compileModule(file.path, file.text);
    } catch (error) {
      // Once it is read, what it imports is asked for, and nothing is linked here.
      if (error.name === 'SyntaxError') throw error;
    }
  };
  if (!isReadable(file, compile, 0)) return;
  for (const [, , name] of file.text.matchAll(specifier)) look(name, file, true);
};

/** What a file hands to define() and require() when it is loaded. */
const asked = ({ path, text }) => {
  const sure = [];
  const perhaps = [];
  const define = (...given) => {
    if (typeof given[0] === 'string') named.add(given.shift());
    const hasList = given.length > 1 && Array.isArray(given[0]);
    const factory = given[hasList ? 1 : 0];
    if (hasList) sure.push(...given[0]);
    if (typeof factory !== 'function') return;
    const required = requiredIn(factory);
    // As in CommonJS: require() stands for the list.
    if (!hasList) sure.push(...required.filter((name) => name.startsWith('N/')));
    perhaps.push(...required);
  };
  define.amd = {};
  const require = (names) => {
    if (Array.isArray(names)) sure.push(...names);
    else if (typeof names === 'object') internal.configure(names, path);
    return {};
  };
  Object.assign(require, { config: (config) => internal.configure(config, path), toUrl: String, defined: () => false, specified: () => false });
  try {
    native.evaluate(text, path).call(globalThis, define, require);
  } catch {
    // It may need what require() gives it where it runs.
  }
  return { sure, perhaps };
};

const read = (file) => {
  if (seen.has(file.path)) return;
  seen.add(file.path);
  if (file.path.endsWith('.json')) {
    try {
      internal.parse(file.text);
    } catch (error) {
      find(true, file.path, [1, 1], `it is no JSON: ${error.message}.`);
    }
    return;
  }
  if (internal.isEsModule(file.text)) return readEsModule(file);
  if (!isReadable(file, () => native.evaluate(file.text, file.path), shift)) return;
  if (!/\bdefine\b/.test(file.text)) return;
  const { sure, perhaps } = asked(file);
  for (const name of sure) look(name, file, true);
  for (const name of perhaps) if (!sure.includes(name)) look(name, file, false);
};

/** Of the file of a script. */
const check = (path) => {
  const file = internal.fetch(path);
  read(file);
  const isModule = findings.length > 0 || internal.isEsModule(file.text) || /\b(?:define|require)\b/.test(file.text);
  if (!isModule) find(true, path, [1, 1], 'it has no define(): a script of SuiteScript 1.0, which names its functions on the script record, does not run here. Return them from define([], () => ({ get, post })).');
  return findings;
};

return { check };
