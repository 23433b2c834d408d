"""The note page: its words, its player, its draft."""

import re

import pytest
from playwright.sync_api import expect

from product import CLIPS, eventually


@pytest.fixture
def note(page, server, base_url):
    """Opens the page of a recording that `fieldos ingest` took in."""

    def note(clip="note012.wav", wait=True):
        server.command("ingest", str(CLIPS / clip))
        page.goto(f"{base_url}/notes")
        page.locator(".rows .name a").first.click()
        page.wait_for_url(re.compile(r"/notes/\w+$"))
        if wait:
            expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
        return page

    return note


def field(page):
    return page.locator("[data-text]")


def saved(page):
    return page.locator("[data-saved]")


def typed(page, text):
    """Types behind what is there."""
    field(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def test_words_come_without_a_reload_and_become_the_draft(note):
    page = note(wait=False)
    page.evaluate("document.body.dataset.same = 'yes'")
    expect(page.locator("[data-say]")).to_contain_text("mulch", timeout=60_000)
    expect(field(page)).to_have_value(re.compile("mulch"))
    expect(page.locator(".trail .done")).to_have_count(3)
    assert page.evaluate("document.body.dataset.same") == "yes"


def test_words_that_come_while_typing_stay_behind_what_is_typed(note):
    page = note(wait=False)
    typed(page, "Mine first. ")
    expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
    page.keyboard.type("And more.")
    expect(saved(page)).to_contain_text("Saved", timeout=10_000)
    both = re.compile(r"(?=.*Mine first\.)(?=.*And more\.)(?=.*mulch)", re.S)
    expect(field(page)).to_have_value(both)
    page.reload()
    expect(field(page)).to_have_value(both)


def test_draft_saves_as_it_is_typed_and_tells_its_version(note):
    page = note()
    typed(page, " Wants dark brown.")
    expect(saved(page)).to_have_text(re.compile(r"Saved \d+:\d\d"), timeout=5_000)
    expect(page.locator('[data-part="saved"] a')).to_have_text("version 2")
    page.reload()
    expect(field(page)).to_have_value(re.compile("Wants dark brown"))


def test_typing_without_a_network_stays_on_the_phone_and_goes_later(note, server):
    page = note()
    page.context.set_offline(True)
    typed(page, " Typed in the cellar.")
    expect(saved(page)).to_have_text(re.compile(r"Saved on this phone \d+:\d\d"), timeout=5_000)
    page.context.set_offline(False)
    expect(saved(page)).to_have_text(re.compile(r"^Saved \d+:\d\d"), timeout=20_000)
    page.reload()
    expect(field(page)).to_have_value(re.compile("Typed in the cellar"))


def test_what_was_typed_outlives_a_server_that_was_killed_and_a_closed_tab(note, server):
    page = note()
    url = page.url
    server.kill()
    typed(page, " Typed while the server was gone.")
    expect(saved(page)).to_have_text(re.compile("Saved on this phone"), timeout=10_000)
    server.start()
    page.goto(url)
    expect(field(page)).to_have_value(re.compile("server was gone"))
    expect(saved(page)).to_have_text(re.compile(r"^Saved \d+:\d\d"), timeout=20_000)


def test_a_conflict_keeps_both_and_either_is_taken(note):
    page = note()
    other = page.context.new_page()
    other.goto(page.url)
    # The second page has saved before the first gets through.
    page.route("**/draft", lambda route: route.abort())
    typed(page, " From the phone.")
    expect(saved(page)).to_have_text(re.compile("Saved on this phone"), timeout=10_000)
    typed(other, " From the desk.")
    expect(saved(other)).to_have_text(re.compile(r"^Saved"), timeout=10_000)
    page.unroute("**/draft")
    typed(page, "!")
    notice = page.locator("[data-conflict]")
    expect(notice).to_be_visible(timeout=20_000)
    expect(notice).to_contain_text("Both are kept.")
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("del")).to_contain_text("phone.!")
    expect(page.locator("ins")).to_contain_text("desk.")
    page.get_by_role("button", name=re.compile("Use version")).first.click()
    expect(field(page)).to_have_value(re.compile("From the phone"))


def test_the_word_being_heard_is_lit_and_a_tap_plays_from_it(note):
    page = note()
    words = page.locator("[data-say] [data-s]")
    last = words.nth(words.count() - 2)
    last.click()
    expect(page.locator("[data-play] .hide")).to_have_text("Pause")
    expect(page.locator("[data-say] .here")).to_have_count(1, timeout=5_000)
    expect(page.locator("[data-play] .hide")).to_have_text("Play", timeout=15_000)
    assert float(page.locator("[data-seek]").input_value()) > 0


def test_transcript_is_one_tab_stop_with_a_roving_word(note):
    page = note()
    page.locator("[data-say]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement === document.querySelectorAll('[data-say] [data-s]')[1]")
    assert page.locator("[data-say] [tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator("[data-play] .hide")).to_have_text("Pause")


def test_keys_play_and_jump_but_not_while_typing(note):
    page = note()
    page.locator("h1").click()
    page.keyboard.press("Space")
    expect(page.locator("[data-play] .hide")).to_have_text("Pause")
    page.keyboard.press("Space")
    page.keyboard.press("e")
    expect(field(page)).to_be_focused()
    page.keyboard.type(" jln d")
    expect(field(page)).to_have_value(re.compile(" jln d$"))


def test_speed_is_remembered(note):
    page = note()
    page.locator("[data-speed]").click()
    expect(page.locator("[data-speed]")).to_contain_text("1.25×")
    page.reload()
    expect(page.locator("[data-speed]")).to_contain_text("1.25×")


def test_a_correction_stands_beside_what_was_heard(note):
    page = note()
    page.get_by_text("Correct the words").click()
    page.locator("#fix").fill("Tell Julia about the dark mulch refresh.")
    page.get_by_role("button", name="Save correction").click()
    page.get_by_text("1 difference").click()
    expect(page.locator(".p-diff ins")).to_contain_text("dark")
    page.locator("label", has_text="High-accuracy").click()
    expect(page.locator("[data-say]")).not_to_contain_text("dark")


def test_delete_asks_once_and_is_undone(note):
    page = note()
    page.locator("summary", has_text="More for this note").click()
    page.get_by_text("Delete this note").click()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url(re.compile(r"/notes\?deleted="))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-say]")).to_be_visible()


def test_search_finds_what_was_said_and_marks_it(note, base_url):
    page = note()
    page.goto(f"{base_url}/notes")
    page.get_by_label("Search notes and transcripts").fill("mulc")
    page.keyboard.press("Enter")
    expect(page.locator(".excerpt mark")).to_have_text("mulch")
    page.get_by_label("Search notes and transcripts").fill("zebra \"' OR (")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No notes match")).to_be_visible()


def test_without_scripts_the_page_reads_and_its_forms_post(note, launch, page, server):
    url = note().url
    plain = launch(java_script_enabled=False).new_page()
    plain.context.add_cookies(page.context.cookies())
    plain.goto(url)
    expect(plain.locator("[data-say]")).to_contain_text("mulch")
    expect(plain.locator("audio")).to_be_visible()
    plain.locator("textarea[name=text]").last.fill("Written without scripts.")
    plain.get_by_role("button", name="Save the note").click()
    expect(plain.locator("textarea[name=text]").last).to_have_value("Written without scripts.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_of_axe(note, axe, base_url, scheme):
    page = note()
    page.emulate_media(color_scheme=scheme)
    assert axe(page) == []
    page.goto(page.url + "/versions")
    assert axe(page) == []
    page.goto(f"{base_url}/notes?q=mulch")
    assert axe(page) == []
