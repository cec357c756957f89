"""Signs one test vector, JSON on standard input, as requests-oauthlib does, and prints the Authorization header."""

import json
import sys

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from requests import Request
from requests_oauthlib import OAuth1

vector = json.load(sys.stdin)
others = dict(vector["oauth_params"])
signer = OAuth1(
    vector["consumer_key"],
    client_secret=vector["consumer_secret"],
    resource_owner_key=vector["token"],
    resource_owner_secret=vector["token_secret"],
    callback_uri=others.get("oauth_callback"),
    verifier=others.get("oauth_verifier"),
    signature_method=SIGNATURE_HMAC_SHA256,
    realm=vector["realm"],
    nonce=vector["nonce"],
    timestamp=vector["timestamp"],
)
headers = {"Content-Type": vector["content_type"], "Host": vector["host_header"]}
headers = {name: value for name, value in headers.items() if value is not None}
request = Request(vector["method"], vector["url"], headers=headers, data=vector["body"], auth=signer).prepare()
header = request.headers["Authorization"]
print(header.decode() if isinstance(header, bytes) else header)
