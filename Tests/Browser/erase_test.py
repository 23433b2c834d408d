"""Erasing a person through Settings, and a search of the data folder for what is left."""

import re

import pytest
from playwright.sync_api import expect

from product import CLIPS, eventually

NAME, MAIL = "Adalind Querzoff", "adalind@querzoff.example"
TABLE = f"""Customer_ID,Customer_Name,Primary_Contact,Contact_Phone,Contact_Email,Property_Address,City,Stage,Notes
Q1,Quince Court,{NAME},(330) 555-0177,{MAIL},7 Quince Court,Hollin Falls,Lead,Two gates
"""


def holding(data, *needles):
    """Which files hold one of these, whatever the case of letters."""
    wanted = [needle.lower().encode() for needle in needles]
    files = (file for file in data.rglob("*") if file.is_file())
    return sorted(
        str(file.relative_to(data)) for file in files if any(needle in file.read_bytes().lower() for needle in wanted))


@pytest.fixture
def note(page, server, base_url, data, mock_crm):
    """A recording about somebody, saved and delivered; the words that the CRM got."""
    table = data.parent / "people.csv"
    table.write_text(TABLE)
    server.command("people", "import", str(table))
    server.command("ingest", str(CLIPS / "note012.wav"))
    page.goto(f"{base_url}/notes")
    page.locator(".rows .name a").first.click()
    page.wait_for_url(re.compile(r"/notes/\w+$"))
    expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
    page.goto(page.url + "/contact?q=Querzoff")
    page.get_by_role("button", name=f"Choose {NAME}").click()
    page.wait_for_url(re.compile(r"/notes/\w+$"))
    page.locator("#d").fill(f"{NAME} wants zwetschgen mulch.")
    page.locator("[data-send]").click()
    expect(page.locator("#crm")).to_contain_text("Synced", timeout=20_000)
    eventually(lambda: "crm_snapshot.json" in holding(data, NAME), what="the snapshot")
    return page


def test_a_person_is_erased_by_their_typed_name_and_no_byte_is_left(note, base_url, data):
    page = note
    clip = next((data / "audio_cache").glob("*.wav"))
    sound = clip.read_bytes()
    assert len(holding(data, NAME, MAIL, "zwetschgen")) >= 2
    page.goto(base_url + "/settings")
    page.get_by_label("Name or email of the person to erase").fill("Querzoff")
    page.locator("#erase").get_by_role("button", name="Search").click()
    page.get_by_role("link", name=f"See what is kept about {NAME}").click()
    expect(page.get_by_role("heading", name="In the CRM")).to_be_visible()
    page.get_by_label(re.compile("^Type ")).fill("Somebody")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was removed.")
    page.get_by_label(re.compile("^Type ")).fill(NAME)
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator("main")).to_contain_text("Erased, and proven.", timeout=60_000)
    assert holding(data, NAME, MAIL, "zwetschgen", "querzoff", "555-0177") == []
    assert not clip.exists()
    middle = sound[len(sound) // 2:len(sound) // 2 + 4_096]
    assert [file for file in data.rglob("*") if file.is_file() and middle in file.read_bytes()] == []
    page.goto(base_url + "/settings/erase")
    expect(page.get_by_text("nothing was found")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_pages_fit_and_read_without_scripts(launch, note, base_url, size, axe):
    context = launch(java_script_enabled=False, storage_state=note.context.storage_state(), size=size)
    bare = context.new_page()
    bare.goto(base_url + "/settings/erase?q=Querzoff")
    bare.get_by_role("link", name=f"See what is kept about {NAME}").click()
    expect(bare.get_by_role("button", name="Erase for good")).to_be_visible()
    note.set_viewport_size(bare.viewport_size)
    for path in ("/settings/erase", bare.url[len(base_url):]):
        note.goto(base_url + path)
        assert note.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert axe(note) == []
