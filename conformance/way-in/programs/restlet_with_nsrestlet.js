// nsrestlet calls a RESTlet that is deployed.

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
  { script: "customscript_restlet", deployment: "customdeploy1" },
);
link.post({ numbers: [30, 12] }, (error, body) => {
  console.log(error ? `error ${JSON.stringify(error)}` : `sum ${body.sum} by ${body.by}`);
  process.exit(error ? 1 : 0);
});
