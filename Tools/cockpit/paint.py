"""First paint of each page and the bytes of its own scripts and styles, in Chromium on the loopback.

Usage: Tools/cockpit/paint.sh [--loads 20]      prints one JSON object; times in ms, medians and 95th percentiles
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Browser"))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from conftest import CHROMIUM  # noqa: E402
from product import CLIPS, MockCRM, Server  # noqa: E402

LOOK = """() => {
  const of = (kind) => performance.getEntriesByType("resource")
    .filter(({ name }) => new URL(name).pathname.startsWith(`/${kind}/`))
    .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { paint: paint?.startTime ?? null, scripts: of("js"), styles: of("css") };
}"""


def look(page, url, loads):
    paints, last = [], None
    for _ in range(loads):
        page.goto(url)
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
        last = page.evaluate(LOOK)
        paints.append(last["paint"])
    paints.sort()
    return {"first_paint_ms": round(statistics.median(paints)), "p95_ms": round(paints[int(len(paints) * 0.95) - 1]),
            "scripts_bytes": last["scripts"], "styles_bytes": last["styles"]}


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--loads", type=int, default=20)
    given = given.parse_args()
    crm = MockCRM()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        server = Server(pathlib.Path(folder) / "data", crm.push).start()
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(server.link())
            server.command("ingest", str(CLIPS / "note012.wav"))
            page.goto(f"{server.url}/notes")
            page.locator(".rows .name a").first.click()
            expect(page.locator("[data-say]")).to_be_visible(timeout=60_000)
            paths = ["/", "/notes", page.url.removeprefix(server.url), "/record", "/outbox", "/pipeline",
                     "/reference/sample", "/settings"]
            print(json.dumps({path if path.count("/") < 2 or path.startswith("/reference") else "/notes/{id}":
                              look(page, server.url + path, given.loads) for path in paths}, indent=1))
        finally:
            browser.close()
            server.stop()
            crm.stop()


if __name__ == "__main__":
    main()
