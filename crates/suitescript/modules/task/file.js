// The file that a task of a search or a statement leaves: its results as CSV, a line of names before them.
const page = 1000;

const cell = (value) => {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const line = (values) => values.map(cell).join(',');

/** Rows of what `ask` answers from a start, all of them. */
const rowsOf = (ask) => {
  const rows = [];
  for (;;) {
    const some = ask(rows.length);
    for (const row of some) rows.push(row);
    if (some.length < page) return rows;
  }
};

const ofSearch = ({ savedSearchId }) => {
  internal.required('SearchTask.submit', { savedSearchId }, ['savedSearchId']);
  const { search } = host('search.load', { id: savedSearchId });
  const columns = search.columns.map((column) => (typeof column === 'string' ? { name: column } : column));
  const rows = rowsOf((start) => host('search.run', { search, start, size: page }).results);
  return [columns.map(({ label, name }) => label ?? name), ...rows.map(({ values }) => values.map(([value, text]) => text ?? value))];
};

const ofStatement = ({ query, params }) => {
  internal.required('SuiteQLTask.submit', { query }, ['query']);
  let names = [];
  const rows = rowsOf((start) => {
    const answer = host('query.run', { query, params: params ?? [], start, size: page });
    names = answer.columns;
    return answer.rows;
  });
  return [names, ...rows];
};

const makers = { SEARCH: ofSearch, SUITE_QL: ofStatement };

/** Writes it, where the task is one that leaves a file; the file's id. */
const leave = (task) => {
  const make = makers[task.taskType];
  if (!make) return null;
  const { fileId, filePath } = task;
  if (!fileId && !filePath) internal.required(`${task.taskType === 'SEARCH' ? 'SearchTask' : 'SuiteQLTask'}.submit`, { fileId }, ['fileId']);
  const contents = `${make(task).map(line).join('\r\n')}\r\n`;
  if (fileId) {
    const { name, folder, isOnline, isInactive, description } = host('file.load', { id: fileId });
    return host('file.save', { name, folder, isOnline, isInactive, description, fileType: 'CSV', contents });
  }
  return host('file.save', { path: `/${String(filePath).replace(/^\/+/, '')}`, fileType: 'CSV', contents });
};

return { leave };
