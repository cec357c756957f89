//! The end of each command's long help: lines to try.

pub(super) const PROGRAM: &str = "Examples:
  Your program, unchanged, against a local account:
    countersign run --credentials .env -- python app.py

  One failing request, without any account:
    countersign explain request.txt

  The whole way in a second, and an account that stays:
    countersign demo
    countersign serve

Exit codes:
  0   done
  1   the answer is no: a call or a change was refused, a vector failed
  2   the command line makes no sense
  3   something given cannot be used or is not there: credentials, file, name
  4   nobody answered
  5   the system did not play along: disk, port, memory, output
  doctor and connection check, where something of yours is to be mended:
  10  credentials   11  clock   12  network   13  this program
  and where something in the account is:
  20  token, user, role, record or feature   21  permission   22  concurrency
  23  NetSuite itself
  run ends with the code of its program, or 128 and the number of its signal

Countersign is independent of Oracle and NetSuite.";

pub(super) const DEMO: &str = "Examples:
  See it work:
    countersign demo

  Keep the account, and go on calling it from another terminal:
    countersign demo --keep ./account";

pub(super) const CONNECTION: &str = "Where the five values are in NetSuite:
  Account ID                     Setup > Company > Company Information
  Consumer Key, Consumer Secret  Setup > Integration > Manage Integrations, when the record is saved
  Token ID, Token Secret         Setup > Users/Roles > Access Tokens > New, when the token is saved

Examples:
  Type them, the secrets unseen:
    countersign connection add acme

  Read them as they were sent, and insist on a sandbox:
    countersign connection add acme-sandbox --from mail.txt \\
      --environment sandbox

  All connections, and what is wrong with one:
    countersign connection list
    countersign doctor acme

  A new token in the old one's place, while programs go on calling:
    countersign connection rotate acme --from new-token.env";

pub(super) const DOCTOR: &str = "Examples:
  Every connection, one line per probe:
    countersign doctor

  With the word that an administrator read in the Login Audit Trail:
    countersign doctor acme --detail token_rejected

  What such a word means, without calling anybody:
    countersign doctor --detail permission_denied

  Credentials that are not kept here, for a ticket:
    countersign doctor --credentials .env --redact

  All that helps somebody else to help, in a file that names nobody:
    countersign doctor --bundle for-support.json

Exit codes:
  0 all is well; 10 to 19 something of yours, 20 to 29 something in the account (countersign --help lists them)";

pub(super) const SERVE: &str = "Examples:
  An account where nothing is needed first:
    countersign serve

  On a free port, from a file that describes the account:
    countersign serve --data ./account --listen :0 --account account.toml

  Beside the accounts that are there, a sandbox for example:
    countersign serve --account sandbox.toml

  For programs that a hosts file sends here, whatever they are written in:
    countersign serve --tls 127.0.0.1:443

  With the base string of each request whose signature is wrong:
    countersign serve --log debug";

pub(super) const WATCH: &str = "Examples:
  In a second terminal, while your program calls:
    countersign watch

  Every refusal as a line of JSON, with all that was found out:
    countersign watch --json | jq -c 'select(.event == \"named\")'";

pub(super) const RUN: &str = "Where the program's credentials come from:
  They are its own, and the account must know them: --credentials makes an account that does, and
  an account file (--account) one with your own roles and users as well. Or give the program those
  that a first start, or `countersign token create`, shows. With --give-credentials it gets those
  of a new account, as NETSUITE_ACCOUNT_ID, NETSUITE_CONSUMER_KEY, NETSUITE_CONSUMER_SECRET,
  NETSUITE_TOKEN_ID and NETSUITE_TOKEN_SECRET.

Examples:
  Your program with the credentials it has, against an account that knows them:
    countersign run --credentials .env -- python app.py

  The same with the roles, users and features of an account file:
    countersign run --account account.toml -- python app.py

  Against the accounts of a server that runs in another terminal, or of the data folder:
    countersign run -- npm test

  A program that reads NETSUITE_ variables, against a new account:
    countersign run --give-credentials -- node app.js";

