"""Words while the rep speaks, and the whole road behind them: to the CRM, whatever happens to the engine."""

import json
import os
import re
import signal
import wave

import pytest
from playwright.sync_api import expect

from product import CLIPS, Server, eventually

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


def final(page):
    expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
    return page.locator("[data-say]").inner_text()


def send(page, crm):
    """Saves the note and sends it; what the CRM got of it."""
    page.get_by_role("button", name=re.compile("^Save and send")).click()
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=30_000)
    (kept,) = crm.records()
    return kept["payload"]


def someone(page):
    return page.evaluate("fetch('/api/people').then((reply) => reply.json())")["people"][0]["id"]


def test_what_is_said_goes_from_the_first_word_to_the_crm(page, base_url, data, mock_crm):
    (data / "playbooks.json").write_text(json.dumps(PLAYBOOK))
    (data / "pricing.json").write_text(json.dumps(PRICES))
    record(page, base_url, someone(page))
    comes(page, lambda: len(words(page).split()) >= 4, "words while it is recorded")
    first = words(page)
    comes(page, lambda: len(words(page).split()) >= len(first.split()) + 4, "words of the second sentence")
    heard = words(page)
    assert heard.startswith(first), "committed words changed"
    stop(page)
    assert final(page)
    page.get_by_text("Live text", exact=True).click()
    live = " ".join(page.locator("[data-live-text]").inner_text().split())
    assert live.startswith(heard)
    page.get_by_role("button", name="Use Water story").click()
    expect(page.locator("#d")).to_have_value(re.compile("Water story: Photos two days after rain."))
    page.locator("#quote").get_by_role("button", name=re.compile("^Insert quote")).click()
    expect(page.locator("#d")).to_have_value(re.compile("Quote: "))
    kept = send(page, mock_crm)
    assert " ".join(kept["transcription_stream_partial"].split()) == live
    assert kept["transcription_final"] and kept["quote_summary"]["total"] > 0


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGABRT])
def test_an_engine_that_dies_while_somebody_speaks_is_told_and_comes_back(page, server, base_url, blow):
    record(page, base_url)
    comes(page, lambda: len(words(page).split()) >= 3, "words while it is recorded")
    first, dead = words(page), comes(page, lambda: stream_worker(server), "the engine")
    os.kill(dead, blow)
    page.wait_for_selector('[data-words="back"]:visible')
    comes(page, lambda: stream_worker(server) not in (0, dead), "another engine")
    comes(page, lambda: len(words(page).split()) >= len(first.split()) + 3, "words after it died")
    assert words(page).startswith(first) and state(page) == "live"
    stop(page)
    assert final(page)


def test_an_engine_that_dies_again_and_again_leaves_the_final_transcript_and_a_notice(page, server, base_url):
    record(page, base_url)
    comes(page, lambda: len(words(page).split()) >= 3, "words while it is recorded")
    killed = set()
    while not page.is_visible('[data-words="stopped"]'):
        pid = comes(page, lambda: page.is_visible('[data-words="stopped"]') or stream_worker(server), "another engine")
        if pid is not True and pid not in killed:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)
    assert len(killed) >= 3 and state(page) == "live"
    expect(page.locator('[data-words="stopped"]')).to_contain_text("The recording goes on and is safe.")
    stop(page)
    assert final(page)
    page.get_by_text("Live text", exact=True).click()
    expect(page.locator(".p-live")).to_contain_text("Heard live, until it stopped.")


def state(page):
    return page.get_attribute("[data-capture]", "data-state")


class TestWithoutAnEngine:
    @pytest.fixture
    def settings(self):
        return {"FIELDOS_STREAMING_FORCE_FAIL": "true"}

    def test_no_words_are_made_up(self, page, base_url, mock_crm):
        record(page, base_url, someone(page))
        page.wait_for_selector('[data-words="none"]:visible')
        page.wait_for_timeout(3000)
        assert not page.is_visible("[data-live-words]")
        stop(page)
        assert final(page)
        kept = send(page, mock_crm)
        assert kept["transcription_stream_partial"] == "" and kept["transcription_final"]


class TestWithoutTheWorker:
    @pytest.fixture
    def server(self, data, mock_crm, settings):
        running = Server(data, mock_crm.push, settings, arguments=("--demo-data",)).start()
        yield running
        running.stop()

    def test_the_live_words_are_the_note(self, page, base_url, mock_crm):
        record(page, base_url, someone(page))
        comes(page, lambda: len(words(page).split()) >= 3, "words while it is recorded")
        first = words(page)
        stop(page)
        expect(page.locator("[data-live-text]")).to_be_visible()
        expect(page.locator("#d")).to_have_value(re.compile("^" + re.escape(first)), timeout=15_000)
        kept = send(page, mock_crm)
        assert kept["note"].startswith(first) and kept["transcription_final"] == ""
        assert kept["transcription_stream_partial"].startswith(first)
