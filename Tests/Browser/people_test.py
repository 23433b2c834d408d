"""Today, briefs, leads, pipeline and references in a real browser, on the fictional company's data."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

PAGES = ["/", "/pipeline", "/leads/new", "/reference/runbook", "/reference/wiki", "/reference/playbook", "/reference/sample"]


def toast(page):
    return page.locator("#toast.show")


def first_row(page):
    row = page.locator("[data-follow-up]").first
    return row, row.locator("h3").inner_text()


def test_focus_contact_has_reasons_and_ways_to_reach(page, base_url):
    page.goto(base_url + "/")
    focus = page.locator(".focus")
    expect(focus.locator("h2")).not_to_be_empty()
    assert focus.locator("dt").all_inner_texts() == ["Follow-up", "Open quote", "Last touch"]
    assert re.fullmatch(r"tel:\+?\d+", focus.get_by_role("link", name=re.compile("^Call")).get_attribute("href"))
    assert focus.get_by_role("link", name=re.compile("^Map")).get_attribute("href").startswith("geo:")
    focus.get_by_role("link", name=re.compile("^Brief")).click()
    expect(page).to_have_url(re.compile("/people/"))
    expect(page.get_by_role("link", name=re.compile("^Record for "))).to_have_attribute("href", re.compile(r"/record\?contact="))


def test_done_and_its_undo(page, base_url):
    page.goto(base_url + "/")
    row, account = first_row(page)
    count = page.locator("[data-follow-up]").count()
    row.get_by_role("button", name=f"Mark {account} done").click()
    expect(toast(page)).to_contain_text(f"{account} is done.")
    expect(page.locator("[data-follow-up] h3", has_text=account)).to_have_count(0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text(f"{account} is back.")
    expect(page.locator("[data-follow-up] h3").first).to_have_text(account)
    assert page.locator("[data-follow-up]").count() == count


def test_snooze_by_the_menu_and_by_a_date_survives_a_reload(page, base_url):
    page.goto(base_url + "/?all=1")
    row, account = first_row(page)
    row.locator("summary", has_text="Snooze").click()
    row.get_by_role("button", name=re.compile("^Tomorrow")).click()
    expect(toast(page)).to_contain_text(f"{account} moved to tomorrow, 8:00.")
    moved = page.locator("[data-follow-up]", has_text=account)
    expect(moved).to_contain_text("Tomorrow 8:00")
    page.reload()
    expect(page.locator("[data-follow-up]", has_text=account)).to_contain_text("Tomorrow 8:00")
    row, account = first_row(page)
    row.locator("summary", has_text="Snooze").click()
    row.get_by_text("Pick a date").click()
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 9 * 86_400))
    row.locator("input[type=date]").fill(day)
    row.get_by_role("button", name="Move").click()
    expect(toast(page)).to_contain_text(f"{account} moved to ")


def test_keyboard_reaches_snooze_and_done(page, base_url):
    page.goto(base_url + "/")
    row, account = first_row(page)
    row.locator("summary", has_text="Snooze").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name=re.compile("^Tomorrow"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name=re.compile("^Tomorrow"))).to_be_hidden()
    row.get_by_role("button", name=f"Mark {account} done").focus()
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text(f"{account} is done.")
    assert page.evaluate("document.activeElement.matches('summary, h2')")


def test_without_scripts_everything_works(server, launch, base_url):
    page = launch(java_script_enabled=False).new_page()
    page.goto(server.link())
    page.goto(base_url + "/")
    row, account = first_row(page)
    row.get_by_role("button", name=f"Mark {account} done").click()
    expect(page.locator(".did")).to_contain_text(f"{account} is done.")
    page.locator(".did").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-follow-up] h3").first).to_have_text(account)
    row, account = first_row(page)
    row.locator("summary", has_text="Snooze").click()
    row.get_by_role("button", name=re.compile("^Next week")).click()
    expect(page.locator(".did")).to_contain_text(f"{account} moved to ")
    page.get_by_role("button", name="Refresh pipeline snapshot").click()
    expect(page.locator(".did")).to_contain_text("Pipeline snapshot refreshed")
    page.locator("summary", has_text="Day complete").click()
    page.get_by_role("button", name=re.compile("^Move ")).click()
    expect(page.locator("#close")).to_contain_text("Day closed at")


def test_new_lead_with_words_for_mistakes(page, base_url):
    page.goto(base_url + "/")
    page.get_by_role("link", name="New lead").click()
    page.get_by_label("Name").fill("Noor <b>Castellane</b>")
    page.get_by_role("textbox", name="Account").fill("Gable & Finch")
    page.get_by_label("Phone").fill("call me")
    page.get_by_role("button", name="Add lead").click()
    expect(page.get_by_role("alert")).to_contain_text("“call me” is no telephone number.")
    expect(page.get_by_label("Name")).to_have_value("Noor <b>Castellane</b>")
    page.get_by_label("Phone").fill("330 555 0103")
    page.get_by_role("button", name="Add lead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noor <b>Castellane</b>")
    found = page.evaluate("fetch('/api/people?q=castel').then((reply) => reply.json())")
    assert "Gable & Finch" in [one["account"] for one in found["people"] if one["name"] == "Noor <b>Castellane</b>"]


def test_closing_the_day(page, base_url):
    page.goto(base_url + "/")
    page.locator("summary", has_text="Day complete").click()
    button = page.get_by_role("button", name=re.compile(r"^Move \d+ to tomorrow and close$"))
    expect(page.get_by_role("button", name="Close as it is")).to_be_visible()
    button.click()
    expect(toast(page)).to_contain_text("Day closed at")
    expect(page.locator("#close")).to_contain_text("moved to tomorrow.")


def test_pipeline_refresh_says_so_and_a_broken_file_keeps_the_figures(page, base_url, data):
    file = data / "pipeline_snapshot.json"
    figures = json.loads(file.read_text())
    page.goto(base_url + "/pipeline")
    page.get_by_role("button", name="Refresh pipeline snapshot").click()
    expect(toast(page)).to_have_text("Pipeline snapshot refreshed")
    file.write_text(json.dumps(figures | {"last_updated": "2020-01-02T03:04:05Z", "weekly_pipeline_value": 12345}))
    page.get_by_role("button", name="Refresh pipeline snapshot").click()
    expect(page.locator(".stale")).to_contain_text("These figures are old.")
    expect(page.locator(".money")).to_contain_text("$12,345")
    file.write_text("{")
    page.get_by_role("button", name="Refresh pipeline snapshot").click()
    expect(page.locator(".stale")).to_contain_text("The pipeline snapshot can't be read.")
    expect(page.locator(".money")).to_contain_text("$12,345")
    file.write_text(json.dumps(figures | {"last_updated": "soon"}))
    page.get_by_role("button", name="Refresh pipeline snapshot").click()
    expect(page.locator(".stale")).to_contain_text("The snapshot's date “soon” cannot be read.")


def test_references_follow_their_files_and_never_run_them(page, base_url, data):
    page.goto(base_url + "/reference/wiki")
    expect(page.get_by_role("heading", level=1)).to_have_text("Company wiki")
    page.get_by_role("link", name="Glossary").click()
    expect(page.locator("#glossary")).to_be_in_viewport()
    (data / "company_wiki.md").write_text(
        "# New wiki\n\n<script>window.broken = 1</script> [x](javascript:window.broken=1) **bold**\n")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("New wiki")
    expect(page.locator(".prose strong")).to_have_text("bold")
    assert page.locator(".prose a").count() == 0 and page.evaluate("window.broken") is None


def test_the_customer_table_sorts(page, base_url):
    page.goto(base_url + "/reference/sample")
    head = page.get_by_role("columnheader", name="Value")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    titles = [text.strip() for text in page.locator("thead th").all_inner_texts()]
    cells = page.locator(f"tbody td:nth-child({titles.index('Value') + 1})").all_inner_texts()
    amounts = [int(digits) for digits in (re.sub(r"\D", "", text) for text in cells) if digits]
    assert len(amounts) >= 50 and amounts == sorted(amounts, reverse=True)


@pytest.mark.parametrize("size", ["phone", "tablet", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_findings_and_nothing_hangs_over(server, launch, axe, base_url, size, scheme):
    page = launch(size=size, color_scheme=scheme).new_page()
    page.goto(server.link())
    person = page.evaluate("fetch('/api/people').then((reply) => reply.json())")["people"][0]["id"]
    for path in PAGES + [f"/people/{person}"]:
        page.goto(base_url + path)
        assert not axe(page), path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_at_320_pixels_nothing_hangs_over(server, launch, base_url):
    page = launch().new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(server.link())
    for path in PAGES:
        page.goto(base_url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
