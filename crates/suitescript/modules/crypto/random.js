// N/crypto/random.
const bytes = (size) => {
  const hex = host('crypto.random', { size });
  return Uint8Array.from({ length: size }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
};

const generateBytes = function generateBytes() {
  const { size } = internal.options(arguments, ['size']);
  internal.required('random.generateBytes', { size }, ['size']);
  if (!(Number.isInteger(size) && size > 0 && size <= 65536)) {
    internal.fail('SSS_INVALID_TYPE_ARG', `random.generateBytes: size is ${size}; it is a whole number from 1 to 65536.`);
  }
  return bytes(size);
};

const generateInt = function generateInt() {
  const { min, max } = internal.options(arguments, ['min', 'max']);
  internal.required('random.generateInt', { min, max }, ['min', 'max']);
  if (!(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min < max)) {
    internal.fail('SSS_INVALID_TYPE_ARG', `random.generateInt: min is ${min} and max is ${max}; they are whole numbers, the first one less.`);
  }
  // 52 bits, as many as a number has exactly.
  const fraction = Number.parseInt(host('crypto.random', { size: 7 }).slice(0, 13), 16) / 2 ** 52;
  return min + Math.floor(fraction * (max - min));
};

/** RFC 9562 section 5.4. */
const generateUUID = () => {
  const hex = host('crypto.random', { size: 16 });
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4];
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20)].join('-');
};

return { generateBytes, generateInt, generateUUID };
