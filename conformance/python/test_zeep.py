"""zeep reads the WSDL and calls through it: records, searches and their pages, and the budget of a year."""

import base64
import datetime
import hashlib
import hmac
import os
import secrets
import subprocess
import tempfile
import time
import unittest

import zeep
from zeep.cache import InMemoryCache
from zeep.transports import Transport

from account import PROGRAM, Account

VERSION = "2021_1"
# The order clients depend on: zeep numbers its prefixes by the imports, and they are written against the numbers.
NUMBERED = {
    "ns0": "core",
    "ns1": "types.core",
    "ns2": "types.faults",
    "ns3": "faults",
    "ns4": "messages",
    "ns5": "common",
    "ns6": "types.common",
    "ns11": "filecabinet",
    "ns13": "relationships",
    "ns15": "support",
    "ns17": "accounting",
    "ns19": "sales",
    "ns21": "purchases",
    "ns23": "customers",
    "ns25": "financial",
    "ns31": "general",
    "ns32": "customization",
    "ns34": "employees",
    "ns36": "website",
    "ns38": "employees",
    "ns40": "marketing",
    "ns42": "demandplanning",
    "ns44": "supplychain",
}


# What an SDF project calls them.
SHELF = """<customrecordtype scriptid="customrecord_shelf"><recordname>Shelf</recordname><includename>T</includename>
<customrecordcustomfields>
<customrecordcustomfield scriptid="custrecord_height"><label>Height</label><fieldtype>FLOAT</fieldtype></customrecordcustomfield>
<customrecordcustomfield scriptid="custrecord_place"><label>Place</label><fieldtype>SELECT</fieldtype>
<selectrecordtype>-103</selectrecordtype></customrecordcustomfield>
</customrecordcustomfields></customrecordtype>"""
CHANNEL = """<entitycustomfield scriptid="custentity_channel"><label>Channel</label><fieldtype>TEXT</fieldtype>
<appliestocustomer>T</appliestocustomer></entitycustomfield>"""


