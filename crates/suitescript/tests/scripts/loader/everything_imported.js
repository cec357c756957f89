import { query, ui } from "N";

export const told = () => [query.Operator.ANY_OF, Object.keys(ui).includes('dialog')];
