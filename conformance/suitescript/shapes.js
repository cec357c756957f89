// NetSuite's modules as @hitc/netsuite-types declares them: members, enumerations with their values, and the classes they give out.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const root = dirname(createRequire(import.meta.url).resolve('@hitc/netsuite-types/package.json'));

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

/** Whose values are their names in lower case, in one word. */
const inLowerCase = new Set(['N/search.Operator', 'N/search.Type']);

/** A member without a value has its name for one, as most of NetSuite's. */
const valuesOf = (enumeration, where) =>
  Object.fromEntries(
    [...enumeration.exports.values()].map(({ name, valueDeclaration }) => {
      const given = valueDeclaration?.initializer;
      if (given && ts.isStringLiteral(given)) return [name, given.text];
      const text = inLowerCase.has(where) ? name.toLowerCase().replaceAll('_', '') : name;
      return [name, given && ts.isNumericLiteral(given) ? Number(given.text) : text];
    }),
  );

const memberOf = (exported, module) => {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const { Enum, Function, Class, Variable, ValueModule } = ts.SymbolFlags;
  if (symbol.flags & Enum) return valuesOf(symbol, `${module}.${exported.name}`);
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
      const member = memberOf(exported, name);
      if (member !== undefined) members[exported.name] = member;
    }
    found[name] = { members, classes: classesOf(source) };
  }
  return found;
};
