"""Operations: figures that follow what happens, actions that ask once, the same page without scripts."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from product import CLIPS, Server, eventually


@pytest.fixture
def server(data, mock_crm, settings):
    """Each transcript becomes a note by itself, so that the CRM gets something without a rep."""
    arguments = ("--final-worker", "--demo-data", "--auto-note")
    running = Server(data, mock_crm.push, settings, arguments).start()
    yield running
    running.stop()


@pytest.fixture
def delivered(page, server, base_url, mock_crm):
    """One note that the CRM has."""
    server.command("ingest", str(CLIPS / "note012.wav"))
    eventually(lambda: server.command("crm", "status", "--json")["counts"]["synced"] == 1, 60, "the delivery")
    page.goto(f"{base_url}/ops")
    return page


def test_the_page_tells_what_was_done_and_follows_what_comes(delivered, server, base_url):
    page = delivered
    vitals = page.locator(".vitals li")
    expect(vitals.filter(has_text="CRM success")).to_contain_text("100.0%")
    expect(vitals.filter(has_text="Transcription success")).to_contain_text("1 of 1")
    expect(page.locator(".outcomes")).to_contain_text("200")
    server.command("ingest", str(CLIPS / "note006.wav"))
    expect(vitals.filter(has_text="Transcription success")).to_contain_text("2 of 2", timeout=30_000)


def test_pausing_asks_once_and_is_taken_back(delivered, base_url):
    page = delivered
    page.locator("summary", has_text="Pause delivery").click()
    page.get_by_role("button", name="Pause delivery").click()
    expect(page.locator("[data-part=ops-head]")).to_contain_text("Delivery is paused for everyone.")
    page.get_by_role("button", name="Resume delivery").click()
    expect(page.locator("[data-part=ops-head]")).not_to_contain_text("Delivery is paused")


@pytest.mark.parametrize("size", ["phone", "tablet", "desk"])
def test_it_fits_reads_without_scripts_and_has_no_serious_finding(launch, delivered, base_url, size, axe):
    context = launch(java_script_enabled=False, storage_state=delivered.context.storage_state(), size=size)
    bare = context.new_page()
    bare.goto(f"{base_url}/ops?range=1h")
    expect(bare.get_by_role("heading", name="Vital signs")).to_be_visible()
    delivered.set_viewport_size(bare.viewport_size)
    delivered.goto(f"{base_url}/ops")
    assert delivered.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(delivered) == []


def test_metrics_and_readiness_answer_this_machine(server, base_url):
    with urllib.request.urlopen(f"{base_url}/metrics", timeout=5) as reply:
        assert "fieldos_build_info" in reply.read().decode()

    def is_ready():
        try:
            with urllib.request.urlopen(f"{base_url}/health/ready", timeout=5) as reply:
                return b'"worker":"warm"' in reply.read()
        except urllib.error.HTTPError:
            return False

    eventually(is_ready, 30, "readiness")
