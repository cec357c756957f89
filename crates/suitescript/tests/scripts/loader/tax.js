import { delete as remove } from 'N/file';
export const rate = 7;
export const isModule = typeof remove === 'function' && this === undefined;
