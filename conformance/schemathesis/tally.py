"""Counts the answers by status, for whoever started the run."""

import atexit
import collections
import json
import os

import schemathesis

statuses = collections.Counter()


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1


@atexit.register
def tell():
    with open(os.environ["STATUSES"], "w", encoding="utf-8") as file:
        json.dump(statuses, file)
