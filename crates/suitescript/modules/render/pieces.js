// The text of a template in its pieces: text, values and directives.
const { malformed } = internal.piece('render/values');

/** The end of a tag: a bracket, or a text in it, may have `>` in it. */
const endOf = (text, from, close) => {
  let quote = '';
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at];
    if (quote) {
      if (letter === '\\') at += 1;
      else if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (depth === 0 && text.startsWith(close, at)) return at;
    else if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
  }
  return malformed(`what begins with ${text.slice(Math.max(0, from - 2), from + 40)} is not closed`);
};

const opening = /<#--|<\/?[#@][A-Za-z_]|[$#]\{/g;

const piecesOf = (text) => {
  const pieces = [];
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const found = opening.exec(text);
    if (!found) break;
    const { 0: token, index } = found;
    if (index > at) pieces.push({ text: text.slice(at, index) });
    if (token === '<#--') {
      const end = text.indexOf('-->', index);
      pieces.push({ directive: '', isTag: true });
      at = end < 0 ? text.length : end + 3;
    } else if (token.endsWith('{')) {
      const end = endOf(text, index + 2, '}');
      pieces.push({ value: text.slice(index + 2, end) });
      at = end + 1;
    } else {
      const end = endOf(text, index + token.length, '>');
      const [, slash, kind, name, rest] = /^<(\/?)([#@])([\w.]+)([\s\S]*)$/.exec(text.slice(index, end));
      pieces.push({ directive: (kind === '@' ? '@' : '') + name, isEnd: slash !== '', rest: rest.replace(/\/\s*$/, '').trim(), isEmpty: /\/\s*$/.test(rest), isTag: true });
      at = end + 1;
      if (name === 'noparse' && !slash) {
        const close = text.indexOf('</#noparse>', at);
        if (close < 0) malformed('<#noparse> is not closed');
        pieces.pop();
        pieces.push({ text: text.slice(at, close) });
        at = close + '</#noparse>'.length;
      }
    }
  }
  pieces.push({ text: text.slice(at) });
  return stripped(pieces);
};

/** Of a line with nothing but tags in it no line remains. */
const stripped = (pieces) => {
  const lines = [[]];
  for (const piece of pieces) {
    if (piece.text === undefined) lines.at(-1).push(piece);
    else {
      piece.text.split(/(?<=\n)/).forEach((text, at) => {
        if (at > 0) lines.push([]);
        lines.at(-1).push({ text });
      });
    }
  }
  const isBare = (line) => line.some(({ isTag }) => isTag) && line.every(({ isTag, text }) => isTag || (text !== undefined && text.trim() === ''));
  return lines.flatMap((line) => (isBare(line) ? line.filter(({ isTag }) => isTag) : line));
};

return { piecesOf };
