// N/xml.
const dom = internal.piece('xml/dom');
const { parse } = internal.piece('xml/parser');
const { select } = internal.piece('xml/xpath');

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

const escape = function escape() {
  const { xmlText } = internal.options(arguments, ['xmlText']);
  return String(xmlText ?? '').replace(/[&<>"']/g, (character) => entities[character]);
};

const Parser = {
  fromString() {
    const { text } = internal.options(arguments, ['text']);
    internal.required('xml.Parser.fromString', { text }, ['text']);
    return parse(String(text));
  },
  toString() {
    const given = arguments[0];
    const { document } = given instanceof dom.Node ? { document: given } : internal.options(arguments, ['document']);
    internal.required('xml.Parser.toString', { document }, ['document']);
    return dom.serialize(document);
  },
};

const XPath = {
  select() {
    const { node, xpath } = arguments[0] instanceof dom.Node ? { node: arguments[0], xpath: arguments[1] } : internal.options(arguments, ['node', 'xpath']);
    internal.required('xml.XPath.select', { node, xpath }, ['node', 'xpath']);
    return select(node, String(xpath));
  },
};

const { NodeType, Node, Document, Element, Attr } = dom;
return { NodeType, Parser, XPath, Node, Document, Element, Attr, escape };
