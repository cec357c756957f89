// N/task: what is submitted is recorded, and nothing runs.
const TaskType = internal.enumeration({
  SCHEDULED_SCRIPT: 'SCHEDULED_SCRIPT',
  MAP_REDUCE: 'MAP_REDUCE',
  CSV_IMPORT: 'CSV_IMPORT',
  ENTITY_DEDUPLICATION: 'ENTITY_DEDUPLICATION',
  WORKFLOW_TRIGGER: 'WORKFLOW_TRIGGER',
  SEARCH: 'SEARCH',
  QUERY: 'QUERY',
  SUITE_QL: 'SUITE_QL',
  RECORD_ACTION: 'RECORD_ACTION',
  DOCUMENT_CAPTURE: 'DOCUMENT_CAPTURE',
});

const TaskStatus = internal.enumeration({ PENDING: 'PENDING', PROCESSING: 'PROCESSING', COMPLETE: 'COMPLETE', FAILED: 'FAILED' });

const classes = {
  SCHEDULED_SCRIPT: 'ScheduledScriptTask',
  MAP_REDUCE: 'MapReduceScriptTask',
  CSV_IMPORT: 'CsvImportTask',
  ENTITY_DEDUPLICATION: 'EntityDeduplicationTask',
  WORKFLOW_TRIGGER: 'WorkflowTriggerTask',
  SEARCH: 'SearchTask',
  QUERY: 'QueryTask',
  SUITE_QL: 'SuiteQLTask',
  RECORD_ACTION: 'RecordActionTask',
  DOCUMENT_CAPTURE: 'DocumentCaptureTask',
};

const inScripts = new Set(['SCHEDULED_SCRIPT', 'MAP_REDUCE', 'WORKFLOW_TRIGGER']);

const create = function create() {
  const options = internal.options(arguments, ['taskType']);
  internal.required('task.create', options, ['taskType']);
  const taskType = internal.oneOf(TaskType, options.taskType, 'SSS_INVALID_TASK_TYPE', `${options.taskType} is no type of task: use one of task.TaskType.`);
  const task = {
    ...options,
    taskType,
    submit() {
      if (taskType === 'SCHEDULED_SCRIPT' || taskType === 'MAP_REDUCE') internal.required(`${classes[taskType]}.submit`, task, ['scriptId']);
      spend(inScripts.has(taskType) ? 'task.submit' : 'task.submitBulk');
      return host('task.submit', { ...task });
    },
  };
  return internal.object(`N/task.${classes[taskType]}`, task);
};

const checkStatus = function checkStatus() {
  const { taskId } = internal.options(arguments, ['taskId']);
  internal.required('task.checkStatus', { taskId }, ['taskId']);
  const status = host('task.status', { id: taskId });
  return internal.object(`N/task.${classes[status.taskType] ?? 'ScheduledScriptTask'}Status`, { ...status });
};

return { TaskType, TaskStatus, create, checkStatus };
