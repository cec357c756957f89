"""requests-oauthlib calls a RESTlet that is deployed."""

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
host = env["NETSUITE_ACCOUNT_ID"].lower().replace("_", "-") + ".restlets.api.netsuite.com"
where = {"script": "customscript_restlet", "deploy": "customdeploy1"}
answer = account.post(f"https://{host}/app/site/hosting/restlet.nl", params=where, json={"numbers": [30, 12]})
answer.raise_for_status()
print(f"sum {answer.json()['sum']} by {answer.json()['by']}")
