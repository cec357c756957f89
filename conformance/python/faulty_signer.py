"""A signer of a few lines on Python's own library that errs on purpose, in one way at a time.

It shares nothing with the program that has to name its mistakes.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

FORM = "application/x-www-form-urlencoded"
NOW = 1_700_000_000
DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def encode(text):
    return quote(text, safe="-._~")


def lower_hex(text):
    return re.sub("%..", lambda escape: escape[0].lower(), encode(text))


@dataclass(frozen=True)
class Call:
    """A request as it is sent, and the credentials it ought to be signed with."""

    name: str
    method: str
    url: str
    body: str | None = None
    content_type: str | None = None
    realm: str | None = "1234567"
    consumer_key: str = "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4"
    consumer_secret: str = "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd"
    token: str = "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82"
    token_secret: str = "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2"
    nonce: str = "fjaLirsIcCGVZWzBX0pq"
    extra: tuple = ()

    @property
    def parts(self):
        return urlsplit(self.url)

    @property
    def host(self):
        netloc = self.parts.netloc.rpartition("@")[2].lower()
        return netloc.removesuffix(DEFAULT_PORTS[self.parts.scheme])

    @property
    def path(self):
        return self.parts.path or "/"

    @property
    def uri(self):
        return f"{self.parts.scheme}://{self.host}{self.path}"

    @property
    def oauth(self):
        pairs = [
            ("oauth_consumer_key", self.consumer_key),
            ("oauth_token", self.token),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", str(NOW)),
            ("oauth_nonce", self.nonce),
            ("oauth_version", "1.0"),
        ]
        return pairs + list(self.extra)

    @property
    def query(self):
        return parse_qsl(self.parts.query, keep_blank_values=True)

    @property
    def is_form(self):
        return (self.content_type or "").split(";")[0] == FORM

    @property
    def form(self):
        return parse_qsl(self.body, keep_blank_values=True) if self.is_form else []


@dataclass
class Signing:
    """How a call is signed. As it stands, rightly."""

    call: Call
    method: str = ""
    uri: str = ""
    pairs: list = None
    inner: object = encode
    outer: object = encode
    uri_encode: object = encode
    sort: object = None
    key: bytes = b""
    digest: object = None
    write: object = None
    sent: list = None
    encode_signature: object = encode
    joined: str | None = None

    def __post_init__(self):
        call = self.call
        self.method = self.method or call.method
        self.uri = self.uri or call.uri
        if self.pairs is None:
            self.pairs = call.query + call.form + call.oauth
        if self.sent is None:
            self.sent = list(call.oauth)
        self.key = self.key or f"{encode(call.consumer_secret)}&{encode(call.token_secret)}".encode()

    def parameters(self):
        if self.sort == "decoded":
            return "&".join(f"{self.inner(n)}={self.inner(v)}" for n, v in sorted(self.pairs))
        pairs = [(self.inner(name), self.inner(value)) for name, value in self.pairs]
        if self.sort is None:
            pairs.sort()
        elif self.sort == "joined":
            return "&".join(sorted(f"{name}={value}" for name, value in pairs))
        elif self.sort == "name":
            pairs.sort(key=lambda pair: pair[0])
        return "&".join(f"{name}={value}" for name, value in pairs)

    def base_string(self):
        joined = self.parameters() if self.joined is None else self.joined
        return "&".join((self.method, self.uri_encode(self.uri), self.outer(joined)))

    def signature(self):
        base = self.base_string().encode()
        digest = self.digest(self.key, base) if self.digest else hmac.new(self.key, base, hashlib.sha256).digest()
        return self.write(digest) if self.write else base64.b64encode(digest).decode()

    def authorization(self):
        realm = [f'realm="{self.call.realm}"'] if self.call.realm else []
        sent = [f'{encode(name)}="{encode(value)}"' for name, value in self.sent]
        signature = [f'oauth_signature="{self.encode_signature(self.signature())}"']
        return "OAuth " + ", ".join(realm + sent + signature)


def vector(number, mistake, call, authorization):
    return {
        "id": f"{number}",
        "name": f"{call.name}: {mistake}",
        "transport": "oauth_header",
        "method": call.method,
        "url": call.url,
        "body": call.body,
        "content_type": call.content_type,
        "realm": call.realm,
        "consumer_key": call.consumer_key,
        "consumer_secret": call.consumer_secret,
        "token": call.token,
        "token_secret": call.token_secret,
        "nonce": call.nonce,
        "timestamp": str(NOW),
        "server_now": NOW,
        "seen": [],
        "context": {},
        "authorization": authorization,
    }
