"""requests-oauthlib over records: customers, an order with lines, its invoice."""

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
base = f"https://{host}/services/rest/record/v1"


def get(url, **params):
    answer = account.get(url, params=params)
    answer.raise_for_status()
    return answer.json()


def post(url, **body):
    """Gives where the record is that was made."""
    answer = account.post(url, json=body)
    answer.raise_for_status()
    return answer.headers["Location"]


def first(record_type, q):
    return {"id": get(f"{base}/{record_type}", q=q, limit=1)["items"][0]["id"]}


print("listed", get(f"{base}/customer")["totalResults"])

quay = post(f"{base}/customer", companyName="Quay Street Books", subsidiary={"id": "1"})
print("made", get(quay)["companyName"])
account.patch(quay, json={"email": "hello@quaystreet.example"}).raise_for_status()
print("changed", get(quay, fields="email")["email"])

chair = first("inventoryItem", 'itemId IS "CHAIR-OAK"')
delivery = first("serviceResaleItem", 'itemId IS "DELIVERY"')
lines = [{"item": chair, "quantity": 4}, {"item": delivery}]
order = post(f"{base}/salesOrder", entity={"id": quay.rsplit("/", 1)[1]}, item={"items": lines})
made = get(order, expandSubResources=True)
print("ordered", made["item"]["totalResults"], f"{made['total']:.2f}")

invoice = get(post(f"{order}/!transform/invoice"))
print("invoiced", f"{invoice['total']:.2f}", invoice["status"]["refName"])

pages, url = [], f"{base}/customer?limit=10"
while url:
    page = get(url)
    pages.append(page["items"])
    url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
print("paged", sum(map(len, pages)), "in", len(pages))

gone = post(f"{base}/customer", companyName="Gone")
account.delete(gone).raise_for_status()
print("deleted", account.get(gone).status_code)

schema = account.get(f"{base}/metadata-catalog/salesOrder", headers={"Accept": "application/schema+json"}).json()
swagger = {"Accept": "application/swagger+json"}
openapi = account.get(f"{base}/metadata-catalog", params={"select": "customer,salesOrder"}, headers=swagger).json()
print("described", "item" in schema["properties"], "/salesOrder/{id}" in openapi["paths"])
