function get() { return nlapiLoadRecord("customer", 1); }
