"""Words while the rep speaks, and the whole road behind them: to the CRM, whatever happens to the engine."""

import json
import os
import re
import signal
import wave

import pytest
from playwright.sync_api import expect

from product import CLIPS, ROOT, Server, eventually

PLAYBOOK = {"default": [{"title": "Water story", "snippet": "Photos two days after rain.", "tags": ["drainage"]}]}
PRICES = {"default": {"base_price": 14900, "upsells": [{"name": "Mulch", "price": 980}], "discount": ""}}


@pytest.fixture
def microphone(tmp_path):
    """Two sentences with a pause between them and behind them."""
    file = tmp_path / "spoken.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", ""))
        for clip in sorted(CLIPS.glob("*.wav"))[:2]:
            with wave.open(str(clip)) as spoken:
                out.writeframes(spoken.readframes(spoken.getnframes()) + bytes(48_000))
    return file


def words(page):
    """Committed words, as the page shows them."""
    return page.evaluate(
        """() => [...document.querySelectorAll("[data-live-words] p:not(.gap)")]
          .map((line) => line.firstChild?.nodeType === 3 ? line.firstChild.data : "").join(" ").trim()""")


def comes(page, question, what, seconds=30):
    return eventually(lambda: page.wait_for_timeout(50) or question(), seconds, what)


def record(page, base_url, contact=""):
    page.goto(f"{base_url}/record?contact={contact}")
    page.evaluate("localStorage[`consent-${document.querySelector('meta[name=user]').content}`] = 1")
    page.click("[data-main]")
    page.wait_for_selector('[data-capture][data-state="live"]')


def stop(page):
    page.click("[data-main]")
    page.wait_for_url(re.compile("/notes/[0-9a-f]{32}"), timeout=30_000)


def stream_worker(server):
    """The process that hears live, 0 where there is none."""
    for folder in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = open(f"/proc/{folder}/stat").read().rsplit(") ", 1)[1].split()[1]
            if int(parent) == server.process.pid and b"stream-worker" in open(f"/proc/{folder}/cmdline", "rb").read():
                return int(folder)
        except OSError:
            continue
    return 0


def test_what_is_said_goes_from_the_first_word_to_the_crm(page, base_url, data, mock_crm):
    (data / "playbooks.json").write_text(json.dumps(PLAYBOOK))
    (data / "pricing.json").write_text(json.dumps(PRICES))
    contact = page.evaluate("fetch('/api/people').then((reply) => reply.json())")["people"][0]["id"]
    record(page, base_url, contact)
    comes(page, lambda: len(words(page).split()) >= 4, "words while it is recorded")
    first = words(page)
    comes(page, lambda: len(words(page).split()) >= 8, "words of the second sentence")
    assert words(page).startswith(first), "committed words changed"
    stop(page)
    expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
    page.get_by_text("Live text", exact=True).click()
    live = page.locator("[data-live-text]").inner_text()
    assert live.split()[:4] == first.split()[:4]
    page.get_by_role("button", name="Use Water story").click()
    expect(page.locator("#d")).to_have_value(re.compile("Water story: Photos two days after rain."))
    page.get_by_role("button", name=re.compile("^Add to note|^Insert|^Add the quote|quote into")).first.click()
    page.get_by_role("button", name=re.compile("^Save")).last.click()
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=30_000)
    (record_,) = mock_crm.records()["records"] if isinstance(mock_crm.records(), dict) else mock_crm.records()
    payload = record_.get("payload", record_)
    assert payload["transcription_stream_partial"].split()[:4] == first.split()[:4]
    assert payload["transcription_final"]
