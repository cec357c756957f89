"""requests-oauthlib asks in SuiteQL, from one page to the next."""

import os

from requests_oauthlib import OAuth1Session

env = os.environ
account = OAuth1Session(
    env["NETSUITE_CONSUMER_KEY"],
    env["NETSUITE_CONSUMER_SECRET"],
    env["NETSUITE_TOKEN_ID"],
    env["NETSUITE_TOKEN_SECRET"],
    realm=env["NETSUITE_ACCOUNT_ID"],
    signature_method="HMAC-SHA256",
)
host = env["NETSUITE_ACCOUNT_ID"].lower().replace("_", "-") + ".suitetalk.api.netsuite.com"
q = "SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id"

names, url = [], f"https://{host}/services/rest/query/v1/suiteql?limit=10"
while url:
    answer = account.post(url, json={"q": q}, headers={"Prefer": "transient"})
    answer.raise_for_status()
    page = answer.json()
    names += [row["companyname"] for row in page["items"]]
    url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
print("queried", len(names), names[0])
