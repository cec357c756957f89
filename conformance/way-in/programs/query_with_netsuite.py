"""The package netsuite asks in SuiteQL, page by page."""

import asyncio
import os

from netsuite import Config, NetSuite, TokenAuth

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


async def main():
    names, more = [], True
    while more:
        q = "SELECT id, companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id"
        page = await rest.suiteql(q=q, limit=10, offset=len(names))
        names += [row["companyname"] for row in page["items"]]
        more = page["hasMore"]
    print("queried", len(names), names[0])


asyncio.run(main())
