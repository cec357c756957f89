// N/suiteAppInfo: nothing is installed in this account.
const none = (method, names) =>
  function installed() {
    internal.required(method, internal.options(arguments, names), names);
    return false;
  };

/** By script id, whatever a script asks for. */
const containing = (method) =>
  function list() {
    const { scriptIds } = internal.options(arguments, ['scriptIds']);
    internal.required(method, { scriptIds }, ['scriptIds']);
    return Object.fromEntries([scriptIds].flat().map((id) => [id, []]));
  };

return {
  isBundleInstalled: none('suiteAppInfo.isBundleInstalled', ['bundleId']),
  isSuiteAppInstalled: none('suiteAppInfo.isSuiteAppInstalled', ['suiteAppId']),
  listInstalledBundles: () => [],
  listInstalledSuiteApps: () => [],
  listBundlesContainingScripts: containing('suiteAppInfo.listBundlesContainingScripts'),
  listSuiteAppsContainingScripts: containing('suiteAppInfo.listSuiteAppsContainingScripts'),
};
