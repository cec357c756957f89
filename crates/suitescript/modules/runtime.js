// N/runtime: who runs, where, and with what left.
const session = new Map();
let script, user, account;

const scriptOf = () => (script ??= host('runtime.script'));
const userOf = () => (user ??= host('runtime.user'));
const accountOf = () => (account ??= host('runtime.account'));

const getters = (target, source, names) => {
  for (const name of names) {
    Object.defineProperty(target, name, { get: () => source()[name] ?? null, enumerable: true, configurable: true });
  }
  return target;
};

const getCurrentScript = () => {
  const members = {
    getParameter() {
      const { name } = internal.options(arguments, ['name']);
      internal.required('Script.getParameter', { name }, ['name']);
      return scriptOf().parameters?.[String(name).toLowerCase()] ?? null;
    },
    getRemainingUsage: () => internal.native.remaining(),
    percentComplete: 0,
  };
  return internal.object('N/runtime.Script', getters(members, scriptOf, ['id', 'deploymentId', 'logLevel', 'bundleIds']));
};

const getCurrentUser = () => {
  const members = {
    getPermission() {
      const { name } = internal.options(arguments, ['name']);
      internal.required('User.getPermission', { name }, ['name']);
      return host('runtime.permission', { name });
    },
    getPreference() {
      const { name } = internal.options(arguments, ['name']);
      internal.required('User.getPreference', { name }, ['name']);
      return host('runtime.preference', { name });
    },
  };
  const names = ['id', 'name', 'email', 'role', 'roleId', 'roleCenter', 'subsidiary', 'department', 'location', 'contact'];
  return internal.object('N/runtime.User', getters(members, userOf, names));
};

// RESTlets have no session that would outlive the call.
const getCurrentSession = () =>
  internal.object('N/runtime.Session', {
    get() {
      const { name } = internal.options(arguments, ['name']);
      return session.get(String(name)) ?? null;
    },
    set() {
      const { name, value } = internal.options(arguments, ['name', 'value']);
      session.set(String(name), String(value));
    },
  });

// What every account here works with, and no box switches.
const always = ['SUBSIDIARIES', 'MULTICURRENCY', 'DEPARTMENTS', 'CLASSES', 'LOCATIONS', 'INVENTORY', 'MULTILOCINVT', 'ACCOUNTING', 'RECEIVABLES', 'PAYABLES'];

const isFeatureInEffect = function isFeatureInEffect() {
  const { feature } = internal.options(arguments, ['feature']);
  internal.required('runtime.isFeatureInEffect', { feature }, ['feature']);
  const id = String(feature).toUpperCase();
  return always.includes(id) || accountOf().features.includes(id);
};

return getters(
  { getCurrentScript, getCurrentUser, getCurrentSession, isFeatureInEffect, executionContext: 'RESTLET' },
  accountOf,
  ['accountId', 'envType', 'version', 'processorCount', 'queueCount', 'country'],
);
