/** @NApiVersion 2.1 */
define([], () => ({
  get: async ({ value }) => {
    if (value === undefined) throw new RangeError('nothing to double');
    const doubled = await Promise.resolve(value * 2);
    return { doubled };
  },
}));
