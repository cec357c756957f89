// record.Record, in standard and in dynamic mode, and the subrecords in it.
const FieldSet = internal.piece('record/field_set');
const State = internal.piece('record/state');
const { fieldOf, sublistOf } = internal.piece('record/field');
const { given, subrecordOf } = internal.piece('record/subrecord');
const { hasUnkept, isOfPrices } = internal.piece('record/unkept');

const body = ['fieldId'];
const ofLine = ['sublistId', 'fieldId', 'line'];
const ofCurrent = ['sublistId', 'fieldId'];

const inMatrix = ['sublistId', 'fieldId', 'column', 'line'];
const inCurrent = ['sublistId', 'fieldId', 'column'];

const ofCurrency = { __proto__: null, currencysymbol: 'symbol', currencyname: 'name' };

/** `price_2_` of a sublist of prices is the second column of its matrix. */
const columnOfPrices = (sublistId, fieldId) => {
  const [, number] = isOfPrices(FieldSet.idOf(sublistId)) ? (/^price_(\d+)_$/.exec(FieldSet.idOf(fieldId)) ?? []) : [];
  return number === undefined ? undefined : Number(number) - 1;
};

/** What is given an amount is applied. */
const applied = (lines, fields, fieldId) => {
  if (lines.shape.id === 'apply' && FieldSet.idOf(fieldId) === 'amount') fields.setValue('apply', true);
};

const only = (method, mode) =>
  internal.fail('SSS_INVALID_API_USAGE', `Invalid API usage. Record.${method} is for records in ${mode} mode.`);

class Record {
  #state;

  constructor(state) {
    this.#state = state;
    internal.promising(this, ['save']);
  }

  /** One that is there, as the account read it. */
  static read(shape, read, isDynamic) {
    const state = new State(shape, { id: read.id, isDynamic });
    state.take(read);
    return new Record(state);
  }

  /** A new one, with what the account made of another. */
  static made(shape, read, isDynamic, defaultValues) {
    const state = new State(shape, { isDynamic });
    state.adopt(read);
    return new Record(state).#setAll(defaultValues);
  }

  /** A new one with values for some fields. */
  static empty(shape, isDynamic, defaultValues) {
    const state = new State(shape, { isDynamic });
    const record = new Record(state).#setAll(defaultValues);
    state.begin();
    return record;
  }

  #setAll(values) {
    for (const [name, value] of Object.entries(values ?? {})) {
      if (value === undefined || value === null) continue;
      // The other party is `entity` in default values, whatever the field is called.
      const isParty = name === 'entity' && !this.#state.shape.fields.has(name);
      this.setValue({ fieldId: isParty ? (this.#state.party ?? name) : name, value });
    }
    return this;
  }

  #sublist(sublistId) {
    return this.#state.sublist(sublistId);
  }

  #touch(lines) {
    this.#state.touch(lines);
    return this;
  }

  #dynamic(method, sublistId) {
    if (!this.#state.isDynamic) only(method, 'dynamic');
    return this.#sublist(sublistId);
  }

  #standard(method, sublistId) {
    if (this.#state.isDynamic) only(method, 'standard');
    return this.#sublist(sublistId);
  }

