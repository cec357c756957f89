// The nodes of a document (DOM level 3, as far as scripts go). A member that is not here throws.
const NodeType = internal.enumeration({
  ELEMENT_NODE: 'ELEMENT_NODE',
  ATTRIBUTE_NODE: 'ATTRIBUTE_NODE',
  TEXT_NODE: 'TEXT_NODE',
  CDATA_SECTION_NODE: 'CDATA_SECTION_NODE',
  ENTITY_REFERENCE_NODE: 'ENTITY_REFERENCE_NODE',
  ENTITY_NODE: 'ENTITY_NODE',
  PROCESSING_INSTRUCTION_NODE: 'PROCESSING_INSTRUCTION_NODE',
  COMMENT_NODE: 'COMMENT_NODE',
  DOCUMENT_NODE: 'DOCUMENT_NODE',
  DOCUMENT_TYPE_NODE: 'DOCUMENT_TYPE_NODE',
  DOCUMENT_FRAGMENT_NODE: 'DOCUMENT_FRAGMENT_NODE',
  NOTATION_NODE: 'NOTATION_NODE',
});

const isTextual = (node) => node.nodeType === 'TEXT_NODE' || node.nodeType === 'CDATA_SECTION_NODE';
const sibling = (node, step) => {
  const around = node.parentNode?.childNodes;
  return around ? (around[around.indexOf(node) + step] ?? null) : null;
};
const refuse = (message) => internal.fail('SSS_XML_DOM_EXCEPTION', message);

class Node {
  constructor(nodeType, nodeName, nodeValue = null) {
    this.nodeType = nodeType;
    this.nodeName = nodeName;
    this.nodeValue = nodeValue;
    this.parentNode = null;
    this.ownerDocument = null;
    this.childNodes = [];
  }
  get prefix() {
    const colon = this.nodeName.indexOf(':');
    return colon < 0 ? null : this.nodeName.slice(0, colon);
  }
  get localName() {
    return this.nodeName.slice(this.nodeName.indexOf(':') + 1);
  }
  get namespaceURI() {
    return this.lookupNamespaceURI({ prefix: this.prefix });
  }
  get attributes() {
    return null;
  }
  get firstChild() {
    return this.childNodes[0] ?? null;
  }
  get lastChild() {
    return this.childNodes.at(-1) ?? null;
  }
  get nextSibling() {
    return sibling(this, 1);
  }
  get previousSibling() {
    return sibling(this, -1);
  }
  get textContent() {
    if (this.childNodes.length === 0) return this.nodeValue ?? '';
    let text = '';
    for (const child of this.childNodes) {
      if (child.nodeType !== 'COMMENT_NODE' && child.nodeType !== 'PROCESSING_INSTRUCTION_NODE') text += child.textContent;
    }
    return text;
  }
  set textContent(text) {
    if (this.nodeType !== 'ELEMENT_NODE') {
      this.nodeValue = String(text);
      return;
    }
    for (const child of this.childNodes) child.parentNode = null;
    this.childNodes = [];
    if (text !== '') this.appendChild(new Node('TEXT_NODE', '#text', String(text)));
  }
  hasChildNodes() {
    return this.childNodes.length > 0;
  }
  hasAttributes() {
    return Object.keys(this.attributes ?? {}).length > 0;
  }
  appendChild() {
    const { newChild } = childOf(arguments, ['newChild']);
    return this.insertBefore({ newChild, refChild: null });
  }
  insertBefore() {
    const { newChild, refChild = null } = childOf(arguments, ['newChild', 'refChild']);
    if (!(newChild instanceof Node)) return refuse('The new child is no node.');
    for (let above = this; above; above = above.parentNode) {
      if (above === newChild) return refuse('A node cannot be put into itself.');
    }
    if (refChild && refChild.parentNode !== this) return refuse('The node to put it before is no child of this one.');
    newChild.parentNode?.removeChild({ oldChild: newChild });
    const at = refChild ? this.childNodes.indexOf(refChild) : this.childNodes.length;
    this.childNodes.splice(at, 0, newChild);
    newChild.parentNode = this;
    return newChild;
  }
  removeChild() {
    const { oldChild } = childOf(arguments, ['oldChild']);
    const at = this.childNodes.indexOf(oldChild);
    if (at < 0) return refuse('The node is no child of this one.');
    this.childNodes.splice(at, 1);
    oldChild.parentNode = null;
    return oldChild;
  }
  replaceChild() {
    const { newChild, oldChild } = childOf(arguments, ['newChild', 'oldChild']);
    this.insertBefore({ newChild, refChild: oldChild });
    return this.removeChild({ oldChild });
  }
  cloneNode() {
    const { deep = false } = internal.options(arguments, ['deep']);
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this)), this, { parentNode: null, childNodes: [] });
    if (this.attributes) copy.own = this.own.map(([name, value]) => [name, value]);
    if (deep) for (const child of this.childNodes) copy.appendChild(child.cloneNode(true));
    return copy;
  }
  isSameNode() {
    return childOf(arguments, ['other']).other === this;
  }
  isEqualNode() {
    return serialize(childOf(arguments, ['other']).other) === serialize(this);
  }
  lookupNamespaceURI() {
    const { prefix } = internal.options(arguments, ['prefix']);
    const declaration = prefix ? `xmlns:${prefix}` : 'xmlns';
    for (let node = this; node; node = node.parentNode ?? node.ownerElement) {
      const found = node.own?.find(([name]) => name === declaration);
      if (found) return found[1];
    }
    return null;
  }
  normalize() {
    const { childNodes } = this;
    for (let at = 0; at < childNodes.length; at += 1) {
      while (isTextual(childNodes[at]) && childNodes[at + 1]?.nodeType === 'TEXT_NODE') {
        childNodes[at].nodeValue += childNodes.splice(at + 1, 1)[0].nodeValue;
      }
      childNodes[at].normalize();
    }
  }
  toString() {
    return serialize(this);
  }
}

