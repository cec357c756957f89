// N/email: what is sent lies in the account's outbox.
const many = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : String(value).split(/[;,]/)).map((one) => (typeof one === 'string' ? one.trim() : one));

const attached = (file) =>
  typeof file?.getContents === 'function'
    ? { name: file.name, fileType: file.fileType, contents: file.getContents() }
    : internal.fail('SSS_INVALID_TYPE_ARG', 'email.send: an attachment is no file. Load or create it with N/file.');

const sender = (method, operation) =>
  function send() {
    const options = internal.options(arguments, ['author', 'recipients', 'subject', 'body']);
    internal.required(method, options, ['author', 'recipients', 'subject', 'body']);
    spend(operation);
    host('email.send', {
      author: options.author,
      recipients: many(options.recipients),
      cc: many(options.cc),
      bcc: many(options.bcc),
      replyTo: options.replyTo ?? null,
      subject: String(options.subject),
      body: String(options.body),
      attachments: (options.attachments ?? []).map(attached),
      relatedRecords: options.relatedRecords ?? null,
      isInternalOnly: Boolean(options.isInternalOnly),
    });
  };

return { send: sender('email.send', 'email.send'), sendBulk: sender('email.sendBulk', 'email.sendBulk') };
