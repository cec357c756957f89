"""Every kind of request, signed with every mistake a signer makes: `countersign conformance --diagnose` names each."""

import base64
import hashlib
import hmac
import json
import re
import subprocess
import tempfile
import unittest
from dataclasses import replace
from urllib.parse import parse_qsl, quote, quote_plus, unquote

from account import PROGRAM
from faulty_signer import FORM, NOW, Call, Signing, encode, lower_hex, vector

REST = "https://1234567.suitetalk.api.netsuite.com/services/rest"
RESTLET = "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl"
JSON = "application/json"

CALLS = [
    Call("RESTlet with many parameters", "GET", f"{RESTLET}?script=customscript_orders&deploy=1&since=2026-01-31"
         "&status=open&status=billed&page=0&per-page=50&q=a%20b%2Bc&note=&who=Zo%C3%AB~"),
    Call("RESTlet, deletion", "DELETE", f"{RESTLET}?script=12&deploy=1&id=77"),
    Call("RESTlet with a JSON body", "PUT", f"{RESTLET}?script=12&deploy=2", '{"id":7,"name":"big deal","tags":["a","b"]}', JSON),
    Call("customer search", "GET", f"{REST}/record/v1/customer?q=companyName%20CONTAIN%20%22Harbor%20Lane%22&limit=5&offset=0"),
    Call("SuiteQL", "POST", f"{REST}/query/v1/suiteql?limit=10&offset=10", '{"q":"SELECT id FROM customer"}', JSON),
    Call("change of a record", "PATCH", f"{REST}/record/v1/customer/eid:A'1(b)!*?replace=addressBook", '{"phone":"+33 1"}', JSON),
    Call("tokeninfo, no query", "GET", "https://1234567.restlets.api.netsuite.com/rest/tokeninfo"),
    Call("sandbox, host in upper case", "GET", "https://1234567-SB1.SUITETALK.api.netsuite.com/services/rest/record/v1/job?limit=1&fields=id,title",
         realm="1234567_SB1"),
    Call("local, with a port", "GET", "http://127.0.0.1:8080/services/rest/record/v1/customer?limit=5&z=1&a=2"),
    Call("local TLS, with a port", "POST", "https://localhost:8443/services/rest/record/v1/customer", '{"companyName":"A&B"}', JSON),
    Call("default port written out", "GET", "https://1234567.suitetalk.api.netsuite.com:443/services/rest/record/v1/item?expand=true"),
    Call("trailing ampersand", "GET", f"{RESTLET}?script=1&deploy=1&"),
    Call("plus and equals signs", "GET", f"{RESTLET}?deploy=1&filter=a=b=c&q=x+y&script=1"),
    Call("brackets", "GET", f"{RESTLET}?script=1&deploy=1&filter%5Bname%5D=caf%C3%A9&filter%5Bid%5D=0&list[]=2&list[]=10"),
    Call("repeated and empty values", "GET", f"{RESTLET}?id=&id=b&id=a&x=10&x=9&deploy=1&script=1"),
    Call("names that sort differently", "GET", f"{RESTLET}?a=3&a-b=2&a1=1&A=4&c%40=1&c2=2&deploy=1&script=1"),
    Call("unicode", "GET", f"{RESTLET}?script=1&deploy=1&%E5%90%8D=%E6%9D%B1%E4%BA%AC&emoji=%F0%9F%98%80"),
    Call("form body", "POST", f"{RESTLET}?script=9&deploy=1", "amount=10&currency=EUR&memo=big+deal&memo=&x%5By%5D=1", FORM),
    Call("form body with a charset, no query", "POST", "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl",
         "script=9&deploy=1&empty=", FORM + "; charset=UTF-8"),
    Call("no realm case, first data centre", "GET", "https://rest.na1.netsuite.com/rest/roles?limit=1", realm=None),
    Call("secrets with reserved characters", "GET", f"{RESTLET}?script=1&deploy=1&b=1&a=1", consumer_secret="abc+/=%&x y~12",
         token_secret="tok en!*'()secret"),
    Call("an unusual header parameter", "POST", f"{RESTLET}?script=1&deploy=1", "{}", JSON, extra=(("role", "1047"),)),
    Call("path with escapes", "GET", f"{REST}/record/v1/customer/eid:A%2FB%20C?expandSubResources=true&fields="),
]


