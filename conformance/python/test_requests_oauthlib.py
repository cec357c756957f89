"""requests-oauthlib, unmodified, calls the account over HTTP; the account's own audit trail says how each login went."""

import re
import unittest

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256
from requests import Request
from requests_oauthlib import OAuth1Session

from account import Account

CUSTOMERS = "/services/rest/record/v1/customer"
TOKEN_INFO = "/rest/tokeninfo"
RESTLET = "/app/site/hosting/restlet.nl?script=1&deploy=1"
SUCCESS = ("REST", "Success")


def authorization(request):
    return request.headers["Authorization"].decode()


class RequestsOauthlib(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = Account()
        cls.addClassCleanup(cls.account.stop)

    def setUp(self):
        self.session = self.new_session()
        self.account.new_logins()

    def new_session(self, **changed):
        account = self.account
        options = {
            "client_key": account.consumer_key,
            "client_secret": account.consumer_secret,
            "resource_owner_key": account.token,
            "resource_owner_secret": account.token_secret,
            "signature_method": SIGNATURE_HMAC_SHA256,
            "realm": account.id,
        }
        session = OAuth1Session(**options | changed)
        session.trust_env = False  # no proxy stands between this machine and itself
        self.addCleanup(session.close)
        return session

    def call(self, method, path, session=None, **options):
        return (session or self.session).request(method, self.account.url + path, timeout=10, **options)

    def signed(self, method, path, **options):
        """A request that is signed and not sent yet."""
        return self.session.prepare_request(Request(method, self.account.url + path, **options))

    def send(self, prepared):
        return self.session.send(prepared, timeout=10)

    def assert_status(self, status, answer):
        self.assertEqual((status, ""), (answer.status_code, "" if answer.status_code == status else answer.text))

    def assert_refused(self, answer, detail):
        self.assert_status(401, answer)
        self.assertEqual("INVALID_LOGIN", answer.json()["o:errorDetails"][0]["o:errorCode"])
        self.assertEqual([("REST", detail)], self.account.new_logins())

    # What is signed rightly is answered.

    def test_a_query_with_spaces_and_quotes_is_answered(self):
        answer = self.call(
            "GET", CUSTOMERS, params={"q": 'companyName CONTAIN "Harbor Lane"', "limit": 2, "offset": 2}
        )
        self.assert_status(200, answer)
        page = answer.json()
        self.assertEqual((1, 2, 3), (page["count"], page["offset"], page["totalResults"]))
        self.assertEqual([SUCCESS], self.account.new_logins())

    def test_a_customer_is_created_read_changed_and_deleted(self):
        created = self.call("POST", CUSTOMERS, json={"companyName": "Müller & Söhne", "isPerson": False})
        self.assert_status(204, created)
        path = created.headers["Location"].removeprefix(self.account.url)
        self.assertRegex(path, f"^{CUSTOMERS}/[0-9]+$")
        self.assertEqual("Müller & Söhne", self.call("GET", path).json()["companyName"])
        self.assert_status(204, self.call("PATCH", path, json={"phone": "+1 555 0199"}))
        changed = self.call("GET", path).json()
        self.assertEqual(("Müller & Söhne", "+1 555 0199"), (changed["companyName"], changed["phone"]))
        self.assert_status(204, self.call("DELETE", path))
        self.assert_status(404, self.call("GET", path))
        self.assertEqual([SUCCESS] * 6, self.account.new_logins())

    def test_tokeninfo_names_the_account(self):
        answer = self.call("GET", TOKEN_INFO)
        self.assert_status(200, answer)
        self.assertEqual(self.account.id, answer.json()["companyId"])

    def test_a_restlet_call_logs_in_before_it_finds_no_script(self):
        answer = self.call("GET", RESTLET, headers={"Content-Type": "application/json"})
        self.assert_status(400, answer)
        self.assertEqual("SSS_INVALID_SCRIPTLET_ID", answer.json()["error"]["code"])
        self.assertEqual([("RESTlet", "Success")], self.account.new_logins())

    def test_a_form_body_is_part_of_what_is_signed(self):
        form = {"memo": "a b+c", "empty": "", "tag": ["1", "0"]}
        self.assert_status(415, self.call("POST", RESTLET, data=form))
        changed = self.signed("POST", RESTLET, data=form)
        changed.body = changed.body.replace(b"memo=a", b"memo=b")
        self.assert_status(401, self.send(changed))
        self.assertEqual([("RESTlet", "Success"), ("RESTlet", "InvalidSignature")], self.account.new_logins())

    # What is not is refused, and the account knows why.

    def test_the_same_request_is_refused_the_second_time(self):
        request = self.signed("GET", CUSTOMERS)
        self.assert_status(200, self.send(request))
        self.assertEqual([SUCCESS], self.account.new_logins())
        self.assert_refused(self.send(request), "NonceUsed")

    def test_a_wrong_secret_is_refused(self):
        for which in ("client_secret", "resource_owner_secret"):
            with self.subTest(which):
                session = self.new_session(**{which: "0" * 64})
                self.assert_refused(self.call("GET", CUSTOMERS, session), "InvalidSignature")

    def test_each_wrong_parameter_has_its_own_word(self):
        wrong = {
            "realm": (self.account.id.lower(), "(login failure)"),
            "oauth_consumer_key": ("0" * 64, "consumer_key_unknown"),
            "oauth_token": ("0" * 64, "token_rejected"),
            "oauth_signature_method": ("PLAINTEXT", "UnknownAlgorithm"),
            "oauth_timestamp": ("1000000000", "InvalidTimestamp"),
            "oauth_nonce": ("short", "nonce_rejected"),
            "oauth_version": ("2.0", "VersionRejected"),
            "oauth_signature": ("AAAA", "InvalidSignature"),
        }
        for name, (value, detail) in wrong.items():
            with self.subTest(name):
                request = self.signed("GET", CUSTOMERS)
                header, changed = re.subn(f'{name}="[^"]*"', f'{name}="{value}"', authorization(request))
                self.assertEqual(1, changed, header)
                request.headers["Authorization"] = header
                self.assert_refused(self.send(request), detail)

    def test_no_character_of_the_header_can_be_wrong(self):
        request = self.signed("GET", CUSTOMERS)
        right = authorization(request)
        for at, character in enumerate(right):
            wrong = "x" if character != "x" else "y"
            request.headers["Authorization"] = right[:at] + wrong + right[at + 1 :]
            self.assertIn(self.send(request).status_code, (400, 401), f"{character!r} at {at} as {wrong!r}")
        self.assertNotIn(SUCCESS, self.account.new_logins())
        request.headers["Authorization"] = right
        self.assert_status(200, self.send(request))

    def test_a_wrong_character_in_method_path_or_query_is_refused(self):
        changes = {
            "method": lambda request: setattr(request, "method", "DELETE"),
            "path": lambda request: setattr(request, "url", request.url.replace("/1?", "/2?")),
            "query": lambda request: setattr(request, "url", request.url.replace("email", "phone")),
        }
        for part, change in changes.items():
            with self.subTest(part):
                request = self.signed("GET", f"{CUSTOMERS}/1", params={"fields": "email"})
                change(request)
                self.assert_refused(self.send(request), "InvalidSignature")

    def test_a_query_that_was_not_signed_is_refused(self):
        request = self.signed("GET", CUSTOMERS)
        request.url += "?limit=1"
        self.assert_refused(self.send(request), "InvalidSignature")

    def test_hmac_sha1_is_refused(self):
        session = self.new_session(signature_method=SIGNATURE_HMAC_SHA1)
        self.assert_refused(self.call("GET", CUSTOMERS, session), "UnknownAlgorithm")


if __name__ == "__main__":
    unittest.main()
