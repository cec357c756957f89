"""Budgets over SOAP: list those of an account, and set the twelve amounts of a year.

    python3 budgets.py list ACCOUNT
    python3 budgets.py set ACCOUNT YEAR AMOUNT [AMOUNT ...]

ACCOUNT is an internal id, YEAR the name of a fiscal year. Twelve amounts are the months; fewer leave the later months as
they are. Credentials come from the NETSUITE_* variables of the environment. Needs Python and nothing else.
"""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as Xml
from xml.sax.saxutils import escape, quoteattr

VERSION = "2025_2"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
NAMESPACES = {
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "m": f"urn:messages_{VERSION}.platform.webservices.netsuite.com",
    "c": f"urn:core_{VERSION}.platform.webservices.netsuite.com",
    "common": f"urn:common_{VERSION}.platform.webservices.netsuite.com",
    "acct": f"urn:accounting_{VERSION}.lists.webservices.netsuite.com",
    "fin": f"urn:financial_{VERSION}.transactions.webservices.netsuite.com",
}


def setting(name):
    return os.environ[f"NETSUITE_{name}"].strip()


def passport():
    """Signs anew for each request: a nonce is good once, a timestamp for five minutes."""
    account, key, token = setting("ACCOUNT_ID"), setting("CONSUMER_KEY"), setting("TOKEN_ID")
    nonce, timestamp = secrets.token_hex(16), str(int(time.time()))
    quote = lambda secret: urllib.parse.quote(secret, safe="-._~")
    signing_key = f"{quote(setting('CONSUMER_SECRET'))}&{quote(setting('TOKEN_SECRET'))}"
    message = "&".join([account, key, token, nonce, timestamp])
    digest = hmac.new(signing_key.encode(), message.encode(), hashlib.sha256).digest()
    return (
        f"<m:tokenPassport><c:account>{escape(account)}</c:account><c:consumerKey>{escape(key)}</c:consumerKey>"
        f"<c:token>{escape(token)}</c:token><c:nonce>{nonce}</c:nonce><c:timestamp>{timestamp}</c:timestamp>"
        f'<c:signature algorithm="HMAC-SHA256">{base64.b64encode(digest).decode()}</c:signature></m:tokenPassport>'
    )


def address():
    host = setting("ACCOUNT_ID").lower().replace("_", "-")
    base = os.environ.get("NETSUITE_BASE_URL") or f"https://{host}.suitetalk.api.netsuite.com"
    return f"{base.rstrip('/')}/services/NetSuitePort_{VERSION}"


def ask(operation, content):
    """The result of an operation; what NetSuite refuses ends the program with its words."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    envelope = (
        f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope {declared}><soap:Header>{passport()}</soap:Header>'
        f"<soap:Body><m:{operation}>{content}</m:{operation}></soap:Body></soap:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}
    request = urllib.request.Request(address(), envelope.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            root = Xml.fromstring(answer.read())
    except urllib.error.HTTPError as error:
        fault = Xml.fromstring(error.read()).find(".//faultstring")
        sys.exit(f"{operation}: {fault.text if fault is not None else error}")
    status = root.find(".//c:status", NAMESPACES)
    if status.get("isSuccess") != "true":
        sys.exit(f"{operation}: {status.find('.//c:message', NAMESPACES).text}")
    return root


def reference(name, internal_id):
    return f"<{name} internalId={quoteattr(str(internal_id))}/>"


def year_called(name):
    """Fiscal years are accounting periods. There are few, so all are read."""
    years = ask(
        "search",
        '<m:searchRecord xsi:type="acct:AccountingPeriodSearch"><acct:basic><common:isYear>'
        "<c:searchValue>true</c:searchValue></common:isYear></acct:basic></m:searchRecord>",
    )
    for year in years.iterfind(".//c:record", NAMESPACES):
        if year.findtext("acct:periodName", namespaces=NAMESPACES) == name:
            return year.get("internalId")
    names = [year.findtext("acct:periodName", namespaces=NAMESPACES) for year in years.iterfind(".//c:record", NAMESPACES)]
    sys.exit(f"There is no fiscal year {name!r}, but: {', '.join(filter(None, names))}")


def budgets(account):
    found = ask(
        "search",
        '<m:searchRecord xsi:type="fin:BudgetSearch"><fin:basic><common:account operator="anyOf">'
        f"{reference('c:searchValue', account)}</common:account></fin:basic></m:searchRecord>",
    )
    return found.findall(".//c:record", NAMESPACES)


def text(budget, name):
    return budget.findtext(f"fin:{name}", default="", namespaces=NAMESPACES)


def year_of(budget):
    return budget.find("fin:year", NAMESPACES)


def show(account):
    for budget in budgets(account):
        months = [text(budget, f"periodAmount{month}") or "0" for month in range(1, 13)]
        name = year_of(budget).findtext("c:name", namespaces=NAMESPACES)
        print(f"{budget.get('internalId')}\t{name}\t{text(budget, 'amount')}\t{' '.join(months)}")


def set_amounts(account, year_name, amounts):
    """Changes the budget of account and year where there is one without a department, class or location, and adds one
    otherwise."""
    year = year_called(year_name)
    fields = "".join(f"<fin:periodAmount{month}>{float(amount)}</fin:periodAmount{month}>" for month, amount in enumerate(amounts, 1))
    parts = ("department", "class", "location")
    whole = [
        budget for budget in budgets(account)
        if year_of(budget).get("internalId") == year and not any(budget.find(f"fin:{part}", NAMESPACES) is not None for part in parts)
    ]
    if whole:
        key = whole[0].get("internalId")
        ask("update", f'<m:record xsi:type="fin:Budget" internalId="{key}">{fields}</m:record>')
        print(f"Changed budget {key}.")
        return
    body = reference("fin:year", year) + reference("fin:account", account) + "<fin:budgetType>_global</fin:budgetType>" + fields
    made = ask("add", f'<m:record xsi:type="fin:Budget">{body}</m:record>')
    print(f"Added budget {made.find('.//m:baseRef', NAMESPACES).get('internalId')}.")


def main(arguments):
    match arguments:
        case ["list", account]:
            show(account)
        case ["set", account, year, *amounts] if 1 <= len(amounts) <= 12:
            set_amounts(account, year, amounts)
        case _:
            sys.exit(__doc__.strip())


main(sys.argv[1:])
