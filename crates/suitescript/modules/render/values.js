// What templates calculate with, compare and look into.
const { plain, written } = internal.piece('render/builtins');

/** The text of a template is wrong. */
const malformed = (why) => internal.fail('TEMPLATE_PARSE_ERROR', `The template cannot be read: ${why}.`);

class Missing extends internal.SuiteScriptError {
  constructor(what) {
    super('TEMPLATE_ERROR', `The template names what is not there: ${what}. Write ${what}!"" for something that may be missing.`);
  }
}

const given = (value, what) => {
  if (value === undefined || value === null) throw new Missing(what);
  return value;
};

const hasOwn = (target, name) => Object.prototype.hasOwnProperty.call(target, name);

/** Of a record what its view has, of a list by its number, of other things by name: nothing that JavaScript has of its own. */
const member = (target, name) => {
  if (typeof target.look === 'function') return target.look(String(name));
  if (Array.isArray(target) || typeof target === 'string') return Number.isInteger(name) ? target[name] : undefined;
  return typeof target === 'object' && hasOwn(target, name) ? target[name] : undefined;
};

const isText = (value) => typeof plain(value) === 'string';

const compared = (one, other) => {
  const [left, right] = [plain(one), plain(other)];
  return left instanceof Date && right instanceof Date ? [left.getTime(), right.getTime()] : [left, right];
};

const numberOf = (value, what) => {
  const number = plain(value);
  return typeof number === 'number' ? number : malformed(`${what} is no number`);
};

const binary = {
  '||': (left, right) => (scope) => Boolean(plain(left(scope))) || Boolean(plain(right(scope))),
  '&&': (left, right) => (scope) => Boolean(plain(left(scope))) && Boolean(plain(right(scope))),
};
const calculated = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  lt: (left, right) => left < right,
  lte: (left, right) => left <= right,
  gt: (left, right) => left > right,
  gte: (left, right) => left >= right,
  '-': (left, right) => numberOf(left, 'what is subtracted from') - numberOf(right, 'what is subtracted'),
  '*': (left, right) => numberOf(left, 'a factor') * numberOf(right, 'a factor'),
  '/': (left, right) => numberOf(left, 'what is divided') / numberOf(right, 'what it is divided by'),
  '%': (left, right) => numberOf(left, 'what is divided') % numberOf(right, 'what it is divided by'),
};

const sum = (left, right) => {
  if (Array.isArray(left)) return left.concat(right);
  if (isText(left) || isText(right)) return written(left) + written(right);
  return typeof plain(left) === 'object' ? { ...left, ...right } : numberOf(left, 'a summand') + numberOf(right, 'a summand');
};

// Longer ones first.
const operators = [
  [['||'], '||'],
  [['&&', '&amp;&amp;'], '&&'],
  [['==', '='], '=='],
  [['!='], '!='],
  [['lte', '\\lte', '<=', '&lt;='], 'lte'],
  [['gte', '\\gte', '>=', '&gt;='], 'gte'],
  [['lt', '\\lt', '<', '&lt;'], 'lt'],
  [['gt', '\\gt', '>', '&gt;'], 'gt'],
];
const levels = [['||'], ['&&'], ['==', '!='], ['lte', 'gte', 'lt', 'gt']];

return { Missing, binary, calculated, compared, given, levels, malformed, member, numberOf, operators, plain, sum };
