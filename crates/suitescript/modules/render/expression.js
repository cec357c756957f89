// Expressions of templates (FreeMarker): a text becomes a function of a scope, which answers with the value or `undefined`.
const { builtin } = internal.piece('render/builtins');
const { Missing, binary, calculated, compared, given, levels, malformed, member, numberOf, operators, plain, sum } = internal.piece('render/values');

// As many values as a range may have.
const longestRange = 100000;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  space() {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  fail(why) {
    return malformed(`${why} in ${this.text.slice(0, 200)}, at its character ${this.at + 1}`);
  }

  /** Takes one of these, a word only as a whole. */
  take(...tokens) {
    this.space();
    for (const token of tokens) {
      if (!this.text.startsWith(token, this.at)) continue;
      if (/\w$/.test(token) && /\w/.test(this.text[this.at + token.length] ?? '')) continue;
      this.at += token.length;
      return token;
    }
    return undefined;
  }

  expect(token) {
    return this.take(token) ?? this.fail(`${token} is missing`);
  }

  /** Whether it begins so, and is not merely the beginning of something longer. */
  sees(form) {
    this.space();
    return form.test(this.text.slice(this.at, this.at + 12));
  }

  name() {
    this.space();
    const [name] = /^[A-Za-z_$][\w$]*(?:\\-[\w$]+)*/.exec(this.text.slice(this.at)) ?? this.fail('a name is missing');
    this.at += name.length;
    return name;
  }

  isAtEnd() {
    this.space();
    return this.at >= this.text.length;
  }

  expression(level = 0) {
    if (level === levels.length) return this.range();
    let left = this.expression(level + 1);
    for (let operator = this.operator(levels[level]); operator; operator = this.operator(levels[level])) {
      const [one, other] = [left, this.expression(level + 1)];
      const calculate = calculated[operator];
      left = binary[operator]?.(one, other) ?? ((scope) => calculate(...compared(given(one(scope), 'what is compared'), given(other(scope), 'what is compared'))));
    }
    return left;
  }

  operator(wanted) {
    for (const [tokens, name] of operators) {
      if (!wanted.includes(name)) continue;
      if (name === '==' && this.sees(/^=>/)) continue;
      if (this.take(...tokens)) return name;
    }
    return undefined;
  }

  range() {
    const from = this.added();
    const kind = this.take('..<', '..!', '..*', '..');
    if (!kind) return from;
    const isOpen = this.isAtEnd() || this.sees(/^[\])]/);
    const to = isOpen ? null : this.added();
    return (scope) => {
      const start = numberOf(from(scope), 'the beginning of a range');
      if (!to) return { start, isOpen: true };
      const end = numberOf(to(scope), 'the end of a range');
      const length = kind === '..*' ? end : kind === '..' ? Math.abs(end - start) + 1 : Math.abs(end - start);
      if (length > longestRange) malformed(`a range of ${length} numbers is longer than ${longestRange}`);
      return Array.from({ length }, (_, at) => (end < start && kind !== '..*' ? start - at : start + at));
    };
  }

  added() {
    let left = this.multiplied();
    for (;;) {
      const operator = this.sees(/^->/) ? undefined : this.take('+', '-');
      if (!operator) return left;
      const [one, other] = [left, this.multiplied()];
      const add = operator === '+' ? sum : calculated['-'];
      left = (scope) => add(given(one(scope), 'a summand'), given(other(scope), 'a summand'));
    }
  }

  multiplied() {
    let left = this.unary();
    for (;;) {
      const operator = this.take('*', '/', '%');
      if (!operator) return left;
      const [one, other] = [left, this.unary()];
      left = (scope) => calculated[operator](given(one(scope), 'a factor'), given(other(scope), 'a factor'));
    }
  }

  unary() {
    if (!this.sees(/^!=/) && this.take('!')) {
      const value = this.unary();
      return (scope) => !plain(value(scope));
    }
    if (this.take('-')) {
      const value = this.unary();
      return (scope) => -numberOf(given(value(scope), 'a number'), 'what is negated');
    }
    this.take('+');
    return this.postfix();
  }

  /** A value with what follows it: members, calls, built-ins, defaults. */
  postfix() {
    const start = this.at;
    this.space();
    let isWhole = this.text[this.at] === '('; // all of what is in brackets may be missing
    let value = this.primary();
    for (;;) {
      const target = value;
      const what = this.text.slice(start, this.at).trim();
      const lenient = isWhole
        ? (scope) => {
            try {
              return target(scope);
            } catch (error) {
              if (error instanceof Missing) return undefined;
              throw error;
            }
          }
        : target;
      if (this.sees(/^\.\.|^->/)) return value;
      if (this.take('??')) value = (scope) => lenient(scope) !== undefined && lenient(scope) !== null;
      else if (this.take('?')) value = this.builtin(lenient, target, what);
      else if (this.sees(/^!(?!=)/) && this.take('!')) value = this.defaulted(lenient);
      else if (this.take('.')) value = this.member(target, what);
      else if (this.take('@')) value = this.label(target, what);
      else if (this.take('[')) value = this.indexed(target, what);
      else if (this.text[this.at] === '(') value = this.called(target, what);
      else return value;
      isWhole = false;
    }
  }

  member(target, what) {
    const name = this.take('*', '**') ?? this.name();
    return (scope) => member(given(target(scope), what), name.replaceAll('\\', ''));
  }

  /** `record.memo@label`: what NetSuite's forms call the field. */
  label(target, what) {
    const name = this.name();
    return (scope) => {
      const value = given(target(scope), what);
      return name === 'label' ? (value.label ?? '') : malformed(`${what} has no @${name}`);
    };
  }

  indexed(target, what) {
    const index = this.expression();
    this.expect(']');
    return (scope) => {
      const [of, at] = [given(target(scope), what), plain(given(index(scope), 'what is in brackets'))];
      if (at?.isOpen) return of.slice(at.start);
      if (Array.isArray(at)) return typeof of === 'string' ? at.map((one) => of[one]).join('') : at.map((one) => of[one]);
      return member(typeof of.look === 'function' ? of : plain(of), at);
    };
  }

  called(target, what) {
    const arguments_ = this.arguments();
    return (scope) => {
      const called = given(target(scope), what);
      return typeof called === 'function' ? called(...arguments_.map((argument) => argument(scope))) : malformed(`${what} is no function`);
    };
  }

  arguments() {
    this.expect('(');
    const list = [];
    while (!this.take(')')) {
      if (this.isAtEnd()) this.fail(') is missing');
      list.push(this.lambda() ?? this.expression());
      this.take(',');
    }
    return list;
  }

  /** `x -> x.name`, in what `?map` and `?filter` are given. */
  lambda() {
    const [whole, bracketed, name = bracketed] = /^\s*(?:\(\s*([\w$]+)\s*\)|([\w$]+))\s*->/.exec(this.text.slice(this.at)) ?? [];
    if (whole === undefined) return undefined;
    this.at += whole.length;
    const body = this.expression();
    return (scope) => (value) => body(scope.within({ [name]: value }));
  }

  builtin(lenient, target, what) {
    const name = this.name();
    const list = this.text[this.at] === '(' ? this.arguments() : null;
    const call = builtin(name) ?? this.fail(`?${name} is no built-in that is known here`);
    const loop = /^[\w$]+$/.test(what) ? what : undefined;
    return (scope) => {
      const value = call.mayBeMissing ? lenient(scope) : given(target(scope), what);
      return call(value, list?.map((argument) => argument(scope)), { scope, loop: loop && scope.loopOf(loop), evaluate: expressionOf });
    };
  }

  defaulted(lenient) {
    const isAlone = this.isAtEnd() || this.sees(/^(?:[)\]},:?.;=*/%<>&|]|(?:lt|gt|lte|gte|as|in)\b|\+|-)/);
    const other = isAlone ? () => '' : this.added();
    return (scope) => {
      const value = lenient(scope);
      return value === undefined || value === null ? other(scope) : value;
    };
  }

  primary() {
    this.space();
    const rest = this.text.slice(this.at);
    const [number] = /^\d+(?:\.\d+)?/.exec(rest) ?? [];
    if (number) {
      this.at += number.length;
      return () => Number(number);
    }
    if (/^r?["']/.test(rest)) return this.string();
    if (this.take('(')) {
      const value = this.expression();
      this.expect(')');
      return value;
    }
    if (this.take('[')) return this.list();
    if (this.take('{')) return this.hash();
    if (this.take('true')) return () => true;
    if (this.take('false')) return () => false;
    if (this.take('.')) return this.special();
    const name = this.name();
    return (scope) => scope.get(name);
  }

  special() {
    const name = this.name();
    if (name === 'now') return () => new Date();
    if (['vars', 'data_model', 'namespace', 'main', 'globals', 'locals'].includes(name)) return (scope) => ({ look: (key) => scope.get(key) });
    return this.fail(`.${name} is not known here`);
  }

  /** A text may have expressions in it. */
  string() {
    const isRaw = this.take('r') !== undefined;
    const quote = this.text[this.at];
    let text = '';
    for (this.at += 1; this.text[this.at] !== quote; this.at += 1) {
      if (this.at >= this.text.length) this.fail('a text is not closed');
      if (this.text[this.at] === '\\' && !isRaw) {
        this.at += 1;
        const [code] = /^x[0-9A-Fa-f]{1,4}/.exec(this.text.slice(this.at)) ?? [];
        const escaped = { n: '\n', t: '\t', r: '\r', l: '<', g: '>', a: '&' }[this.text[this.at]] ?? this.text[this.at];
        text += code ? String.fromCharCode(parseInt(code.slice(1), 16)) : escaped;
        if (code) this.at += code.length - 1;
      } else text += this.text[this.at];
    }
    this.at += 1;
    return isRaw || !/[$#]\{/.test(text) ? () => text : internal.piece('render/template').compiled(text);
  }

  list() {
    const values = [];
    while (!this.take(']')) {
      if (this.isAtEnd()) this.fail('] is missing');
      values.push(this.expression());
      this.take(',');
    }
    return (scope) => values.map((value) => value(scope));
  }

  hash() {
    const entries = [];
    while (!this.take('}')) {
      if (this.isAtEnd()) this.fail('} is missing');
      const key = this.expression();
      this.take(':') ?? this.expect(',');
      entries.push([key, this.expression()]);
      this.take(',');
    }
    return (scope) => Object.fromEntries(entries.map(([key, value]) => [String(plain(key(scope))), value(scope)]));
  }
}

const expressionOf = (text) => {
  const reader = new Reader(text);
  const expression = reader.expression();
  return reader.isAtEnd() ? expression : reader.fail('something is left over');
};

return { Reader, expressionOf };
