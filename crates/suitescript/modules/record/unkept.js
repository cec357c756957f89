// Sublists and subrecords of NetSuite's that this account has nothing to keep in: a script fills them in and reads them, and they last as
// long as the record does in the script, as a field that the record does not have.
const sublists = new Set([
  'accountingbookdetail',
  'contactroles',
  'creditcards',
  'currency',
  'download',
  'emergencycontact',
  'grouppricing',
  'itempricing',
  'itemvendor',
  'links',
  'locations',
  'package',
  'packagefedex',
  'packageups',
  'packageusps',
  'partners',
  'promotions',
  'roles',
  'salesteam',
  'shipgroup',
  'sitecategory',
  'submachine',
  'taxdetails',
  'taxregistration',
  'translations',
]);

/** Of the sublists of an item's prices, one a currency: the price of a level is in a line, one for a quantity in a column. */
const isOfPrices = (id) => /^price\d?$/.test(id);

const hasUnkept = (shape, id) => sublists.has(id) || (isOfPrices(id) && shape.fields.has('baseprice'));

const field = (id, type) => [id, { id, label: id, type }];

const assignments = {
  id: 'inventoryassignment',
  label: 'Inventory Assignment',
  fields: new Map([
    field('issueinventorynumber', 'text'),
    field('receiptinventorynumber', 'text'),
    field('binnumber', 'text'),
    field('tobinnumber', 'text'),
    field('inventorystatus', 'text'),
    field('toinventorystatus', 'text'),
    field('expirationdate', 'date'),
    field('quantity', 'float'),
    field('quantityavailable', 'float'),
  ]),
};

const costs = { id: 'landedcostdata', label: 'Landed Cost', fields: new Map([field('costcategory', 'text'), field('amount', 'currency')]) };

const details = new Map([field('item', 'text'), field('location', 'text'), field('quantity', 'float'), field('unit', 'text')]);

const subrecords = {
  inventorydetail: { fields: details, sublist: assignments },
  componentinventorydetail: { fields: details, sublist: assignments },
  landedcost: { fields: new Map(), sublist: costs },
};

return { hasUnkept, isOfPrices, subrecords };
