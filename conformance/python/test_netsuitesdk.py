"""netsuitesdk connects, lists, reads, makes and deletes. Of it, only the addresses are changed."""

import unittest

from netsuitesdk import NetSuiteConnection
from netsuitesdk.internal.client import NetSuiteClient
from netsuitesdk.internal.exceptions import NetSuiteError

from account import Account


class NetSuiteSdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = Account()
        cls.addClassCleanup(cls.account.stop)
        cls.account.become_administrator()
        NetSuiteClient.WSDL_URL_TEMPLATE = cls.account.url + "/wsdl/{wsdl_version}/netsuite.wsdl"
        NetSuiteClient.DATACENTER_URL_TEMPLATE = cls.account.url + "/services/{netsuite_port_version}"
        cls.connection = cls.connect(cls.account.token_secret)

    @classmethod
    def connect(cls, token_secret):
        here = cls.account
        # Its cache would outlive this run by a month.
        return NetSuiteConnection(
            account=here.id, consumer_key=here.consumer_key, consumer_secret=here.consumer_secret, token_key=here.token,
            token_secret=token_secret, caching=False, page_size=5,
        )

    def test_it_lists_what_it_pages_through(self):
        connection = self.connection
        for records in (connection.vendors, connection.accounts, connection.departments, connection.locations):
            listed = records.get_all()
            self.assertEqual(records.count(), len(listed), records.type_name)
            self.assertEqual(len(listed), len({record["internalId"] for record in listed}))

    def test_it_lists_bills_and_currencies(self):
        self.assertGreater(len(list(self.connection.vendor_bills.get_all_generator())), 0)
        self.assertIn("US Dollar", [currency["name"] for currency in self.connection.currencies.get_all()])

    def test_it_makes_reads_and_deletes_a_vendor(self):
        client = self.connection.client
        vendor = client.Vendor(externalId="sdk-1", companyName="Sdk Supplies")
        reference = client.upsert(vendor)
        self.assertEqual("Sdk Supplies", self.connection.vendors.get(externalId="sdk-1")["companyName"])
        self.connection.vendors.delete(internalId=reference["internalId"])
        with self.assertRaises(NetSuiteError) as gone:
            self.connection.vendors.get(externalId="sdk-1")
        self.assertEqual("RCRD_DSNT_EXIST", gone.exception.code)

    def type(self, name):
        """Of the types that it does not list itself."""
        return self.connection.client._client.get_type(f"ns0:{name}")

    def test_it_initialises_an_invoice_for_a_customer(self):
        reference = self.type("InitializeRef")(type="customer", internalId="1")
        asked = self.type("InitializeRecord")(type="invoice", reference=reference)
        response = self.connection.client.request("initialize", asked).body.readResponse
        self.assertTrue(response.status.isSuccess, response.status)
        self.assertEqual((None, "1"), (response.record.internalId, response.record.entity.internalId))

    def test_it_lists_what_was_deleted(self):
        client = self.connection.client
        reference = client.upsert(client.Vendor(externalId="sdk-gone", companyName="Gone"))
        self.connection.vendors.delete(internalId=reference["internalId"])
        kind = self.type("SearchEnumMultiSelectField")(searchValue=["vendor"], operator="anyOf")
        result = client.request("getDeleted", self.type("GetDeletedFilter")(type=kind), 1).body.getDeletedResult
        gone = [deleted.record.internalId for deleted in result.deletedRecordList.deletedRecord]
        self.assertIn(reference["internalId"], gone)

    def test_it_searches_transactions_by_their_customer(self):
        client = self.connection.client
        name = client.SearchStringField(searchValue="Harbor Lane Furniture", operator="is")
        joined = client.TransactionSearch(customerJoin=client.CustomerSearchBasic(companyName=name))
        result = client.search(searchRecord=joined)
        self.assertGreater(result.totalRecords, 0)
        self.assertEqual({"1"}, {record.entity.internalId for record in result.records if "entity" in record})

    def test_a_wrong_secret_is_refused(self):
        with self.assertRaises(NetSuiteError):
            self.connect("0" * 64).vendors.count()


if __name__ == "__main__":
    unittest.main()
