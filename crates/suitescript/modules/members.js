// A script of our own: what each module has, for comparing it with lists of what NetSuite has. Its host knows nothing, so that
// whatever is called ends at once; what is not emulated ends in a way of its own.
define(['require'], (require) => {
  const isAbsent = (use) => {
    try {
      use();
      return false;
    } catch (error) {
      return error?.name === 'NOT_EMULATED';
    }
  };

  const kindOf = (module, name) => {
    if (isAbsent(() => module[name])) return 'not emulated';
    const { value, get } = Object.getOwnPropertyDescriptor(module, name);
    if (get) return 'value';
    if (typeof value !== 'function') return value === undefined ? 'undefined' : typeof value === 'object' ? Object.keys(value) : 'value';
    return isAbsent(() => value.call(module, {})) ? 'not emulated' : 'function';
  };

  const membersOf = (name) => {
    const module = require(name);
    return Object.fromEntries(Object.getOwnPropertyNames(module).map((member) => [member, kindOf(module, member)]));
  };

  return { get: ({ modules }) => Object.fromEntries(modules.map((name) => [name, membersOf(name)])) };
});
