// What is known of a record while a script works at it, and what the account is told of it.
//
// A record keeps what the script says and tells the account once, when it is saved. What follows from it (the currency of a
// customer, the price of an item, a total) the account works out: in dynamic mode when a script asks for it, else on saving.
const FieldSet = internal.piece('record/field_set');
const { Lines, invalid } = internal.piece('record/sublist');
const { hasUnkept, isOfPrices } = internal.piece('record/unkept');

const parties = ['entity', 'customer', 'vendor'];

class State {
  isStale = false; // what the account would fill in is not known yet
  isOld = false; // it was saved, and has to be read again
  listed = null; // whose open documents are in the sublist `apply`
  start = null; // with what a new record in standard mode began: of what is said later nothing follows before it is saved
  lines = new Map();

  constructor(shape, { id = null, isDynamic = false }) {
    this.shape = shape;
    this.id = id;
    this.isDynamic = isDynamic;
    const way = { type: shape.type, isDynamic, refresh: () => this.refresh() };
    this.body = new FieldSet(shape.fields, way);
    for (const sublist of shape.sublists.values()) {
      const lines = new Lines(sublist, way);
      lines.wayOfCurrent = { type: shape.type, isDynamic, refresh: () => this.refreshLine(lines) };
      this.lines.set(sublist.id, lines);
    }
  }

  get type() {
    return this.shape.type;
  }

  /** The field for the other party of a transaction, whatever it is called. */
  get party() {
    return parties.find((id) => this.shape.fields.has(id));
  }

  /** It begins with what the account made of another record. */
  adopt(read) {
    this.take(read);
    this.body.adopt();
    for (const lines of this.lines.values()) lines.adopt();
  }

  /** It begins with nothing but what was said so far. */
  begin() {
    this.start = this.changes();
    this.isStale = true;
  }

  take(read) {
    this.body.take(read);
    for (const [id, lines] of this.lines) if (!lines.shape.child) lines.take(read.lines[id] ?? []);
  }

  changes() {
    const lines = {};
    for (const [id, sublist] of this.lines) {
      if (sublist.shape.isUnkept) continue;
      if (sublist.shape.child) continue;
      const edits = sublist.changes();
      if (edits.length > 0) lines[id] = { edits };
    }
    return { fields: this.body.changes(), lines };
  }

  refresh() {
    if (this.shape.unkept) return;
    if (this.isOld) {
      this.isOld = false;
      this.take(host('record.load', { type: this.shape.type, id: this.id }));
    }
    if (!this.isStale) return;
    this.isStale = false;
    let sketched;
    try {
      const changes = this.isDynamic ? this.changes() : this.start;
      sketched = host('record.sketch', { type: this.shape.type, id: this.id, changes });
    } catch (error) {
      this.isStale = true;
      throw error;
    }
    this.body.take(sketched);
    if (!this.isDynamic) return;
    for (const [id, lines] of this.lines) if (!lines.shape.child) lines.refill(sketched.lines[id] ?? []);
  }

  /** What follows for the line that is being worked at: asked without the others, which a script may have many of. */
  refreshLine(lines) {
    const { current } = lines;
    if (!current?.isStale || lines.shape.child || this.shape.unkept) return;
    current.isStale = false;
    const { number, fields } = current.line;
    const edit = number === null ? { add: fields.changes() } : { change: [number, fields.changes()] };
    const changes = { fields: this.body.changes(), lines: { [lines.shape.id]: { edits: [edit] } } };
    const sketched = host('record.sketch', { type: this.shape.type, id: this.id, changes });
    const all = sketched.lines[lines.shape.id] ?? [];
    const answered = number === null ? all.at(-1) : all.find(({ line }) => line === number);
    if (answered) fields.take(answered);
  }

  /** In dynamic mode the account is asked again, once somebody wants to know. */
  touch(lines) {
    this.shape.unkept?.();
    if (this.isDynamic) this.isStale = true;
    for (const { current } of this.lines.values()) if (current) current.isStale = true;
    if (lines) lines.isChanged = true;
  }

