// N/workflow: what is begun or triggered is recorded beside the tasks of N/task, and nothing runs.
const recorded = (method, required) =>
  function record() {
    const options = internal.options(arguments, ['recordType', 'recordId', 'workflowId']);
    internal.required(method, options, required);
    spend('workflow.initiate');
    return host('task.submit', { taskType: 'WORKFLOW_TRIGGER', ...options });
  };

return {
  initiate: recorded('workflow.initiate', ['recordType', 'recordId', 'workflowId']),
  trigger: recorded('workflow.trigger', ['recordType', 'recordId', 'workflowId', 'actionId']),
};
