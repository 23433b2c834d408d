"""Fixtures of the browser tests: a real Chromium against the real product."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from product import CLIPS, MockCRM, Server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desk": (1280, 800)}


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture
def microphone():
    """What the fake microphone hears, once: a WAV file."""
    return sorted(CLIPS.glob("*.wav"))[0]


@pytest.fixture
def launch(playwright):
    """Starts a browser, with a profile that outlives it where a folder is given."""
    started = []

    def launch(profile=None, microphone=None, size="desk", **options):
        width, height = SIZES[size]
        arguments = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        if microphone:
            arguments.append(f"--use-file-for-fake-audio-capture={microphone}%noloop")
        shared = dict(viewport={"width": width, "height": height}, permissions=["microphone"], **options)
        if profile:
            context = playwright.chromium.launch_persistent_context(
                str(profile), executable_path=CHROMIUM, args=arguments, **shared)
            started.append(context)
            return context
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        started.append(browser)
        return browser.new_context(**shared)

    yield launch
    for browser in reversed(started):
        browser.close()


@pytest.fixture
def mock_crm():
    crm = MockCRM()
    yield crm
    crm.stop()


@pytest.fixture
def settings():
    """Variables of the product; a test module may override this fixture."""
    return {}


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call":
        item.failed_in_call = report.failed
    return report


@pytest.fixture
def server(data, mock_crm, settings, request):
    running = Server(data, mock_crm.push, settings).start()
    yield running
    running.stop()
    if getattr(request.node, "failed_in_call", False):
        print("fieldos up, its last lines:", running.tail(), sep="\n")


@pytest.fixture
def base_url(server):
    return server.url


@pytest.fixture
def page(server, launch, microphone):
    """Today, signed in by the link that `up` printed. A script error or a refused resource fails the test."""
    context = launch(microphone=microphone)
    page = context.new_page()
    troubles = []
    page.on("requestfailed", lambda request: print("failed:", request.method, request.url, request.failure))
    page.on("response", lambda reply: print(reply.status, reply.url) if reply.status >= 400 else None)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(server.link())
    yield page
    assert not troubles, troubles


@pytest.fixture
def axe():
    """Serious findings of axe on a page as it is now, each with the elements it is about."""
    from axe_playwright_python.sync_playwright import Axe

    def findings(page):
        page.wait_for_load_state("load")
        # Half-way through a change of colours nothing has its contrast. Chromium may leave one unfinished for ever.
        page.evaluate(
            "Promise.race([Promise.allSettled(document.getAnimations().map((one) => one.finished)),"
            " new Promise((done) => setTimeout(done, 5000))])"
        )
        found = Axe().run(page).response["violations"]
        return [
            (one["id"], one["help"], [node["target"] for node in one["nodes"]][:3])
            for one in found if one["impact"] in ("serious", "critical")
        ]

    return findings


def pytest_configure(config):
    assert CHROMIUM, "No Chromium. scripts/install-test-needs installs Debian's; or set CHROMIUM."
