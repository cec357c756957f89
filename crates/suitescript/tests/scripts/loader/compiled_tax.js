define(["require", "exports"], function (require, exports) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.rate = void 0;
    const rate = () => 7;
    exports.rate = rate;
});