def same(text):
    return text


def digest(name, hmac_of=True):
    if hmac_of:
        return lambda key, base: hmac.new(key, base, name).digest()
    return lambda key, base: hashlib.new(name, base).digest()


def b64(digest):
    return base64.b64encode(digest).decode()


def key(text):
    return {"key": text.encode()}


def change_timestamp(call):
    return [(n, str(NOW - 1) if n == "oauth_timestamp" else v) for n, v in Signing(call).pairs]


def without(pairs, *names):
    return [(name, value) for name, value in pairs if name not in names]


def wire_pairs(text):
    return [tuple(piece.partition("=")[::2]) for piece in text.split("&") if piece]


def flat(body):
    return [(n, ",".join(map(str, v)) if isinstance(v, list) else str(v)) for n, v in json.loads(body).items()]


def uri(call, scheme=None, host=None, path=None, port=None):
    return f"{scheme or call.parts.scheme}://{host or call.host}{port or ''}{call.path if path is None else path}"


def if_new(new, old):
    return new if new != old else None


def cases(call):
    """The mistake, and how the call is signed with it: what differs from the right way."""
    query, form, oauth = call.query, call.form, call.oauth
    cs, ts, raw = call.consumer_secret, call.token_secret, call.parts.query
    all_pairs = query + form + oauth
    yield "secrets_swapped", key(f"{encode(ts)}&{encode(cs)}")
    yield "token_secret_missing", key(f"{encode(cs)}&")
    yield "consumer_secret_missing", key(f"&{encode(ts)}")
    yield "key_consumer_only", key(encode(cs))
    yield "key_without_ampersand", key(encode(cs) + encode(ts))
    yield "key_double_encoded", key(encode(f"{encode(cs)}&{encode(ts)}"))
    yield "secret_has_whitespace", key(f"{encode(cs)}&{encode(ts + chr(10))}")
    yield "secret_has_whitespace", key(f"{encode(' ' + cs)}&{encode(ts)}")
    yield "secret_has_whitespace", key(f"{encode(cs + chr(13) + chr(10))}&{encode(ts)}")
    yield "secret_in_quotes", key(f"{encode(cs)}&{encode(chr(34) + ts + chr(34))}")
    yield "secret_cut_short", key(f"{encode(cs[:-1])}&{encode(ts)}")
    yield "secret_cut_short", key(f"{encode(cs)}&{encode(ts[1:])}")
    yield "token_id_as_secret", key(f"{encode(cs)}&{encode(call.token)}")
    yield "consumer_key_as_secret", key(f"{encode(call.consumer_key)}&{encode(ts)}")
    yield "secrets_not_encoded", key(f"{cs}&{ts}")
    yield "sha1_computed", {"digest": digest("sha1")}
    yield "sha512_computed", {"digest": digest("sha512")}
    yield "not_hmac", {"digest": digest("sha256", hmac_of=False)}
    yield "not_hmac", {"digest": lambda key, base: hashlib.sha256(base + key).digest()}
    yield "hmac_args_swapped", {"digest": lambda key, base: hmac.new(base, key, "sha256").digest()}
    yield "hex_digest", {"write": bytes.hex}
    yield "base64_of_hex", {"write": lambda digest: b64(digest.hex().encode())}
    yield "base64url", {"write": lambda digest: base64.urlsafe_b64encode(digest).decode()}
    yield "no_padding", {"write": lambda digest: b64(digest).rstrip("=")}
    yield "signature_newline", {"write": lambda digest: b64(digest) + "\n"}
    yield "signature_double_encoded", {"encode_signature": lambda text: encode(encode(text))}
    yield "signature_not_encoded", {"encode_signature": same}
    yield "plus_became_space", {"encode_signature": lambda text: encode(text.replace("+", " "))}
    yield "realm_signed", {"pairs": all_pairs + [("realm", call.realm)]} if call.realm else None
    yield "version_sent_not_signed", {"pairs": without(all_pairs, "oauth_version")}
    yield "version_signed_not_sent", {"sent": without(oauth, "oauth_version")}
    yield "timestamp_recomputed", {"pairs": change_timestamp(call)}
    yield "method_mismatch", {"method": "POST" if call.method == "GET" else "GET"}
    yield "lowercase_method", {"method": call.method.lower()}
    yield "scheme_mismatch", {"uri": uri(call, scheme="http" if call.parts.scheme == "https" else "https")}
    yield "default_port_signed", {"uri": uri(call, port=":443")} if ":" not in call.host else None
    yield "port_missing", {"uri": uri(call, host=call.host.split(":")[0])} if ":" in call.host else None
    yield "host_not_lowercased", {"uri": uri(call, host=call.host.upper())} if not call.host[0:3].isdigit() or "." in call.host else None
    yield "host_mismatch", {"uri": uri(call, host="1234567.app.netsuite.com")} if call.realm else None
    yield "host_mismatch", {"uri": uri(call, host="rest.netsuite.com")} if "na1" not in call.host else None
    yield "redirect_followed", {"uri": uri(call, host="rest.netsuite.com")} if "na1" in call.host else None
    yield "path_rewritten", {"uri": uri(call, path=call.path + "/")}
    yield "path_rewritten", {"uri": uri(call, path=call.path.replace("%2F", "/"))}
    yield "path_encoded_differently", {"uri": uri(call, path=quote(unquote(call.path), safe="/-._~"))} if "%2F" not in call.path else None
    yield "inner_encoding_missing", {"inner": same}
    bare = "%26".join(f"{n}%3D{encode(encode(v))}" for n, v in sorted(all_pairs))
    yield "inner_encoding_missing", {"joined": bare, "outer": same} if any(encode(n) != n for n, _ in all_pairs) else None
    yield "outer_encoding_missing", {"outer": same}
    yield "outer_encoding_missing", {"outer": same, "uri_encode": same}
    yield "lowercase_hex", {"inner": lower_hex}
    yield "lowercase_hex", {"inner": lower_hex, "outer": lower_hex, "uri_encode": lower_hex}
    yield "plus_for_space", {"inner": quote_plus} if any(" " in n + v for n, v in all_pairs) else None
    yield "plus_for_space", {"inner": quote_plus, "outer": quote_plus} if any(" " in n + v for n, v in all_pairs) else None
    yield "tilde_encoded", {"inner": lambda text: encode(text).replace("~", "%7E")}
    yield "reserved_not_encoded", {"inner": lambda text: quote(text, safe="-._~!'()*")}
    yield "double_encoded", {"inner": lambda text: encode(encode(text))}
    yield "sorted_before_encoding", {"sort": "decoded"}
    yield "sorted_joined_pairs", {"sort": "joined"}
    yield "values_not_sorted", {"sort": "name"}
    yield "sorted_by_name_only", {"sort": "name"}
    yield "not_sorted", {"sort": "no"}
    yield "not_sorted", {"sort": "no", "pairs": oauth + query + form}
    if query:
        yield "query_not_signed", {"pairs": form + oauth}
        yield "query_in_base_uri", {"pairs": form + oauth, "uri": call.uri + "?" + raw}
        yield "query_in_base_uri_and_params", {"uri": call.uri + "?" + raw}
        yield "query_in_header", {"sent": oauth + query}
        yield "zero_became_empty", {"pairs": [(n, "" if v == "0" else v) for n, v in all_pairs]}
        yield "empty_param_not_signed", {"pairs": [(n, v) for n, v in query if v] + form + oauth}
        yield "repeated_key_collapsed", {"pairs": list(dict(query).items()) + form + oauth}
        yield "second_duplicate_dropped", {"pairs": list(dict(query[::-1]).items()) + form + oauth}
        cut = [(n, v.split("=")[0]) for n, v in query]
        yield "value_cut_at_equals", {"pairs": cut + form + oauth}
        literal = [(unquote(n), unquote(v)) for n, v in wire_pairs(raw)]
        yield "plus_signed_literally", {"pairs": literal + form + oauth}
        names = [(n, dict_v) for (n, _), (_, dict_v) in zip(wire_pairs(raw), query, strict=True)]
        yield "encoded_name_double_encoded", {"pairs": names + form + oauth}
        if "%" in raw:
            yield "double_encoded", {"pairs": wire_pairs(raw) + form + oauth}
        if raw.endswith("&"):
            yield "trailing_ampersand_signed", {"pairs": all_pairs + [("", "")]}
    if len(query) > 1:
        yield "some_query_not_signed", {"pairs": query[:1] + form + oauth} if len(query) > 2 else None
        yield "extra_query_param", {"pairs": query[:-1] + form + oauth}
        yield "extra_query_param", {"pairs": query[1:] + form + oauth}
    if call.content_type == JSON:
        yield "json_body_signed", {"pairs": all_pairs + flat(call.body)}
        yield "json_body_signed", {"pairs": all_pairs + [(call.body, "")]}
    body_hashes = [b64(hashlib.new(name, (call.body or "").encode()).digest()) for name in ("sha1", "sha256")]
    for body_hash in body_hashes:
        yield "body_hash_present", {"pairs": all_pairs + [("oauth_body_hash", body_hash)]}
        yield "body_hash_not_signed", {"sent": oauth + [("oauth_body_hash", body_hash)]}
    if form:
        yield "form_body_not_signed", {"pairs": query + oauth}
    if form and query:
        yield "query_or_body_only", {"pairs": form + oauth}
        yield "query_or_body_only", {"pairs": query + oauth}
    if call.extra:
        yield "header_param_not_signed", {"pairs": query + form + without(oauth, "role")}
    yield "soap_signed_as_http", "passport" if call.realm else None


