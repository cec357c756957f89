"""Who calls, and what they mean: an Administrator in a session, or their key, at records that often exist.

What is sent changes passwords, roles and access, those of the caller too. So a new Administrator comes every few
seconds, made over the socket in the data folder, whose opener owns the account.
"""

import http.client
import itertools
import json
import os
import socket

import schemathesis
import tally  # noqa: F401

ACCOUNT, SOCKET = os.environ["ACCOUNT"], os.environ["SOCKET"]
PASSWORD = "Correct-Horse-7-Battery"
numbers = itertools.count(1)


class OwnersConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def call(method, path, body=None, headers=()):
    connection = OwnersConnection("localhost", timeout=20)
    headers = {"Content-Type": "application/json", **dict(headers)}
    body = None if body is None else json.dumps(body)
    connection.request(method, f"/api/v1/accounts/{ACCOUNT}{path}", body, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {content!r}")
    return answer, json.loads(content) if content else None


def administrator():
    """Makes one, whatever the settings have become."""
    settings = {
        "allowedIpAddresses": "", "mandatoryTwoFactorAuthentication": False, "passwordPolicy": "Weak",
        "minimumPasswordLength": 8, "idleSessionTimeoutInMinutes": 180,
    }
    call("PATCH", "/settings", settings)
    _, roles = call("GET", "/roles")
    role = next(role["id"] for role in roles if role["name"] == "Administrator")
    number = next(numbers)
    email = f"caller{number}@example.com"
    user = {"type": "Employee", "name": f"Caller {number}", "email": email, "giveAccess": True, "roles": [role]}
    _, user = call("POST", "/users", user)
    password = {"password": PASSWORD, "requirePasswordChangeOnNextLogin": False}
    call("PUT", f"/users/{user['id']}/password", password)
    return number, user["id"], role, email


@schemathesis.auth(refresh_interval=3)
class Administrator:
    def get(self, case, context):
        number, user, role, email = administrator()
        if number % 3 == 0:
            _, permissions = call("GET", "/permissions")
            scopes = [{"permission": each["permission"], "level": each["levels"][-1]} for each in permissions]
            key = {"name": "Fuzz", "scopes": scopes, "expiresInDays": 1, "user": user, "role": role}
            _, key = call("POST", "/api-keys", key)
            return {"Authorization": f"Bearer {key['secret']}"}
        answer, _ = call("POST", "/session", {"email": email, "password": PASSWORD})
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        return {"Cookie": cookie, "X-Countersign-Request": "1"}

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers.update(data)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if path_parameters and "account" in path_parameters:
        path_parameters["account"] = ACCOUNT
    identifier = (path_parameters or {}).get("id")
    if isinstance(identifier, int) and identifier % 2:
        path_parameters["id"] = abs(identifier) % 12
    return path_parameters
