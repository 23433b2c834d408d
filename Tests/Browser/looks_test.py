"""The pages of a note's way at every size: nothing that axe calls serious, nothing that hangs over the edge."""

import pytest
from playwright.sync_api import expect

from conftest import SIZES
from product import CLIPS
from send_test import ScriptedCRM


@pytest.fixture
def mock_crm():
    crm = ScriptedCRM()
    yield crm
    crm.stop()


def send(page, base_url, person, words, state):
    begun = page.evaluate(
        "(contact) => import('/js/api.js').then(({ post }) => post('/notes', { contact }))", person["id"])
    page.goto(f"{base_url}/notes/{begun['id']}")
    page.locator("#d").fill(words)
    page.locator("[data-send]").click()
    expect(page.locator("#crm")).to_contain_text(state, timeout=20_000)


@pytest.fixture
def paths(page, server, mock_crm, base_url):
    """A note with words, a refused, a retried and a sent one; the pages that show them."""
    people = page.evaluate("fetch('/api/people').then((reply) => reply.json())")["people"]
    for person, status, state in zip(people, (201, 422, 503), ("Synced", "refused", "Retrying")):
        mock_crm.answer(status, '{"message": "stage: not one of the allowed options"}')
        send(page, base_url, person, "They take the spring refresh.", state)
    page.goto(base_url + "/outbox")
    for group in ("Needs you", "On the way", "In the CRM today"):
        expect(page.get_by_role("heading", name=group)).to_be_visible()
    server.command("ingest", str(CLIPS / "note028.wav"))
    page.goto(base_url + "/notes")
    page.locator(".rows .name a").first.click()
    expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
    note = page.url.removeprefix(base_url)
    return [note, note + "/contact", note + "/versions", "/outbox", "/record", "/notes?q=roof"]


EDGES = """[...document.querySelectorAll("main :is(.btn, .field, h1, h2, h3)")]
    .filter((one) => one.checkVisibility() && !one.closest(".hide"))
    .map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.left < 5 || box.right > innerWidth - 5)).map(([name]) => name)"""


def test_no_serious_findings_and_nothing_at_the_edge_at_any_size(page, paths, axe, base_url):
    for path in paths:
        page.goto(base_url + path)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert axe(page) == [], (path, size, scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, size)
            assert page.evaluate(EDGES) == [], (path, size)