def passport_base(call):
    return "&".join((call.realm or "1234567", call.consumer_key, call.token, call.nonce, str(NOW)))


def faulty_vectors():
    """Each call with each mistake that makes a difference to it."""
    for call in CALLS:
        right = Signing(call)
        for mistake, change in cases(call):
            if change is None:
                continue
            if change == "passport":
                signature = b64(hmac.new(right.key, passport_base(call).encode(), hashlib.sha256).digest())
                header = re.sub('oauth_signature="[^"]*"', f'oauth_signature="{encode(signature)}"', right.authorization())
            else:
                header = Signing(call, **change).authorization()
            if header != right.authorization():
                yield mistake, call, header


ENVELOPES = {
    "messages and core": """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:m="urn:messages_2021_2.platform.webservices.netsuite.com" xmlns:c="urn:core_2021_2.platform.webservices.netsuite.com">
 <soapenv:Header>{beside}<m:tokenPassport><c:account>{account}</c:account><c:consumerKey>{consumer_key}</c:consumerKey>
  <c:token>{token}</c:token><c:nonce>{nonce}</c:nonce><c:timestamp>{timestamp}</c:timestamp>
  <c:signature algorithm="HMAC-SHA256">{signature}</c:signature></m:tokenPassport></soapenv:Header>
 <soapenv:Body><m:getServerTime/></soapenv:Body></soapenv:Envelope>""",
    "a prefix of its own, as PHP sends it": """<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:ns1="ns" xmlns:ns2="urn:core_2019_1.platform.webservices.netsuite.com"><SOAP-ENV:Header>{beside}<ns1:tokenPassport>
  <ns2:account>{account}</ns2:account><ns2:consumerKey>{consumer_key}</ns2:consumerKey><ns2:token>{token}</ns2:token>
  <ns2:nonce>{nonce}</ns2:nonce><ns2:timestamp>{timestamp}</ns2:timestamp>
  <ns2:signature algorithm="HMAC_SHA256">{signature}</ns2:signature></ns1:tokenPassport></SOAP-ENV:Header>
  <SOAP-ENV:Body><getServerTime xmlns="urn:messages_2019_1.platform.webservices.netsuite.com"/></SOAP-ENV:Body></SOAP-ENV:Envelope>""",
    "SOAP 1.2, default namespaces": """<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Header>{beside}
  <tokenPassport xmlns="urn:messages_2024_1.platform.webservices.netsuite.com"><account>{account}</account>
  <consumerKey>{consumer_key}</consumerKey><token>{token}</token><nonce>{nonce}</nonce><timestamp>{timestamp}</timestamp>
  <signature algorithm="HMAC-SHA256">{signature}
</signature></tokenPassport></Header><Body><getServerTime/></Body></Envelope>""",
}


