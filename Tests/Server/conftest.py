"""Fixtures of the server's tests: one server for all that leave it as it was, others for the rest."""

import subprocess
import wave

import pytest

from serving import CLIP, Serving


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    running = Serving(tmp_path_factory.mktemp("server") / "data")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(server):
    return server.client()


@pytest.fixture
def launch(tmp_path):
    """Starts servers that one test has for itself."""
    started = []

    def launch(**settings):
        started.append(Serving(tmp_path / f"data{len(started)}", settings))
        return started[-1]

    yield launch
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory):
    """Two minutes: a clip again and again."""
    return repeated(tmp_path_factory.mktemp("sound") / "long.wav", 120)


@pytest.fixture(scope="session")
def longest_clip(tmp_path_factory):
    """Thirteen minutes, nearly all that an upload may have."""
    return repeated(tmp_path_factory.mktemp("sound") / "longest.wav", 780)


def repeated(file, seconds):
    with wave.open(str(CLIP)) as clip, wave.open(str(file), "wb") as long:
        long.setparams(clip.getparams())
        sound = clip.readframes(clip.getnframes())
        long.writeframes(sound * int(seconds / (clip.getnframes() / clip.getframerate())))
    return file


@pytest.fixture(scope="session")
def converted(tmp_path_factory):
    """The clip in another format, as ffmpeg writes it."""
    folder = tmp_path_factory.mktemp("formats")

    def convert(name, *options):
        file = folder / name
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", CLIP, *options, file], check=True)
        return file

    return convert
