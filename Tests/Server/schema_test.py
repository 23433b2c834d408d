"""Schemathesis over the OpenAPI documents: whatever is asked, nothing breaks, and the answers are those that the documents have.

FIELDOS_SCHEMA_SECONDS: how long each document is asked about, default 30.
"""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

import pytest

from product import MockCRM, Server
from serving import eventually

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SECONDS = os.environ.get("FIELDOS_SCHEMA_SECONDS", "30")


def check(document, folder, *options):
    tool = pathlib.Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [tool, "run", document, "--checks", CHECKS, "--max-time", SECONDS, "--seed", "1", "--workers", "2",
         "--phases", "examples,coverage,fuzzing", "--no-color", "--suppress-health-check", "all", "--warnings", "off",
         *options],
        capture_output=True, text=True, cwd=folder, timeout=10 * float(SECONDS) + 120)
    print(done.stdout[-20_000:])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def test_the_transcription_api_keeps_to_its_document(launch, tmp_path):
    server = launch()
    check(f"{server.url}/openapi.json", tmp_path)
    assert server.process.poll() is None
    eventually(lambda: server.spooled() == [], 5, "the end of all uploads")


@pytest.fixture
def cockpit(tmp_path):
    crm = MockCRM()
    server = Server(tmp_path / "data", crm.push).start()
    yield server
    server.stop()
    crm.stop()


def signed_in(server):
    """The headers of a script that has opened the printed link."""
    jar = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(jar)
    opener.addheaders = [("Accept", "application/json")]
    opener.open(server.link(), timeout=10).read()
    session = json.load(opener.open(server.url + "/api/session", timeout=10))
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar.cookiejar)
    return {"Cookie": cookies, "X-CSRF-Token": session["csrf"], "Accept": "application/json"}


def test_the_cockpits_api_keeps_to_its_document(cockpit, tmp_path):
    headers = [f"{name}: {value}" for name, value in signed_in(cockpit).items()]
    options = [part for header in headers for part in ("--header", header)]
    check(f"{cockpit.url}/api/openapi.json", tmp_path, *options)
    assert cockpit.process.poll() is None
