define(['./cycle'], function (first) { return first; });
