/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/log', 'N/error', 'N/runtime', './lib/greeting'], (log, error, runtime, greeting) => {
  const get = (parameters) => {
    log.debug('get', parameters);
    if (parameters.fail === 'thrown') {
      throw error.create({ name: 'TEST_FAILURE', message: 'it was asked for' });
    }
    if (parameters.fail === 'script') return parameters.nothing.there;
    if (parameters.as === 'text') return greeting(parameters.name);
    if (parameters.as === 'nothing') return undefined;
    const user = runtime.getCurrentUser();
    const script = runtime.getCurrentScript();
    return {
      parameters,
      user: user.name,
      role: user.role,
      script: script.id,
      deployment: script.deploymentId,
      left: script.getRemainingUsage(),
      parameter: script.getParameter({ name: 'custscript_greeting' }),
    };
  };
  const post = (body) => ({ was: typeof body, body });
  const put = (body) => (typeof body === 'string' ? body.toUpperCase() : JSON.stringify(body));
  return { get, post, put };
});