  sublist(sublistId) {
    if (this.isOld) this.refresh();
    const lines = this.lines.get(String(sublistId).toLowerCase()) ?? this.unkept(sublistId);
    if (lines.shape.id === 'apply' && this.id === null) this.listOpen(lines);
    if (lines.shape.child && !lines.isRead) this.readChildren(lines);
    return lines;
  }

  /** A sublist that lasts as long as the record does in the script, as a field that the record does not have. */
  unkept(sublistId) {
    const id = String(sublistId).toLowerCase();
    if (!hasUnkept(this.shape, id)) return invalid();
    host('log.write', { level: 'DEBUG', title: `${this.type} has no sublist ${id} here`, details: 'What is put there is not saved.' });
    const way = { isUnkept: true, isDynamic: this.isDynamic, refresh: () => {} };
    const lines = new Lines({ id, label: id, fields: new Map(), isUnkept: true }, way);
    // The base price, which the item has in a field.
    if (isOfPrices(id)) lines.atOrNew(0).fields.setValue('pricelevel', '1');
    this.lines.set(id, lines);
    return lines;
  }

  readChildren(lines) {
    lines.isRead = true;
    const { child, by } = lines.shape;
    if (this.id !== null) lines.take(host('record.children', { type: child, by, id: this.id }));
  }

  /** Child records are records of their own, and saved behind their parent. */
  saveChildren(lines) {
    const { child: type, by } = lines.shape;
    for (const edit of lines.changes()) {
      if (edit.remove !== undefined) host('record.delete', { type, id: edit.remove });
      else if (edit.add) host('record.save', { type, id: null, changes: { fields: { ...edit.add, [by]: this.id } } });
      else host('record.save', { type, id: edit.change[0], changes: { fields: edit.change[1] } });
    }
    lines.isRead = false;
  }

  /** A new payment or credit shows what its customer or vendor has open, as the form does. */
  listOpen(lines) {
    const { party } = this;
    const said = this.body.said.get(party);
    const entity = said && ('value' in said ? said.value : this.body.getValue(party));
    if (!entity || entity === this.listed) return;
    this.listed = entity;
    lines.list(host('record.open', { type: this.shape.type, entity }));
  }

  /** Of a new payment no more is applied than is paid; with the box `autoapply` checked, all of it is, to the oldest first. */
  share() {
    const { body } = this;
    const paid = body.said.get('payment');
    if (this.id !== null || !this.lines.has('apply') || !paid || paid.isInitial || !(Number(paid.value) >= 0)) return;
    const isAuto = internal.isChecked(body.said.get('autoapply')?.value);
    const all = this.sublist('apply').lines.map(({ fields }) => fields);
    const isFree = (fields) => fields.said.get('amount')?.isInitial && (isAuto || fields.getValue('apply'));
    const taken = all.filter((fields) => !isFree(fields) && fields.getValue('apply')).map((fields) => Number(fields.getValue('amount')));
    let left = taken.reduce((rest, amount) => rest - amount, Number(paid.value));
    for (const fields of all.filter(isFree)) {
      const amount = Math.max(Math.min(Number(fields.getValue('due') ?? fields.getValue('amount')), left), 0);
      left -= amount;
      fields.said.set('amount', { value: Math.round(amount * 100) / 100, isInitial: true });
      fields.said.set('apply', { value: amount > 0 });
    }
  }

  save() {
    for (const lines of this.lines.values()) lines.leave();
    this.id = host('record.save', { type: this.shape.type, id: this.id, changes: this.changes() });
    for (const lines of this.lines.values()) if (lines.shape.child && lines.isRead) this.saveChildren(lines);
    this.body.said.clear();
    this.isStale = false;
    this.isOld = true;
    return this.id;
  }

  toJSON() {
    this.refresh();
    const sublists = {};
    for (const [id, { lines }] of this.lines) {
      if (lines.length === 0) continue;
      sublists[id] = Object.fromEntries(lines.map(({ fields }, at) => [`line ${at + 1}`, fields.toJSON()]));
    }
    const id = this.id === null ? null : String(this.id);
    return { id, type: this.type, isDynamic: this.isDynamic, fields: { ...this.body.toJSON(), ...(id && { id }) }, sublists };
  }
}

return State;
