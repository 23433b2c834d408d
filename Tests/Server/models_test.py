"""Several models at a time, within a budget."""

import concurrent.futures
import shutil

import openai
import pytest

from serving import CLIP, SENTENCE, eventually
from product import ROOT

DEMO = ROOT / "Sources/fieldos/Resources/demo-en"


def ask(server, model):
    return server.client().audio.transcriptions.create(model=model, file=CLIP).text


def install(server, *names):
    for name in names:
        shutil.copytree(DEMO, server.data / "models" / name)
    eventually(lambda: set(names) <= {model.id for model in server.client().models.list()}, 15, "the new models")


def test_models_that_come_while_it_serves_are_listed_and_asked_for_by_name(launch):
    server = launch()
    with pytest.raises(openai.NotFoundError):
        ask(server, "second")
    install(server, "second")
    assert server.client().models.retrieve("second").id == "second"
    assert ask(server, "second") == SENTENCE
    assert "model second loaded" in server.said() and "made room" not in server.said()


def test_who_was_not_asked_for_the_longest_makes_room(launch):
    # The demo model's weights take some 9 MB: two fit, three don't.
    server = launch(FIELDOS_API_MODEL_MEMORY="24M")
    install(server, "second", "third")
    for model in ("second", "demo-en", "third", "second"):
        assert ask(server, model) == SENTENCE
    assert "model second loaded\n" in server.said()
    assert "model third loaded, second made room" in server.said()
    assert "model second loaded, demo-en made room" in server.said()


def test_requests_for_several_models_at_once_are_all_served(launch):
    server = launch(FIELDOS_API_MODEL_MEMORY="24M")
    install(server, "second", "third")
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        heard = list(pool.map(lambda model: ask(server, model), ["whisper-1", "second", "third"] * 8))
    assert heard == [SENTENCE] * 24
    assert server.said().count("started") == 1


def test_a_model_that_was_damaged_fails_its_requests_and_no_others(launch):
    server = launch()
    install(server, "second")
    (server.data / "models/second/model.bin").write_bytes(b"nothing")
    with pytest.raises((openai.InternalServerError, openai.NotFoundError)):
        ask(server, "second")
    assert ask(server, "whisper-1") == SENTENCE
