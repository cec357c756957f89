"""Clients, unmodified, call an account through the signing proxy. None of them has credentials: those that insist on some are
given made-up ones, and only the proxy's key counts."""

import unittest

import requests
import zeep
from netsuitesdk import NetSuiteConnection
from netsuitesdk.internal.client import NetSuiteClient
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from requests_oauthlib import OAuth1Session
from zeep.cache import InMemoryCache
from zeep.transports import Transport

from account import Account, Proxy

CUSTOMERS = "/services/rest/record/v1/customer"
SUITEQL = "/services/rest/query/v1/suiteql"
VERSION = "2021_1"
NOTHING = "0" * 64


class ThroughTheProxy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = Account()
        cls.addClassCleanup(cls.account.stop)
        cls.account.become_administrator()
        cls.proxy = Proxy(cls.account)
        cls.addClassCleanup(cls.proxy.stop)

    def setUp(self):
        self.account.new_logins()

    def with_key(self, session):
        session.trust_env = False  # no proxy of another kind stands between
        session.headers["X-Countersign-Key"] = self.proxy.key
        self.addCleanup(session.close)
        return session

    def assert_all_let_in(self):
        logins = self.account.new_logins()
        self.assertEqual({"Success"}, {status for _, status in logins}, logins)

    def test_requests_makes_reads_changes_queries_and_deletes(self):
        session, url = self.with_key(requests.Session()), self.proxy.url
        made = session.post(url + CUSTOMERS, json={"companyName": "Müller & Söhne", "isPerson": False}, timeout=10)
        self.assertEqual(204, made.status_code, made.text)
        path = f"{url}{CUSTOMERS}/{made.headers['Location'].rsplit('/', 1)[1]}"
        self.assertEqual("Müller & Söhne", session.get(path, timeout=10).json()["companyName"])
        self.assertEqual(204, session.patch(path, json={"phone": "+1 555 0199"}, timeout=10).status_code)
        page = session.get(url + CUSTOMERS, params={"q": 'companyName CONTAIN "Müller &"', "limit": 1}, timeout=10)
        self.assertEqual(1, page.json()["totalResults"])
        query = {"q": "SELECT phone FROM customer WHERE companyname = 'Müller & Söhne'"}
        rows = session.post(url + SUITEQL, json=query, headers={"Prefer": "transient"}, timeout=10).json()
        self.assertEqual("+1 555 0199", rows["items"][0]["phone"])
        self.assertEqual(204, session.delete(path, timeout=10).status_code)
        self.assert_all_let_in()

    def test_a_signer_whose_credentials_are_made_up_is_signed_for(self):
        session = OAuth1Session(
            NOTHING, client_secret=NOTHING, resource_owner_key=NOTHING, resource_owner_secret=NOTHING,
            signature_method=SIGNATURE_HMAC_SHA256, realm="7654321",
        )
        answer = self.with_key(session).get(self.proxy.url + CUSTOMERS, params={"limit": 2, "offset": 0}, timeout=10)
        self.assertEqual(200, answer.status_code, answer.text)
        self.assertEqual(2, answer.json()["count"])
        self.assert_all_let_in()

    def test_zeep_reads_a_record_without_a_passport(self):
        session = self.with_key(requests.Session())
        wsdl = f"{self.account.url}/wsdl/v{VERSION}_0/netsuite.wsdl"
        client = zeep.Client(wsdl, transport=Transport(session=session, cache=InMemoryCache()))
        binding = f"{{urn:platform_{VERSION}.webservices.netsuite.com}}NetSuiteBinding"
        service = client.create_service(binding, f"{self.proxy.url}/services/NetSuitePort_{VERSION}")
        reference = client.get_type("ns0:RecordRef")(type="customer", internalId="1")
        response = service.get(reference).body.readResponse
        self.assertTrue(response.status.isSuccess, response.status)
        self.assertEqual("1", response.record.internalId)
        self.assert_all_let_in()

    def test_netsuitesdk_lists_with_a_passport_that_is_made_up(self):
        templates = {
            "WSDL_URL_TEMPLATE": self.account.url + "/wsdl/{wsdl_version}/netsuite.wsdl",
            "DATACENTER_URL_TEMPLATE": self.proxy.url + "/services/{netsuite_port_version}",
        }
        for name, url in templates.items():
            self.addCleanup(setattr, NetSuiteClient, name, getattr(NetSuiteClient, name))
            setattr(NetSuiteClient, name, url)
        connection = NetSuiteConnection(
            account="7654321", consumer_key=NOTHING, consumer_secret=NOTHING, token_key=NOTHING, token_secret=NOTHING,
            caching=False, page_size=5,
        )
        self.with_key(connection.client._client.transport.session)
        listed = connection.vendors.get_all()
        self.assertEqual(connection.vendors.count(), len(listed))
        self.assert_all_let_in()

    def test_without_the_key_nobody_is_signed_for(self):
        answer = requests.get(self.proxy.url + CUSTOMERS, timeout=10)
        self.assertEqual((401, "KEY_REQUIRED"), (answer.status_code, answer.json()["error"]["code"]))
        self.assertEqual([], self.account.new_logins())


if __name__ == "__main__":
    unittest.main()