def faulty_passports():
    """Each envelope with each mistake of a passport's signer."""
    call = replace(CALLS[0], realm="1234567_SB1", consumer_secret="ab+c/d=e%f&g", token_secret="h i~j!k")
    cs, ts = call.consumer_secret, call.token_secret
    right_key = f"{encode(cs)}&{encode(ts)}"
    fields = {"account": call.realm, "consumer_key": call.consumer_key, "token": call.token, "nonce": call.nonce, "timestamp": str(NOW)}
    values = list(fields.values())
    base = "&".join(values)
    rest = "&".join(values[1:])
    url = "https://1234567-sb1.suitetalk.api.netsuite.com/services/NetSuitePort_2021_2"
    as_header = Signing(replace(call, method="POST", url=url)).base_string()

    def signed(base, key=right_key, name="sha256"):
        return b64(hmac.new(key.encode(), base.encode(), name).digest())

    cases = [
        ("secrets_swapped", signed(base, f"{encode(ts)}&{encode(cs)}"), {}),
        ("token_secret_missing", signed(base, f"{encode(cs)}&"), {}),
        ("key_without_ampersand", signed(base, encode(cs) + encode(ts)), {}),
        ("secrets_not_encoded", signed(base, f"{cs}&{ts}"), {}),
        ("secret_has_whitespace", signed(base, f"{encode(cs)}&{encode(ts + ' ')}"), {}),
        ("sha1_computed", signed(base, name="sha1"), {}),
        ("hex_digest", hmac.new(right_key.encode(), base.encode(), "sha256").hexdigest(), {}),
        ("account_form_signed", signed("1234567-sb1&" + rest), {}),
        ("account_form_signed", signed("1234567_sb1&" + rest), {}),
        ("account_form_signed", signed("1234567&" + rest), {}),
        ("passport_values_encoded", signed(encode(base)), {}),
        ("passport_joined_otherwise", signed("".join(values)), {}),
        ("passport_joined_otherwise", signed("&".join([values[0], values[1], values[2], values[4], values[3]])), {}),
        ("soap_signed_as_http", signed(as_header), {}),
        ("timestamp_recomputed", signed("&".join(values[:4] + [str(NOW + 2)])), {}),
        ("realm_lowercase", signed("1234567_sb1&" + rest), {"account": "1234567_sb1"}),
        ("realm_hyphen", signed("1234567-SB1&" + rest), {"account": "1234567-SB1"}),
        ("realm_other_account", signed("7654321&" + rest), {"account": "7654321"}),
        ("ambiguous", signed(base), {"beside": '<applicationInfo><applicationId>x</applicationId></applicationInfo>'}),
        ("ambiguous", signed(base), {"beside": "<passport><email>a@example.com</email><password>x</password></passport>"}),
        ("missing_oauth_nonce", signed(base), {"nonce": None}),
        ("missing_account", signed(base), {"account": None}),
        ("missing_oauth_signature", signed(base), {"signature": None}),
        ("nonce_too_short", signed("&".join(values[:3] + ["abc", values[4]])), {"nonce": "abc"}),
        ("timestamp_milliseconds", signed("&".join(values[:4] + [values[4] + "123"])), {"timestamp": values[4] + "123"}),
        ("clock_skew", signed("&".join(values[:4] + [str(NOW - 500)])), {"timestamp": str(NOW - 500)}),
    ]
    for name, envelope in ENVELOPES.items():
        for mistake, signature, sent in cases:
            sends = {**fields, "signature": signature, "beside": "", **sent}
            text = envelope
            for field, value in sends.items():
                if value is None:
                    text = re.sub(r"<([\w:]*" + {"nonce": "nonce", "account": "account", "signature": "signature"}[field] + r")\b[^>]*>\{" + field + r"\}\s*</\1>", "", text)
            text = text.format(**{field: value or "" for field, value in sends.items()})
            one = vector("", mistake, replace(call, name=f"SOAP, {name}"), None)
            one |= {"transport": "soap_token_passport", "method": "POST", "url": url, "body": text,
                    "content_type": "text/xml; charset=utf-8", "account": sends["account"], "context": {"account": "1234567_SB1"}}
            yield mistake, one