pub(super) const ENV: &str = "The server must be running: `countersign serve`.

Examples:
  In this shell, from now on:
    eval \"$(countersign env)\"

  In a step of a GitHub workflow, for those that follow:
    countersign env --for github >> \"$GITHUB_ENV\"

  In a container on this machine, and in a tool that reads .env:
    countersign env --for docker
    countersign env --for dotenv >> .env";

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
    countersign call GET /services/rest/record/v1/customer \\
      --query 'q=email CONTAIN \"lane\"'

  Make one:
    countersign call POST /services/rest/record/v1/customer \\
      --data '{\"companyName\": \"Quay Books\"}'

  Status and headers too, from another file:
    countersign call GET /rest/tokeninfo --include --credentials sandbox.json";

pub(super) const SIGN: &str = "Credentials are given as to `countersign call`; see its --help.

Examples:
  Let curl send what was signed, both with the same method and URL:
    url='http://127.0.0.1:8080/services/rest/record/v1/customer?limit=3'
    curl -H \"Authorization: $(countersign sign GET \"$url\")\" \"$url\"

  See how a signature comes about, with the time and nonce of a program of your own:
    countersign sign GET /rest/tokeninfo --explain --timestamp 1700000000 \\
      --nonce abcdef123456

  For SOAP:
    countersign sign --as passport";

pub(super) const EXPLAIN: &str =
    "Credentials are given as to `countersign call`, or as an exported Postman environment.

Examples:
  What curl -v printed, with the values of .env:
    curl -v … 2> call.txt; countersign explain call.txt

  Three lines: the method with the URL, the Authorization header, a Content-Type where there is a body:
    countersign explain request.txt --credentials sandbox.json

  It works in Postman and fails in code:
    countersign explain code.txt --compare collection.json

  With the answer that came, and as a text for an administrator:
    countersign explain request.har --entry 2 --response answer.txt
    countersign explain request.har --entry 2 --for-support";

pub(super) const CONFORMANCE: &str = "Examples:
  This program's own signer and verifier:
    countersign conformance

  A signer in another language, over the vectors it is meant for:
    countersign conformance --exec 'python3 sign.py' --only header

  The smallest signer reads one JSON object and prints the signature:
    countersign conformance --exec './sign.sh' --vectors vectors.json --json

  What each request of a file does wrong, from the request alone:
    countersign conformance --vectors vectors.json --diagnose --json

  The whole account: users, roles, tokens and states, the answers and the Login Audit Trail:
    countersign conformance --server";

pub(super) const MISTAKES: &str = "Examples:
  All of them, a line each:
    countersign mistakes

  One, with its fix and lines of code:
    countersign mistakes query_not_signed";

pub(super) const COVERAGE: &str = "Examples:
  What is there, in tables:
    countersign coverage

  For a program, such as jq to see which types an order can become:
    countersign coverage --json";

pub(super) const ACCOUNT: &str = "Examples:
  What is there:
    countersign account list
    countersign account show

  Turn a feature on; its terms of service are agreed to by --agree:
    countersign account features --enable rest-web-services --agree

  Ask every role with much power for a second factor:
    countersign account settings --mandatory-two-factor-authentication

  See what a file would change, and then do it:
    countersign account apply account.toml --dry-run
    countersign account apply account.toml

  Write an account with its secrets into a file that only you can read:
    countersign account export --secrets --out account.toml

  Save a test account before a test run, and put it back after:
    countersign account snapshot before
    countersign account restore before --yes

  A sandbox beside production, as production is:
    countersign account create 1234567_SB1
    countersign account refresh 1234567_SB1";

pub(super) const INTEGRATION: &str = "Examples:
  An application, with its consumer key and secret at the end of .env:
    countersign integration create 'Warehouse Sync' >> .env

  One that people connect on a page, for the three-step flow:
    countersign integration create 'Web Shop' --tba-authorization-flow \\
      --callback-url https://shop.example/connected

  Its secret may have leaked: a new pair, in a file that only you can read:
    countersign integration reset-credentials 'Warehouse Sync' --out new.env

  Stop it for a while:
    countersign integration block 'Warehouse Sync'";

