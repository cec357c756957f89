define(['N/file'], function (file) {
  function caught() {
    try {
      file.load({ id: 1 });
      return 'nothing was thrown';
    } catch (e) {
      return {
        type: e.type,
        name: e.name,
        stack: e.stack,
        isError: e instanceof Error,
        text: e.toString(),
      };
    }
  }
  return {
    get: function () {
      return caught();
    },
  };
});
