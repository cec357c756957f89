// Says what of NetSuite's modules is not emulated, and fails where a member would be `undefined` in a script.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { shapes } from './shapes.js';

const declared = shapes();

if (process.argv.includes('--write')) {
  const lines = Object.entries(declared).map(([name, shape]) => `${name}\t${JSON.stringify(shape)}\n`);
  writeFileSync(new URL('../../crates/suitescript/modules/shapes.tsv', import.meta.url), lines.join(''));
  process.exit(0);
}

const here = JSON.parse(execFileSync(process.env.COUNTERSIGN, ['script-worker', '--members'], { maxBuffer: 2 ** 26 }));

const wrong = [];
const count = { there: 0, missing: 0 };
for (const [module, { members }] of Object.entries(declared)) {
  const missing = [];
  for (const [name, kind] of Object.entries(members)) {
    const found = here[module]?.[name];
    if (found === undefined || found === 'undefined') wrong.push(`${module}.${name}`);
    else if (found === 'not emulated') missing.push(name);
    else if (typeof kind === 'object') wrong.push(...Object.keys(kind).filter((key) => !found.includes?.(key)).map((key) => `${module}.${name}.${key}`));
    else if (kind === 'function' && found !== 'function') wrong.push(`${module}.${name}, which is no function`);
  }
  count.there += Object.keys(members).length - missing.length;
  count.missing += missing.length;
  const all = missing.length === Object.keys(members).length;
  if (missing.length > 0) console.log(`${module}: not emulated: ${all ? 'all of it' : missing.join(', ')}`);
}

console.log(`${count.there} members are there, ${count.missing} say that they are not emulated.`);
if (wrong.length > 0) {
  console.error(`A script would find undefined, or something else: ${wrong.join(', ')}`);
  process.exit(1);
}
