define('my/first', [], function () { return { is: 'the first of two' }; });
define('my/second', ['my/first'], function (first) { return { is: 'the second of two', first: first }; });
