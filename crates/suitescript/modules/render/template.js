// Templates (FreeMarker), as far as NetSuite's forms go: a text is read once, and written with what a scope has.
const { piecesOf } = internal.piece('render/pieces');
const { given, malformed } = internal.piece('render/values');
const { builtin, written } = internal.piece('render/builtins');
const { Scope } = internal.piece('render/scope');
const { directives, expression, passed } = internal.piece('render/directives');

const shown = (value, pattern) => (pattern !== undefined && typeof value === 'number' ? builtin('string')(value, [pattern]) : written(value));

class Parser {
  constructor(text) {
    this.pieces = piecesOf(text);
    this.at = 0;
  }

  /** What stands up to one of these directives, which is left where it is. */
  block(...ends) {
    const nodes = [];
    while (this.at < this.pieces.length) {
      const piece = this.pieces[this.at];
      if (piece.directive && ends.includes((piece.isEnd ? '/' : '') + piece.directive)) return this.sequence(nodes);
      this.at += 1;
      const node = this.node(piece);
      if (node) nodes.push(node);
    }
    return ends.length === 0 ? this.sequence(nodes) : malformed(`<#${ends.at(-1).replace('/', '')}> is not closed`);
  }

  sequence(nodes) {
    return (scope, out) => {
      for (const node of nodes) node(scope, out);
    };
  }

  end(name) {
    const piece = this.pieces[this.at];
    if (!piece?.isEnd || piece.directive !== name) malformed(`<#${name}> is not closed`);
    this.at += 1;
  }

  /** Whether this directive is next, which is taken. */
  next(name) {
    const piece = this.pieces[this.at];
    if (!piece || piece.isEnd || piece.directive !== name) return undefined;
    this.at += 1;
    return piece;
  }

  node({ text, value, directive, rest, isEnd, isEmpty }) {
    if (text !== undefined) return text === '' ? undefined : (scope, out) => out.push(text);
    if (value !== undefined) {
      const [what] = value.split(/;\s*[\w$.]+\s*$/);
      const read = expression(what, 'there is no reading');
      return (scope, out) => {
        const found = given(read(scope), what.trim());
        out.push(shown(scope.get('.escaped')?.(found) ?? found, scope.get('.number_format')));
      };
    }
    if (directive === '') return undefined;
    if (isEnd) return malformed(`</#${directive}> closes nothing`);
    if (directive.startsWith('@')) return this.macroCall(directive.slice(1), rest, isEmpty);
    const make = Object.hasOwn(directives, directive) ? directives[directive] : undefined;
    if (make) return make(this, rest);
    return ['include', 'import', 'visit', 'recurse', 'transform', 'autoesc', 'noautoesc', 'outputformat'].includes(directive) ? internal.notEmulated(`<#${directive}> of a template`) : malformed(`there is no directive <#${directive}>`);
  }

  macroCall(name, rest, isEmpty) {
    const arguments_ = passed(rest);
    const body = isEmpty ? null : this.block(`/@${name}`, '/@');
    if (!isEmpty) this.at += 1;
    return (scope, out) => {
      const macro = given(scope.get(name), `the macro ${name}`);
      if (typeof macro.run !== 'function') malformed(`${name} is no macro`);
      macro.run(arguments_(scope), out, body && ((inner) => body(inner ?? scope, out)), scope);
    };
  }
}

/** A function of a scope that answers with the text. */
const compiled = (text) => {
  const body = new Parser(text).block();
  return (scope) => {
    const out = [];
    body(scope, out);
    return out.join('');
  };
};

/** The text of a template with these names. */
const filled = (text, names) => compiled(text)(new Scope(Object.assign(Object.create(null), names)));

return { compiled, filled };