def stamps():
    """Headers with a wrong time, nonce, realm or shape."""
    call = CALLS[3]

    def header(**sent):
        oauth = [(n, sent.get(n, v)) for n, v in call.oauth if sent.get(n, v) is not None]
        return Signing(call, pairs=call.query + oauth, sent=oauth).authorization()

    right = header()
    for mistake, changed in [
        ("timestamp_milliseconds", header(oauth_timestamp=str(NOW * 1000 + 1))),
        ("timestamp_timezone", header(oauth_timestamp=str(NOW + 7200))),
        ("timestamp_timezone", header(oauth_timestamp=str(NOW - 5 * 3600))),
        ("clock_skew", header(oauth_timestamp=str(NOW - 1000))),
        ("timestamp", header(oauth_timestamp="1700000000.5")),
        ("timestamp", header(oauth_timestamp="2023-11-14T22:13:20Z")),
        ("timestamp", header(oauth_timestamp="0x6553F100")),
        ("nonce_too_short", header(oauth_nonce="a1b2c")),
        ("empty_nonce", header(oauth_nonce="")),
        ("algorithm", header(oauth_signature_method="HMAC-SHA1")),
        ("algorithm", header(oauth_signature_method="hmac-sha256")),
        ("algorithm", header(oauth_signature_method="HMACSHA256")),
        ("algorithm", header(oauth_signature_method="PLAINTEXT")),
        ("version", header(oauth_version="1.0a")),
        ("version", header(oauth_version="2.0")),
        ("missing_oauth_consumer_key", header(oauth_consumer_key=None)),
        ("missing_oauth_token", header(oauth_token=None)),
        ("missing_oauth_signature_method", header(oauth_signature_method=None)),
        ("missing_oauth_timestamp", header(oauth_timestamp=None)),
        ("missing_oauth_nonce", header(oauth_nonce=None)),
        ("missing_oauth_signature", re.sub(', oauth_signature="[^"]*"', "", right)),
        ("empty_oauth_signature", re.sub('oauth_signature="[^"]*"', 'oauth_signature=""', right)),
        ("duplicate_parameter", right + ', oauth_nonce="another123"'),
        ("header_syntax", right[:-1]),
        ("header_syntax", right.replace(", ", "; ")),
        ("header_syntax", right.replace('"', "'")),
        ("header_syntax", right.replace('"', "")),
        ("curly_quotes", right.replace('"', "\u201d")),
        ("no_header", None),
        ("two_headers", [right, right]),
        ("bearer", "Bearer abc.def"),
        ("nlauth", "NLAuth nlauth_account=1234567, nlauth_email=a@example.com, nlauth_signature=x, nlauth_role=3"),
        ("other_scheme", "Basic YTpi"),
        ("realm_missing", right.replace('realm="1234567", ', "")),
        ("realm_other_account", right.replace('realm="1234567"', 'realm="7654321"')),
        ("realm_host_mismatch", right.replace('realm="1234567"', 'realm="1234567_SB1"')),
    ]:
        yield mistake, call, changed
    sandbox = replace(CALLS[7], realm="1234567-sb1")
    yield "realm_hyphen", sandbox, Signing(sandbox).authorization()
    sandbox = replace(CALLS[7], realm="1234567_sb1")
    yield "realm_lowercase", sandbox, Signing(sandbox).authorization()


