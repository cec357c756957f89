// N/file: files of the cabinet, whole in memory. What is no text is Base64, both ways.
const textual = new Set(['APPCACHE', 'CERTIFICATE', 'CONFIG', 'CSV', 'FREEMARKER', 'HTMLDOC', 'JAVASCRIPT', 'JSON', 'MESSAGERFC', 'PLAINTEXT', 'POSTSCRIPT', 'RTF', 'SCSS', 'SMS', 'STYLESHEET', 'SVG', 'WEBAPPPAGE', 'WEBAPPSCRIPT', 'XMLDOC', 'XSD']);

const longest = 10 * 1024 * 1024;

/** A number, or a path: `SuiteScripts/a.txt` is in the root, `./a.txt` beside the script. */
const idOf = (method, id) => {
  internal.required(method, { id }, ['id']);
  if (typeof id === 'number' || /^\d+$/.test(id)) return Number(id);
  const path = String(id);
  return /^\.{0,2}\//.test(path) ? internal.resolve(path, internal.path) : `/${path}`;
};

const bytesOf = (text, isText) => {
  if (!isText) return Math.floor((text.replace(/[\s=]/g, '').length * 3) / 4);
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

const iterator = (parts) => {
  let at = 0;
  return internal.object('N/file.FileIterator', {
    each(callback) {
      while (at < parts.length) {
        const value = parts[at];
        at += 1;
        if (callback({ value }) === false) break;
      }
    },
    next: () => (at < parts.length ? { value: { value: parts[at++] }, done: false } : { value: undefined, done: true }),
    [Symbol.iterator]() {
      return this;
    },
  });
};

const linesOf = (text) => {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

const saved = ['name', 'folder', 'fileType', 'encoding', 'description', 'isInactive', 'isOnline'];

const fileOf = (given) => {
  const state = { contents: '', ...given };
  const isText = () => textual.has(state.fileType);
  const needText = (method) => isText() || internal.fail('SSS_FILE_CONTENT_NOT_TEXT', `${method}: ${state.name} is of type ${state.fileType}, which is no text.`);
  const file = {};
  const property = (name, isWritable) =>
    Object.defineProperty(file, name, {
      get: () => state[name] ?? null,
      set: isWritable ? (value) => (state[name] = value) : undefined,
      enumerable: true,
      configurable: true,
    });
  for (const name of ['id', 'path', 'url']) property(name, false);
  for (const name of saved) property(name, true);
  Object.defineProperty(file, 'size', { get: () => bytesOf(state.contents, isText()), enumerable: true });
  Object.defineProperty(file, 'isText', { get: isText, enumerable: true });
  const method = (name, value) => Object.defineProperty(file, name, { value, writable: true, configurable: true });
  method('getContents', () => {
    if (bytesOf(state.contents, isText()) > longest) internal.fail('SSS_FILE_CONTENT_SIZE_EXCEEDED', 'The file content you are attempting to access exceeds the maximum allowed size of 10 MB.');
    return state.contents;
  });
  method('appendLine', function appendLine() {
    const { value } = internal.options(arguments, ['value']);
    internal.required('File.appendLine', { value: value === '' ? ' ' : value }, ['value']);
    needText('File.appendLine');
    state.contents += `${value}\n`;
    return file;
  });
  method('getReader', () => {
    needText('File.getReader');
    let at = 0;
    return internal.object('N/file.FileReader', {
      readChars() {
        const { number } = internal.options(arguments, ['number']);
        if (!(Number.isInteger(number) && number > 0)) internal.fail('SSS_INVALID_READ_SIZE', `Reader.readChars: number is ${number}; it is a whole number above 0.`);
        if (at >= state.contents.length) return null;
        const text = state.contents.slice(at, at + number);
        at += number;
        return text;
      },
      readUntil() {
        const { tag } = internal.options(arguments, ['tag']);
        if (!tag) internal.fail('SSS_TAG_CANNOT_BE_EMPTY', 'Reader.readUntil: tag is empty.');
        if (at >= state.contents.length) return null;
        const found = state.contents.indexOf(tag, at);
        const end = found < 0 ? state.contents.length : found + tag.length;
        const text = state.contents.slice(at, end);
        at = end;
        return text;
      },
    });
  });
  method('getSegments', function getSegments() {
    const { separator } = internal.options(arguments, ['separator']);
    if (!separator) internal.fail('SSS_INVALID_SEGMENT_SEPARATOR', 'File.getSegments: separator is empty.');
    needText('File.getSegments');
    return { iterator: () => iterator(state.contents.split(separator)) };
  });
  method('resetStream', () => {});
  method('lines', {
    iterator: () => {
      needText('File.lines');
      return iterator(linesOf(state.contents));
    },
  });
  method('save', () => {
    if (state.folder === undefined || state.folder === null) internal.fail('SSS_MISSING_REQD_ARGUMENT', 'File.save: Missing a required argument: folder');
    spend('file.save');
    const values = { contents: state.contents };
    for (const name of saved) values[name] = state[name] ?? null;
    state.id = host('file.save', values);
    return state.id;
  });
  return internal.object('N/file.File', file);
};

const create = function create() {
  const options = internal.options(arguments, ['name', 'fileType', 'contents']);
  internal.required('file.create', options, ['name', 'fileType']);
  const fileType = internal.oneOf(internal.module('N/file').Type, options.fileType, 'SSS_INVALID_TYPE_ARG', `${options.fileType} is no type of file: use one of file.Type.`);
  const { name, folder, description = null, encoding = 'UTF-8', isInactive = false, isOnline = false } = options;
  return fileOf({ name, fileType, folder, description, encoding, isInactive, isOnline, contents: String(options.contents ?? '') });
};

const load = function load() {
  const { id } = internal.options(arguments, ['id']);
  const asked = idOf('file.load', id);
  spend('file.load');
  return fileOf(host('file.load', { id: asked }));
};

const remove = function remove() {
  const { id } = internal.options(arguments, ['id']);
  const asked = idOf('file.delete', id);
  spend('file.delete');
  host('file.delete', { id: asked });
  return asked;
};

const copy = function copy() {
  const options = internal.options(arguments, ['id', 'folder', 'conflictResolution']);
  internal.required('file.copy', options, ['id', 'folder']);
  spend('file.copy');
  const { folder, conflictResolution = 'FAIL' } = options;
  return fileOf(host('file.copy', { id: idOf('file.copy', options.id), folder: Number(folder), conflictResolution }));
};

// The root folders that every account has.
const Folder = internal.enumeration({ SUITESCRIPTS: -15, TEMPLATES: -9, IMAGES: -4, ATTACHMENTS_RECEIVED: -10, ATTACHMENTS_SENT: -14, WEB_SITE_HOSTING_FILES: -11 });

return { Folder, create, load, delete: remove, copy };
