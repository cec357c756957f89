// XML 1.0 without document types: entities of a document's own are the way to make a small text large.
const { Node, Document, Element } = internal.piece('xml/dom');

const known = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const deepest = 512;

const name = /[\p{L}_:][\p{L}\p{N}\-._:\u00B7]*/uy;
const space = /\s+/y;

const parse = (text) => {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const refuse = (message) => {
    const before = text.slice(0, at).split('\n');
    return internal.fail('SSS_XML_DOM_EXCEPTION', `${message} (line ${before.length}, column ${before.at(-1).length + 1})`);
  };
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return undefined;
    at = pattern.lastIndex;
    return found[0];
  };
  const expect = (literal) => {
    if (!text.startsWith(literal, at)) refuse(`${literal} is expected`);
    at += literal.length;
  };
  const upTo = (end, what) => {
    const found = text.indexOf(end, at);
    if (found < 0) return refuse(`${what} does not end`);
    const inside = text.slice(at, found);
    at = found + end.length;
    return inside;
  };
  const resolved = (raw) =>
    raw.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([\w.-]+));?/g, (entity, hex, decimal, named) => {
      const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
      if (named) return entity.endsWith(';') && Object.hasOwn(known, named) ? known[named] : refuse(`The entity ${entity} is not known`);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : refuse(`${entity} is no character`);
    });

  const document = new Document();
  const open = [document];
  const add = (node) => {
    const parent = open.at(-1);
    node.parentNode = parent;
    node.ownerDocument = document;
    parent.childNodes.push(node);
  };

  const attributes = (element) => {
    for (;;) {
      const spaced = take(space) !== undefined;
      if (text[at] === '>' || text[at] === '/') return;
      const key = take(name);
      if (key === undefined || !spaced) refuse(`An attribute of ${element.nodeName} is expected, with a space before it`);
      take(space);
      expect('=');
      take(space);
      const quote = text[at];
      if (quote !== '"' && quote !== "'") refuse(`The attribute ${key} has no quotes`);
      at += 1;
      const value = resolved(upTo(quote, `The attribute ${key}`).replace(/[\n\t\r]/g, ' '));
      if (value.includes('<')) refuse(`The attribute ${key} has < in it`);
      if (element.own.some(([known]) => known === key)) refuse(`The attribute ${key} is there twice`);
      element.own.push([key, value]);
    }
  };

  const startTag = () => {
    at += 1;
    const tag = take(name);
    if (tag === undefined) refuse('The name of an element is expected');
    if (open.length === 1 && document.documentElement) refuse('There is more than one element at the top');
    if (open.length > deepest) refuse(`Elements are nested deeper than ${deepest}`);
    const element = new Element(tag);
    attributes(element);
    add(element);
    if (text[at] === '/') {
      expect('/>');
    } else {
      expect('>');
      open.push(element);
    }
  };

  const endTag = () => {
    at += 2;
    const tag = take(name);
    if (open.length === 1 || tag !== open.at(-1).nodeName) {
      refuse(`</${tag}> is there, and ${open.length === 1 ? 'nothing is open' : `</${open.at(-1).nodeName}> is expected`}`);
    }
    take(space);
    expect('>');
    open.pop();
  };

  const instruction = () => {
    at += 2;
    const target = take(name);
    const data = upTo('?>', 'A processing instruction').trim();
    if (target !== 'xml') return add(new Node('PROCESSING_INSTRUCTION_NODE', target, data));
    document.xmlVersion = /version\s*=\s*["']([\d.]+)/.exec(data)?.[1] ?? '1.0';
    document.xmlEncoding = /encoding\s*=\s*["']([\w-]+)/.exec(data)?.[1] ?? 'UTF-8';
    return undefined;
  };

  while (at < text.length) {
    if (text.startsWith('<!--', at)) {
      at += 4;
      add(new Node('COMMENT_NODE', '#comment', upTo('-->', 'A comment')));
    } else if (text.startsWith('<![CDATA[', at) && open.length > 1) {
      at += 9;
      add(new Node('CDATA_SECTION_NODE', '#cdata-section', upTo(']]>', 'A CDATA section')));
    } else if (text.startsWith('<?', at)) {
      instruction();
    } else if (text.startsWith('</', at)) {
      endTag();
    } else if (text.startsWith('<!', at)) {
      refuse('Document types are not read');
    } else if (text[at] === '<') {
      startTag();
    } else {
      const end = text.indexOf('<', at);
      const raw = text.slice(at, end < 0 ? text.length : end);
      if (open.length > 1) add(new Node('TEXT_NODE', '#text', resolved(raw.replace(/\r\n?/g, '\n'))));
      else if (raw.trim() !== '') refuse('There is text outside the element at the top');
      at += raw.length;
    }
  }
  if (open.length > 1) refuse(`</${open.at(-1).nodeName}> is missing`);
  if (!document.documentElement) refuse('There is no element');
  return document;
};

return { parse };