class Zeep(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.account = Account()
        cls.addClassCleanup(cls.account.stop)
        cls.account.become_administrator()
        # A WSDL kept from another run would be tested in place of this one's.
        transport = Transport(cache=InMemoryCache())
        cls.addClassCleanup(transport.session.close)
        cls.client = zeep.Client(f"{cls.account.url}/wsdl/v{VERSION}_0/netsuite.wsdl", transport=transport)
        binding = f"{{urn:platform_{VERSION}.webservices.netsuite.com}}NetSuiteBinding"
        cls.service = cls.client.create_service(binding, f"{cls.account.url}/services/NetSuitePort_{VERSION}")

    def type(self, name):
        return self.client.get_type(name)

    def headers(self, secret=None, **more):
        here = self.account
        nonce, now = secrets.token_hex(10), int(time.time())
        message = "&".join([here.id, here.consumer_key, here.token, nonce, str(now)])
        key = f"{here.consumer_secret}&{secret or here.token_secret}"
        digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
        signature = self.type("ns0:TokenPassportSignature")(base64.b64encode(digest).decode(), algorithm="HMAC-SHA256")
        passport = self.type("ns0:TokenPassport")(
            account=here.id, consumerKey=here.consumer_key, token=here.token, nonce=nonce, timestamp=now,
            signature=signature,
        )
        return {"tokenPassport": passport, **more}

    def call(self, operation, *arguments, headers=None, **named):
        return getattr(self.service, operation)(*arguments, _soapheaders=headers or self.headers(), **named).body

    def ref(self, record_type, **ids):
        return self.type("ns0:RecordRef")(type=record_type, **ids)

    def written(self, operation, thing):
        response = self.call(operation, thing).writeResponse
        self.assertTrue(response.status.isSuccess, response.status)
        return response.baseRef.internalId

    def read(self, record_type, **ids):
        response = self.call("get", self.ref(record_type, **ids)).readResponse
        return response.record if response.status.isSuccess else response.status.statusDetail[0].code

    def test_prefixes_are_numbered_as_clients_expect(self):
        prefixes = self.client.wsdl.types.prefix_map
        told = {number: prefixes[number].split(":")[1].rsplit(f"_{VERSION}", 1)[0] for number in NUMBERED}
        # A namespace of types says so in its name: urn:types.core_2021_1.
        self.assertEqual(NUMBERED, told)

    def test_a_record_is_made_read_changed_and_deleted(self):
        customer = self.type("ns13:Customer")
        book = self.type("ns13:CustomerAddressbookList")(
            addressbook=[
                self.type("ns13:CustomerAddressbook")(
                    label="Office", addressbookAddress=self.type("ns5:Address")(addr1="1 Main St", city="Ghent")
                )
            ]
        )
        made = customer(externalId="zeep-1", companyName="Zeep & Co", creditLimit=500.5, addressbookList=book)
        key = self.written("upsert", made)
        record = self.read("customer", internalId=key)
        self.assertEqual(("Zeep & Co", 500.5, "zeep-1"), (record.companyName, record.creditLimit, record.externalId))
        self.assertEqual("Ghent", record.addressbookList.addressbook[0].addressbookAddress.city)
        self.assertEqual("Parent Company", record.subsidiary.name)

        self.assertEqual(key, self.written("upsert", customer(externalId="zeep-1", companyName="Zeep")))
        self.assertEqual("Zeep", self.read("customer", externalId="zeep-1").companyName)
        self.written("delete", self.ref("customer", internalId=key))
        self.assertEqual("RCRD_DSNT_EXIST", self.read("customer", internalId=key))

    def test_a_search_is_read_page_by_page(self):
        preferences = self.type("ns4:SearchPreferences")(pageSize=5, bodyFieldsOnly=True)
        criteria = self.type("ns5:CustomerSearchBasic")(isInactive=self.type("ns0:SearchBooleanField")(searchValue=False))
        first = self.call(
            "search", self.type("ns13:CustomerSearch")(basic=criteria),
            headers=self.headers(searchPreferences=preferences),
        ).searchResult
        self.assertTrue(first.status.isSuccess, first.status)
        self.assertGreater(first.totalPages, 1)
        found = [record.internalId for record in first.recordList.record]
        for page in range(2, first.totalPages + 1):
            more = self.call("searchMoreWithId", first.searchId, page).searchResult
            found += [record.internalId for record in more.recordList.record]
        self.assertEqual((first.totalRecords, first.totalRecords), (len(found), len(set(found))))

    def test_an_order_has_its_lines(self):
        kind = self.type("ns0:SearchEnumMultiSelectField")(searchValue=["_salesOrder"], operator="anyOf")
        search = self.type("ns19:TransactionSearch")(basic=self.type("ns5:TransactionSearchBasic")(type=kind))
        preferences = self.type("ns4:SearchPreferences")(pageSize=5, bodyFieldsOnly=False)
        result = self.call("search", search, headers=self.headers(searchPreferences=preferences)).searchResult
        order = result.recordList.record[0]
        self.assertEqual("SalesOrder", type(order).__name__)
        self.assertGreater(len(order.itemList.item), 0)
        self.assertAlmostEqual(order.subtotal, sum(line.amount for line in order.itemList.item), places=2)

    def test_a_budget_is_set_and_read_back(self):
        period = self.read_first("ns17:AccountingPeriodSearch", "ns5:AccountingPeriodSearchBasic", "isYear")
        account = self.read_first("ns17:AccountSearch", "ns5:AccountSearchBasic", None)
        reference = self.type("ns0:RecordRef")
        amounts = {f"periodAmount{month}": month * 100.25 for month in range(1, 13)}
        budget = self.type("ns25:Budget")(
            externalId="zeep-budget", year=reference(internalId=period.internalId),
            account=reference(internalId=account.internalId), budgetType="_global", **amounts,
        )
        key = self.written("add", budget)
        record = self.read("budget", internalId=key)
        self.assertEqual(amounts, {name: record[name] for name in amounts})
        self.assertEqual((sum(amounts.values()), "_global"), (record.amount, record.budgetType))

        self.written("update", self.type("ns25:Budget")(internalId=key, periodAmount3=0))
        same_account = self.type("ns0:SearchMultiSelectField")(searchValue=[reference(internalId=account.internalId)], operator="anyOf")
        search = self.type("ns25:BudgetSearch")(basic=self.type("ns5:BudgetSearchBasic")(account=same_account))
        found = self.call("search", search).searchResult.recordList.record
        mine = [budget for budget in found if budget.internalId == key]
        self.assertEqual([0], [budget.periodAmount3 for budget in mine])
        listed = self.call("getList", [self.ref("budget", internalId=key)]).readResponseList.readResponse
        self.assertEqual([sum(amounts.values()) - 300.75], [response.record.amount for response in listed])
        self.written("delete", self.ref("budget", internalId=key))
        self.assertEqual("RCRD_DSNT_EXIST", self.read("budget", internalId=key))

    def read_first(self, search, basic, flag):
        criteria = {flag: self.type("ns0:SearchBooleanField")(searchValue=True)} if flag else {}
        result = self.call("search", self.type(search)(basic=self.type(basic)(**criteria))).searchResult
        self.assertTrue(result.status.isSuccess, result.status)
        return result.recordList.record[0]

    def test_an_initialised_invoice_is_added_as_it_came(self):
        reference = self.type("ns0:RecordRef")
        line = self.type("ns19:SalesOrderItem")(item=reference(externalId="item-chair-oak"), quantity=2)
        items = self.type("ns19:SalesOrderItemList")(item=[line])
        order = self.written("add", self.type("ns19:SalesOrder")(entity=reference(internalId="1"), itemList=items))
        asked = self.type("ns0:InitializeRecord")(
            type="invoice", reference=self.type("ns0:InitializeRef")(type="salesOrder", internalId=order)
        )
        response = self.call("initialize", asked).readResponse
        self.assertTrue(response.status.isSuccess, response.status)
        invoice = response.record
        self.assertEqual("Invoice", type(invoice).__name__)
        self.assertEqual((None, order), (invoice.internalId, invoice.createdFrom.internalId))
        self.assertEqual([2], [line.quantity for line in invoice.itemList.item])

        preferences = self.type("ns4:Preferences")(ignoreReadOnlyFields=True)
        added = self.call("add", invoice, headers=self.headers(preferences=preferences)).writeResponse
        self.assertTrue(added.status.isSuccess, added.status)
        self.assertEqual(invoice.total, self.read("invoice", internalId=added.baseRef.internalId).total)
        again = self.call("initialize", asked).readResponse
        self.assertEqual("INVALID_INITIALIZE_REF", again.status.statusDetail[0].code)

    def test_what_was_deleted_is_listed(self):
        key = self.written("add", self.type("ns13:Vendor")(externalId="zeep-gone", companyName="Gone"))
        self.written("delete", self.ref("vendor", internalId=key))
        yesterday = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
        deleted = self.type("ns0:GetDeletedFilter")(
            deletedDate=self.type("ns0:SearchDateField")(searchValue=yesterday, operator="onOrAfter"),
            type=self.type("ns0:SearchEnumMultiSelectField")(searchValue=["vendor"], operator="anyOf"),
        )
        result = self.call("getDeleted", deleted, 1).getDeletedResult
        self.assertTrue(result.status.isSuccess, result.status)
        records = [deleted.record for deleted in result.deletedRecordList.deletedRecord]
        self.assertIn((key, "zeep-gone", "vendor"), [(record.internalId, record.externalId, record.type) for record in records])

    def test_a_search_is_joined_and_gives_columns(self):
        name = self.type("ns0:SearchStringField")(searchValue="Harbor Lane Furniture", operator="is")
        criteria = self.type("ns19:TransactionSearch")(customerJoin=self.type("ns5:CustomerSearchBasic")(companyName=name))
        whole = self.call("search", criteria).searchResult
        self.assertTrue(whole.status.isSuccess, whole.status)
        self.assertGreater(whole.totalRecords, 0)
        orders = [record for record in whole.recordList.record if type(record).__name__ == "SalesOrder"]
        self.assertEqual({"1"}, {order.entity.internalId for order in orders})

        text, number = self.type("ns0:SearchColumnStringField"), self.type("ns0:SearchColumnDoubleField")
        columns = self.type("ns19:TransactionSearchRow")(
            basic=self.type("ns5:TransactionSearchRowBasic")(tranId=[text()], total=[number()]),
            customerJoin=self.type("ns5:CustomerSearchRowBasic")(companyName=[text()]),
        )
        advanced = self.type("ns19:TransactionSearchAdvanced")(criteria=criteria, columns=columns)
        rows = self.call("search", advanced).searchResult
        self.assertEqual(whole.totalRecords, rows.totalRecords)
        self.assertIsNone(rows.recordList)
        found = {row.basic.tranId[0].searchValue: row for row in rows.searchRowList.searchRow}
        for order in orders:
            row = found[order.tranId]
            self.assertEqual(order.total, row.basic.total[0].searchValue)
            self.assertEqual("Harbor Lane Furniture", row.customerJoin.companyName[0].searchValue)

    def test_custom_records_and_fields_of_the_account_are_written_read_and_found(self):
        with tempfile.TemporaryDirectory() as objects:
            for name, text in [("shelf", SHELF), ("channel", CHANNEL)]:
                with open(os.path.join(objects, f"{name}.xml"), "w") as file:
                    file.write(text)
            command = [PROGRAM, "record-type", "import", objects, "--data", self.account.folder]
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)

        kinds = self.call("getCustomizationId", self.type("ns0:CustomizationType")("customRecordType"), False)
        (shelf,) = kinds.getCustomizationIdResult.customizationRefList.customizationRef
        self.assertEqual(("customrecord_shelf", "Shelf"), (shelf.scriptId, shelf.name))
        of, height = self.type("ns0:RecordRef")(internalId=shelf.internalId), self.type("ns0:DoubleCustomFieldRef")
        place = self.type("ns0:SelectCustomFieldRef")(
            scriptId="custrecord_place", value=self.type("ns0:ListOrRecordRef")(internalId="1")
        )

        def custom(value, **more):
            fields = [height(scriptId="custrecord_height", value=value), place]
            return self.type("ns32:CustomRecord")(
                recType=of, customFieldList=self.type("ns0:CustomFieldList")(customField=fields), **more
            )

        def ref(**ids):
            return self.type("ns0:CustomRecordRef")(typeId=shelf.internalId, **ids)

        response = self.call("add", custom(2.5, name="North", externalId="zeep-north")).writeResponse
        self.assertTrue(response.status.isSuccess, response.status)
        self.assertEqual(shelf.internalId, response.baseRef.typeId)
        key = response.baseRef.internalId
        self.assertEqual(key, self.written("update", custom(3.5, internalId=key)))
        self.assertEqual(key, self.written("upsert", custom(4.5, externalId="zeep-north")))
        for ids in [{"internalId": key}, {"externalId": "zeep-north"}]:
            record = self.call("get", ref(**ids)).readResponse.record
            told = {field.scriptId: field.value for field in record.customFieldList.customField}
            self.assertEqual(("North", "Shelf", 4.5), (record.name, record.recType.name, told["custrecord_height"]))
            self.assertEqual("1", told["custrecord_place"].internalId)

        self.written("add", custom(1, name="South"))
        high = self.type("ns0:SearchDoubleCustomField")(
            scriptId="custrecord_height", searchValue=2.0, operator="greaterThan"
        )
        high = self.type("ns0:SearchCustomFieldList")(customField=[high])
        basic = self.type("ns5:CustomRecordSearchBasic")(recType=of, customFieldList=high)
        for search in [basic, self.type("ns32:CustomRecordSearch")(basic=basic)]:
            found = self.call("search", search).searchResult
            self.assertTrue(found.status.isSuccess, found.status)
            self.assertEqual(["North"], [record.name for record in found.recordList.record])
        unnamed = self.call("search", self.type("ns5:CustomRecordSearchBasic")()).searchResult
        self.assertIn("recType", unnamed.status.statusDetail[0].message)
        self.written("delete", ref(internalId=key))
        gone = self.call("get", ref(internalId=key)).readResponse
        self.assertEqual("RCRD_DSNT_EXIST", gone.status.statusDetail[0].code)

        channel = self.type("ns0:StringCustomFieldRef")(scriptId="custentity_channel", value="Web")
        fields = self.type("ns0:CustomFieldList")(customField=[channel])
        self.written("upsert", self.type("ns13:Customer")(externalId="zeep-channel", companyName="Channel", customFieldList=fields))
        (told,) = self.read("customer", externalId="zeep-channel").customFieldList.customField
        self.assertEqual(("custentity_channel", "Web"), (told.scriptId, told.value))
        is_web = self.type("ns0:SearchStringCustomField")(scriptId="custentity_channel", searchValue="Web", operator="is")
        is_web = self.type("ns0:SearchCustomFieldList")(customField=[is_web])
        found = self.call("search", self.type("ns5:CustomerSearchBasic")(customFieldList=is_web)).searchResult
        self.assertEqual(["Channel"], [record.companyName for record in found.recordList.record])

    def test_what_is_not_emulated_says_so(self):
        dollar = self.type("ns0:RecordRef")(internalId="1")
        for operation, asked in [
            ("asyncAddList", [self.type("ns13:Customer")(companyName="Later")]),
            ("getCurrencyRate", self.type("ns0:CurrencyRateFilter")(baseCurrency=dollar)),
        ]:
            with self.assertRaises(zeep.exceptions.Fault) as refused:
                self.call(operation, asked)
            self.assertIn(f"does not emulate this yet: SOAP {operation}", refused.exception.message)

    def test_what_there_is_of_an_item_is_told(self):
        items = self.type("ns0:RecordRefList")(recordRef=[self.type("ns0:RecordRef")(externalId="item-chair-oak")])
        told = self.call("getItemAvailability", self.type("ns0:ItemAvailabilityFilter")(item=items)).getItemAvailabilityResult
        self.assertTrue(told.status.isSuccess, told.status)
        (there,) = told.itemAvailabilityList.itemAvailability
        self.assertEqual(there.quantityAvailable, there.quantityOnHand - there.quantityCommitted)

    def test_a_wrong_secret_is_refused(self):
        with self.assertRaises(zeep.exceptions.Fault) as refused:
            self.call("getServerTime", headers=self.headers(secret="0" * 64))
        self.assertEqual("Invalid login attempt.", refused.exception.message)


if __name__ == "__main__":
    unittest.main()