pub(super) const ROLE: &str = "Examples:
  What a REST integration needs, and customers:
    countersign role create Integrator --minimum-permissions rest \\
      --permission Customers=Full

  A standard role with something more:
    countersign role create 'My Accountant' --customizes accountant \\
      --permission 'REST Web Services=Full'

  One permission more, and one less:
    countersign role edit Integrator --permission Vendors=View \\
      --remove-permission Customers

  What can be given, and what a role has:
    countersign role permissions --subtab setup
    countersign role show Integrator";

pub(super) const USER: &str = "Examples:
  Somebody with a role:
    countersign user create 'Ada Byron' --email ada@example.com \\
      --role Integrator

  A password, typed in or from a password manager:
    countersign user password 'Ada Byron'
    pass show ada | countersign user password 'Ada Byron'

  Another role, and one less:
    countersign user give-role 'Ada Byron' Administrator
    countersign user take-role 'Ada Byron' Integrator";

pub(super) const TOKEN: &str = "Examples:
  A token, with its ID and secret at the end of .env:
    countersign token create --application 'Warehouse Sync' --user 'Ada Byron' \\
      --role Integrator >> .env

  Tokens that nobody revoked, of one user:
    countersign token list --user 'Ada Byron' --revoked=no

  Stop one for a while, or for ever:
    countersign token inactivate 3
    countersign token revoke 3";

pub(super) const API_KEY: &str = "Examples:
  A key for a script that looks after tokens, for 30 days:
    countersign api-key create Rotation --user 'Ada Byron' \\
      --role Administrator \\
      --scope 'Access Token Management=Full' --expires-in-days 30 --out key.env

  Use it:
    curl -H \"Authorization: Bearer $COUNTERSIGN_API_KEY\" \\
      http://127.0.0.1:8080/api/v1/accounts/1234567_SB1/tokens

  Which there are, and the end of one:
    countersign api-key list
    countersign api-key revoke Rotation";

pub(super) const GOVERNANCE: &str = "Examples:
  Is there room for another integration?
    countersign governance

  A larger limit, and a share of it for one application:
    countersign account settings --service-tier premium
    countersign integration edit 'Warehouse Sync' --concurrency-limit 5";

pub(super) const AUDIT: &str = "Examples:
  Why was the last call refused?
    countersign audit --failures --limit 1

  Watch logins as they come, of one account of several:
    countersign audit --account 1234567_SB1 --follow

  Who came from elsewhere in the last day, as a spreadsheet:
    countersign audit --since 1d --ip-address 203.0.113.0/24 --csv > logins.csv

  Count refusals by mistake:
    countersign audit --failures --limit 100000 --json \\
      | jq -r '.rows[].mistake' | sort | uniq -c

  Who changed a role, and what an application called:
    countersign audit notes role Integrator
    countersign audit executions --application 'Warehouse Sync'";

pub(super) const KEY: &str = "Examples:
  Whether every secret opens, before a backup is relied on:
    countersign key check

  New keys, after somebody may have seen the old ones:
    countersign key rotate && countersign key rewrap";

pub(super) const PROXY: &str = "Examples:
  A connection, a caller that may read its customers, and the proxy:
    countersign caller add nightly-sync --out sync.env
    countersign grant add --caller nightly-sync --connection acme \\
      --service rest --record customer --read-only
    countersign proxy

  What the caller does then, with its key in KEY:
    curl -H \"Authorization: Bearer $KEY\" \\
      http://127.0.0.1:8090/c/acme/services/rest/record/v1/customer

  For other machines, with metrics for Prometheus on this one:
    countersign proxy --listen 0.0.0.0:8443 --tls-cert chain.pem \\
      --tls-key key.pem --host proxy.example.com \\
      --status 127.0.0.1:9090";

pub(super) const GOVERNOR: &str = "Examples:
  What runs now:
    countersign governor

  Beside the proxy, in another terminal:
    countersign governor --watch

  The longest wait of each account, for a script:
    countersign governor --json | jq '.accounts[] | {account, longestWaitMs}'";

