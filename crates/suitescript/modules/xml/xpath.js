// XPath 1.0: location paths with predicates, and the functions that scripts use. What is not read says so.
const { Attr, below } = internal.piece('xml/dom');

const token = /\s*(\/\/|\.\.|::|!=|<=|>=|\d+(?:\.\d+)?|"[^"]*"|'[^']*'|[\p{L}_][\p{L}\p{N}\-._]*(?::(?!:)(?:\*|[\p{L}_][\p{L}\p{N}\-._]*))?|[/.@*[\]()=<>|,+-])/uy;

const tokens = (xpath) => {
  const found = [];
  token.lastIndex = 0;
  let end = 0;
  while (xpath.slice(end).trim() !== '') {
    token.lastIndex = end;
    const next = token.exec(xpath);
    if (!next) internal.fail('SSS_XML_DOM_EXCEPTION', `XPath.select cannot read ${xpath} from column ${end + 1}`);
    found.push(next[1]);
    end = token.lastIndex;
  }
  return found;
};

// --- Values ---

const textOf = (value) => {
  if (Array.isArray(value)) return value.length === 0 ? '' : value[0].textContent;
  return String(value);
};
const numberOf = (value) => (typeof value === 'boolean' ? Number(value) : textOf(value).trim() === '' ? Number.NaN : Number(textOf(value)));
const truthOf = (value) => (Array.isArray(value) ? value.length > 0 : typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : Boolean(value));

const compare = (operator, left, right) => {
  // Of nodes it is enough that one compares (section 3.4).
  if (Array.isArray(left)) return left.some((node) => compare(operator, node.textContent, right));
  if (Array.isArray(right)) return right.some((node) => compare(operator, left, node.textContent));
  if (operator === '=' || operator === '!=') {
    const same =
      typeof left === 'boolean' || typeof right === 'boolean' ? truthOf(left) === truthOf(right)
      : typeof left === 'number' || typeof right === 'number' ? numberOf(left) === numberOf(right)
      : textOf(left) === textOf(right);
    return same === (operator === '=');
  }
  const [a, b] = [numberOf(left), numberOf(right)];
  return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b;
};

const functions = {
  'position': (context) => context.position,
  'last': (context) => context.size,
  'count': (_, nodes) => nodes.length,
  'name': (context, nodes = [context.node]) => nodes[0]?.nodeName ?? '',
  'local-name': (context, nodes = [context.node]) => nodes[0]?.localName ?? '',
  'namespace-uri': (context, nodes = [context.node]) => nodes[0]?.namespaceURI ?? '',
  'string': (context, value = [context.node]) => textOf(value),
  'number': (context, value = [context.node]) => numberOf(value),
  'boolean': (_, value) => truthOf(value),
  'not': (_, value) => !truthOf(value),
  'true': () => true,
  'false': () => false,
  'contains': (_, text, part) => textOf(text).includes(textOf(part)),
  'starts-with': (_, text, start) => textOf(text).startsWith(textOf(start)),
  'concat': (_, ...texts) => texts.map(textOf).join(''),
  'substring': (_, text, from, length = Infinity) => textOf(text).slice(Math.max(numberOf(from) - 1, 0), numberOf(from) - 1 + (length === Infinity ? Infinity : numberOf(length))),
  'substring-before': (_, text, mark) => textOf(text).split(textOf(mark)).length > 1 ? textOf(text).slice(0, textOf(text).indexOf(textOf(mark))) : '',
  'substring-after': (_, text, mark) => textOf(text).includes(textOf(mark)) ? textOf(text).slice(textOf(text).indexOf(textOf(mark)) + textOf(mark).length) : '',
  'string-length': (context, text = [context.node]) => [...textOf(text)].length,
  'normalize-space': (context, text = [context.node]) => textOf(text).trim().replace(/\s+/g, ' '),
  'sum': (_, nodes) => nodes.reduce((sum, node) => sum + numberOf([node]), 0),
};

// --- Steps ---

const attributesOf = (node) => (node.own ?? []).map(([name, value]) => new Attr(node, name, value));
const up = (node) => node.parentNode ?? node.ownerElement ?? null;
const above = (node) => (up(node) ? [up(node), ...above(up(node))] : []);
const around = (node) => node.parentNode?.childNodes ?? [];

const axes = {
  'child': (node) => node.childNodes,
  'descendant': (node) => [...below(node)],
  'descendant-or-self': (node) => [node, ...below(node)],
  'self': (node) => [node],
  'parent': (node) => (up(node) ? [up(node)] : []),
  'ancestor': above,
  'ancestor-or-self': (node) => [node, ...above(node)],
  'attribute': attributesOf,
  'following-sibling': (node) => around(node).slice(around(node).indexOf(node) + 1),
  'preceding-sibling': (node) => around(node).slice(0, Math.max(around(node).indexOf(node), 0)).reverse(),
};

const tests = {
  text: (node) => node.nodeType === 'TEXT_NODE' || node.nodeType === 'CDATA_SECTION_NODE',
  node: () => true,
  comment: (node) => node.nodeType === 'COMMENT_NODE',
};

const hasName = (name, kind) => (node) => {
  if (node.nodeType !== kind) return false;
  if (name === '*' || node.nodeName === name) return true;
  // NetSuite calls a namespace without a prefix by this one.
  if (name.startsWith('nlapi:')) return node.prefix === null && (name === 'nlapi:*' || node.localName === name.slice(6));
  return name.endsWith(':*') && node.prefix === name.slice(0, -2);
};