def all_vectors():
    for mistake, call, header in [*faulty_vectors(), *stamps()]:
        yield mistake, vector("", mistake, call, header)
    yield from faulty_passports()


def diagnosed(vectors):
    """What is named for each vector: the findings, by the vector's place."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"vectors": vectors}, file)
        file.flush()
        command = [PROGRAM, "conformance", "--vectors", file.name, "--diagnose", "--json"]
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    return {line["id"]: line for line in map(json.loads, answer.stdout.splitlines())}


class Mistakes(unittest.TestCase):
    maxDiff = None

    def test_every_mistake_on_every_kind_of_request_is_named(self):
        made = list(all_vectors())
        vectors = [{**one, "id": str(place)} for place, (_, one) in enumerate(made)]
        named = diagnosed(vectors)
        self.assertGreater(len(made), 1000)
        missed = []
        for place, (mistake, one) in enumerate(made):
            findings = [(found["mistake"], found["sure"]) for found in named[str(place)]["findings"]]
            proved = [name for name, sure in findings if sure == "proved"]
            if mistake not in proved and (not findings or findings[0][0] != mistake):
                missed.append(f"{one['name']}: {findings[:4]}")
        self.assertEqual([], missed)

    def test_a_right_signature_is_told_nothing(self):
        vectors = [vector(call.name, "none", call, Signing(call).authorization()) for call in CALLS]
        for name, line in diagnosed(vectors).items():
            # A local host does not say which account is called, and one of a data centre names none.
            self.assertEqual([], [found["mistake"] for found in line["findings"]], name)


if __name__ == "__main__":
    unittest.main()