pub(super) const EXEC: &str = "Examples:
  A program that reads where to call, and with which key, from COUNTERSIGN_PROXY_URL and COUNTERSIGN_KEY:
    countersign exec --connection acme --read-only -- python report.py

  By hand:
    countersign exec --connection acme -- sh -c \\
      'curl -H \"X-Countersign-Key: $COUNTERSIGN_KEY\" \\
      $COUNTERSIGN_PROXY_URL/services/rest/record/v1/customer'";

pub(super) const CALLER: &str = "Examples:
  A program, and its key in a file that only you can read:
    countersign caller add nightly-sync --out sync.env

  Who there is, and an end to one:
    countersign caller list
    countersign caller revoke nightly-sync";

pub(super) const GRANT: &str = "Examples:
  Read customers and orders, with twice the usual share of the account's slots:
    countersign grant add --caller nightly-sync --connection acme \\
      --service rest \\
      --record customer --record salesOrder --read-only --share 2

  One RESTlet, and SuiteQL for a month:
    countersign grant add --caller pricing --connection acme --service restlet \\
      --script customscript_prices
    countersign grant add --caller reports --connection acme --service suiteql \\
      --expires-in-days 30";

pub(super) const COMPLETIONS: &str = "Examples:
  For bash, in ~/.bashrc:
    source <(countersign completions bash)

  For zsh, in ~/.zshrc after compinit:
    source <(countersign completions zsh)

  For fish, in ~/.config/fish/config.fish:
    countersign completions fish | source";

pub(super) const BACKUP: &str = "Examples:
  A copy for each day, while the account goes on working:
    countersign backup /backups/$(date +%F)

  Of another data folder, for a program:
    countersign backup /backups/sandbox --data /srv/sandbox --json";

pub(super) const RESTORE: &str = "Examples:
  A new data folder, with the keys that were kept apart from the backup:
    countersign restore /backups/2026-01-31 --data restored --key /safe/keys
    countersign serve --data restored";

pub(super) const LEVER: &str = "Examples:
  Allow it, once:
    countersign account settings --test-account --test-lever Clock \\
      --test-lever Faults

  What is in force:
    countersign lever show

  Ten minutes later, and back:
    countersign lever clock advance 10m
    countersign lever clock follow-system

  Does my client wait and try again? Refuse each third call:
    countersign lever fault add refuse --every 3 --service rest

  Drop the next two calls of one integration, then forget about it:
    countersign lever fault add drop --next 2 --integration 'Warehouse Sync'
    countersign lever fault clear";

pub(super) const RECORD_TYPE: &str = "Examples:
  What an SDF project would add, and then add it:
    countersign record-type import src/Objects --dry-run
    countersign record-type import src/Objects

  A type as your own account describes it, saved from the metadata catalogue with Accept: application/schema+json:
    countersign record-type import customer.schema.json

  What the account has of its own now, and the same for another:
    countersign record-type list --own
    countersign record-type export > own.record";

pub(super) const SCRIPT: &str = "Examples:
  Put a RESTlet into the running account, and call it signed:
    countersign script deploy orders.js
    countersign call GET \\
      '/app/site/hosting/restlet.nl?script=customscript_orders&deploy=1' \\
      --header 'Content-Type: application/json'

  While it is being written: deployed at each change, tried without a signature, and its log in another terminal:
    countersign script deploy orders.js --watch
    countersign script call customscript_orders id=7
    countersign logs --follow";

pub(super) const LOGS: &str = "Examples:
  What scripts write, as they write it:
    countersign logs --follow

  Errors of one script, for machines:
    countersign logs --script customscript_orders --level ERROR --since 1h \\
      --json";

pub(super) const RECORD: &str = "Examples:
  Look first, then write:
    countersign record import customer customers.csv --dry-run
    countersign record import customer customers.csv

  What is wrong with a file, for a program:
    countersign record import customer customers.csv --dry-run --json \\
      | jq '.bad[]'";
