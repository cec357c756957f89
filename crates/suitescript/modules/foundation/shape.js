// What NetSuite has and is not here: it throws when it is used, and is never `undefined`.
const { defineProperty } = Object;
const read = (json) => (json === undefined ? undefined : internal.parse(json));

const absentValues = new WeakSet();

const absent = (target, where, name, kind) => {
  const what = `${where}.${name}`;
  if (kind === 'function') {
    const value = () => internal.notEmulated(what);
    value.promise = () => internal.notEmulated(`${what}.promise`);
    defineProperty(target, name, { value, writable: true, configurable: true });
  } else {
    const get = () => internal.notEmulated(what);
    // What a script says of it itself is there: a task is made first, and told of its script afterwards.
    const set = function set(value) {
      defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    };
    absentValues.add(get);
    defineProperty(target, name, { get, set, configurable: true });
  }
};

/** Some have hundreds of values, of which a script looks at one or two: the others are made when it looks at all of them. */
const listed = (where, name) => {
  let isWhole = false;
  const whole = (values) => {
    if (!isWhole) Object.freeze(Object.assign(values, read(native.enumeration(where, name))));
    isWhole = true;
    return values;
  };
  const handler = {
    get: (values, key, receiver) => {
      const value = isWhole || typeof key !== 'string' ? undefined : native.value(where, name, key);
      return value ?? Reflect.get(whole(values), key, receiver);
    },
  };
  for (const trap of ['defineProperty', 'deleteProperty', 'getOwnPropertyDescriptor', 'has', 'isExtensible', 'ownKeys', 'preventExtensions', 'set', 'setPrototypeOf']) {
    handler[trap] = (values, ...given) => Reflect[trap](whole(values), ...given);
  }
  return new Proxy({}, handler);
};

/** Made when a script looks at it. */
const enumeration = (module, where, name) => {
  const get = () => {
    const value = listed(where, name);
    defineProperty(module, name, { value, enumerable: true, configurable: true });
    return value;
  };
  defineProperty(module, name, { get, enumerable: true, configurable: true });
};

const promised = (module, method) => (...given) => new Promise((resolve) => resolve(method.apply(module, given)));

/** Gives methods of one object their second form, which answers with a promise. */
internal.promising = (target, names) => {
  for (const name of names) {
    const method = target[name];
    const value = (...given) => method.apply(target, given);
    value.promise = promised(target, method);
    defineProperty(target, name, { value, writable: true, configurable: true });
  }
  return target;
};

/** A module with all its members: enumerations have their values from the list, what else is missing throws. */
internal.complete = (name, module) => {
  const members = read(native.members(name)) ?? {};
  for (const member of Object.keys(members)) {
    const method = Object.getOwnPropertyDescriptor(module, member)?.value;
    if (typeof method === 'function') method.promise ??= promised(module, method);
    else if (member in module) continue;
    else if (members[member] === 'enumeration') enumeration(module, name, member);
    else absent(module, name, member, members[member]);
  }
  return module;
};

internal.isModule = (name) => native.members(name) !== undefined;

/** Whether reading a member of a module gives something. */
internal.isThere = (module, name) => !absentValues.has(Object.getOwnPropertyDescriptor(module, name)?.get);

const prototypes = new Map();

/** A text and JSON of an object, which logging asks for: where nothing else is said, its class by name, and its members. */
const asText = (prototype, name) =>
  defineProperty(prototype, 'toString', { value: () => name.slice(2).replaceAll('/', '.'), writable: true, configurable: true });

/**
 * An object that a module gives out. `name` is `N/module.Class`; members of that class which `members` lacks throw. Getters stay
 * getters; what is absent is on the prototype, so that it costs nothing for each object.
 */
internal.object = (name, members) => {
  let prototype = prototypes.get(name);
  if (prototype === undefined) {
    const dot = name.lastIndexOf('.');
    const kinds = read(native.class(name.slice(0, dot), name.slice(dot + 1))) ?? {};
    prototype = Object.create(Object.prototype);
    for (const member of Object.keys(kinds)) {
      if (member === 'toString') asText(prototype, name);
      else if (member !== 'toJSON') absent(prototype, name, member, kinds[member]);
    }
    prototypes.set(name, prototype);
  }
  return Object.setPrototypeOf(members, prototype);
};
