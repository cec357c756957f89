"""The package netsuite over records: customers, an order with lines, its invoice."""

import asyncio
import os

from netsuite import Config, NetSuite, TokenAuth
from netsuite.exceptions import NetsuiteAPIRequestError

env = os.environ
rest = NetSuite(
    Config(
        account=env["NETSUITE_ACCOUNT_ID"],
        auth=TokenAuth(
            consumer_key=env["NETSUITE_CONSUMER_KEY"],
            consumer_secret=env["NETSUITE_CONSUMER_SECRET"],
            token_id=env["NETSUITE_TOKEN_ID"],
            token_secret=env["NETSUITE_TOKEN_SECRET"],
        ),
    )
).rest_api


async def first(record_type, q):
    found = await rest.get(f"/record/v1/{record_type}", params={"q": q, "limit": 1})
    return {"id": found["items"][0]["id"]}


async def pages(record_type, limit):
    offset, more = 0, True
    while more:
        page = await rest.get(f"/record/v1/{record_type}", params={"limit": limit, "offset": offset})
        yield page["items"]
        offset, more = offset + page["count"], page["hasMore"]


async def main():
    customers = await rest.get("/record/v1/customer")
    print("listed", customers["totalResults"])

    # What is made has no body, and this client gives nothing else of the answer: an external id finds it again.
    quay = "/record/v1/customer/eid:quay"
    await rest.put(quay, json={"companyName": "Quay Street Books", "subsidiary": {"id": "1"}})
    print("made", (await rest.get(quay))["companyName"])
    await rest.patch(quay, json={"email": "hello@quaystreet.example"})
    print("changed", (await rest.get(quay, params={"fields": "email"}))["email"])

    chair = await first("inventoryItem", 'itemId IS "CHAIR-OAK"')
    delivery = await first("serviceResaleItem", 'itemId IS "DELIVERY"')
    lines = [{"item": chair, "quantity": 4}, {"item": delivery}]
    order = "/record/v1/salesOrder/eid:order"
    await rest.put(order, json={"entity": {"externalId": "quay"}, "item": {"items": lines}})
    made = await rest.get(order, params={"expandSubResources": "true"})
    print("ordered", made["item"]["totalResults"], f"{made['total']:.2f}")

    await rest.post(f"{order}/!transform/invoice", json={"externalId": "invoice"})
    invoice = await rest.get("/record/v1/invoice/eid:invoice")
    print("invoiced", f"{invoice['total']:.2f}", invoice["status"]["refName"])

    paged = [items async for items in pages("customer", 10)]
    print("paged", sum(map(len, paged)), "in", len(paged))

    await rest.post("/record/v1/customer", json={"companyName": "Gone", "externalId": "gone"})
    await rest.delete("/record/v1/customer/eid:gone")
    try:
        await rest.get("/record/v1/customer/eid:gone")
    except NetsuiteAPIRequestError as error:
        print("deleted", error.status_code)

    schema = await rest.jsonschema("salesOrder")
    openapi = await rest.openapi(["customer", "salesOrder"])
    print("described", "item" in schema["properties"], "/salesOrder/{id}" in openapi["paths"])


asyncio.run(main())
