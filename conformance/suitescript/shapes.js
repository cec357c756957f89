// NetSuite's modules as @hitc/netsuite-types declares them: members, enumerations, and the classes they give out; and as
// suitecloud-unit-testing-stubs has them, which knows more of the values of enumerations.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const root = dirname(require.resolve('@hitc/netsuite-types/package.json'));

// Declares types only, and is no module of NetSuite's.
const noModules = new Set(['N/types']);

const files = readdirSync(join(root, 'N'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.d.ts'))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();

const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  skipLibCheck: true,
  types: [],
});
const checker = program.getTypeChecker();

const kindOf = (symbol, at) =>
  checker.getTypeOfSymbolAtLocation(symbol, at).getCallSignatures().length > 0 ? 'function' : 'value';

/** A member without a value has its name for one, as most of NetSuite's. */
const valuesOf = (enumeration) =>
  Object.fromEntries(
    [...enumeration.exports.values()].map(({ name, valueDeclaration }) => {
      const given = valueDeclaration?.initializer;
      if (given && ts.isStringLiteral(given)) return [name, given.text];
      return [name, given && ts.isNumericLiteral(given) ? Number(given.text) : name];
    }),
  );

const memberOf = (exported) => {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { Enum, Function, Class, Variable, ValueModule } = ts.SymbolFlags;
  if (symbol.flags & Enum) return valuesOf(symbol);
  if (symbol.flags & (Function | Class)) return 'function';
  if (symbol.flags & Variable) return kindOf(symbol, symbol.valueDeclaration);
  return symbol.flags & ValueModule ? 'value' : undefined;
};

const classesOf = (source) => {
  const classes = {};
  for (const statement of source.statements) {
    const isClass = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
    if (!isClass || /(Options?|Opts|Function)$/.test(statement.name.text)) continue;
    const properties = checker.getTypeAtLocation(statement.name).getProperties();
    const members = properties.filter(({ name }) => !name.startsWith('__@'));
    if (members.length === 0) continue;
    classes[statement.name.text] = Object.fromEntries(members.map((member) => [member.name, kindOf(member, statement.name)]));
  }
  return classes;
};

// --- Stubs ---

const stubs = new Map(require('suitecloud-unit-testing-stubs').customStubs.map(({ module, path }) => [module, basename(path)]));

/** By the name of its module. */
const stubOf = (name) => (stubs.has(name) ? require(`suitecloud-unit-testing-stubs/stubs/${stubs.get(name)}`) : undefined);

const isPlain = (value) => typeof value === 'string' || typeof value === 'number';

/** Adds what the stub has, and its values in the place of names. Constructors are of its own making. */
const addStub = (members, stub) => {
  const names = [...Object.keys(stub), ...Object.keys(Object.getPrototypeOf(stub))];
  for (const name of names) {
    const value = stub[name];
    if (typeof value === 'function') {
      if (/^[a-z]/.test(name)) members[name] ??= 'function';
    } else if (isPlain(value)) {
      members[name] ??= 'value';
    } else if (value !== null && typeof value === 'object') {
      const values = Object.entries(value).map(([key, given]) => [key, isPlain(given) ? given : key]);
      members[name] = { ...(typeof members[name] === 'object' ? members[name] : {}), ...Object.fromEntries(values) };
    }
  }
  // The stub spells it otherwise than the documentation.
  if (members.TimeZone) members.Timezone = { ...members.Timezone, ...members.TimeZone };
};

/** `{ 'N/log': { members, classes } }`. */
export const shapes = () => {
  const found = {};
  for (const file of files) {
    const name = relative(root, file).replace(/\.d\.ts$/, '').replaceAll('\\', '/');
    const source = program.getSourceFile(file);
    const module = checker.getSymbolAtLocation(source);
    if (!module || noModules.has(name)) continue;
    const members = {};
    for (const exported of checker.getExportsOfModule(module)) {
      const member = memberOf(exported);
      if (member !== undefined) members[exported.name] = member;
    }
    const stub = stubOf(name);
    if (stub) addStub(members, stub);
    found[name] = { members, classes: classesOf(source) };
  }
  return found;
};
