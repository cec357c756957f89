"""The package netsuite, as its README uses it."""

import asyncio
import os

from netsuite import Config, NetSuite, TokenAuth

env = os.environ
netsuite = NetSuite(
    Config(
        account=env["NETSUITE_ACCOUNT_ID"],
        auth=TokenAuth(
            consumer_key=env["NETSUITE_CONSUMER_KEY"],
            consumer_secret=env["NETSUITE_CONSUMER_SECRET"],
            token_id=env["NETSUITE_TOKEN_ID"],
            token_secret=env["NETSUITE_TOKEN_SECRET"],
        ),
    )
)


async def main():
    print("token of", (await netsuite.rest_api.token_info())["companyName"])
    await netsuite.rest_api.post("/record/v1/customer", json={"companyName": "Quay Street Books"})
    customers = await netsuite.rest_api.get("/record/v1/customer", params={"q": 'companyName IS "Quay Street Books"'})
    print("customers", customers["totalResults"])


asyncio.run(main())
