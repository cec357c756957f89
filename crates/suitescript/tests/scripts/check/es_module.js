import * as record from "N/recrd";
export const get = () => record.load(1;
