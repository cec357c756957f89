"""A local account for a test class: its own folder, its own port, stopped when the class is done."""

import json
import os
import subprocess
import tempfile

PROGRAM = os.environ["COUNTERSIGN"]


class Account:
    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="countersign-")
        command = [PROGRAM, "serve", "--json", "--log", "warn", "--listen", "127.0.0.1:0", "--data", self._folder.name]
        self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        start = self._server.stdout.readline()
        if not start:
            raise RuntimeError(f"{PROGRAM} serve did not start: exit code {self._server.wait()}")
        start = json.loads(start)
        values = start["tokens"][0]
        self.id, self.url, self.folder = start["account"], start["url"], self._folder.name
        self.consumer_key, self.consumer_secret = values["NETSUITE_CONSUMER_KEY"], values["NETSUITE_CONSUMER_SECRET"]
        self.token, self.token_secret = values["NETSUITE_TOKEN_ID"], values["NETSUITE_TOKEN_SECRET"]
        self._rows_seen = 0

    def become_administrator(self):
        """From here on the token is an Administrator's, who may use every type of record."""
        command = [PROGRAM, "token", "create", "--application", "Ready Integration", "--user", "Alex Administrator"]
        command += ["--role", "Administrator", "--json", "--data", self.folder]
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        values = json.loads(answer.stdout)["credentials"]
        self.token, self.token_secret = values["NETSUITE_TOKEN_ID"], values["NETSUITE_TOKEN_SECRET"]

    def new_logins(self):
        """The rows written to the Login Audit Trail since the last look, oldest first: service, and Success or the
        Detail word."""
        command = [PROGRAM, "audit", "--json", "--limit", "1000", "--data", self._folder.name]
        answer = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
        rows = json.loads(answer.stdout)["rows"][::-1]
        new, self._rows_seen = rows[self._rows_seen :], len(rows)
        return [(row["service"], row["detail"] or row["status"]) for row in new]

    def stop(self):
        self._server.terminate()
        self._server.wait(timeout=10)
        self._server.stdout.close()
        self._folder.cleanup()


class Proxy:
    """The signing proxy before an account: it has the credentials, and a program has its key."""

    connection = "acme"

    def __init__(self, account):
        data = ["--data", account.folder]
        values = {
            "NETSUITE_ACCOUNT_ID": account.id,
            "NETSUITE_BASE_URL": account.url,
            "NETSUITE_CONSUMER_KEY": account.consumer_key,
            "NETSUITE_CONSUMER_SECRET": account.consumer_secret,
            "NETSUITE_TOKEN_ID": account.token,
            "NETSUITE_TOKEN_SECRET": account.token_secret,
        }
        lines = "".join(f"{name}={value}\n" for name, value in values.items())
        self._say("connection", "add", self.connection, "--from", "-", *data, given=lines)
        said = self._say("caller", "add", "program", "--json", *data)
        self.key = json.loads(said)["credentials"]["COUNTERSIGN_KEY"]
        self._say("grant", "add", "--caller", "program", "--connection", self.connection, "--all", *data)
        command = [PROGRAM, "proxy", "--json", "--log", "warn", "--listen", "127.0.0.1:0", *data]
        self._proxy = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = f"{json.loads(self._proxy.stdout.readline())['url']}/c/{self.connection}"

    @staticmethod
    def _say(*words, given=""):
        said = subprocess.run([PROGRAM, *words], input=given, stdout=subprocess.PIPE, text=True, check=True)
        return said.stdout

    def stop(self):
        self._proxy.terminate()
        self._proxy.wait(timeout=20)
        self._proxy.stdout.close()
