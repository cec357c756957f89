// N/url.
const query = (params) =>
  Object.entries(params ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value ?? '')}`)
    .join('&');

const withQuery = (address, params) => {
  const text = query(params);
  return text === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${text}`;
};

const format = function format() {
  const { domain, params } = internal.options(arguments, ['domain', 'params']);
  internal.required('url.format', { domain }, ['domain']);
  return withQuery(String(domain), params);
};

const resolveDomain = function resolveDomain() {
  const options = internal.options(arguments, ['hostType', 'accountId']);
  internal.required('url.resolveDomain', options, ['hostType']);
  const { HostType } = internal.module('N/url');
  const asked = internal.oneOf(HostType, options.hostType, 'SSS_INVALID_HOST_TYPE', `${options.hostType} is no host type: use one of url.HostType.`);
  // By its name: the values are `RESTLETS` and `FORMS`.
  const hostType = Object.keys(HostType).find((name) => HostType[name] === asked);
  return host('url.domain', { hostType, accountId: options.accountId ?? null });
};

const resolveScript = function resolveScript() {
  const options = internal.options(arguments, ['scriptId', 'deploymentId', 'returnExternalUrl', 'params']);
  internal.required('url.resolveScript', options, ['scriptId', 'deploymentId']);
  const { scriptId, deploymentId, params = {}, returnExternalUrl = false } = options;
  return host('url.script', { scriptId, deploymentId, params: params ?? {}, returnExternalUrl: Boolean(returnExternalUrl) });
};

const resolveRecord = function resolveRecord() {
  const options = internal.options(arguments, ['recordType', 'recordId', 'isEditMode', 'params']);
  internal.required('url.resolveRecord', options, ['recordType']);
  const page = internal.piece('url/pages').pageOf(options.recordType) ?? internal.notEmulated(`url.resolveRecord of ${options.recordType}`);
  const { recordId, isEditMode = false, params } = options;
  return withQuery(page, { ...(recordId ? { id: recordId } : {}), ...(internal.isChecked(isEditMode) ? { e: 'T' } : {}), ...params });
};

return { format, resolveDomain, resolveRecord, resolveScript };
