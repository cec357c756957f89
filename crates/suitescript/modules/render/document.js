// Documents: the text of an XML document or of a transaction, as a file that nothing is saved of yet. A PDF has the text alone, in
// lines of one width, without pictures, fonts and colours.
const { parse } = internal.piece('xml/parser');
const { escape } = internal.module('N/xml');

const blocks = new Set(['address', 'blockquote', 'body', 'br', 'caption', 'div', 'dl', 'dd', 'dt', 'form', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'li', 'macro', 'ol', 'p', 'pre', 'section', 'table', 'tr', 'ul']);
const unseen = new Set(['head', 'link', 'meta', 'script', 'style', 'title']);
const entities = { nbsp: '\u00a0', copy: '©', reg: '®', euro: '€', pound: '£', yen: '¥', ndash: '–', mdash: '—', hellip: '…', bull: '•', trade: '™', deg: '°' };

const isText = ({ nodeType }) => nodeType === 'TEXT_NODE' || nodeType === 'CDATA_SECTION_NODE';
const nameOf = (node) => (node.nodeType === 'ELEMENT_NODE' ? node.localName.toLowerCase() : '');
const collapsed = (text) => text.replace(/[ \t\r\n]+/g, ' ');
const elements = (node, names) => node.childNodes.flatMap((child) => (names.includes(nameOf(child)) ? [child] : ['thead', 'tbody', 'tfoot'].includes(nameOf(child)) ? elements(child, names) : []));

/** Rows of a table under each other, each column as wide as its longest cell. */
const rowsOf = (table) => {
  const rows = elements(table, ['tr']).map((row) => elements(row, ['td', 'th']).map((cell) => linesOf(cell).join(' ').trim()));
  const widths = [];
  for (const row of rows) if (row.length > 1) row.forEach((cell, at) => (widths[at] = Math.min(Math.max(widths[at] ?? 0, cell.length), 40)));
  return rows.map((row) => (row.length === 1 ? row[0] : row.map((cell, at) => cell.padEnd(widths[at])).join('  ').trimEnd()));
};

/** The text of a node in lines; a form feed begins a page. */
const linesOf = (node) => {
  const lines = [''];
  const walk = (at) => {
    for (const child of at.childNodes) {
      const name = nameOf(child);
      if (isText(child)) lines[lines.length - 1] += collapsed(child.nodeValue ?? '');
      else if (name === 'pbr') lines.push('\f', '');
      else if (name === 'table') lines.push(...rowsOf(child), '');
      else if (!unseen.has(name)) {
        const isBlock = blocks.has(name);
        if (name === 'pdf' && lines.some((line) => line.trim() !== '')) lines.push('\f', '');
        else if (isBlock && lines.at(-1).trim() !== '') lines.push('');
        walk(child);
        if (isBlock) lines.push('');
      }
    }
  };
  walk(node);
  return lines.map((line) => (line === '\f' ? line : line.trim())).filter((line, at, all) => line !== '' || (at > 0 && all[at - 1] !== ''));
};

const fileOf = (name, fileType, contents) => internal.module('N/file').create({ name, fileType, contents });

const pdfOf = (xml, name) => {
  const document = typeof xml === 'string' ? parse(xml.replace(/&([a-z]+);/g, (found, entity) => entities[entity] ?? found)) : xml;
  return fileOf(`${name}.pdf`, 'PDF', host('render.pdf', { lines: linesOf(document) }));
};

/** What is printed, as `mode` says: a page for a browser, or a PDF. */
const printed = (mode, name, title, body) => {
  const content = `<h1>${escape(title)}</h1>${body}`;
  if (String(mode).toUpperCase() === 'HTML') return fileOf(`${name}.html`, 'HTMLDOC', `<!DOCTYPE html><html><head><title>${escape(title)}</title></head><body>${content}</body></html>`);
  return pdfOf(`<pdf><body>${content}</body></pdf>`, name);
};

const paragraph = (label, text) => `<p>${escape(label)}: ${escape(String(text).replace(/\n/g, ', '))}</p>`;
const cells = (name, row) => `<tr>${row.map((cell) => `<${name}>${escape(cell)}</${name}>`).join('')}</tr>`;
const tableOf = (head, rows) => `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`;

return { paragraph, pdfOf, printed, tableOf };
