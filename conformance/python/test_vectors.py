"""requests-oauthlib's signer, graded by `countersign conformance --exec`."""

import json
import shlex
import subprocess
import sys
import unittest
from pathlib import Path

from account import PROGRAM

SIGNER = shlex.join([sys.executable, str(Path(__file__).with_name("sign_vector.py"))])

# Where requests-oauthlib differs from the vectors, and why. An id that differs no more must go.
DIFFERS = {
    "it signs HTTP requests only: no TokenPassport, no token password": "K01 K02 K03 K04 K05 K08 K14",
    "it has no place for another parameter in the header": "A09",
    "it always sends oauth_version": "G08",
    "it leaves an empty oauth_token out": "G06",
    "it sends no oauth_body_hash": "E13",
    "it signs %FF as U+FFFD": "B14",
    "requests tidies the path before it is signed": "D14 D15",
    "it reads a body without a content type as a form": "E06",
    "it refuses to sign a GET with a body": "E08",
    "it knows the form's content type in lower case only": "E12",
}


class Vectors(unittest.TestCase):
    def test_the_signer_differs_where_it_is_known_to_and_nowhere_else(self):
        command = [PROGRAM, "conformance", "--json", "--exec", SIGNER]
        graded = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = [json.loads(line) for line in graded.stdout.splitlines()]
        self.assertGreater(lines[-1]["passed"], 50, graded.stderr.decode())
        # Behind the vectors come the signer's mistakes, then the counts.
        differs = sorted(line["id"] for line in lines if line.get("outcome") == "failed")
        self.assertEqual(sorted(" ".join(DIFFERS.values()).split()), differs)


if __name__ == "__main__":
    unittest.main()
