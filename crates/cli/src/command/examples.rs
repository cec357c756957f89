//! The end of each command's long help: lines to try.

pub(super) const DEMO: &str = "Examples:
  See it work:
    countersign demo

  Keep the account, and go on calling it from another terminal:
    countersign demo --keep ./account";

pub(super) const SERVE: &str = "Examples:
  An account where nothing is needed first:
    countersign serve

  On a free port, from a file that describes the account:
    countersign serve --data ./account --listen :0 --account account.toml

  With the base string of each request whose signature is wrong:
    countersign serve --log debug";

pub(super) const CALL: &str = "Credentials are a .env file, as serve prints it, or JSON:
  NETSUITE_BASE_URL=http://127.0.0.1:8080     only for an account that is not at NetSuite
  NETSUITE_ACCOUNT_ID=1234567_SB1
  NETSUITE_CONSUMER_KEY=…
  NETSUITE_CONSUMER_SECRET=…
  NETSUITE_TOKEN_ID=…
  NETSUITE_TOKEN_SECRET=…

  { \"account_id\": \"1234567_SB1\", \"consumer_key\": \"…\", \"consumer_secret\": \"…\",
    \"token_id\": \"…\", \"token_secret\": \"…\", \"base_url\": \"http://127.0.0.1:8080\" }

Examples:
  List customers, with the values of .env:
    countersign call GET /services/rest/record/v1/customer --query 'q=email CONTAIN \"lane\"'

  Make one:
    countersign call POST /services/rest/record/v1/customer --data '{\"companyName\": \"Quay Books\"}'

  Status and headers too, from another file:
    countersign call GET /rest/tokeninfo --include --credentials sandbox.json";

pub(super) const SIGN: &str = "Credentials are given as to `countersign call`; see its --help.

Examples:
  Let curl send what was signed, both with the same method and URL:
    url='http://127.0.0.1:8080/services/rest/record/v1/customer?limit=3'
    curl -H \"Authorization: $(countersign sign GET \"$url\")\" \"$url\"

  See how a signature comes about, with the time and nonce of a program of your own:
    countersign sign GET /rest/tokeninfo --explain --timestamp 1700000000 --nonce abcdef123456

  For SOAP:
    countersign sign --as passport";

pub(super) const CONFORMANCE: &str = "Examples:
  This program's own signer and verifier:
    countersign conformance

  A signer in another language, over the vectors it is meant for:
    countersign conformance --exec 'python3 sign.py' --only header

  The smallest signer reads one JSON object and prints the signature:
    countersign conformance --exec './sign.sh' --vectors vectors.json --json";

pub(super) const AUDIT: &str = "Examples:
  Why was the last call refused?
    countersign audit --failures --limit 1

  Watch logins as they come:
    countersign audit --follow

  Count refusals by mistake:
    countersign audit --failures --limit 1000 --json | jq -r '.rows[].mistake' | sort | uniq -c";

pub(super) const KEY: &str = "Examples:
  Whether every secret opens, before a backup is relied on:
    countersign key check

  New keys, after somebody may have seen the old ones:
    countersign key rotate && countersign key rewrap";
