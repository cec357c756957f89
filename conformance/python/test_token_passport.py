"""A SOAP client of a few lines, nothing but Python's own library, calls getServerTime behind a TokenPassport."""

import base64
import hashlib
import hmac
import re
import secrets
import time
import unittest
from datetime import datetime, timezone
from http.client import HTTPConnection

from account import Account

ENVELOPE = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:messages="urn:messages_2025_2.platform.webservices.netsuite.com"
    xmlns:core="urn:core_2025_2.platform.webservices.netsuite.com">
  <soapenv:Header>
    <messages:tokenPassport>
      <core:account>{account}</core:account>
      <core:consumerKey>{consumer_key}</core:consumerKey>
      <core:token>{token}</core:token>
      <core:nonce>{nonce}</core:nonce>
      <core:timestamp>{timestamp}</core:timestamp>
      <core:signature algorithm="{algorithm}">{signature}</core:signature>
    </messages:tokenPassport>
  </soapenv:Header>
  <soapenv:Body><messages:getServerTime/></soapenv:Body>
</soapenv:Envelope>"""


class TokenPassport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = Account()
        cls.addClassCleanup(cls.account.stop)

    def setUp(self):
        self.account.new_logins()

    def envelope(self, account=None, token_secret=None, algorithm="HMAC-SHA256", after_signature=""):
        here = self.account
        fields = {
            "account": account or here.id,
            "consumer_key": here.consumer_key,
            "token": here.token,
            "nonce": secrets.token_hex(10),
            "timestamp": int(time.time()),
        }
        key = f"{here.consumer_secret}&{token_secret or here.token_secret}"
        message = "&".join(str(value) for value in fields.values())
        signature = base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
        return ENVELOPE.format(**fields, algorithm=algorithm, signature=signature + after_signature)

    def send(self, envelope):
        connection = HTTPConnection(self.account.url.removeprefix("http://"), timeout=10)
        self.addCleanup(connection.close)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"getServerTime"'}
        connection.request("POST", "/services/NetSuitePort_2025_2", envelope.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def assert_answered(self, envelope):
        status, body = self.send(envelope)
        self.assertEqual((200, [("SOAP", "Success")]), (status, self.account.new_logins()), body)
        self.assertIn('isSuccess="true"', body)
        told = datetime.fromisoformat(re.search("serverTime>([^<]+)Z<", body)[1]).replace(tzinfo=timezone.utc)
        self.assertLess(abs(told.timestamp() - time.time()), 5)

    def assert_refused(self, envelope, detail):
        status, body = self.send(envelope)
        self.assertEqual((500, [("SOAP", detail)]), (status, self.account.new_logins()), body)
        self.assertIn("<faultstring>Invalid login attempt.</faultstring>", body)

    def test_a_signed_call_gets_the_time(self):
        self.assert_answered(self.envelope())

    def test_a_newline_after_the_signature_does_no_harm(self):
        self.assert_answered(self.envelope(after_signature="\n"))

    def test_the_algorithm_may_be_spelled_with_an_underscore(self):
        self.assert_answered(self.envelope(algorithm="HMAC_SHA256"))

    def test_hmac_sha1_is_refused(self):
        self.assert_refused(self.envelope(algorithm="HMAC-SHA1"), "UnknownAlgorithm")

    def test_a_lower_case_account_is_refused(self):
        self.assert_refused(self.envelope(account=self.account.id.lower()), "(login failure: account)")

    def test_a_wrong_secret_is_refused(self):
        self.assert_refused(self.envelope(token_secret="0" * 64), "InvalidSignature")

    def test_the_same_envelope_is_refused_the_second_time(self):
        envelope = self.envelope()
        self.assert_answered(envelope)
        self.assert_refused(envelope, "NonceUsed")


if __name__ == "__main__":
    unittest.main()
