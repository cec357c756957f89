"""Follows guides: every command of docs/guides/records.md that calls the account, and the programs of docs/guides/soap.md, in
order, against a server of its own."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = os.environ["COUNTERSIGN"]
GUIDES = pathlib.Path(__file__).parents[2] / "docs" / "guides"


def blocks(guide):
    return re.findall(r"^```(\w*)\n(.*?)^```$", (GUIDES / guide).read_text(encoding="utf-8"), re.M | re.S)


def commands(folder):
    """Each with its programs in place."""
    program = ""
    for language, block in blocks("soap.md"):
        if language:
            program = block
            continue
        pathlib.Path(folder, block.split()[1]).write_text(program, encoding="utf-8")
        yield block.strip()
    for _, block in blocks("records.md"):
        for command in re.split(r"^(?=countersign )", block, flags=re.M):
            if command.startswith(("countersign call ", "countersign account ")):
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
            followed = 0
            for command in commands(folder):
                ran = subprocess.run(
                    ["bash", "-c", command], env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                    text=True, timeout=60,
                )
                print("ok  " if ran.returncode == 0 else "FAIL", command.splitlines()[0])
                if ran.returncode != 0:
                    print(ran.stdout + ran.stderr)
                    return 1
                followed += 1
            print(f"{followed} commands of the guides do what they say.")
            return 0 if followed > 10 else 1
        finally:
            server.terminate()
            server.wait(timeout=10)


sys.exit(main())
