define(['N/util'], (util) => ({
  get: () => {
    class Day extends Date {}
    return {
      now: new Date(),
      static: Date.now(),
      given: new Date(Date.UTC(2020, 1, 3)),
      isDate: new Date() instanceof Date && util.isDate(new Day()) && new Date().constructor === Date,
      text: typeof Date(),
      sub: new Day(2020, 1, 3).getDate() === 3,
      name: Date.name,
      parsed: Date.parse('1970-01-01T00:00:00Z'),
    };
  },
}));
