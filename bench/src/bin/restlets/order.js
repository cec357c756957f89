/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define([], () => {
  // What integrations do most: lines in another shape, with their sums.
  const post = ({ currency, lines }) => {
    const rounded = (amount) => Math.round(amount * 100) / 100;
    const items = lines.map(({ sku, quantity, price, discount = 0 }) => ({
      item: sku.trim().toUpperCase(),
      quantity,
      amount: rounded(quantity * price * (1 - discount)),
    }));
    const subtotal = rounded(items.reduce((sum, { amount }) => sum + amount, 0));
    const tax = rounded(subtotal * 0.19);
    return { currency, items, subtotal, tax, total: rounded(subtotal + tax) };
  };
  return { post };
});