const operators = [['or'], ['and'], ['=', '!='], ['<', '>', '<=', '>='], ['+', '-']];

/** An expression as a function of its context, `{ node, position, size }`. */
const compile = (xpath) => {
  const words = tokens(xpath);
  let at = 0;
  const refuse = () => internal.fail('SSS_XML_DOM_EXCEPTION', `XPath.select cannot read ${xpath} at ${words[at] ?? 'its end'}`);
  const expect = (word) => (words[at] === word ? (at += 1) : refuse());

  const binary = (level) => {
    if (level === operators.length) return union();
    let left = binary(level + 1);
    while (operators[level].includes(words[at])) {
      const [operator, first] = [words[at], left];
      at += 1;
      const second = binary(level + 1);
      left =
        operator === 'or' ? (context) => truthOf(first(context)) || truthOf(second(context))
        : operator === 'and' ? (context) => truthOf(first(context)) && truthOf(second(context))
        : operator === '+' ? (context) => numberOf(first(context)) + numberOf(second(context))
        : operator === '-' ? (context) => numberOf(first(context)) - numberOf(second(context))
        : (context) => compare(operator, first(context), second(context));
    }
    return left;
  };

  const union = () => {
    const parts = [path()];
    while (words[at] === '|') {
      at += 1;
      parts.push(path());
    }
    return parts.length === 1 ? parts[0] : (context) => [...new Set(parts.flatMap((part) => part(context)))];
  };

  const predicates = () => {
    const found = [];
    while (words[at] === '[') {
      at += 1;
      found.push(binary(0));
      expect(']');
    }
    return found;
  };

  const filtered = (nodes, conditions) =>
    conditions.reduce(
      (kept, condition) =>
        kept.filter((node, index) => {
          const value = condition({ node, position: index + 1, size: kept.length });
          return typeof value === 'number' ? value === index + 1 : truthOf(value);
        }),
      nodes,
    );

  const step = () => {
    const word = words[at];
    if (word === '.' || word === '..') {
      at += 1;
      return (nodes) => (word === '.' ? nodes : [...new Set(nodes.flatMap(axes.parent))]);
    }
    let axis = 'child';
    if (word === '@') {
      axis = 'attribute';
      at += 1;
    } else if (words[at + 1] === '::') {
      axis = Object.hasOwn(axes, word) ? word : refuse();
      at += 2;
    }
    const name = words[at];
    if (name === undefined || !/^[\p{L}_*]/u.test(name)) refuse();
    at += 1;
    let test = hasName(name, axis === 'attribute' ? 'ATTRIBUTE_NODE' : 'ELEMENT_NODE');
    if (words[at] === '(') {
      test = Object.hasOwn(tests, name) ? tests[name] : refuse();
      at += 1;
      expect(')');
    }
    const conditions = predicates();
    return (nodes) => [...new Set(nodes.flatMap((node) => filtered(axes[axis](node).filter(test), conditions)))];
  };

  const path = () => {
    const word = words[at];
    if (word === undefined) return refuse();
    const value = primary(word);
    const steps = [];
    let isAbsolute = false;
    if (!value && (word === '/' || word === '//')) {
      isAbsolute = true;
    } else if (!value) {
      steps.push(step());
    }
    while (words[at] === '/' || words[at] === '//') {
      if (words[at] === '//') steps.push((nodes) => [...new Set(nodes.flatMap(axes['descendant-or-self']))]);
      at += 1;
      const isRoot = isAbsolute && steps.length === 0 && (words[at] === undefined || [')', ']', '|', ',', '='].includes(words[at]));
      if (!isRoot) steps.push(step());
    }
    if (value && steps.length === 0) return value;
    return (context) => {
      const from = value ? value(context) : isAbsolute ? [above(context.node).at(-1) ?? context.node] : [context.node];
      return steps.reduce((nodes, take) => take(nodes), from);
    };
  };

  const primary = (word) => {
    if (/^["']/.test(word)) {
      at += 1;
      return () => word.slice(1, -1);
    }
    if (/^\d/.test(word)) {
      at += 1;
      return () => Number(word);
    }
    if (word === '-') {
      at += 1;
      const operand = path();
      return (context) => -numberOf(operand(context));
    }
    if (word === '(') {
      at += 1;
      const inside = binary(0);
      expect(')');
      const conditions = predicates();
      return conditions.length === 0 ? inside : (context) => filtered(inside(context), conditions);
    }
    if (words[at + 1] !== '(' || Object.hasOwn(tests, word)) return undefined;
    const call = Object.hasOwn(functions, word) ? functions[word] : refuse();
    at += 2;
    const given = [];
    while (words[at] !== ')') {
      given.push(binary(0));
      if (words[at] === ',') at += 1;
      else if (words[at] !== ')') refuse();
    }
    at += 1;
    return (context) => call(context, ...given.map((argument) => argument(context)));
  };

  const expression = binary(0);
  return at === words.length ? expression : refuse();
};

/** Nodes in the order of the document; a value that is none is refused, as NetSuite's gives out nodes only. */
const select = (node, xpath) => {
  const found = compile(xpath)({ node, position: 1, size: 1 });
  if (!Array.isArray(found)) internal.fail('SSS_XML_DOM_EXCEPTION', `XPath.select: ${xpath} is a value, and no nodes`);
  return found;
};

return { select };
