// The pages of records in NetSuite, by type: this account has no such pages, and scripts put their addresses into mails and answers.
const transactions = {
  salesorder: 'salesord',
  invoice: 'custinvc',
  cashsale: 'cashsale',
  cashrefund: 'cashrfnd',
  creditmemo: 'custcred',
  customerpayment: 'custpymt',
  customerdeposit: 'custdep',
  customerrefund: 'custrfnd',
  depositapplication: 'depappl',
  estimate: 'estimate',
  opportunity: 'opprtnty',
  itemfulfillment: 'itemship',
  itemreceipt: 'itemrcpt',
  purchaseorder: 'purchord',
  vendorbill: 'vendbill',
  vendorcredit: 'vendcred',
  vendorpayment: 'vendpymt',
  vendorreturnauthorization: 'vendauth',
  returnauthorization: 'rtnauth',
  journalentry: 'journal',
  check: 'check',
  deposit: 'deposit',
  expensereport: 'exprept',
  inventoryadjustment: 'invadjst',
  inventorytransfer: 'invtrnfr',
  transferorder: 'trnfrord',
  workorder: 'workord',
  assemblybuild: 'build',
};

const entities = { customer: 'custjob', lead: 'custjob', prospect: 'custjob', job: 'custjob', vendor: 'vendor', employee: 'employee', contact: 'contact', partner: 'partner' };

const others = {
  account: '/app/accounting/account/account.nl',
  subsidiary: '/app/common/otherlists/subsidiarytype.nl',
  location: '/app/common/otherlists/locationtype.nl',
  department: '/app/common/otherlists/departmenttype.nl',
  classification: '/app/common/otherlists/classtype.nl',
  task: '/app/crm/calendar/task.nl',
  calendarevent: '/app/crm/calendar/event.nl',
  phonecall: '/app/crm/calendar/call.nl',
  supportcase: '/app/crm/support/supportcase.nl',
};

const lookUp = (table, type) => (Object.hasOwn(table, type) ? table[type] : undefined);

/** The path of a type's page, or undefined. */
const pageOf = (recordType) => {
  const type = String(recordType).toLowerCase();
  const transaction = lookUp(transactions, type);
  if (transaction) return `/app/accounting/transactions/${transaction}.nl`;
  const entity = lookUp(entities, type);
  if (entity) return `/app/common/entity/${entity}.nl`;
  return /item$/.test(type) ? '/app/common/item/item.nl' : lookUp(others, type);
};

return { pageOf };
