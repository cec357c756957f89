// nsrestlet calls a RESTlet. There is none in the account: who logged in learns that, and nobody else does.

const nsrestlet = require("nsrestlet");

const { env } = process;
const link = nsrestlet.createLink(
  {
    accountId: env.NETSUITE_ACCOUNT_ID,
    consumerKey: env.NETSUITE_CONSUMER_KEY,
    consumerSecret: env.NETSUITE_CONSUMER_SECRET,
    tokenKey: env.NETSUITE_TOKEN_ID,
    tokenSecret: env.NETSUITE_TOKEN_SECRET,
  },
  { script: 1, deployment: 1 },
);
link.get({ id: "7" }, (error, body) => {
  const code = error?.code ?? error?.error?.code ?? String(error ?? JSON.stringify(body));
  console.log("answered", code);
  process.exit(code.includes("SSS_INVALID_SCRIPTLET_ID") ? 0 : 1);
});
