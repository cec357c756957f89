"""Programs written for NetSuite get in unchanged, through `countersign run` and by a hosts file; with a wrong secret they are
refused, and the terminal says why."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["COUNTERSIGN"]
HERE = pathlib.Path(__file__).parent
NODE = shutil.which("node")

VALUES = {
    "NETSUITE_ACCOUNT_ID": "1234567_SB1",
    "NETSUITE_CONSUMER_KEY": "way-in-consumer-key",
    "NETSUITE_CONSUMER_SECRET": "way-in-consumer-secret",
    "NETSUITE_TOKEN_ID": "way-in-token-id",
    "NETSUITE_TOKEN_SECRET": "way-in-token-secret",
}

# A token secret, and what the terminal calls the mistake.
WRONG_SECRETS = {
    "way-in-token-secre": "secret_cut_short",
    "the-secret-of-another": "wrong_token_secret",
}

PROGRAMS = {
    "netsuite": [sys.executable, "programs/with_netsuite.py"],
    "requests-oauthlib": [sys.executable, "programs/with_requests_oauthlib.py"],
    "oauth-1.0a": [NODE, "programs/with_oauth_1.0a.js"],
    "nsrestlet": [NODE, "programs/with_nsrestlet.js"],
}

# Those that go on once they are in.
CLIENTS = {
    "netsuite": [sys.executable, "programs/{}_with_netsuite.py"],
    "requests-oauthlib": [sys.executable, "programs/{}_with_requests_oauthlib.py"],
    "oauth-1.0a": [NODE, "programs/{}_with_oauth_1.0a.js"],
}

# A network and a hosts file of its own, without being root. Some systems forbid it to everybody.
UNSHARE = ["unshare", "--map-root-user", "--mount", "--net"]
CAN_UNSHARE = shutil.which("unshare") and subprocess.run([*UNSHARE, "true"], stderr=subprocess.DEVNULL).returncode == 0


def run(command, **changed):
    # Of this machine only what every program has: a proxy or an authority in the environment is somebody else's.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "COUNTERSIGN") if name in os.environ}
    return subprocess.run(
        command, cwd=HERE, env={**kept, **VALUES, **changed}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120,
    )


def through_the_proxy(program, **changed):
    return run([PROGRAM, "run", "--account", "account.toml", "--", *program], **changed)


def by_hosts_file(program, **changed):
    return run([*UNSHARE, "./by-hosts-file", *program], **changed)


class WayIn(unittest.TestCase):
    def is_let_in(self, way, program):
        ran = way(program)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, "customers 1|SSS_INVALID_SCRIPTLET_ID")
        self.assertNotIn("Signature", ran.stderr)
        return ran

    def is_refused(self, way, program):
        for secret, mistake in WRONG_SECRETS.items():
            ran = way(program, NETSUITE_TOKEN_SECRET=secret)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            self.assertRegex(ran.stderr, "InvalidSignature|Invalid_Signature")
            self.assertIn(mistake, ran.stderr)
            for secret in (secret, "way-in-consumer-secret"):
                self.assertNotIn(secret, ran.stdout + ran.stderr)

    def test_programs_get_in_through_run(self):
        for name, program in PROGRAMS.items():
            with self.subTest(name):
                ran = self.is_let_in(through_the_proxy, program)
                self.assertRegex(ran.stderr, "countersign: [1-9] logins?, 0 refused")

    def test_programs_with_a_wrong_secret_are_refused_and_run_says_why(self):
        for name, program in PROGRAMS.items():
            with self.subTest(name):
                self.is_refused(through_the_proxy, program)

    @unittest.skipUnless(CAN_UNSHARE, "this system lets nobody have a hosts file of their own (unshare)")
    def test_programs_get_in_by_a_hosts_file(self):
        for name, program in PROGRAMS.items():
            with self.subTest(name):
                self.is_let_in(by_hosts_file, program)

    @unittest.skipUnless(CAN_UNSHARE, "this system lets nobody have a hosts file of their own (unshare)")
    def test_programs_with_a_wrong_secret_are_refused_also_by_a_hosts_file(self):
        for name, program in PROGRAMS.items():
            with self.subTest(name):
                self.is_refused(by_hosts_file, program)

    def test_the_hook_leads_every_module_of_node_here(self):
        ran = through_the_proxy([NODE, "programs/with_node_itself.js"])
        led = ["fetch 200", "https 200", "http2 200 true", "tls true", "tls true"]
        self.assertEqual(ran.stdout.splitlines(), led, ran.stderr)

    def test_curl_speaks_http2_and_another_host_is_refused_by_name(self):
        host = "https://1234567-sb1.suitetalk.api.netsuite.com"
        script = f"curl -sS --http2 -o /dev/null -w '%{{http_version}} %{{http_code}}\\n' {host}/health; curl -sS https://api.example/"
        ran = through_the_proxy(["sh", "-c", script])
        self.assertEqual(ran.stdout, "2 200\n", ran.stderr)
        self.assertIn("403", ran.stderr)
        self.assertIn("1 connection to api.example refused", ran.stderr)


class Restlets(unittest.TestCase):
    """A RESTlet that is deployed answers the programs that call it at NetSuite."""

    def test_nsrestlet_and_requests_oauthlib_call_a_deployed_restlet(self):
        with tempfile.TemporaryDirectory() as folder:
            serve = [PROGRAM, "serve", "--json", "--listen", "127.0.0.1:0", "--data", folder, "--account", "account.toml"]
            server = subprocess.Popen(serve, cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            try:
                server.stdout.readline()
                deployed = run([PROGRAM, "script", "deploy", "programs/restlet.js", "--data", folder])
                self.assertEqual(deployed.returncode, 0, deployed.stdout + deployed.stderr)
                for program in ([NODE, "programs/restlet_with_nsrestlet.js"], [sys.executable, "programs/restlet_with_requests_oauthlib.py"]):
                    with self.subTest(program[1]):
                        ran = run([PROGRAM, "run", "--data", folder, "--", *program])
                        self.assertEqual(ran.stdout, "sum 42 by Ada Byron\n", ran.stderr)
                        self.assertRegex(ran.stderr, "countersign: 1 login, 0 refused")
            finally:
                server.terminate()
                server.wait(timeout=10)
                server.stdout.close()


class Records(unittest.TestCase):
    """Programs find in the account what they find in NetSuite."""

    def each_prints(self, what, lines):
        for name, (interpreter, program) in CLIENTS.items():
            program = [interpreter, program.format(what)]
            with self.subTest(name):
                ran = through_the_proxy(program)
                self.assertEqual(ran.stdout.splitlines(), lines, ran.stderr)
                self.assertEqual(ran.returncode, 0, ran.stderr)
                refused = through_the_proxy(program, NETSUITE_TOKEN_SECRET="the-secret-of-another")
                self.assertEqual((refused.returncode, refused.stdout), (1, ""), refused.stderr)
                self.assertIn("wrong_token_secret", refused.stderr)

    def test_each_lists_reads_creates_updates_transforms_pages_and_deletes(self):
        self.each_prints("records", [
            "listed 25",
            "made Quay Street Books",
            "changed hello@quaystreet.example",
            "ordered 2 675.00",
            "invoiced 675.00 Open",
            "paged 26 in 3",
            "deleted 404",
            "described True True",
        ])

    def test_each_asks_in_suiteql_and_pages(self):
        # Leads and prospects are in the table of customers.
        self.each_prints("query", ["queried 30 Harbor Lane Furniture"])


class Authority(unittest.TestCase):
    """What OpenSSL makes of the local certificate authority."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        ran = run([PROGRAM, "run", "--data", f"{self.folder}/data", "--", "true"])
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.tls = f"{self.folder}/data/tls"

    def openssl(self, *words, **options):
        return subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True, **options)

    def verified(self, name):
        """Whether a certificate for a name is believed, were it signed with the authority's key."""
        pathlib.Path(self.folder, "san").write_text(f"subjectAltName=DNS:{name}\n")
        request = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-subj", "/", "-out", "r"]
        self.openssl(*request, check=True)
        authority = ["-CA", f"{self.tls}/ca.pem", "-CAkey", f"{self.tls}/ca-key.pem", "-CAcreateserial", "-CAserial", "s"]
        self.openssl("x509", "-req", "-in", "r", *authority, "-extfile", "san", "-out", "c", check=True)
        return self.openssl("verify", "-CAfile", f"{self.tls}/ca.pem", "c")

    def test_its_certificate_holds_for_netsuite_and_this_machine_alone(self):
        for name in ("1234567-sb1.suitetalk.api.netsuite.com", "rest.netsuite.com", "localhost"):
            self.assertEqual(self.verified(name).returncode, 0, name)
        for name in ("api.stripe.com", "netsuite.com.evil.example", "evilnetsuite.com"):
            seen = self.verified(name)
            self.assertNotEqual(seen.returncode, 0, name)
            self.assertIn("permitted subtree violation", seen.stdout + seen.stderr)

    def test_its_certificate_says_so_critically(self):
        text = self.openssl("x509", "-in", f"{self.tls}/ca.pem", "-noout", "-text", check=True).stdout
        self.assertRegex(text, r"Basic Constraints: critical\s+CA:TRUE, pathlen:0")
        self.assertRegex(text, r"Name Constraints: critical\s+Permitted:\s+DNS:netsuite.com")
        self.assertEqual(os.stat(f"{self.tls}/ca-key.pem").st_mode & 0o777, 0o600)
