// Where a template is being written: the names it sees, and what leaves a part of it.
/** Ends what is being written up to a directive that takes it. */
class Leave {
  constructor(kind, value) {
    this.kind = kind;
    this.value = value;
  }
}

/** Names, the nearest first. */
class Scope {
  constructor(names, outer = null) {
    this.names = names;
    this.outer = outer;
    this.loops = Object.create(null);
  }

  within(names) {
    return new Scope(Object.assign(Object.create(null), names), this);
  }

  get(name) {
    for (let scope = this; scope; scope = scope.outer) if (name in scope.names) return scope.names[name];
    // `item_index` and `item_has_next` are older than `item?index`.
    const [, item, asked] = /^(.+)_(index|has_next)$/.exec(name) ?? [];
    const loop = item && this.loopOf(item);
    if (!loop) return undefined;
    return asked === 'index' ? loop.index : loop.index + 1 < loop.size;
  }

  loopOf(name) {
    for (let scope = this; scope; scope = scope.outer) if (name in scope.loops) return scope.loops[name];
    return undefined;
  }

  get outermost() {
    let scope = this;
    while (scope.outer) scope = scope.outer;
    return scope;
  }
}

return { Leave, Scope };
