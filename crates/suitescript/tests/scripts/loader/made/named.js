define('my/named', [], function () { return { is: 'by name' }; });
