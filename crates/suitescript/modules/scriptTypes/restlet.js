// N/scriptTypes/restlet.
const createResponse = function createResponse() {
  const options = internal.options(arguments, ['content', 'contentType']);
  internal.required('restlet.createResponse', options, ['contentType']);
  const { content = '', contentType } = options;
  const response = internal.object('N/scriptTypes/restlet.Response', {
    content: typeof content === 'string' ? content : (internal.stringify(content) ?? ''),
    contentType: String(contentType),
  });
  internal.responses.add(response);
  return Object.freeze(response);
};

return { createResponse };
