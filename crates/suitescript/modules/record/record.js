// record.Record, in standard and in dynamic mode, and the subrecords in it.
//
// A record keeps what the script says and tells the account once, when it is saved. What follows from it (the currency of a
// customer, the price of an item, a total) the account works out: in dynamic mode when a script asks for it, else on saving.
const FieldSet = internal.piece('record/field_set');
const { Lines, invalid } = internal.piece('record/sublist');
const { fieldOf, sublistOf } = internal.piece('record/field');
const { given, subrecordOf } = internal.piece('record/subrecord');
const { hasUnkept, isOfPrices } = internal.piece('record/unkept');

const body = ['fieldId'];
const ofLine = ['sublistId', 'fieldId', 'line'];
const ofCurrent = ['sublistId', 'fieldId'];

const inMatrix = ['sublistId', 'fieldId', 'column', 'line'];
const inCurrent = ['sublistId', 'fieldId', 'column'];

const parties = ['entity', 'customer', 'vendor'];

/** What is given an amount is applied. */
const applied = (lines, fields, fieldId) => {
  if (lines.shape.id === 'apply' && FieldSet.idOf(fieldId) === 'amount') fields.setValue('apply', true);
};

const only = (method, mode) =>
  internal.fail('SSS_INVALID_API_USAGE', `Invalid API usage. Record.${method} is for records in ${mode} mode.`);

class Record {
  #shape;
  #id = null;
  #isDynamic;
  #isStale = false; // what the account would fill in is not known yet
  #isOld = false; // it was saved, and has to be read again
  #listed = null; // whose open documents are in the sublist `apply`
  #start = null; // with what a new record in standard mode began: of what is said later nothing follows before it is saved
  #body;
  #lines = new Map();

