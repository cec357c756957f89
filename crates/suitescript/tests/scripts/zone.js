/** What a script's own clock shows. */
define([], () => ({
  get: () => {
    const date = new Date(2026, 6, 4, 13, 5, 9);
    const set = new Date(0);
    set.setHours(25);
    return {
      date,
      parts: [date.getFullYear(), date.getMonth(), date.getDate(), date.getDay(), date.getHours(), date.getTimezoneOffset()],
      texts: [String(date), date.toDateString(), date.toTimeString(), `${new Date(NaN)}`],
      set,
      copied: new Date(date),
      parsed: ['2026-07-04T13:05:09', '7/4/2026 1:05:09 pm', 'July 4, 2026 13:05:09', '2026-07-04T15:05:09+02:00', 'Sat Jul 04 2026 13:05:09 GMT+0000 (UTC)', date.toUTCString()].map((text) => new Date(text).toISOString()),
      days: ['2026-07-04', '7/4/2026', 'Jul 4, 2026'].map((text) => new Date(Date.parse(text)).toISOString()),
    };
  },
}));
