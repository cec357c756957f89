define([], () => ({
  get: () => 1,