  constructor(shape, { id = null, isDynamic = false }) {
    this.#shape = shape;
    this.#id = id;
    this.#isDynamic = isDynamic;
    const way = { type: shape.type, isDynamic, refresh: () => this.#refresh() };
    this.#body = new FieldSet(shape.fields, way);
    internal.promising(this, ['save']);
    for (const sublist of shape.sublists.values()) {
      const lines = new Lines(sublist, way);
      lines.wayOfCurrent = { type: shape.type, isDynamic, refresh: () => this.#refreshLine(lines) };
      this.#lines.set(sublist.id, lines);
    }
  }

  /** One that is there, as the account read it. */
  static read(shape, read, isDynamic) {
    const record = new Record(shape, { id: read.id, isDynamic });
    record.#take(read);
    return record;
  }

  /** A new one, with what the account made of another. */
  static made(shape, read, isDynamic, defaultValues) {
    const record = new Record(shape, { isDynamic });
    record.#take(read);
    record.#body.adopt();
    for (const lines of record.#lines.values()) lines.adopt();
    record.#setAll(defaultValues);
    return record;
  }

  /** A new one with values for some fields. */
  static empty(shape, isDynamic, defaultValues) {
    const record = new Record(shape, { isDynamic });
    record.#setAll(defaultValues);
    record.#start = record.#changes();
    record.#isStale = true;
    return record;
  }

  #setAll(values) {
    for (const [name, value] of Object.entries(values ?? {})) {
      if (value === undefined || value === null) continue;
      // The other party is `entity` in default values, whatever the field is called.
      const isParty = name === 'entity' && !this.#shape.fields.has(name);
      this.setValue({ fieldId: isParty ? (parties.find((id) => this.#shape.fields.has(id)) ?? name) : name, value });
    }
  }

  #take(read) {
    this.#body.take(read);
    for (const [id, lines] of this.#lines) if (!lines.shape.child) lines.take(read.lines[id] ?? []);
  }

  #changes() {
    const lines = {};
    for (const [id, sublist] of this.#lines) {
      if (sublist.shape.isUnkept) continue;
      if (sublist.shape.child) continue;
      const edits = sublist.changes();
      if (edits.length > 0) lines[id] = { edits };
    }
    return { fields: this.#body.changes(), lines };
  }

  #refresh() {
    if (this.#shape.unkept) return;
    if (this.#isOld) {
      this.#isOld = false;
      this.#take(host('record.load', { type: this.#shape.type, id: this.#id }));
    }
    if (!this.#isStale) return;
    this.#isStale = false;
    let sketched;
    try {
      const changes = this.#isDynamic ? this.#changes() : this.#start;
      sketched = host('record.sketch', { type: this.#shape.type, id: this.#id, changes });
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
    this.#body.take(sketched);
    if (!this.#isDynamic) return;
    for (const [id, lines] of this.#lines) if (!lines.shape.child) lines.refill(sketched.lines[id] ?? []);
  }

  /** What follows for the line that is being worked at: asked without the others, which a script may have many of. */
  #refreshLine(lines) {
    const { current } = lines;
    if (!current?.isStale || lines.shape.child || this.#shape.unkept) return;
    current.isStale = false;
    const { number, fields } = current.line;
    const edit = number === null ? { add: fields.changes() } : { change: [number, fields.changes()] };
    const changes = { fields: this.#body.changes(), lines: { [lines.shape.id]: { edits: [edit] } } };
    const sketched = host('record.sketch', { type: this.#shape.type, id: this.#id, changes });
    const all = sketched.lines[lines.shape.id] ?? [];
    const answered = number === null ? all.at(-1) : all.find(({ line }) => line === number);
    if (answered) fields.take(answered);
  }

  /** In dynamic mode the account is asked again, once somebody wants to know. */
  #touch(lines) {
    this.#shape.unkept?.();
    if (this.#isDynamic) this.#isStale = true;
    for (const { current } of this.#lines.values()) if (current) current.isStale = true;
    if (lines) lines.isChanged = true;
    return this;
  }

  #sublist(sublistId) {
    if (this.#isOld) this.#refresh();
    const lines = this.#lines.get(String(sublistId).toLowerCase()) ?? this.#unkept(sublistId);
    if (lines.shape.id === 'apply' && this.#id === null) this.#listOpen(lines);
    if (lines.shape.child && !lines.isRead) this.#readChildren(lines);
    return lines;
  }

  /** A sublist that lasts as long as the record does in the script, as a field that the record does not have. */
  #unkept(sublistId) {
    const id = String(sublistId).toLowerCase();
    if (!hasUnkept(this.#shape, id)) return invalid();
    host('log.write', { level: 'DEBUG', title: `${this.type} has no sublist ${id} here`, details: 'What is put there is not saved.' });
    const way = { isUnkept: true, isDynamic: this.#isDynamic, refresh: () => {} };
    const lines = new Lines({ id, label: id, fields: new Map(), isUnkept: true }, way);
    // The base price, which the item has in a field.
    if (isOfPrices(id)) lines.atOrNew(0).fields.setValue('pricelevel', '1');
    this.#lines.set(id, lines);
    return lines;
  }

  #readChildren(lines) {
    lines.isRead = true;
    const { child, by } = lines.shape;
    if (this.#id !== null) lines.take(host('record.children', { type: child, by, id: this.#id }));
  }

  /** Child records are records of their own, and saved behind their parent. */
  #saveChildren(lines) {
    const { child: type, by } = lines.shape;
    for (const edit of lines.changes()) {
      if (edit.remove !== undefined) host('record.delete', { type, id: edit.remove });
      else if (edit.add) host('record.save', { type, id: null, changes: { fields: { ...edit.add, [by]: this.#id } } });
      else host('record.save', { type, id: edit.change[0], changes: { fields: edit.change[1] } });
    }
    lines.isRead = false;
  }

  /** A new payment or credit shows what its customer or vendor has open, as the form does. */
  #listOpen(lines) {
    const party = parties.find((id) => this.#shape.fields.has(id));
    const said = this.#body.said.get(party);
    const entity = said && ('value' in said ? said.value : this.#body.getValue(party));
    if (!entity || entity === this.#listed) return;
    this.#listed = entity;
    lines.list(host('record.open', { type: this.#shape.type, entity }));
  }

  #dynamic(method, sublistId) {
    if (!this.#isDynamic) only(method, 'dynamic');
    return this.#sublist(sublistId);
  }

  #standard(method, sublistId) {
    if (this.#isDynamic) only(method, 'standard');
    return this.#sublist(sublistId);
  }

  get id() { return this.#id; }
  get type() { return this.#shape.type; }
  get isDynamic() { return this.#isDynamic; }
  get isReadOnly() { return false; }
  get isNew() { return this.#id === null; }

  // --- Body ---

  getValue() {
    const { fieldId } = given('getValue', body, arguments);
    return FieldSet.idOf(fieldId) === 'id' ? (this.#id ?? '') : this.#body.getValue(fieldId);
  }

  getText() {
    return this.#body.getText(given('getText', body, arguments).fieldId);
  }

  /** In dynamic mode a select field refuses at once what it cannot hold. */
  #check(lines, fieldId, value) {
    const shape = lines?.shape ?? this.#shape;
    const field = shape.fields.get(FieldSet.idOf(fieldId));
    if (!this.#isDynamic || field?.type !== 'select' || value === null || value === undefined || value === '') return;
    const isChild = lines?.shape.child !== undefined;
    host('record.check', { type: isChild ? lines.shape.child : this.#shape.type, sublist: isChild ? null : lines?.shape.id, field: field.id, value });
  }

  setValue() {
    const { fieldId, value } = given('setValue', ['fieldId', 'value'], arguments, body);
    this.#check(null, fieldId, value);
    this.#body.setValue(fieldId, value);
    return this.#touch();
  }

  setText() {
    const { fieldId, text } = given('setText', ['fieldId', 'text'], arguments, body);
    this.#check(null, fieldId, text && { text });
    this.#body.setText(fieldId, text);
    return this.#touch();
  }

  getField() {
    const field = this.#shape.fields.get(FieldSet.idOf(given('getField', body, arguments).fieldId));
    return field ? fieldOf(this.type, field) : null;
  }

  getFields() {
    return this.#body.ids();
  }

  // --- Sublists ---

  getSublists() {
    return [...this.#lines.keys()];
  }

  getSublist() {
    const { sublistId } = given('getSublist', ['sublistId'], arguments);
    const lines = this.#lines.get(String(sublistId).toLowerCase());
    return lines ? sublistOf(lines) : null;
  }

  getSublistFields() {
    return [...this.#sublist(given('getSublistFields', ['sublistId'], arguments).sublistId).shape.fields.keys()];
  }

  getSublistField() {
    const { sublistId, fieldId } = given('getSublistField', ofLine, arguments, ofCurrent);
    const { shape } = this.#sublist(sublistId);
    const field = shape.fields.get(FieldSet.idOf(fieldId));
    return field ? fieldOf(this.type, field, shape.id) : null;
  }

  getCurrentSublistField() {
    return this.getSublistField(...arguments);
  }

  getLineCount() {
    const { sublistId } = given('getLineCount', ['sublistId'], arguments);
    const id = String(sublistId).toLowerCase();
    if (!this.#lines.has(id) && !isOfPrices(id)) return hasUnkept(this.#shape, id) ? 0 : -1;
    if (!this.#lines.has(id) && !hasUnkept(this.#shape, id)) return -1;
    return this.#sublist(id).lines.length;
  }

  getSublistValue() {
    const { sublistId, fieldId, line } = given('getSublistValue', ofLine, arguments);
    return this.#sublist(sublistId).at(line).fields.getValue(fieldId);
  }

  getSublistText() {
    const { sublistId, fieldId, line } = given('getSublistText', ofLine, arguments);
    return this.#sublist(sublistId).at(line).fields.getText(fieldId);
  }

  setSublistValue() {
    const { sublistId, fieldId, line, value } = given('setSublistValue', [...ofLine, 'value'], arguments, ofLine);
    const lines = this.#standard('setSublistValue', sublistId);
    const { fields } = lines.atOrNew(line);
    fields.setValue(fieldId, value);
    applied(lines, fields, fieldId);
    return this.#touch(lines);
  }

  setSublistText() {
    const { sublistId, fieldId, line, text } = given('setSublistText', [...ofLine, 'text'], arguments, ofLine);
    const lines = this.#standard('setSublistText', sublistId);
    lines.atOrNew(line).fields.setText(fieldId, text);
    return this.#touch(lines);
  }

  findSublistLineWithValue() {
    const { sublistId, fieldId, value } = given('findSublistLineWithValue', [...ofCurrent, 'value'], arguments, ofCurrent);
    const plain = (one) => (one instanceof Date ? one.getTime() : typeof one === 'boolean' ? one : String(one ?? ''));
    const wanted = typeof value === 'string' && (value === 'T' || value === 'F') ? [value, value === 'T'] : [plain(value)];
    return this.#sublist(sublistId).lines.findIndex(({ fields }) => wanted.includes(plain(fields.getValue(fieldId))));
  }

  insertLine() {
    const { sublistId, line } = given('insertLine', ['sublistId', 'line'], arguments);
    const lines = this.#sublist(sublistId);
    const at = lines.insert(line);
    if (this.#isDynamic) lines.selectNew(at);
    else lines.lines.splice(at, 0, lines.newLine());
    return this;
  }

  removeLine() {
    const { sublistId, line } = given('removeLine', ['sublistId', 'line'], arguments);
    const lines = this.#sublist(sublistId);
    lines.remove(line);
    return this.#touch(lines);
  }

  // --- The current line, in dynamic mode ---

  selectLine() {
    const { sublistId, line } = given('selectLine', ['sublistId', 'line'], arguments);
    this.#dynamic('selectLine', sublistId).select(line);
    return this;
  }

  selectNewLine() {
    const { sublistId } = given('selectNewLine', ['sublistId'], arguments);
    this.#dynamic('selectNewLine', sublistId).selectNew();
    return this.#touch();
  }

  commitLine() {
    const { sublistId } = given('commitLine', ['sublistId'], arguments);
    const lines = this.#dynamic('commitLine', sublistId);
    lines.commit();
    return this.#touch(lines);
  }

  cancelLine() {
    const { sublistId } = given('cancelLine', ['sublistId'], arguments);
    this.#dynamic('cancelLine', sublistId).current = null;
    return this.#touch();
  }

  getCurrentSublistIndex() {
    const { sublistId } = given('getCurrentSublistIndex', ['sublistId'], arguments);
    return this.#dynamic('getCurrentSublistIndex', sublistId).current?.at ?? -1;
  }

  getCurrentSublistValue() {
    const { sublistId, fieldId } = given('getCurrentSublistValue', ofCurrent, arguments);
    return this.#dynamic('getCurrentSublistValue', sublistId).selected().fields.getValue(fieldId);
  }

  getCurrentSublistText() {
    const { sublistId, fieldId } = given('getCurrentSublistText', ofCurrent, arguments);
    return this.#dynamic('getCurrentSublistText', sublistId).selected().fields.getText(fieldId);
  }

  setCurrentSublistValue() {
    const { sublistId, fieldId, value } = given('setCurrentSublistValue', [...ofCurrent, 'value'], arguments, ofCurrent);
    const lines = this.#dynamic('setCurrentSublistValue', sublistId);
    const { fields } = lines.selected();
    this.#check(lines, fieldId, value);
    fields.setValue(fieldId, value);
    applied(lines, fields, fieldId);
    return this.#touch(lines);
  }

  setCurrentSublistText() {
    const { sublistId, fieldId, text } = given('setCurrentSublistText', [...ofCurrent, 'text'], arguments, ofCurrent);
    const lines = this.#dynamic('setCurrentSublistText', sublistId);
    const { fields } = lines.selected();
    this.#check(lines, fieldId, text && { text });
    fields.setText(fieldId, text);
    return this.#touch(lines);
  }

  // --- The matrix of an item's prices ---

  /** Whether it is the base price, which is the field `baseprice`. */
  #isBasePrice({ sublistId, fieldId, column, line }) {
    const isFirst = Number(column) === 0 && Number(line) === 0 && FieldSet.idOf(fieldId) === 'price';
    return isFirst && ['price', 'price1'].includes(FieldSet.idOf(sublistId)) && this.#shape.fields.has('baseprice');
  }

  #setPrice(at, value) {
    if (this.#isBasePrice(at)) return this.setValue({ fieldId: 'baseprice', value });
    this.#sublist(at.sublistId).atOrNew(at.line).fields.setValue(`${at.fieldId}_${at.column}`, value);
    return this;
  }

  #priceAt(at) {
    if (this.#isBasePrice(at)) return this.getValue({ fieldId: 'baseprice' });
    return this.#sublist(at.sublistId).at(at.line).fields.getValue(`${at.fieldId}_${at.column}`) ?? '';
  }

  #currentLine(sublistId) {
    const lines = this.#sublist(sublistId);
    return lines.selected() && lines.current.at;
  }

  getMatrixHeaderCount() {
    const { sublistId } = given('getMatrixHeaderCount', ['sublistId', 'fieldId'], arguments);
    return this.#sublist(sublistId) && 1;
  }

  getMatrixHeaderValue() {
    const { sublistId, column } = given('getMatrixHeaderValue', inCurrent, arguments);
    return this.#sublist(sublistId) && Number(column) === 0 ? 0 : '';
  }

  getMatrixSublistValue() {
    return this.#priceAt(given('getMatrixSublistValue', inMatrix, arguments));
  }

  setMatrixSublistValue() {
    const { value, ...at } = given('setMatrixSublistValue', [...inMatrix, 'value'], arguments, inMatrix);
    return this.#setPrice(at, value);
  }

  getCurrentMatrixSublistValue() {
    const at = given('getCurrentMatrixSublistValue', inCurrent, arguments);
    return this.#priceAt({ ...at, line: this.#currentLine(at.sublistId) });
  }

  setCurrentMatrixSublistValue() {
    const { value, ...at } = given('setCurrentMatrixSublistValue', [...inCurrent, 'value'], arguments, inCurrent);
    return this.#setPrice({ ...at, line: this.#currentLine(at.sublistId) }, value);
  }

  // --- Subrecords ---

  #subrecord(fields, fieldId) {
    const id = FieldSet.idOf(fieldId);
    this.#touch();
    return subrecordOf(fields, id, this.type);
  }

  #has(fields, fieldId) {
    const id = FieldSet.idOf(fieldId);
    if (!fields.fields.get(id)?.fields) return fields.said.get(id)?.value instanceof Record;
    const held = fields.said.has(id) ? fields.said.get(id).value : fields.values[id];
    return held !== undefined && held !== null;
  }

  getSubrecord() {
    return this.#subrecord(this.#body, given('getSubrecord', body, arguments).fieldId);
  }

  hasSubrecord() {
    return this.#has(this.#body, given('hasSubrecord', body, arguments).fieldId);
  }

  removeSubrecord() {
    this.#body.setValue(given('removeSubrecord', body, arguments).fieldId, null);
    return this.#touch();
  }

  getSublistSubrecord() {
    const { sublistId, fieldId, line } = given('getSublistSubrecord', ofLine, arguments);
    return this.#subrecord(this.#sublist(sublistId).at(line).fields, fieldId);
  }

  hasSublistSubrecord() {
    const { sublistId, fieldId, line } = given('hasSublistSubrecord', ofLine, arguments);
    return this.#has(this.#sublist(sublistId).at(line).fields, fieldId);
  }

  removeSublistSubrecord() {
    const { sublistId, fieldId, line } = given('removeSublistSubrecord', ofLine, arguments);
    this.#standard('removeSublistSubrecord', sublistId).at(line).fields.setValue(fieldId, null);
    return this;
  }

  getCurrentSublistSubrecord() {
    const { sublistId, fieldId } = given('getCurrentSublistSubrecord', ofCurrent, arguments);
    return this.#subrecord(this.#dynamic('getCurrentSublistSubrecord', sublistId).selected().fields, fieldId);
  }

  hasCurrentSublistSubrecord() {
    const { sublistId, fieldId } = given('hasCurrentSublistSubrecord', ofCurrent, arguments);
    return this.#has(this.#dynamic('hasCurrentSublistSubrecord', sublistId).selected().fields, fieldId);
  }

  removeCurrentSublistSubrecord() {
    const { sublistId, fieldId } = given('removeCurrentSublistSubrecord', ofCurrent, arguments);
    this.#dynamic('removeCurrentSublistSubrecord', sublistId).selected().fields.setValue(fieldId, null);
    return this.#touch();
  }

  // --- The whole ---

  save() {
    spend('record.save', this.#shape.class);
    for (const lines of this.#lines.values()) lines.leave();
    this.#id = host('record.save', { type: this.#shape.type, id: this.#id, changes: this.#changes() });
    for (const lines of this.#lines.values()) if (lines.shape.child && lines.isRead) this.#saveChildren(lines);
    this.#body.said.clear();
    this.#isStale = false;
    this.#isOld = true;
    return this.#id;
  }

  toJSON() {
    this.#refresh();
    const sublists = {};
    for (const [id, { lines }] of this.#lines) {
      if (lines.length === 0) continue;
      sublists[id] = Object.fromEntries(lines.map(({ fields }, at) => [`line ${at + 1}`, fields.toJSON()]));
    }
    const id = this.#id === null ? null : String(this.#id);
    return { id, type: this.type, isDynamic: this.#isDynamic, fields: { ...this.#body.toJSON(), ...(id && { id }) }, sublists };
  }

  toString() {
    return 'record.Record';
  }
}

// Whatever else NetSuite's record has stands behind the class and says that it is not emulated.
internal.object('N/record.Record', Record.prototype);

return Record;
