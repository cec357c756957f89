"""Who calls the record service: an application with a token, at records that often exist."""

import os

import schemathesis
import tally  # noqa: F401
from requests_oauthlib import OAuth1

env = os.environ

schemathesis.auth.set_from_requests(
    OAuth1(
        env["CONSUMER_KEY"], env["CONSUMER_SECRET"], env["TOKEN"], env["TOKEN_SECRET"],
        realm=env["ACCOUNT"], signature_method="HMAC-SHA256", decoding=None,
    )
)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    identifier = (path_parameters or {}).get("id")
    if isinstance(identifier, str) and len(identifier) % 3:
        path_parameters["id"] = str(len(identifier))
    line = (path_parameters or {}).get("line")
    if isinstance(line, int) and line % 2:
        path_parameters["line"] = abs(line) % 4
    return path_parameters


@schemathesis.hook
def map_query(context, query):
    # What it turns objects into is not in the schemas, as in NetSuite's.
    if query:
        query.pop("simpleEnumFormat", None)
    return query
