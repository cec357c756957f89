"""Follows docs/guides/records.md: every command of it that calls the account, in order, against a server of its own."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = os.environ["COUNTERSIGN"]
GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "guides" / "records.md"


def commands():
    for _, block in re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S):
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
                "PATH": f"{folder}:{os.environ['PATH']}", "HOME": folder, "COUNTERSIGN_DATA": f"{folder}/data",
            }
            followed = 0
            for command in commands():
                ran = subprocess.run(
                    ["bash", "-c", command], env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                    text=True, timeout=60,
                )
                print("ok  " if ran.returncode == 0 else "FAIL", command.splitlines()[0])
                if ran.returncode != 0:
                    print(ran.stdout + ran.stderr)
                    return 1
                followed += 1
            print(f"{followed} commands of the guide do what it says.")
            return 0 if followed > 10 else 1
        finally:
            server.terminate()
            server.wait(timeout=10)


sys.exit(main())
