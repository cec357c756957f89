// What NetSuite has and is not here: it throws when it is used, and is never `undefined`.
const shapes = new Map();

const shapeOf = (module) => {
  let shape = shapes.get(module);
  if (shape === undefined) {
    const json = native.shape(module);
    shape = json === undefined ? null : internal.parse(json);
    shapes.set(module, shape);
  }
  return shape;
};

const absent = (target, where, name, kind) => {
  const what = `${where}.${name}`;
  if (kind === 'function') {
    const value = () => internal.notEmulated(what);
    value.promise = () => internal.notEmulated(`${what}.promise`);
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
  } else {
    Object.defineProperty(target, name, { get: () => internal.notEmulated(what), configurable: true });
  }
};

const fill = (target, where, members) => {
  for (const [name, kind] of Object.entries(members)) {
    if (name in target) continue;
    if (typeof kind === 'object') {
      Object.defineProperty(target, name, { value: internal.enumeration(kind), enumerable: true, configurable: true });
    } else {
      absent(target, where, name, kind);
    }
  }
};

/** A module with all its members: enumerations have their values from the list, what else is missing throws. */
internal.complete = (name, module) => {
  const shape = shapeOf(name);
  if (!shape) return module;
  fill(module, name, shape.members);
  for (const key of Object.keys(shape.members)) {
    const value = Object.getOwnPropertyDescriptor(module, key)?.value;
    if (typeof value === 'function' && !value.promise) {
      value.promise = (...given) => new Promise((resolve) => resolve(value.apply(module, given)));
    }
  }
  return module;
};

internal.isModule = (name) => shapeOf(name) !== null;

const prototypes = new Map();

/**
 * An object that a module gives out. `name` is `N/module.Class`; members of that class which `members` lacks throw. Getters stay
 * getters; what is absent is on the prototype, so that it costs nothing for each object.
 */
internal.object = (name, members) => {
  let prototype = prototypes.get(name);
  if (prototype === undefined) {
    const dot = name.lastIndexOf('.');
    const shape = shapeOf(name.slice(0, dot));
    prototype = Object.create(Object.prototype);
    for (const [member, kind] of Object.entries(shape?.classes?.[name.slice(dot + 1)] ?? {})) {
      absent(prototype, name, member, kind);
    }
    prototypes.set(name, prototype);
  }
  return Object.setPrototypeOf(members, prototype);
};
