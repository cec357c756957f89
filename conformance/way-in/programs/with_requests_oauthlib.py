"""requests-oauthlib, as most guides use it."""

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
customers = f"https://{host}/services/rest/record/v1/customer"

made = account.post(customers, json={"companyName": "Quay Street Books"})
made.raise_for_status()
found = account.get(customers, params={"q": 'companyName IS "Quay Street Books"', "limit": 5})
found.raise_for_status()
print("customers", found.json()["totalResults"])
