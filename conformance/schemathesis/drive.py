"""Starts an account and lets schemathesis call one of its services, until the time is over or something is wrong.

The first argument is the service, `admin` or `records`, the second the seconds.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

import requests
from requests_oauthlib import OAuth1

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "python"))
from account import Account  # noqa: E402

# Record types a run drives: of all of them there is no time for more than a glance at each.
TYPES = 6

# Not among them: that everything the schema takes is accepted and nothing else is. A schema cannot say which of two
# fields must be given, nor what a name may be. Nor that no call goes without credentials: the caller here is now a key and
# now a session, and what is left of one looks like none of the other. crates/admin/tests/api/access.rs walks every operation
# as nobody.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free"
)


def admin(account, scratch):
    """The document, and what else the command needs."""
    # The feed of calls has no end to wait for.
    return [f"{account.url}/api/v1/openapi.json", "--exclude-path-regex", "/calls$"]


def records(account, scratch):
    signer = OAuth1(
        account.consumer_key, account.consumer_secret, account.token, account.token_secret,
        realm=account.id, signature_method="HMAC-SHA256", decoding=None,
    )
    base = f"{account.url}/services/rest/record/v1"
    listed = requests.get(f"{base}/metadata-catalog", auth=signer, timeout=20).json()
    types = random.sample([item["name"] for item in listed["items"]], TYPES)
    print("Record types:", ", ".join(types), flush=True)
    swagger = {"Accept": "application/swagger+json"}
    select = {"select": ",".join(types)}
    document = requests.get(f"{base}/metadata-catalog", select, headers=swagger, auth=signer, timeout=20)
    document.raise_for_status()
    path = os.path.join(scratch, "records.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(document.text)
    return [path, "--url", base]


def main():
    service = {"admin": admin, "records": records}[sys.argv[1]]
    account = Account()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            command = [
                os.path.join(os.path.dirname(sys.executable), "st"), "run",
                *service(account, scratch),
                "--checks", CHECKS,
                "--max-time", sys.argv[2],
                "--request-timeout", "20",
                "--continue-on-failure",
                "--suppress-health-check", "all",
                "--warnings", "off",
                # With more, Python 3.11 now and then fails to parse its own source in two threads at once.
                "--workers", "1",
            ]
            environment = os.environ | {
                "SCHEMATHESIS_HOOKS": f"{service.__name__}_caller",
                "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)),
                "ACCOUNT": account.id,
                "SOCKET": os.path.join(account.folder, "admin.sock"),
                "CONSUMER_KEY": account.consumer_key,
                "CONSUMER_SECRET": account.consumer_secret,
                "TOKEN": account.token,
                "TOKEN_SECRET": account.token_secret,
            }
            environment["STATUSES"] = os.path.join(scratch, "statuses.json")
            result = subprocess.run(command, cwd=scratch, env=environment, check=False).returncode
            with open(environment["STATUSES"], encoding="utf-8") as file:
                statuses = {int(status): count for status, count in json.load(file).items()}
        print("Answers:", ", ".join(f"{statuses[status]} of {status}" for status in sorted(statuses)))
        # A caller whom nobody lets in finds nothing wrong either.
        done = sum(count for status, count in statuses.items() if status < 300)
        if done * 20 < sum(statuses.values()):
            print("Too few of the calls did anything: the run says nothing.")
            return 1
        return result
    finally:
        account.stop()


sys.exit(main())
