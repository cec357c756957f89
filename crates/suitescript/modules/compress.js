// N/compress: files are packed in memory; what is made is a file that nothing is saved of yet.
const byExtension = {
  css: 'STYLESHEET', csv: 'CSV', gif: 'GIFIMAGE', gz: 'GZIP', htm: 'HTMLDOC', html: 'HTMLDOC', jpeg: 'JPGIMAGE', jpg: 'JPGIMAGE', js: 'JAVASCRIPT',
  json: 'JSON', pdf: 'PDF', png: 'PNGIMAGE', svg: 'SVG', tar: 'TAR', tgz: 'GZIP', txt: 'PLAINTEXT', xls: 'EXCEL', xml: 'XMLDOC', xsd: 'XSD', zip: 'ZIP',
};

const kindOf = (name) => byExtension[/\.([a-z]+)$/i.exec(name)?.[1].toLowerCase()] ?? 'PLAINTEXT';

const made = (name, fileType, base64) => {
  const { create } = internal.module('N/file');
  const file = create({ name, fileType });
  if (!file.isText) return create({ name, fileType, contents: base64 });
  const contents = host('encode.convert', { text: base64, inputEncoding: 'BASE_64', outputEncoding: 'UTF_8' });
  return create({ name, fileType, contents });
};

/** A file that comes alone is no object of options. */
const optionsOf = (given, names) => (typeof given[0]?.getContents === 'function' ? { file: given[0], [names[1]]: given[1] } : internal.options(given, names));

/** What the host packs of a file. */
const contentsOf = (method, file) => {
  internal.required(method, { file }, ['file']);
  if (typeof file.getContents !== 'function') internal.fail('SSS_INVALID_TYPE_ARG', `${method}: file is no file. Load or create it with N/file.`);
  return { contents: file.getContents(), isText: file.isText };
};

const gzip = function gzip() {
  const { file, level } = optionsOf(arguments, ['file', 'level']);
  const contents = contentsOf('compress.gzip', file);
  if (level !== undefined && !(Number.isInteger(level) && level >= 0 && level <= 9)) {
    internal.fail('SSS_INVALID_TYPE_ARG', `compress.gzip: level is ${level}; it is a whole number from 0, which packs nothing, to 9.`);
  }
  return made(`${file.name}.gz`, 'GZIP', host('compress.gzip', { ...contents, level: level ?? null }));
};

const gunzip = function gunzip() {
  const { file } = optionsOf(arguments, ['file']);
  const contents = contentsOf('compress.gunzip', file);
  const name = String(file.name).replace(/\.gz$/i, '');
  return made(name, kindOf(name), host('compress.gunzip', contents));
};

const kinds = { ZIP: 'ZIP', TAR: 'TAR', TGZ: 'TGZ' };
const fileTypes = { ZIP: 'ZIP', TAR: 'TAR', TGZ: 'GZIP' };

/** The type that is said, or that of the name. */
const archiveKind = (name, type) => {
  const [, extension] = /\.(cpio|tar\.gz|tgz|tar|tbz2|zip)$/i.exec(name) ?? [];
  const given = type ?? extension?.toLowerCase().replace('tar.gz', 'tgz');
  internal.required('Archiver.archive', { type: given }, ['type']);
  const { Type } = internal.module('N/compress');
  const found = internal.oneOf(Type, given, 'SSS_INVALID_TYPE_ARG', `Archiver.archive: ${given} is no type of archive: use one of compress.Type.`);
  return kinds[found] ?? internal.notEmulated(`compress.Type.${found}`);
};

/** A folder within the archive: no path leads out of it. */
const folderOf = (directory) =>
  String(directory ?? '')
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => `${part}/`)
    .join('');

const createArchiver = () => {
  const entries = [];
  return internal.object('N/compress.Archiver', {
    add() {
      const { file, directory } = optionsOf(arguments, ['file', 'directory']);
      const contents = contentsOf('Archiver.add', file);
      entries.push({ ...contents, path: `${folderOf(directory)}${file.name}` });
    },
    archive() {
      const { name, type } = internal.options(arguments, ['name', 'type']);
      internal.required('Archiver.archive', { name }, ['name']);
      const kind = archiveKind(String(name), type);
      return made(String(name), fileTypes[kind], host('compress.archive', { kind, entries }));
    },
  });
};

return { gzip, gunzip, createArchiver };
