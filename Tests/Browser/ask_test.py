"""The copilot: its panel on any page, and its page without scripts."""

import http.server
import json
import re
import threading
import time

import pytest
from playwright.sync_api import expect

from conftest import SIZES
from product import CLIPS


@pytest.fixture
def index(server):
    server.command("index", "build")


@pytest.fixture
def slow_endpoint():
    """An OpenAI-compatible endpoint that says one sentence and then takes its time."""
    ended = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for words in ["Late invoices cost 1.5 percent [1]. ", "And nobody says this. ", "Then "]:
                self.wfile.write(f"data: {json.dumps({'choices': [{'delta': {'content': words}}]})}\n\n".encode())
                self.wfile.flush()
            ended.wait(20)

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    ended.set()
    running.shutdown()


def panel(page):
    return page.locator("[data-ask-panel]")


def ask(page, question):
    if not panel(page).is_visible():
        page.get_by_role("link", name="Ask").click()
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type(question)
    page.keyboard.press("Enter")


def test_a_question_is_answered_with_sources_that_open(page, base_url, index):
    page.goto(base_url + "/")
    page.keyboard.press("a")
    expect(panel(page)).to_be_visible()
    ask(page, "What does a late invoice cost?")
    expect(panel(page).locator(".say p").first).to_contain_text("1.5 percent")
    expect(panel(page)).to_contain_text("Word search in your own references")
    panel(page).locator(".say a.cite").first.click()
    expect(panel(page).locator(".sources details[open]")).to_contain_text("Invoices are due in 30 days")
    page.keyboard.press("Escape")
    expect(panel(page)).not_to_be_visible()
    expect(page.get_by_role("link", name="Ask")).to_be_focused()


def test_what_the_references_do_not_say_is_told(page, base_url, index):
    page.goto(base_url + "/")
    ask(page, "What is our parental leave policy?")
    expect(panel(page)).to_contain_text("Not in the references. Try other words, or ask about one account.")


def test_the_conversation_outlives_a_page_and_can_be_cleared(page, base_url, index):
    page.goto(base_url + "/")
    ask(page, "What does a late invoice cost?")
    expect(panel(page).locator(".say p").first).to_be_visible()
    page.goto(base_url + "/notes")
    page.get_by_role("link", name="Ask").click()
    expect(panel(page).locator(".q")).to_have_text("What does a late invoice cost?")
    panel(page).get_by_role("button", name="Clear").click()
    expect(panel(page).locator(".q")).to_have_count(0)
    page.reload()
    page.get_by_role("link", name="Ask").click()
    expect(panel(page).locator(".q")).to_have_count(0)


def test_a_brief_goes_into_the_draft(page, base_url, server, index):
    server.command("ingest", str(CLIPS / "note012.wav"))
    page.goto(f"{base_url}/notes")
    page.locator(".rows .name a").first.click()
    ask(page, "how should I position mulch to Samir?")
    panel(page).get_by_role("button", name="Insert into note").click()
    expect(page.locator("[data-text]")).to_have_value(re.compile("Value props: .*\nPromo: .*15% off", re.DOTALL))
    expect(panel(page).get_by_role("button", name="Inserted ✓")).to_be_disabled()


def test_a_newcomer_with_demo_data_can_ask_at_once(page, base_url):
    page.goto(base_url + "/")
    ask(page, "What does a late invoice cost?")
    expect(panel(page).locator(".say p").first).to_contain_text("1.5 percent")


def test_a_question_can_be_narrowed_and_a_source_opens_on_a_page_of_its_own(page, base_url, index):
    page.goto(base_url + "/")
    page.get_by_role("link", name="Ask").click()
    panel(page).locator("summary", has_text="Narrow it").click()
    panel(page).get_by_label("Rep").select_option("Marcus Tillman")
    panel(page).get_by_label("Question").fill("ash trees with tags")
    page.keyboard.press("Enter")
    expect(panel(page).locator(".turn")).to_contain_text("Only Marcus Tillman")
    sources = panel(page).locator(".sources")
    expect(sources).not_to_contain_text("Assigned rep: Jonas Petrak")
    panel(page).locator(".sources summary").first.click()
    panel(page).get_by_role("link", name="Open").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".ask-text")).not_to_be_empty()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_fits_and_has_no_serious_finding_of_axe(page, base_url, index, axe, size, scheme):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.goto(base_url + "/notes")
    ask(page, "how should I position mulch to Samir?")
    expect(panel(page).locator(".say p").first).to_be_visible()
    panel(page).locator(".sources summary").first.click()
    panel(page).locator("summary", has_text="Narrow it").click()
    expect(panel(page).get_by_label("Region").locator("option")).not_to_have_count(1)
    assert axe(page) == []
    page.get_by_label("Question").focus()
    ask(page, "What is our parental leave policy?")
    expect(panel(page)).to_contain_text("Not in the references.")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_pages_without_scripts_have_no_serious_finding_of_axe(page, base_url, index, axe):
    page.goto(base_url + "/ask")
    page.get_by_label("Question").fill("What does a late invoice cost?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".ask-answer .say p").first).to_contain_text("1.5 percent")
    assert axe(page) == []
    page.locator(".sources summary").first.click()
    page.get_by_role("link", name="Open").first.click()
    expect(page.locator(".ask-text")).to_contain_text("Invoices are due in 30 days")
    assert axe(page) == []


def test_without_an_index_the_page_says_how_to_build_one(page, base_url, server):
    server.command("index", "scrub")
    page.goto(base_url + "/")
    ask(page, "mulch")
    for words in ["fieldos index build", "FIELDOS_CHAT_USE_STUB", "FIELDOS_CHAT_INDEX_STUB_PATH"]:
        expect(panel(page)).to_contain_text(words)


def test_words_in_sources_never_run(page, base_url, data, server):
    (data / "company_wiki.md").write_text(
        "# W\n\n## Mulch\n\nMulch <img src=x onerror='window.broken=1'><script>window.broken=1</script> is brown.\n")
    server.command("index", "build")
    page.goto(base_url + "/")
    ask(page, "brown mulch is")
    expect(panel(page).locator(".say p").first).to_contain_text("<script>")
    assert page.evaluate("window.broken") is None


class TestWithEndpoint:
    @pytest.fixture
    def settings(self, slow_endpoint):
        return {"OPENAI_BASE_URL": slow_endpoint, "FIELDOS_CHAT_TIMEOUT": "15", "FIELDOS_PRIVACY_MODE": "true"}

    def test_an_answer_can_be_stopped_and_what_has_no_source_is_marked(self, page, base_url, server):
        server.command("index", "build", OPENAI_BASE_URL="")
        page.goto(base_url + "/")
        began = time.monotonic()
        ask(page, "What does a late invoice cost?")
        sentences = panel(page).locator(".say p")
        expect(sentences.first).to_contain_text("Late invoices cost 1.5 percent.")
        expect(sentences.nth(1)).to_contain_text("No source")
        panel(page).get_by_role("button", name="Stop").click()
        expect(panel(page)).to_contain_text("Stopped here.")
        assert time.monotonic() - began < 14


class TestSwitchedOff:
    @pytest.fixture
    def settings(self):
        return {"FIELDOS_CHAT_ENABLED": "false"}

    def test_there_is_no_panel(self, page, base_url):
        page.goto(base_url + "/")
        expect(page.get_by_role("link", name="Ask")).to_have_count(0)
        assert page.goto(base_url + "/ask").status == 404
