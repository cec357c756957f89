// The lines of one sublist.
const FieldSet = internal.piece('record/field_set');
const { shown } = internal.piece('record/values');

const invalid = () =>
  internal.fail(
    'SSS_INVALID_SUBLIST_OPERATION',
    'You have attempted an invalid sublist or line item operation. You are either trying to access a field on a non-existent line or you are trying to add or remove lines from a static sublist.',
  );

class Lines {
  constructor(shape, way) {
    this.shape = shape;
    this.way = way;
    this.lines = []; // { number, fields }: the account's number of a line that is there
    this.removed = [];
    this.current = null; // { at, line, isNew, isStale } in dynamic mode
    this.wayOfCurrent = way;
    this.isChanged = false;
  }

  newLine() {
    return { number: null, fields: new FieldSet(this.shape.fields, this.way) };
  }

  /** Takes the lines of a record that was read. */
  take(lines) {
    this.lines = lines.map(({ line, values, texts }) => {
      const made = this.newLine();
      made.number = line;
      made.fields.take({ values, texts });
      return made;
    });
    this.removed = [];
    this.current = null;
    this.isChanged = false;
  }

  /** What the account filled in: its lines come first, and then those that were added. */
  refill(answered) {
    this.inOrder().forEach((line, at) => {
      if (answered[at]) line.fields.take(answered[at]);
    });
  }

  /** Lists what a payment may be applied to: none of it is, until its box is checked. */
  list(documents) {
    const known = new Map(this.lines.map(({ fields }) => [fields.getValue('doc'), fields]));
    for (const { doc, applydate, ...told } of documents) {
      const fields = known.get(doc) ?? this.lines[this.lines.push(this.newLine()) - 1].fields;
      if (!known.has(doc)) {
        fields.setValue('doc', doc);
        fields.setValue('apply', false);
        fields.said.set('amount', { value: told.due, isInitial: true });
      }
      fields.said.set('applydate', { value: shown({ type: 'date' }, applydate) });
      for (const [id, value] of Object.entries(told)) fields.said.set(id, { value });
    }
  }

  adopt() {
    for (const line of this.lines) {
      line.number = null;
      line.fields.adopt();
      if (this.shape.fields.has('itemreceive')) line.fields.said.set('quantityremaining', { value: line.fields.getValue('quantity') });
    }
  }

  /** Every line, and the one that is being worked at. */
  inOrder() {
    const lines = [...this.lines];
    if (this.current?.isNew) lines.splice(this.current.at, 0, this.current.line);
    else if (this.current) lines[this.current.at] = this.current.line;
    const isThere = ({ number }) => number !== null;
    return [...lines.filter(isThere), ...lines.filter((line) => !isThere(line))].filter((line) => this.isWanted(line));
  }

  /** A line whose box is not checked is not applied, or not fulfilled. */
  isWanted(line) {
    const box = [...this.shape.fields.values()].find((field) => field.isLineBox);
    return !box || line.fields.getValue(box.id);
  }

  changes() {
    const edits = this.removed.map((number) => ({ remove: number }));
    for (const line of this.inOrder()) {
      const said = line.fields.changes();
      if (line.number === null) edits.push({ add: said });
      else if (Object.keys(said).length > 0) edits.push({ change: [line.number, said] });
    }
    for (const line of this.lines) {
      if (line.number !== null && !this.isWanted(line)) edits.push({ remove: line.number });
    }
    return edits;
  }

  at(line) {
    const number = Number(line);
    return Number.isInteger(number) && number >= 0 && number < this.lines.length ? this.lines[number] : invalid();
  }

  /** In standard mode the line behind the last is a new one. */
  atOrNew(line) {
    if (Number(line) !== this.lines.length) return this.at(line);
    this.lines.push(this.newLine());
    return this.lines.at(-1);
  }

  insert(line) {
    const at = Number(line);
    if (!(Number.isInteger(at) && at >= 0 && at <= this.lines.length)) invalid();
    this.isChanged = true;
    return at;
  }

  remove(line) {
    const { number } = this.at(line);
    this.lines.splice(Number(line), 1);
    if (number !== null) this.removed.push(number);
    this.current = null;
    this.isChanged = true;
  }

  /** A box of a list that was checked counts, also where the line was not committed. */
  leave() {
    if (this.current && !this.current.isNew && this.shape.id === 'apply') this.commit();
    this.current = null;
  }

  /** The line behind the last is a new one. */
  select(line) {
    this.leave();
    if (Number(line) === this.lines.length) return this.selectNew();
    const { number, fields } = this.at(line);
    // What follows from an earlier change of this line may not be known yet.
    const isStale = this.isChanged;
    this.current = { at: Number(line), line: { number, fields: fields.copy(this.wayOfCurrent) }, isNew: false, isStale };
  }

  selectNew(at = this.lines.length) {
    this.leave();
    const line = this.newLine();
    line.fields.way = this.wayOfCurrent;
    this.current = { at, line, isNew: true, isStale: true };
  }

  selected() {
    return this.current?.line ?? invalid();
  }

  commit() {
    const line = this.selected();
    const missing = line.fields.missing();
    if (missing.length > 0) {
      internal.fail('USER_ERROR', `Please enter value(s) for: ${missing.join(', ')}`);
    }
    line.fields.way = this.way;
    this.lines.splice(this.current.at, this.current.isNew ? 0 : 1, line);
    this.current = null;
    this.isChanged = true;
  }
}

return { Lines, invalid };
