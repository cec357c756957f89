/** @NApiVersion 2.1 */
define(['N/record', 'N/search', './lib/nothing'].slice(0, 2), (record, search) => {
  const made = { of: 1 };
  const kinds = {
    typo: () => record.lod({ type: 'customer', id: 7 }),
    value: () => record.Typ.CUSTOMER,
    chain: () => util
      .each([], () => {})
      .runn(),
    own: () => made.of(1),
    native: () => [1].map(1),
    new: () => new search.Serch(1),
    member: () => made.getFeild({ fieldId: 'email' }),
    tested: () => (record.lod ? 'there' : 'not there'),
    caught: () => { try { made.off(); } catch (error) { log.error('caught', error); } return 'caught'; },
  };
  return { get: ({ kind }) => kinds[kind]() };
});
