"""Recording: what is spoken is on the phone, then on the server, whatever happens between."""

import hashlib
import io
import math
import wave

import pytest
from playwright.sync_api import expect

from product import eventually

# The first recording of this phone, with the SHA-256 of its samples.
PHONE = """async () => {
  const store = await import("/js/capture/store.js");
  const [one] = await store.all();
  if (!one) return null;
  const parts = [];
  for (let n = 0; n < one.chunks; n++) parts.push((await store.chunk(one.id, n)).pcm);
  return { ...one, sha256: await store.digest(await new Blob(parts).arrayBuffer()) };
}"""
WORKER = "navigator.serviceWorker.ready.then(() => true)"
CONTROLLED = "async () => Boolean(navigator.serviceWorker.controller) && Boolean(await caches.match('/record'))"


def clips(data):
    """What the server made clips of: the samples of each."""
    found = []
    for file in sorted((data / "audio_cache").glob("clip_*.wav")):
        with wave.open(str(file)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16000, 1, 2)
            found.append(sound.readframes(sound.getnframes()))
    return found


def comes(page, question, what, seconds=30):
    """Waits while the browser goes on: its routes are answered only then."""
    return eventually(lambda: page.wait_for_timeout(50) or question(), seconds, what)


def clip(page, data):
    comes(page, lambda: clips(data), "the clip")
    (samples,) = clips(data)
    return samples


def agree(page):
    page.evaluate("localStorage[`consent-${document.querySelector('meta[name=user]').content}`] = 1")


def open_recorder(page, base_url):
    page.goto(f"{base_url}/record")
    agree(page)


def state(page):
    return page.get_attribute("[data-capture]", "data-state")


def record(page, seconds):
    page.click("[data-main]")
    page.wait_for_selector('[data-capture][data-state="live"]')
    spoken(page, seconds)


def spoken(page, seconds):
    """Waits until so much is kept on the phone."""
    frames = "async () => (await (await import('/js/capture/store.js')).all()).at(-1)?.frames ?? 0"
    comes(page, lambda: page.evaluate(frames) >= seconds * 16000, f"{seconds} s")


def says(page, words):
    page.wait_for_function(
        "(words) => document.querySelector('[data-safe]').innerText.includes(words)", arg=words, timeout=20_000)


def pause(page):
    page.click("[data-side]")
    page.wait_for_selector('[data-capture][data-state="paused"]')
    return page.evaluate(PHONE)


def keep_offline(page, base_url):
    """The app is on this phone: its worker has the recorder's page."""
    page.goto(f"{base_url}/record")
    page.evaluate(WORKER)
    comes(page, lambda: page.evaluate(CONTROLLED), "the worker")
    agree(page)


def gone(page):
    count = "async () => (await (await import('/js/capture/store.js')).all()).length"
    comes(page, lambda: page.evaluate(count) == 0, "an empty phone")


def test_one_tap_records_and_one_tap_keeps(page, base_url, data):
    page.goto(f"{base_url}/record")
    page.click("[data-main]")
    sheet = page.locator("dialog[open]")
    assert "Before you record: in some places everyone must agree. Ask first." in sheet.inner_text()
    sheet.get_by_text("I will ask").click()
    page.wait_for_selector('[data-capture][data-state="live"]')
    spoken(page, 3)
    says(page, "Saved as you speak. Server has ")
    assert page.locator("[data-verdict]:visible").count() == 1
    page.click("[data-main]")
    page.wait_for_selector('[data-capture][data-state="kept"]')
    assert page.inner_text("[data-safe]") == "Saved on this phone. Words follow."
    assert len(clip(page, data)) >= 3 * 32000
    page.wait_for_url("**/notes/*")
    gone(page)


