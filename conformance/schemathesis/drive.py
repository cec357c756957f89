"""Starts an account and lets schemathesis call its admin API, until the time is over or something is wrong."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "python"))
from account import Account  # noqa: E402

# Not among them: that everything the schema takes is accepted and nothing else is. A schema cannot say which of two
# fields must be given, nor what a name may be. Nor that no call goes without credentials: the caller here is now a key and
# now a session, and what is left of one looks like none of the other. crates/admin/tests/api/access.rs walks every operation
# as nobody.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,allow_header_conformance,use_after_free"
)


def main():
    account = Account()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            command = [
                os.path.join(os.path.dirname(sys.executable), "st"), "run",
                f"{account.url}/api/v1/openapi.json",
                "--checks", CHECKS,
                "--max-time", sys.argv[1],
                "--request-timeout", "20",
                "--continue-on-failure",
                # The feed of calls has no end to wait for.
                "--exclude-path-regex", "/calls$",
                "--suppress-health-check", "all",
                "--warnings", "off",
                # With more, Python 3.11 now and then fails to parse its own source in two threads at once.
                "--workers", "1",
            ]
            environment = os.environ | {
                "SCHEMATHESIS_HOOKS": "hooks",
                "PYTHONPATH": os.path.dirname(os.path.abspath(__file__)),
                "ACCOUNT": account.id,
                "SOCKET": os.path.join(account.folder, "admin.sock"),
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
