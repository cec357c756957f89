/**
 * @NApiVersion 2.1
 */
var __importDefault = (this && this.__importDefault) || function (mod) {
    return (mod && mod.__esModule) ? mod : { "default": mod };
};
define(["require", "exports", "./made/object", "./compiled_tax"], function (require, exports, object_1, tax_1) {
    "use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    exports.get = get;
    object_1 = __importDefault(object_1);
    function get() {
        return { rate: (0, tax_1.rate)(), interop: object_1.default.is };
    }
});
