// N/encode.
const convert = function convert() {
  const options = internal.options(arguments, ['string', 'inputEncoding', 'outputEncoding']);
  internal.required('encode.convert', options, ['inputEncoding', 'outputEncoding']);
  if (options.string === undefined || options.string === null) internal.required('encode.convert', options, ['string']);
  const { inputEncoding, outputEncoding } = options;
  return host('encode.convert', { text: String(options.string), inputEncoding, outputEncoding });
};

return { convert };