def test_without_a_network_the_app_opens_records_and_delivers_later(launch, server, data, microphone, tmp_path):
    profile = tmp_path / "profile"
    context = launch(profile=profile, microphone=microphone)
    page = context.new_page()
    page.goto(server.link())
    keep_offline(page, server.url)
    context.set_offline(True)
    page.goto(f"{server.url}/record")
    record(page, 3)
    says(page, "so it is sent later")
    page.click("[data-main]")
    page.wait_for_url("**/waiting*")
    phone = page.evaluate(PHONE)
    assert phone["closed"] and "not finished" not in page.inner_text("[data-waiting]").lower()
    assert page.locator("[data-waiting] .item").count() == 1
    assert clips(data) == []
    context.close()
    context = launch(profile=profile, microphone=microphone)
    page = context.new_page()
    page.goto(f"{server.url}/waiting")
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]
    gone(page)


def test_a_server_killed_in_mid_recording_loses_nothing(page, base_url, data, server):
    open_recorder(page, base_url)
    record(page, 2)
    server.kill()
    spoken(page, 5)
    says(page, "The server does not answer")
    server.start()
    spoken(page, 7)
    phone = pause(page)
    page.click("[data-side]")
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]
    gone(page)


def test_a_page_that_is_loaded_again_goes_on_where_it_was(page, base_url, data):
    open_recorder(page, base_url)
    record(page, 2)
    page.reload()
    card = page.locator("[data-found] [data-mine]")
    card.wait_for()
    assert "was not finished at" in card.inner_text()
    before = page.evaluate(PHONE)["frames"]
    card.get_by_text("Go on recording").click()
    page.wait_for_selector('[data-capture][data-state="paused"]')
    record(page, before / 16000 + 1.5)
    phone = pause(page)
    assert phone["frames"] > before + 16000
    page.click("[data-side]")
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]


def test_a_tab_that_was_closed_leaves_its_recording_to_be_finished(page, base_url, data):
    tab = page.context.new_page()
    open_recorder(tab, base_url)
    record(tab, 2)
    tab.close()
    page.goto(f"{base_url}/waiting")
    item = page.locator("[data-waiting] .item")
    item.wait_for()
    phone = page.evaluate(PHONE)
    item.get_by_text("Open note").click()
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]


def test_only_one_tab_records(page, base_url):
    open_recorder(page, base_url)
    record(page, 1)
    other = page.context.new_page()
    other.goto(f"{base_url}/record")
    other.click("[data-main]")
    other.wait_for_selector('[data-capture][data-state="other"]')
    assert "You are recording in another tab." in other.inner_text("[data-safe]")
    assert other.locator("[data-go]").is_visible() and other.locator("[data-main]").is_disabled()
    assert state(page) == "live" and "●" in page.title()


def test_the_keys_record_pause_and_keep(page, base_url, data):
    open_recorder(page, base_url)
    page.keyboard.press("r")
    page.wait_for_selector('[data-capture][data-state="live"]')
    spoken(page, 1)
    page.keyboard.press("p")
    page.wait_for_selector('[data-capture][data-state="paused"]')
    frames = page.evaluate(PHONE)["frames"]
    page.keyboard.press("r")
    page.wait_for_selector('[data-capture][data-state="live"]')
    page.keyboard.press("Escape")
    spoken(page, frames / 16000 + 1)
    assert state(page) == "live"
    page.keyboard.press("r")
    assert len(clip(page, data)) > frames * 2


def test_a_refused_part_is_sent_again_and_a_lost_answer_adds_nothing(page, base_url, data):
    answers = iter(["lost", 500, 503, "lost"])

    def trouble(route):
        answer = next(answers, None)
        if answer is None:
            return route.continue_()
        if answer == "lost":
            route.fetch()
            return route.abort()
        return route.fulfill(status=answer, json={"error": {"message": "later"}})

    open_recorder(page, base_url)
    page.route("**/chunks/*", trouble)
    record(page, 3)
    phone = pause(page)
    page.click("[data-side]")
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]


def test_a_sign_in_that_ran_out_pauses_and_drops_nothing(page, base_url, data):
    out = {"now": True}
    open_recorder(page, base_url)
    page.route("**/api/**", lambda route: route.fulfill(status=401, json={"error": {"message": "Signed out"}})
               if out["now"] else route.continue_())
    page.evaluate("import('/js/capture/store.js').then((s) => s.tell({ what: 'wake' }))")
    record(page, 2)
    says(page, "You were signed out")
    phone = pause(page)
    assert phone["chunks"] >= 2
    out["now"] = False
    page.click("[data-side]")
    assert hashlib.sha256(clip(page, data)).hexdigest() == phone["sha256"]


