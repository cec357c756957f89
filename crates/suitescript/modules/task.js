// N/task: what is submitted is recorded. A search and a statement leave their file; no script runs.
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

/** What a task of a class can be told, and was not yet. */
const unset = (name) => {
  const members = Object.entries(internal.parse(internal.native.class('N/task', name) ?? '{}'));
  return Object.fromEntries(members.filter(([, kind]) => kind === 'value').map(([member]) => [member, null]));
};

const create = function create() {
  const options = internal.options(arguments, ['taskType']);
  internal.required('task.create', options, ['taskType']);
  const taskType = internal.oneOf(internal.module('N/task').TaskType, options.taskType, 'SSS_INVALID_TASK_TYPE', `${options.taskType} is no type of task: use one of task.TaskType.`);
  const task = {
    ...unset(classes[taskType]),
    ...options,
    taskType,
    submit() {
      if (taskType === 'SCHEDULED_SCRIPT' || taskType === 'MAP_REDUCE') internal.required(`${classes[taskType]}.submit`, task, ['scriptId']);
      spend(inScripts.has(taskType) ? 'task.submit' : 'task.submitBulk');
      const file = internal.piece('task/file').leave(task);
      const told = Object.entries({ ...task, ...(file !== null && { fileId: file }) }).filter(([, value]) => value !== null);
      return host('task.submit', Object.fromEntries(told));
    },
  };
  if ('inboundDependencies' in task) {
    task.inboundDependencies ??= [];
    task.addInboundDependency = (dependency) => void task.inboundDependencies.push(dependency);
  }
  return internal.object(`N/task.${classes[taskType]}`, task);
};

// A map/reduce script that is done has nothing before it, and this one went through nothing.
const counts = ['TotalMapCount', 'TotalReduceCount', 'TotalOutputCount', 'CurrentTotalSize'];
for (const part of ['Map', 'Reduce', 'Output']) counts.push(`Pending${part}Count`, `Pending${part}Size`);
const nothingLeft = Object.fromEntries(counts.map((name) => [`get${name}`, () => 0]));

const checkStatus = function checkStatus() {
  const { taskId } = internal.options(arguments, ['taskId']);
  internal.required('task.checkStatus', { taskId }, ['taskId']);
  const { given, ...status } = host('task.status', { id: taskId });
  for (const name of ['fileId', 'savedSearchId', 'query', 'params']) if (given?.[name] !== undefined) status[name] = given[name];
  if (status.taskType === 'MAP_REDUCE') Object.assign(status, { stage: null, getPercentageCompleted: () => 100 }, nothingLeft);
  return internal.object(`N/task.${classes[status.taskType] ?? 'ScheduledScriptTask'}Status`, { ...status });
};

return { create, checkStatus };
