define(function () { return { is: 'a function' }; });
