// Errors that say too little say more: where a missing module is named, and what was called that is no function.
const { native } = internal;
const names = Object.keys;

// The head of the function that a file with define() becomes stands in its first line.
const shift = '(function(define, require){'.length;

const indexOf = (text, line, column) => {
  let index = 0;
  for (let at = 1; at < line; at += 1) {
    index = text.indexOf('\n', index) + 1;
    if (index === 0) return -1;
  }
  return index + column - 1;
};

/** `[line, column]`, both from 1. */
const positionOf = (text, index) => {
  const lines = text.slice(0, index).split('\n');
  return [lines.length, lines.at(-1).length + 1];
};

/** Where a name stands in quotes, as modules are asked for. */
const quoted = (text, name) => {
  const starts = [`'${name}'`, `"${name}"`, `\`${name}\``].map((quote) => text.indexOf(quote)).filter((start) => start >= 0);
  return starts.length === 0 ? undefined : positionOf(text, Math.min(...starts));
};

const nearestModule = (name) => (name.startsWith('N/') ? native.question(name, native.moduleNames()) : '');

/** A missing module says by which name which line of which file asks for it. */
const place = (error, what, { name, from }) => {
  const file = internal.host('source', { path: from });
  const found = typeof file === 'string' ? quoted(file, name) : undefined;
  const line = found ? `, line ${found[0]}` : '';
  const said = what === name ? 'named' : `${name}`;
  error.message = `Module does not exist: ${what} (${said} in ${from}${line}).${nearestModule(what)}`;
  if (found) error.stack = [`define(${from}:${found[0]}:${found[1]})`];
};

const frame = /^[^(]*\((\/.*):(\d+):(\d+)\)$/;

/** Where an error was thrown, if that was in a file of the cabinet, and not in what the file called. */
const thrownAt = (error) => {
  const [innermost] = native.frames(String(error.stack).split('\n', 1)[0]);
  const found = frame.exec(innermost ?? '');
  return found && { path: found[1], line: Number(found[2]), column: Number(found[3]) };
};

/** The names with dots around a place: `record.load`. */
const chainAt = (text, index) => {
  const before = text.slice(Math.max(0, index - 200), index);
  const [front = ''] = /(?:[\w$]+\s*\??\.\s*)+$/.exec(before) ?? [];
  const [back] = /^[\w$]+(?:\s*\??\.\s*[\w$]+)*/.exec(text.slice(index, index + 200)) ?? [];
  if (back === undefined) return undefined;
  const start = front === '' && /\.\s*$/.test(before) ? '(...).' : front;
  return (start + back).replace(/\s/g, '');
};

/** The name of NetSuite's module that a file knows by this name. */
const moduleOf = (text, asks, known) => {
  const [, many, one] = /^(?:async\s*)?(?:function\s*[\w$]*\s*)?(?:\(([^)]*)\)|([\w$]+)\s*=>)/.exec(String(asks?.factory)) ?? [];
  const at = (many ?? one ?? '').split(',').map((name) => name.trim()).indexOf(known);
  const name = at < 0 ? undefined : asks.dependencies?.[at];
  if (name !== undefined) return name;
  const escaped = known.replace(/\$/g, '\\$');
  const required = new RegExp(`\\b${escaped}\\s*=\\s*require\\(\\s*["'](N/[\\w/]+)["']`).exec(text);
  const imported = new RegExp(`\\bimport\\s+(?:\\*\\s*as\\s+)?${escaped}\\s+from\\s*["'](N/[\\w/]+)["']`).exec(text);
  return (required ?? imported)?.[1];
};

/** `N/record has no lod.`, with what may have been meant. */
const missingMember = (text, asks, chain) => {
  const [known, member] = chain.split(/\??\./);
  const module = member && moduleOf(text, asks, known);
  if (!module || !internal.isModule(module)) return '';
  const members = names(internal.parse(native.members(module)));
  return members.includes(member) ? '' : `: ${module} has no ${member}.${native.question(member, members)}`;
};

const modulesOf = (text) => new Set(Array.from(text.matchAll(/["'](N\/[\w/]+)["']/g), ([, name]) => name));

/** What was called of an object may be a slip of what the objects of a module have, among those that the file asks for. */
const missingMethod = (text, chain) => {
  const member = chain.slice(chain.lastIndexOf('.') + 1);
  if (member === chain) return '';
  let slip = '';
  for (const module of modulesOf(text)) {
    const methods = native.methods(module) ?? [];
    // It is there, so this is another object.
    if (methods.includes(member)) return '';
    const question = native.question(member, methods);
    if (question && !slip) slip = `: no object of ${module} has ${member}.${question}`;
  }
  return slip;
};

const told = (error) => {
  const at = thrownAt(error);
  const text = at && internal.host('source', { path: at.path });
  if (typeof text !== 'string') return undefined;
  const asks = internal.asksOf(at.path);
  const column = asks && at.line === 1 ? at.column - shift : at.column;
  const index = indexOf(text, at.line, column);
  const chain = index < 0 ? undefined : chainAt(text, index);
  if (chain === undefined) return undefined;
  const more = missingMember(text, asks, chain);
  return error.message === 'not a function' ? `${chain} is not a function${more || missingMethod(text, chain)}` : error.message + more;
};

return { place, told, quoted, nearestModule, shift };
