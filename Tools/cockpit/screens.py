"""Screenshots of every page of the cockpit, from the real product with its demo data, and of the design's mock beside them.

Usage: Tools/cockpit/screens.sh OUT [--mock DIR] [--images]
  OUT        PAGE-WIDTH-THEME.png for each page at 360, 820 and 1280 px, light and dark
  --mock DIR also OUT/mock/…, from the mock's HTML files in DIR
  --images   only those that docs/images keeps, each as far as the screen shows it; with pngquant they are a third in size
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Browser"))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from conftest import CHROMIUM  # noqa: E402
from product import CLIPS, Server  # noqa: E402
from send_test import ScriptedCRM  # noqa: E402

SIZES = {360: 740, 820: 1180, 1280: 800}
KEPT = {
    "light": {"today": [360, 1280], "note": [360, 1280], "quote": [360], "outbox": [360, 1280], "notes": [360],
              "pipeline": [1280], "search": [1280], "settings": [820], "recording": [360], "signin": [360]},
    "dark": {"today": [1280], "note": [360], "recording": [360]},
}
ABOUT, VISIT = "Odile Marsh", "note028.wav"
DRAFT = " Dark brown mulch, not the red. Budget about $21,000 with a start before June."


class Tour:
    """Brings the product into the state that the pages show, with a browser as a rep does."""

    def __init__(self, page, server, crm):
        self.page, self.server, self.crm, self.url = page, server, crm, server.url

    def people(self, words=""):
        path = f"/api/people?q={words}"
        return self.page.evaluate("(path) => fetch(path).then((reply) => reply.json())", path)["people"]

    def begin(self, person):
        begun = self.page.evaluate(
            "(contact) => import('/js/api.js').then(({ post }) => post('/notes', { contact }))", person["id"])
        self.page.goto(f"{self.url}/notes/{begun['id']}")

    def send(self, person, words, status, state):
        self.crm.answer(status, '{"message": "property_address: may not be empty"}' if status == 422 else "{}")
        self.begin(person)
        self.page.locator("#d").fill(words)
        self.page.locator("[data-send]").click()
        expect(self.page.locator("#crm")).to_contain_text(state, timeout=30_000)

    def prepare(self):
        people = self.people()
        self.send(people[4], "Walked the beds with the board. They take the spring refresh.", 201, "Synced")
        self.send(people[2], "Asked for the backflow test together with the start-up.", 422, "refused")
        self.send(people[3], "Wants two mowing heights side by side.", 503, "Retrying")
        self.page.goto(f"{self.url}/outbox")
        self.server.command("ingest", str(CLIPS / VISIT))
        self.page.goto(f"{self.url}/notes")
        self.page.locator(".rows .name a").first.click()
        expect(self.page.locator("[data-say]")).to_be_visible(timeout=60_000)
        self.note = self.page.url
        self.choose(self.people(ABOUT)[0])
        self.page.locator("#d").focus()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(DRAFT)
        expect(self.page.locator("[data-saved]")).to_have_text(re.compile("^Saved"), timeout=10_000)
        self.page.locator("#cues button").first.click()

    def set_password(self):
        self.page.goto(self.url + "/settings")
        self.page.locator("summary", has_text="Set a name").click()
        self.page.locator("#p-name").fill("Imani Brandt")
        self.page.locator("#p-new").fill("three quiet words")
        self.page.get_by_role("button", name="Set the password").click()
        self.page.wait_for_load_state()

    def choose(self, person):
        self.page.goto(f"{self.note}/contact?q={person['name']}")
        self.page.get_by_role("button", name=re.compile(person["name"])).first.click()
        self.page.wait_for_url(self.note)

    def views(self):
        """(name, path, what to do there)."""
        return [
            ("today", "/", None), ("notes", "/notes", None), ("search", "/notes?q=mulch", None),
            ("record", "/record", None), ("note", self.note, None), ("quote", self.note, "#quote"), ("steps", self.note, "#steps"),
            ("versions", self.note + "/versions", None), ("outbox", "/outbox", None), ("pipeline", "/pipeline", None),
            ("playbook", "/reference/playbook", None), ("customers", "/reference/sample", None),
            ("settings", "/settings", None), ("waiting", "/waiting", None),
        ]


def shoot(page, tour, out, width, theme, only):
    for name, path, then in tour.views():
        if only and width not in only[theme].get(name, []):
            continue
        page.goto(path if path.startswith("http") else tour.url + path)
        page.wait_for_timeout(400)
        file = out / f"{name}-{width}-{theme}.png"
        if isinstance(then, str):
            # Bars that float would lie over it.
            page.evaluate("document.querySelectorAll('.bar, .dock, .send, .jump').forEach((bar) => { bar.hidden = true; })")
            page.locator(then).screenshot(path=file)
        else:
            page.screenshot(path=file, full_page=name != "record" and not only)


def record(page, tour, out, width, theme, only):
    """A recording three seconds old. It changes what the other pages show, so it comes after them."""
    page.goto(tour.url + "/record")
    page.locator("[data-main]").click()
    if page.locator("[data-consent]").is_visible():
        page.mouse.move(0, 0)
        if not only:
            page.screenshot(path=out / f"consent-{width}-{theme}.png")
        page.get_by_role("button", name="I will ask").click()
    page.wait_for_timeout(3000)
    page.screenshot(path=out / f"recording-{width}-{theme}.png")
    page.locator("[data-main]").click()
    page.wait_for_url(re.compile(r"/notes/\w+$"))


def signed_out(browser, tour, out, sizes, only):
    """What somebody sees without a sign-in: the link's page, and the form once anybody has a password."""
    for name in ("link", "signin"):
        for width, height, theme in sizes:
            if only and width not in only[theme].get(name, []):
                continue
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
            page.goto(tour.url + "/")
            page.screenshot(path=out / f"{name}-{width}-{theme}.png")
            page.close()
        if name == "link":
            tour.set_password()