/** Nodes come by position too, and are objects themselves. */
const childOf = (given, names) =>
  given[0] instanceof Node || given.length > 1 ? Object.fromEntries(names.map((name, at) => [name, given[at]])) : (given[0] ?? {});

class Attr extends Node {
  constructor(element, name, value) {
    super('ATTRIBUTE_NODE', name, value);
    this.ownerElement = element;
    this.name = name;
    this.specified = true;
  }
  get value() {
    return this.nodeValue;
  }
  set value(text) {
    this.nodeValue = String(text);
    this.ownerElement.setAttribute(this.name, text);
  }
}

const below = function* below(node) {
  for (const child of node.childNodes) {
    yield child;
    yield* below(child);
  }
};

const named = (node, given) => {
  const { tagName } = internal.options(given, ['tagName']);
  return [...below(node)].filter((one) => one.nodeType === 'ELEMENT_NODE' && (tagName === '*' || one.nodeName === tagName));
};

const namedIn = (node, given) => {
  const { namespaceURI, localName } = internal.options(given, ['namespaceURI', 'localName']);
  return [...below(node)].filter(
    (one) =>
      one.nodeType === 'ELEMENT_NODE' &&
      (localName === '*' || one.localName === localName) &&
      (namespaceURI === '*' || one.namespaceURI === namespaceURI),
  );
};

class Element extends Node {
  constructor(name) {
    super('ELEMENT_NODE', name);
    this.own = []; // attributes as [name, value], in their order
  }
  get tagName() {
    return this.nodeName;
  }
  get attributes() {
    return Object.fromEntries(this.own.map(([name, value]) => [name, new Attr(this, name, value)]));
  }
  getAttribute() {
    const { name } = internal.options(arguments, ['name']);
    return this.own.find(([own]) => own === name)?.[1] ?? null;
  }
  hasAttribute() {
    return this.getAttribute(internal.options(arguments, ['name'])) !== null;
  }
  getAttributeNode() {
    const { name } = internal.options(arguments, ['name']);
    return this.hasAttribute(name) ? new Attr(this, name, this.getAttribute(name)) : null;
  }
  setAttribute() {
    const { name, value } = internal.options(arguments, ['name', 'value']);
    const own = this.own.find(([known]) => known === name);
    if (own) own[1] = String(value);
    else this.own.push([checkedName(name), String(value)]);
    return this;
  }
  removeAttribute() {
    const { name } = internal.options(arguments, ['name']);
    this.own = this.own.filter(([own]) => own !== name);
  }
  getElementsByTagName() {
    return named(this, arguments);
  }
  getElementsByTagNameNS() {
    return namedIn(this, arguments);
  }
}

const checkedName = (name) =>
  /^[\p{L}_:][\p{L}\p{N}\-._:\u00B7]*$/u.test(String(name)) ? String(name) : refuse(`${String(name).slice(0, 100)} is no name in XML.`);

class Document extends Node {
  constructor() {
    super('DOCUMENT_NODE', '#document');
    this.xmlVersion = '1.0';
    this.xmlEncoding = 'UTF-8';
    this.xmlStandalone = false;
  }
  get documentElement() {
    return this.childNodes.find((node) => node.nodeType === 'ELEMENT_NODE') ?? null;
  }
  createElement() {
    return new Element(checkedName(internal.options(arguments, ['tagName']).tagName));
  }
  createTextNode() {
    return new Node('TEXT_NODE', '#text', String(internal.options(arguments, ['data']).data));
  }
  createCDATASection() {
    return new Node('CDATA_SECTION_NODE', '#cdata-section', String(internal.options(arguments, ['data']).data));
  }
  createComment() {
    return new Node('COMMENT_NODE', '#comment', String(internal.options(arguments, ['data']).data));
  }
  getElementById() {
    const { elementId } = internal.options(arguments, ['elementId']);
    return [...below(this)].find((node) => node.own?.some(([name, value]) => name === 'id' && value === elementId)) ?? null;
  }
  getElementsByTagName() {
    return named(this, arguments);
  }
  getElementsByTagNameNS() {
    return namedIn(this, arguments);
  }
}

const inText = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const inAttribute = { ...inText, '"': '&quot;', '\n': '&#10;', '\t': '&#9;', '\r': '&#13;' };

const serialize = (node) => {
  switch (node.nodeType) {
    case 'DOCUMENT_NODE':
      return `<?xml version="${node.xmlVersion}" encoding="${node.xmlEncoding}"?>${node.childNodes.map(serialize).join('')}`;
    case 'TEXT_NODE':
      return node.nodeValue.replace(/[&<>]/g, (character) => inText[character]);
    case 'CDATA_SECTION_NODE':
      return `<![CDATA[${node.nodeValue.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    case 'COMMENT_NODE':
      return `<!--${node.nodeValue}-->`;
    case 'PROCESSING_INSTRUCTION_NODE':
      return `<?${node.nodeName} ${node.nodeValue}?>`;
    case 'ATTRIBUTE_NODE':
      return node.nodeValue;
    default: {
      const attributes = node.own.map(([name, value]) => ` ${name}="${value.replace(/[&<>"\n\t\r]/g, (character) => inAttribute[character])}"`).join('');
      const inside = node.childNodes.map(serialize).join('');
      return inside === '' ? `<${node.nodeName}${attributes}/>` : `<${node.nodeName}${attributes}>${inside}</${node.nodeName}>`;
    }
  }
};

return { NodeType, Node, Document, Element, Attr, serialize, below };
