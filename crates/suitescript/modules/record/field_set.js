// The fields of a record or of one line: what the account has, and what the script said since.
const { ofTime, shown, told, textOf, written } = internal.piece('record/values');

const misused = (used) => {
  const [get, set] = used === 'text' ? ['getText', 'setText'] : ['getValue', 'setValue'];
  internal.fail('SSS_INVALID_API_USAGE', `Invalid API usage. You must use ${get} to return the value set with ${set}.`);
};

const noted = new WeakMap(); // by the fields of a type: names of none of them that a script set

/** NetSuite says nothing of a field that a record does not have; the log does, once. */
const note = ({ fields, way }, id) => {
  const names = noted.get(fields) ?? new Set();
  noted.set(fields, names.add(id));
  const type = way.type ?? 'the record';
  internal.host('log.write', {
    level: 'DEBUG',
    title: `${id} is no field of ${type}`,
    details: `It was set, and is not saved.${internal.native.question(id, Array.from(fields.keys()))}`,
  });
};

class FieldSet {
  /** `fields` of the type's shape by id. `way`: `isDynamic`, and `refresh`, which asks the account for what follows from what was said. */
  constructor(fields, way) {
    this.fields = fields;
    this.way = way;
    this.values = {};
    this.texts = {};
    this.said = new Map();
  }

  static idOf(id) {
    return String(id).toLowerCase();
  }

  /** Takes what the account answered. */
  take({ values, texts }) {
    this.values = values;
    this.texts = texts;
  }

  /** What the account would put into a new record is said, as if by hand; what follows from it may be filled in anew. */
  adopt() {
    for (const [id, value] of Object.entries(this.values)) {
      const field = this.fields.get(id);
      if (field && !field.isReadOnly && !field.isUnique) this.said.set(id, { value, text: this.texts[id], isInitial: true });
    }
  }

  get isDynamic() {
    return this.way.isDynamic;
  }

  refresh() {
    this.way.refresh();
  }

  copy(way) {
    const copy = new FieldSet(this.fields, way);
    copy.take({ values: { ...this.values }, texts: { ...this.texts } });
    copy.said = new Map(this.said);
    return copy;
  }

  getValue(given) {
    const id = FieldSet.idOf(given);
    const field = this.fields.get(id);
    const said = this.said.get(id);
    if (!field) return said ? said.value : this.alias(id);
    if (said && 'value' in said) return shown(field, said.value);
    if (said && !this.isDynamic) misused('text');
    if (field.isLineBox) return true;
    this.refresh();
    return shown(field, this.values[id]);
  }

  getText(given) {
    const id = FieldSet.idOf(given);
    const field = this.fields.get(id);
    const said = this.said.get(id);
    if (!field) return said ? (said.value ?? said.text) : this.alias(id);
    if (said && !('value' in said)) return said.text;
    if (said?.isInitial) return textOf(field, said.value, said.text);
    if (said && !this.isDynamic && field.type === 'select') misused('value');
    if (said && field.type !== 'select' && field.type !== 'multiselect') return textOf(field, said.value);
    this.refresh();
    return textOf(field, this.values[id], this.texts[id]);
  }

  /** Names that a form has for what another field says: `item_display` is the text of `item`. */
  alias(id) {
    if (id === 'internalid' && this.fields.has('doc')) return this.getValue('doc');
    if (id === 'itemdescription' && this.fields.has('itemreceive')) return this.getValue('description');
    const shownAs = id === 'itemname' && this.fields.has('itemreceive') ? 'item' : id.replace(/_display$/, '');
    if (shownAs === id || this.fields.get(shownAs)?.type !== 'select') return undefined;
    const said = this.said.get(shownAs);
    const isUnknown = said && 'value' in said && !said.isInitial && !this.isDynamic;
    return isUnknown ? '' : this.getText(shownAs);
  }

  setValue(given, value) {
    const id = FieldSet.idOf(given);
    const field = this.fields.get(id);
    this.said.set(id, { value: field ? told(field, value) : value });
    if (field) this.forget(id);
    else this.note(id);
  }

  /** Something was set that is not saved. */
  note(id) {
    if (!this.way.isUnkept && !noted.get(this.fields)?.has(id)) note(this, id);
  }

  setText(given, text) {
    const id = FieldSet.idOf(given);
    const field = this.fields.get(id);
    const option = field?.options?.find((one) => one.text.toLowerCase() === String(text).toLowerCase());
    const timed = field && ofTime(field, text);
    if (timed !== undefined) this.said.set(id, { value: told(field, timed) });
    else this.said.set(id, option && this.isDynamic ? { value: option.value } : { text });
    if (field) this.forget(id);
    else this.note(id);
  }

  /** What follows from a field is filled in anew: in dynamic mode all of it, else what the script did not set itself. */
  forget(id) {
    for (const field of this.fields.values()) {
      if (!field.follows?.includes(id)) continue;
      const said = this.said.get(field.id);
      if (said && (this.isDynamic || said.isInitial)) {
        this.said.delete(field.id);
        this.forget(field.id);
      }
    }
  }

  /** What the account is to be told. */
  changes() {
    const changes = {};
    for (const [id, said] of this.said) {
      const field = this.fields.get(id);
      if (!field || field.isLineBox) continue;
      changes[id] = 'value' in said ? said.value : { text: said.text ?? '' };
    }
    return changes;
  }

  /** The ids of all fields there are, with what the script set besides. */
  ids() {
    return [...new Set([...this.fields.keys(), ...this.said.keys()])];
  }

  /** Labels of mandatory fields that have nothing. */
  missing() {
    const isEmpty = ({ id }) => {
      const said = this.said.get(id);
      const value = said ? ('value' in said ? said.value : said.text) : this.values[id];
      return value === undefined || value === null || value === '';
    };
    return [...this.fields.values()].filter((field) => field.isMandatory && isEmpty(field)).map((field) => field.label);
  }

  toJSON() {
    const json = {};
    for (const field of this.fields.values()) {
      if (field.isLineBox || field.type === 'summary') continue;
      const said = this.said.get(field.id);
      const value = said ? ('value' in said ? said.value : said.text) : this.values[field.id];
      if (value !== undefined && value !== null) json[field.id] = written(field, value);
    }
    for (const [id, said] of this.said) if (!this.fields.has(id)) json[id] = said.value ?? said.text;
    return json;
  }
}

return FieldSet;
