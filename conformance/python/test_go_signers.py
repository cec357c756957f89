"""Two signers written in Go, transcribed: what they are documented to sign, and the name of the mistake in it.

The packages themselves need a Go compiler, which these checks do without. What is transcribed is only how each collects the
query's parameters; the rest of a signature is made as RFC 5849 has it, as they do.
"""

import unittest
from urllib.parse import parse_qs

from faulty_signer import Call, Signing, vector
from test_mistakes import RESTLET, diagnosed


def dghubble_oauth1(query):
    """github.com/dghubble/oauth1: a map from each decoded name to the first of its values."""
    return [(name, values[0]) for name, values in parse_qs(query, keep_blank_values=True).items()]


def suiteauth_go(query):
    """suiteauth-go: names and values as they stand between & and =, not decoded."""
    return [tuple(pair.split("=", 1)) for pair in query.split("&")]


class GoSigners(unittest.TestCase):
    def signed(self, collect, query):
        call = Call("a RESTlet", "GET", f"{RESTLET}?deploy=1&script=1&{query}")
        header = Signing(call, pairs=collect(call.parts.query) + call.oauth).authorization()
        findings = diagnosed([vector("it", "", call, header)])["it"]["findings"]
        return [finding["mistake"] for finding in findings if finding["sure"] == "proved"]

    def test_of_names_that_come_once_the_signature_is_right(self):
        self.assertEqual([], self.signed(dghubble_oauth1, "q=a%20b&note="))
        self.assertEqual([], self.signed(suiteauth_go, "q=a-b&note="))

    def test_of_a_name_that_comes_twice_the_second_value_is_not_signed(self):
        self.assertIn("second_duplicate_dropped", self.signed(dghubble_oauth1, "id=7&id=8"))

    def test_an_encoded_value_is_encoded_again(self):
        self.assertIn("double_encoded", self.signed(suiteauth_go, "q=a%20b"))


if __name__ == "__main__":
    unittest.main()