def mock(browser, folder, out):
    out.mkdir(exist_ok=True)
    for width, height in SIZES.items():
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
            for file in sorted(folder.glob("*.html")):
                page.goto(file.as_uri())
                page.screenshot(path=out / f"{file.stem}-{width}-{theme}.png", full_page=True)
            page.close()


def squeeze(out):
    """Fewer colours where pngquant is there: a third of the bytes, no difference to be seen."""
    if shutil.which("pngquant"):
        files = sorted(map(str, out.glob("*.png")))
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--ext", ".png", *files], check=False)


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("out", type=pathlib.Path)
    given.add_argument("--mock", type=pathlib.Path)
    given.add_argument("--images", action="store_true")
    given = given.parse_args()
    out, images = given.out, given.images
    out.mkdir(parents=True, exist_ok=True)
    crm = ScriptedCRM()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        folder = pathlib.Path(folder)
        browser = running.chromium.launch(executable_path=CHROMIUM, args=[
            "--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={CLIPS / VISIT}"])
        if given.mock:
            mock(browser, given.mock.resolve(), out / "mock")
        server = Server(folder / "data", crm.push).start()
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["microphone"])
            page = context.new_page()
            page.goto(server.link())
            tour = Tour(page, server, crm)
            tour.prepare()
            kept = context.storage_state()
            sizes = [(width, height, theme) for width, height in SIZES.items() for theme in ("light", "dark")]
            for step in (shoot, record):
                for width, height, theme in sizes:
                    one = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=theme, storage_state=kept,
                        permissions=["microphone"], reduced_motion="reduce")
                    if step is not record or not images or width in KEPT[theme].get("recording", []):
                        step(one.new_page(), tour, out, width, theme, KEPT if images else None)
                    one.close()
            signed_out(browser, tour, out, sizes, KEPT if images else None)
            squeeze(out)
            print(json.dumps({"files": len(list(out.glob("*.png"))), "folder": str(out)}))
        finally:
            server.stop()
            crm.stop()


if __name__ == "__main__":
    main()
