"""Follows the guides: the commands of docs/guides/records.md that call the account, the programs of soap.md, the budgets of
budgets.md, the scripts of restlets.md, and the tests of ci.md that take an account each, against a server of its own."""

import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["COUNTERSIGN"]
GUIDES = pathlib.Path(__file__).parents[2] / "docs" / "guides"

# Uses the fixture of the guide, as a reader's own test would.
TEST = """
import json, os, subprocess

def call(values, *arguments):
    ran = subprocess.run(["countersign", "call", *arguments, "--json"], env={**os.environ, **values}, capture_output=True, text=True)
    return json.loads(ran.stdout)

def test_one(netsuite):
    path = "/services/rest/record/v1/customer"
    assert call(netsuite, "POST", path, "--data", '{"companyName": "One"}')["status"] == 204
    assert call(netsuite, "GET", path)["body"]["totalResults"] == 1

def test_another(netsuite):
    assert call(netsuite, "GET", "/services/rest/record/v1/customer")["body"]["totalResults"] == 0
"""


def blocks(guide, language):
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return [block for found, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S) if found == language]


def programs(guide, language):
    text = (GUIDES / guide).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$.*?^```\n(.*?)^```$", text, re.M | re.S)


def commands(guide, beginnings):
    for block in blocks(guide, ""):
        for command in re.split(r"^(?=countersign |python3 |printf )", block, flags=re.M):
            if command.startswith(beginnings):
                yield command.strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        serve = [PROGRAM, "serve", "--json", "--listen", "127.0.0.1:0", "--data", f"{folder}/data"]
        server = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            values = json.loads(server.stdout.readline())["tokens"][0]
            os.symlink(PROGRAM, f"{folder}/countersign")
            environment = {
                **{name: str(value) for name, value in values.items() if name.startswith("NETSUITE_")},
                "PATH": f"{folder}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}", "HOME": folder, "COUNTERSIGN_DATA": f"{folder}/data",
            }

            def follow(command, shown=None):
                ran = subprocess.run(
                    ["bash", "-c", command], env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                    text=True, timeout=300,
                )
                print("ok  " if ran.returncode == 0 else "FAIL", shown or command.splitlines()[0])
                if ran.returncode != 0:
                    print(ran.stdout + ran.stderr)
                    raise SystemExit(1)
                return ran.stdout

            followed = 0
            (rows,) = blocks("records.md", "csv")
            pathlib.Path(folder, "customers.csv").write_text(rows)
            for command in commands("records.md", ("countersign call ", "countersign account ", "countersign record import ")):
                follow(command)
                followed += 1
            print(f"{followed} commands of the guide to records do what it says.")

            # A program, and then the command that runs it.
            for language in ("python", "php"):
                for program, run in programs("soap.md", language):
                    pathlib.Path(folder, run.split()[1]).write_text(program, encoding="utf-8")
                    follow(run)

            shutil.copy(GUIDES / "budgets.py", folder)
            # The demonstration company has the last year, this one and the next.
            this_year = f"FY {datetime.date.today().year}"
            told = [follow(command.replace("FY 2026", this_year)) for command in commands("budgets.md", ("python3 ",))]
            if len(told) != 4 or "Added budget" not in told[1] or "\t17100\t" not in told[2] or "Changed budget" not in told[3]:
                print("The budgets are not what the guide says:", told)
                return 1

            (script,) = blocks("restlets.md", "javascript")
            (program,) = blocks("restlets.md", "python")
            pathlib.Path(folder, "customers.js").write_text(script, encoding="utf-8")
            pathlib.Path(folder, "call_restlet.py").write_text(program, encoding="utf-8")
            shutil.copy(GUIDES / "budgets_restlet.js", folder)
            ways = ("countersign script ", "countersign logs ", "countersign call ", "countersign run ", "printf ")
            told = [follow(command.replace("FY 2026", this_year)) for command in commands("restlets.md", ways)]
            expected = [
                "add customscript_customers", "customscript_customers", "10 units", "made a customer", "made a customer",
                "custscript_limit", "Harbour Lights", "Quay Street Books", "is kept", "add customscript_budgets_restlet", "FY ", "FY ",
            ]
            if len(told) != len(expected) or not all(word in text for word, text in zip(expected, told)):
                print("RESTlets do not do what the guide says:", told)
                return 1

            for command in commands("ci.md", ("countersign account ",)):
                follow(command)
            (fixture,) = blocks("ci.md", "python")
            (node_test,) = blocks("ci.md", "javascript")
            pathlib.Path(folder, "conftest.py").write_text(fixture)
            pathlib.Path(folder, "test_own.py").write_text(TEST)
            pathlib.Path(folder, "netsuite.test.mjs").write_text(node_test)
            follow(f"{sys.executable} -B -m pytest -q -p no:cacheprovider test_own.py", "the fixture for pytest")
            follow("node --test netsuite.test.mjs", "the test for Node")
            return 0 if followed > 10 else 1
        finally:
            server.terminate()
            server.wait(timeout=10)


sys.exit(main())
