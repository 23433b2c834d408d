"""Helpers beside a note, save and send, the outbox, in a real browser."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

PLAYBOOK = {"default": [
    {"title": "Water story", "snippet": "Photos two days after rain.", "tags": ["drainage"]},
    {"title": "Start early", "snippet": "Crews are open.", "tags": ["urgency"]},
]}
PRICES = {"default": {"base_price": 14900, "upsells": [
    {"name": "Mulch", "price": 980}, {"name": "Islands", "price": 620}], "discount": "Early start, 5% off"}}


class ScriptedCRM:
    """A CRM that answers as it is told, and keeps what it took."""

    def __init__(self):
        self.received, self.status, self.words = [], 201, "{}"
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if crm.status < 300:
                    crm.received.append(json.loads(body))
                words = crm.words.encode()
                self.send_response(crm.status)
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.push = f"http://127.0.0.1:{self.server.server_port}/crm/push"

    def answer(self, status, words="{}"):
        self.status, self.words = status, words

    def stop(self):
        self.server.shutdown()


@pytest.fixture
def mock_crm():
    crm = ScriptedCRM()
    yield crm
    crm.stop()


@pytest.fixture
def note(page, base_url, data):
    """A note about somebody, with the helpers' files in place."""
    (data / "playbooks.json").write_text(json.dumps(PLAYBOOK))
    (data / "pricing.json").write_text(json.dumps(PRICES))
    page.goto(base_url + "/notes")
    contact = page.evaluate("fetch('/api/people').then((reply) => reply.json())")["people"][0]["id"]
    begun = page.evaluate(
        """(contact) => import("/js/api.js").then(({ post }) => post("/notes", { contact }))""", contact)
    page.goto(f"{base_url}/notes/{begun['id']}")
    return page


def draft(page):
    return page.locator("#d")


def test_a_cue_goes_into_the_draft_once_and_comes_back(note):
    page = note
    page.get_by_role("button", name="Use Water story").click()
    expect(draft(page)).to_have_value(re.compile("Water story: Photos two days after rain."))
    expect(page.locator("#cues")).to_contain_text("Used cues: Water story")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Use Water story")).to_be_visible()
    expect(draft(page)).not_to_have_value(re.compile("Water story"))


def test_a_number_key_uses_that_cue(note):
    page = note
    page.locator("h1").focus()
    page.keyboard.press("2")
    expect(draft(page)).to_have_value(re.compile("Start early: Crews are open."))


def test_the_quote_sums_up_as_the_server_does(note):
    page = note
    total = page.locator("[data-total]")
    expect(total).to_have_text("$15,675")
    page.get_by_role("button", name="One more: Islands").click()
    expect(total).to_have_text("$16,264")
    page.get_by_role("button", name="Insert quote into note").click()
    expect(draft(page)).to_have_value(re.compile(r"Quote: .* — \$16,264 \(Upsells: Mulch, Islands × 2\)"))
    expect(page.get_by_role("button", name="Inserted ✓")).to_be_disabled()
    expect(page.locator("#crm pre").first).to_contain_text('"total" : 16264', use_inner_text=False)


def test_the_last_keystroke_is_sent_and_a_double_tap_is_one(note, mock_crm):
    page = note
    draft(page).fill("All of it, to the last letter")
    page.locator("[data-send]").dblclick()
    expect(page.locator("#toast")).to_contain_text("Saved locally & queued CRM sync.")
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=20_000)
    assert [body["note"] for body in mock_crm.received] == ["All of it, to the last letter"]


def test_control_enter_sends_from_the_field(note, mock_crm):
    page = note
    draft(page).fill("By the keyboard")
    draft(page).press("Control+Enter")
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=20_000)


def test_without_a_network_the_wish_to_send_is_kept(note, mock_crm):
    page = note
    draft(page).fill("Written in a cellar")
    page.context.set_offline(True)
    page.locator("[data-send]").click()
    expect(page.locator("[data-send-line]")).to_contain_text("It is sent when you are back online.")
    page.context.set_offline(False)
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=30_000)
    assert mock_crm.received[-1]["note"] == "Written in a cellar"


def test_what_the_crm_refuses_waits_for_its_owner(note, mock_crm, base_url):
    page = note
    mock_crm.answer(422, "<img src=x onerror=\"document.title='broken'\">")
    draft(page).fill("Refused")
    page.locator("[data-send]").click()
    expect(page.locator("#crm")).to_contain_text("The CRM refused this note (422).", timeout=20_000)
    page.goto(base_url + "/outbox")
    expect(page.locator("[data-part=needs]")).to_contain_text("<img src=x")
    assert page.title().startswith("Outbox")
    mock_crm.answer(200)
    page.get_by_role("button", name=re.compile("Resend as is")).first.click()
    expect(page.locator("[data-part=synced]")).to_contain_text("In the CRM today", timeout=20_000)


def test_the_outbox_follows_the_switch(page, base_url):
    page.goto(base_url + "/outbox")
    page.get_by_role("switch", name="Work offline").check()
    expect(page.locator("[data-part=head]")).to_contain_text("You are working offline.")
    expect(page.locator("[data-strip]")).to_contain_text("You are working offline.")
    page.get_by_role("switch", name="Work offline").uncheck()
    expect(page.locator("[data-part=head]")).not_to_contain_text("You are working offline.")
    expect(page.locator("[data-strip]")).to_be_hidden()


def test_the_list_of_keys_opens_and_keys_can_be_switched_off(page, base_url):
    page.goto(base_url + "/outbox")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate("localStorage.keys = 'off'")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.evaluate("delete localStorage.keys")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url(re.compile("/notes$"))


@pytest.mark.parametrize("path", ["/outbox"])
def test_the_page_reads_without_scripts(launch, base_url, page, path):
    context = launch(java_script_enabled=False, storage_state=page.context.storage_state())
    bare = context.new_page()
    bare.goto(base_url + path)
    expect(bare.locator("h1")).to_be_visible()
    expect(bare.get_by_role("button", name="Switch")).to_be_visible()
