/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/log', 'N/runtime', 'N/error'], (nlog, runtime, error) => ({
  get: (parameters) => {
    log.debug('a title', { seen: parameters });
    nlog.audit({ title: 'another', details: parameters.name });
    if (parameters.fail === 'text') throw 'Not today.'; else if (parameters.fail === 'like the engine') throw Error('out of memory');
    if (parameters.fail) throw error.create({ name: 'MY_CODE', message: 'Not today.', notifyOff: true });
    return { parameters, user: runtime.getCurrentUser().name, depth: runtime.getCurrentScript().getParameter('custscript_depth') };
  },
}));