  get id() { return this.#state.id; }
  get type() { return this.#state.shape.type; }
  get isDynamic() { return this.#state.isDynamic; }
  get isReadOnly() { return false; }
  get isNew() { return this.#state.id === null; }

  // --- Body ---

  getValue() {
    const id = FieldSet.idOf(given('getValue', body, arguments).fieldId);
    if (id === 'id') return this.#state.id ?? '';
    return id in ofCurrency && !this.#state.shape.fields.has(id) ? this.#ofCurrency(id) : this.#state.body.getValue(id);
  }

  /** What a transaction says of its currency, which is the currency's own. */
  #ofCurrency(id) {
    const currency = this.#state.shape.fields.has('currency') ? this.#state.body.getValue('currency') : '';
    return currency === '' ? '' : host('record.load', { type: 'currency', id: currency }).values[ofCurrency[id]];
  }

  getText() {
    return this.#state.body.getText(given('getText', body, arguments).fieldId);
  }

  /** In dynamic mode a select field refuses at once what it cannot hold. */
  #check(lines, fieldId, value) {
    const shape = lines?.shape ?? this.#state.shape;
    const field = shape.fields.get(FieldSet.idOf(fieldId));
    if (!this.#state.isDynamic || field?.type !== 'select' || value === null || value === undefined || value === '') return;
    const isChild = lines?.shape.child !== undefined;
    host('record.check', { type: isChild ? lines.shape.child : this.#state.shape.type, sublist: isChild ? null : lines?.shape.id, field: field.id, value });
  }

  setValue() {
    const { fieldId, value } = given('setValue', ['fieldId', 'value'], arguments, body);
    this.#check(null, fieldId, value);
    this.#state.body.setValue(fieldId, value);
    if (['payment', 'autoapply'].includes(FieldSet.idOf(fieldId))) this.#state.share();
    return this.#touch();
  }

  setText() {
    const { fieldId, text } = given('setText', ['fieldId', 'text'], arguments, body);
    this.#check(null, fieldId, text && { text });
    this.#state.body.setText(fieldId, text);
    return this.#touch();
  }

  getField() {
    const field = this.#state.shape.fields.get(FieldSet.idOf(given('getField', body, arguments).fieldId));
    return field ? fieldOf(this.type, field) : null;
  }

  getFields() {
    return this.#state.body.ids();
  }

  // --- Sublists ---

  getSublists() {
    return [...this.#state.lines.keys()];
  }

  getSublist() {
    const { sublistId } = given('getSublist', ['sublistId'], arguments);
    const lines = this.#state.lines.get(String(sublistId).toLowerCase());
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
    if (!this.#state.lines.has(id) && !isOfPrices(id)) return hasUnkept(this.#state.shape, id) ? 0 : -1;
    if (!this.#state.lines.has(id) && !hasUnkept(this.#state.shape, id)) return -1;
    return this.#sublist(id).lines.length;
  }

  getSublistValue() {
    const { sublistId, fieldId, line } = given('getSublistValue', ofLine, arguments);
    const column = columnOfPrices(sublistId, fieldId);
    if (column !== undefined) return this.#priceAt({ sublistId, fieldId: 'price', column, line });
    return this.#sublist(sublistId).at(line).fields.getValue(fieldId);
  }

  getSublistText() {
    const { sublistId, fieldId, line } = given('getSublistText', ofLine, arguments);
    return this.#sublist(sublistId).at(line).fields.getText(fieldId);
  }

  setSublistValue() {
    const { sublistId, fieldId, line, value } = given('setSublistValue', [...ofLine, 'value'], arguments, ofLine);
    const column = columnOfPrices(sublistId, fieldId);
    if (column !== undefined) return this.#setPrice({ sublistId, fieldId: 'price', column, line }, value);
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
    if (this.#state.isDynamic) lines.selectNew(at);
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
    const column = columnOfPrices(sublistId, fieldId);
    if (column !== undefined) return this.getCurrentMatrixSublistValue({ sublistId, fieldId: 'price', column });
    return this.#dynamic('getCurrentSublistValue', sublistId).selected().fields.getValue(fieldId);
  }

  getCurrentSublistText() {
    const { sublistId, fieldId } = given('getCurrentSublistText', ofCurrent, arguments);
    return this.#dynamic('getCurrentSublistText', sublistId).selected().fields.getText(fieldId);
  }

  setCurrentSublistValue() {
    const { sublistId, fieldId, value } = given('setCurrentSublistValue', [...ofCurrent, 'value'], arguments, ofCurrent);
    const column = columnOfPrices(sublistId, fieldId);
    if (column !== undefined) return this.setCurrentMatrixSublistValue({ sublistId, fieldId: 'price', column, value });
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
    return isFirst && ['price', 'price1'].includes(FieldSet.idOf(sublistId)) && this.#state.shape.fields.has('baseprice');
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
    return this.#subrecord(this.#state.body, given('getSubrecord', body, arguments).fieldId);
  }

  hasSubrecord() {
    return this.#has(this.#state.body, given('hasSubrecord', body, arguments).fieldId);
  }

  removeSubrecord() {
    this.#state.body.setValue(given('removeSubrecord', body, arguments).fieldId, null);
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
    spend('record.save', this.#state.shape.class);
    return this.#state.save();
  }

  toJSON() {
    return this.#state.toJSON();
  }

  toString() {
    return 'record.Record';
  }
}

// Whatever else NetSuite's record has stands behind the class and says that it is not emulated.
internal.object('N/record.Record', Record.prototype);

return Record;