def test_what_another_finished_meanwhile_comes_whole_as_a_note_of_its_own(page, base_url, data):
    open_recorder(page, base_url)
    record(page, 2)
    phone = pause(page)
    comes(page, lambda: page.evaluate(PHONE).get("begun"), "the beginning")
    page.request.post(f"{base_url}/recordings/{phone['id']}/finish", form={"csrf": token(page)}, max_redirects=0)
    comes(page, lambda: len(clips(data)) == 1, "the first clip")
    page.click("[data-main]")
    spoken(page, phone["frames"] / 16000 + 1.2)
    phone = pause(page)
    page.click("[data-side]")
    comes(page, lambda: len(clips(data)) == 2, "the second clip")
    assert phone["sha256"] in [hashlib.sha256(one).hexdigest() for one in clips(data)]


def token(page):
    return page.get_attribute('meta[name="csrf-token"]', "content")


def sound(seconds=1.0, rate=8000):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(
            int(8000 * math.sin(i / 5)).to_bytes(2, "little", signed=True) for i in range(int(seconds * rate))))
    return file.getvalue()


def upload(page, base_url, content, name="visit.wav"):
    page.goto(f"{base_url}/record")
    page.set_input_files("[data-upload] input[type=file]", {"name": name, "mimeType": "audio/wav", "buffer": content})


def test_a_file_is_taken_in_once_and_the_field_is_empty_again(page, base_url, data):
    upload(page, base_url, sound())
    page.wait_for_url(lambda url: "/record" not in url)
    assert len(list((data / "audio_cache").glob("clip_*"))) == 1
    upload(page, base_url, sound())
    page.wait_for_selector("[data-same]:not([hidden])")
    assert "Nothing was added." in page.inner_text("[data-same]")
    assert page.input_value("[data-upload] input[type=file]") == ""
    upload(page, base_url, b"words, not sound", "list.txt")
    page.wait_for_function("() => document.querySelector('[data-upload-words]').textContent.includes('not audio that we can read')")
    assert len(list((data / "audio_cache").glob("clip_*"))) == 1


def test_the_form_uploads_without_scripts(launch, server, data):
    page = launch(java_script_enabled=False).new_page()
    page.goto(server.link())
    for _ in range(2):
        page.goto(f"{server.url}/record")
        page.set_input_files("input[type=file]", {"name": "a.wav", "mimeType": "audio/wav", "buffer": sound(2)})
        with page.expect_navigation(wait_until="commit"):
            page.click("[data-send]")
    expect(page.locator("main")).to_contain_text("You already recorded this clip")
    assert len(list((data / "audio_cache").glob("clip_*"))) == 1


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
def test_the_resampler_is_flat_below_7_khz_and_lets_no_alias_through(page, base_url, rate):
    gain = """async ([rate, hz]) => {
      const { Resampler } = await import("/js/capture/resample.js");
      const from = new Resampler(rate), out = [];
      for (let start = 0; start < rate; start += 128) {
        from.push(Float32Array.from({ length: 128 }, (_, i) => Math.sin(2 * Math.PI * hz * (start + i) / rate)), (v) => out.push(v));
      }
      const middle = out.slice(2000, -2000);
      return 10 * Math.log10(2 * middle.reduce((sum, v) => sum + v * v, 0) / middle.length);
    }"""
    page.goto(f"{base_url}/record")
    for hz in (100, 1000, 3000, 6000, 7000):
        if hz < rate * 0.44:
            assert abs(page.evaluate(gain, [rate, hz])) < 0.05, hz
    for hz in (8100, 9000, 12000, 20000, 23000):
        if hz < rate / 2:
            assert page.evaluate(gain, [rate, hz]) < -85, hz
