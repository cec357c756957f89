// The directives of a template: each reads what stands up to its end, and is then written with what a scope has.
const { Reader } = internal.piece('render/expression');
const { Missing, given, malformed, plain } = internal.piece('render/values');
const { written } = internal.piece('render/builtins');
const { Leave } = internal.piece('render/scope');

const expression = (text, what) => {
  const reader = new Reader(text);
  const read = reader.expression();
  return reader.isAtEnd() ? read : malformed(`${what} ${text.slice(0, 100)}`);
};

const truth = (value) => Boolean(plain(value));

/** `name = value name = value`, as `assign`, `local` and `global` have them. */
const assignments = (text) => {
  const reader = new Reader(text);
  const all = [];
  while (!reader.isAtEnd()) {
    const name = /^\s*["']/.test(text.slice(reader.at)) ? reader.string()({}) : reader.name();
    const sign = reader.take('+=', '-=', '*=', '/=', '++', '--', '=') ?? reader.fail('= is missing');
    const value = sign === '++' || sign === '--' ? () => 1 : reader.expression();
    all.push({ name, sign: sign[0], isStep: sign.length === 2, value });
    reader.take(',');
  }
  return all;
};

const stepped = (sign, old, value) => {
  if (sign === '+') return typeof old === 'string' ? old + written(value) : plain(old) + plain(value);
  return { '-': plain(old) - plain(value), '*': plain(old) * plain(value), '/': plain(old) / plain(value) }[sign];
};

// Items that a list goes through, of a range without an end, too.
const mostItems = 100000;

/** What a macro is called with: by name, or in order. */
const passed = (rest) => {
  if (/^[\w$]+\s*=(?!=)/.test(rest)) {
    const named = assignments(rest);
    return (scope) => ({ named: Object.fromEntries(named.map(({ name, value }) => [name, value(scope)])) });
  }
  const reader = new Reader(rest.replace(/;[\s\w,]*$/, ''));
  const list = [];
  while (!reader.isAtEnd()) {
    list.push(reader.expression());
    reader.take(',');
  }
  return (scope) => ({ list: list.map((value) => value(scope)) });
};

/** The parameters of a macro or function with what they are called with. */
const bound = (parameters, { named = {}, list = [] }, scope) => {
  const values = Object.create(null);
  parameters.forEach(({ name, otherwise }, at) => {
    values[name] = named[name] ?? list[at] ?? otherwise?.(scope);
  });
  return values;
};

const parametersOf = (reader) => {
  const parameters = [];
  const isInBrackets = reader.take('(');
  while (!reader.isAtEnd() && !(isInBrackets && reader.take(')'))) {
    const name = reader.name();
    parameters.push({ name, otherwise: reader.sees(/^=(?!=)/) && reader.take('=') ? reader.expression() : undefined });
    reader.take(',');
  }
  return parameters;
};

const macro = (parser, rest, kind) => {
  const reader = new Reader(rest);
  const name = reader.name();
  const parameters = parametersOf(reader);
  const body = parser.block(`/${kind}`);
  parser.end(kind);
  return (scope) => {
    const { outermost } = scope;
    const run = (call, out, nested, at) => {
      const inner = outermost.within(bound(parameters, call, at));
      if (nested) inner.names['.nested'] = nested;
      try {
        body(inner, out);
      } catch (left) {
        if (!(left instanceof Leave) || left.kind !== 'return') throw left;
        return left.value?.(inner);
      }
      return undefined;
    };
    outermost.names[name] = kind === 'macro' ? { run } : (...list) => run({ list }, [], null, outermost);
  };
};

const conditions = (parser, rest) => {
  const branches = [{ when: expression(rest, 'there is no condition'), body: parser.block('elseif', 'else', '/if') }];
  for (let piece = parser.next('elseif'); piece; piece = parser.next('elseif')) {
    branches.push({ when: expression(piece.rest, 'there is no condition'), body: parser.block('elseif', 'else', '/if') });
  }
  if (parser.next('else')) branches.push({ when: () => true, body: parser.block('/if') });
  parser.end('if');
  return (scope, out) => {
    const branch = branches.find(({ when }) => truth(given(when(scope), 'a condition')));
    branch?.body(scope, out);
  };
};

const entriesOf = (value) => {
  const held = plain(value);
  if (Array.isArray(held)) return held.map((one) => [one]);
  if (held?.isOpen) return Array.from({ length: mostItems }, (_, at) => [held.start + at]);
  if (typeof held === 'object' && held !== null) return Object.entries(held);
  return malformed(`a list goes through ${written(value).slice(0, 100)}, which is none`);
};

const each = (value, names, body, scope, out) => {
  const entries = entriesOf(value);
  entries.forEach((entry, index) => {
    const inner = scope.within(Object.fromEntries(names.map((name, at) => [name, entry[at]])));
    inner.loops[names[0]] = { index, size: entries.length };
    try {
      body(inner, out);
    } catch (left) {
      if (!(left instanceof Leave) || left.kind !== 'continue') throw left;
    }
  });
  return entries.length;
};

const untilBreak = (work) => {
  try {
    return work();
  } catch (left) {
    if (left instanceof Leave && left.kind === 'break') return 1;
    throw left;
  }
};

const list = (parser, rest) => {
  const reader = new Reader(rest);
  const value = reader.expression();
  const names = reader.take('as') ? rest.slice(reader.at).split(',').map((name) => name.trim()) : null;
  const body = parser.block('else', '/list');
  const otherwise = parser.next('else') ? parser.block('/list') : null;
  parser.end('list');
  return (scope, out) => {
    const items = given(value(scope), rest);
    const went = untilBreak(() => {
      if (names) return each(items, names, body, scope, out);
      const inner = scope.within({ '.items': items });
      if (entriesOf(items).length > 0) body(inner, out);
      return entriesOf(items).length;
    });
    if (went === 0) otherwise?.(scope, out);
  };
};

const assigned = (where) => (parser, rest) => {
  if (/^[\w$"']+$/.test(rest.trim())) {
    const name = rest.trim().replace(/["']/g, '');
    const body = parser.block(`/${where}`);
    parser.end(where);
    return (scope) => {
      const out = [];
      body(scope, out);
      placeOf(where, scope)[name] = out.join('');
    };
  }
  const all = assignments(rest.replace(/\s+in\s+[\w$]+\s*$/, ''));
  return (scope) => {
    for (const { name, sign, isStep, value } of all) {
      const made = given(value(scope), name);
      placeOf(where, scope)[name] = isStep ? stepped(sign, given(scope.get(name), name), made) : made;
    }
  };
};

const placeOf = (where, scope) => (where === 'local' ? scope.names : scope.outermost.names);

const choice = (parser, rest) => {
  const value = expression(rest, 'there is no value');
  const cases = [];
  parser.block('case', 'on', 'default', '/switch');
  for (;;) {
    const piece = parser.next('case') ?? parser.next('on') ?? parser.next('default');
    if (!piece) break;
    const wanted = piece.directive === 'default' ? null : expression(piece.rest, 'there is no case');
    cases.push({ wanted, body: parser.block('case', 'on', 'default', '/switch') });
  }
  parser.end('switch');
  return (scope, out) => {
    const held = plain(given(value(scope), rest));
    const found = cases.findIndex(({ wanted }) => wanted && plain(wanted(scope)) === held);
    const first = found < 0 ? cases.findIndex(({ wanted }) => !wanted) : found;
    // As in Java, one case goes on into the next up to a break.
    if (first >= 0) untilBreak(() => cases.slice(first).forEach(({ body }) => body(scope, out)));
  };
};

const leave = (kind) => () => () => {
  throw new Leave(kind);
};

const within = (name, change = (text) => text) => (parser) => {
  const body = parser.block(`/${name}`);
  parser.end(name);
  return (scope, out) => {
    const inner = [];
    body(scope, inner);
    out.push(change(inner.join('')));
  };
};

const nothing = () => undefined;

const directives = {
  if: conditions,
  list,
  foreach(parser, rest) {
    const [, name, of] = /^([\w$]+)\s+in\s+([\s\S]+)$/.exec(rest) ?? malformed('<#foreach> has no `in`');
    const value = expression(of, 'there is no list');
    const body = parser.block('/foreach');
    parser.end('foreach');
    return (scope, out) => untilBreak(() => each(given(value(scope), of), [name], body, scope, out));
  },
  items(parser, rest) {
    const names = rest.replace(/^as\s+/, '').split(',').map((name) => name.trim());
    const body = parser.block('/items');
    parser.end('items');
    return (scope, out) => each(given(scope.get('.items'), 'the list of <#items>'), names, body, scope, out);
  },
  sep(parser) {
    const isClosed = parser.pieces.slice(parser.at).find(({ directive }) => ['sep', 'list', 'items', 'else'].includes(directive))?.directive === 'sep';
    const body = parser.block('/sep', '/list', '/items', 'else');
    if (isClosed) parser.end('sep');
    return (scope, out) => {
      for (let at = scope; at; at = at.outer) {
        const [loop] = Object.values(at.loops);
        if (loop) {
          if (loop.index + 1 < loop.size) body(scope, out);
          return;
        }
      }
    };
  },
  assign: assigned('assign'),
  local: assigned('local'),
  global: assigned('global'),
  macro: (parser, rest) => macro(parser, rest, 'macro'),
  function: (parser, rest) => macro(parser, rest, 'function'),
  nested: () => (scope) => scope.get('.nested')?.(),
  return(parser, rest) {
    const value = rest === '' ? undefined : expression(rest, 'there is no value');
    return (scope) => {
      const answer = value?.(scope);
      throw new Leave('return', () => answer);
    };
  },
  switch: choice,
  break: leave('break'),
  continue: leave('continue'),
  attempt(parser) {
    const body = parser.block('recover', '/attempt');
    const otherwise = parser.next('recover') ? parser.block('/recover', '/attempt') : () => {};
    parser.at += 1;
    return (scope, out) => {
      const inner = [];
      try {
        body(scope, inner);
        out.push(...inner);
      } catch (error) {
        if (!(error instanceof Missing) && error?.name !== 'TEMPLATE_ERROR') throw error;
        otherwise(scope, out);
      }
    };
  },
  compress: within('compress', (text) => text.replace(/\s+/g, (space) => (space.includes('\n') ? '\n' : ' ')).trim()),
  escape(parser, rest) {
    const [, name, of] = /^([\w$]+)\s+as\s+([\s\S]+)$/.exec(rest) ?? malformed('<#escape> has no `as`');
    const change = expression(of, 'there is no change');
    const body = parser.block('/escape');
    parser.end('escape');
    return (scope, out) => body(scope.within({ '.escaped': (value) => change(scope.within({ [name]: value })) }), out);
  },
  noescape(parser) {
    const body = parser.block('/noescape');
    parser.end('noescape');
    return (scope, out) => body(scope.within({ '.escaped': undefined }), out);
  },
  ftl: nothing,
  /** The others are of languages and zones, of which there is one. */
  setting(parser, rest) {
    const [{ name, value }] = assignments(rest);
    return name === 'number_format' ? (scope) => void (scope.outermost.names['.number_format'] = written(value(scope))) : undefined;
  },
  flush: nothing,
  t: nothing,
  lt: nothing,
  rt: nothing,
  nt: nothing,
  stop: (parser, rest) => (scope) => internal.fail('TEMPLATE_ERROR', `The template stops: ${rest === '' ? '' : written(expression(rest, 'there is no reason')(scope))}`),
};

return { directives, expression, passed };
