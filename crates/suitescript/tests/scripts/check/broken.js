define([], () => {
  const half = ;
});
