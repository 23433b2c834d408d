"""Transcripts and translations: files of every format, answers of every format, every field."""

import io
import json

import openai
import pytest

from serving import CLIP, CLIPS, SENTENCE

FORMATS = {
    "a.wav": (), "a.flac": (), "a.mp3": ("-b:a", "128k"), "a.mpga": ("-f", "mp3", "-b:a", "128k"),
    "a.mpeg": ("-f", "mp3", "-b:a", "128k"), "a.m4a": ("-c:a", "aac", "-b:a", "128k"),
    "a.mp4": ("-c:a", "aac", "-b:a", "128k"), "a.ogg": ("-c:a", "libvorbis", "-q:a", "8"),
    "a.oga": ("-c:a", "flac", "-f", "ogg"), "a.webm": ("-c:a", "libopus", "-b:a", "96k"),
    "a.stereo.wav": ("-ac", "2", "-ar", "48000"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_files_of_every_format_are_read(server, client, converted, name):
    file = converted(name, *FORMATS[name])
    heard = client.audio.transcriptions.create(model="whisper-1", file=file, response_format="text")
    assert heard == server.printed(file)
    assert heard.split()[:2] == SENTENCE.split()[:2]


@pytest.mark.parametrize("clip", sorted(CLIPS.glob("*.wav")), ids=lambda clip: clip.stem)
@pytest.mark.parametrize("form", ["text", "srt", "vtt"])
def test_plain_answers_are_what_transcribe_prints(server, client, clip, form):
    heard = client.audio.transcriptions.create(model="whisper-1", file=clip, response_format=form)
    assert heard == server.printed(clip, "--format", form)


@pytest.mark.parametrize("clip", sorted(CLIPS.glob("*.wav")), ids=lambda clip: clip.stem)
def test_verbose_json_is_what_transcribe_prints(server, client, clip):
    raw = client.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=clip, response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert raw.text == server.printed(clip, "--format", "verbose_json", "--word-timestamps")
    heard = raw.parse()
    assert heard.language == "english" and heard.segments[0].id == 0 and heard.words[0].start >= 0
    assert heard.text == client.audio.transcriptions.create(model="whisper-1", file=clip).text


def test_json_has_the_text_and_the_seconds(client):
    heard = client.audio.transcriptions.create(model="whisper-1", file=CLIP, response_format="json")
    assert heard.text == SENTENCE
    assert heard.usage.type == "duration" and heard.usage.seconds == 4


@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "demo-en"])
def test_models_go_by_the_names_that_clients_know(client, model):
    assert client.audio.transcriptions.create(model=model, file=CLIP).text == SENTENCE


@pytest.mark.parametrize("file", [
    lambda: CLIP.open("rb"), lambda: CLIP.read_bytes(), lambda: io.BytesIO(CLIP.read_bytes()),
    lambda: ("visit.wav", CLIP.read_bytes()), lambda: ("Ünïcode \"quoted\".wav", CLIP.read_bytes(), "audio/wav")])
def test_files_come_in_any_way_that_the_client_has(client, file):
    assert client.audio.transcriptions.create(model="whisper-1", file=file()).text == SENTENCE


@pytest.mark.parametrize("fields, flags", [
    ({"prompt": "Valley Church"}, ["--initial-prompt", "Valley Church"]),
    ({"language": "en"}, ["--language", "en"]),
    ({"temperature": 0}, []),
    ({"temperature": 0.6}, ["--temperature", "0.6"]),
    ({"extra_body": {"hotwords": "Terrence"}}, ["--hotwords", "Terrence"]),
])
def test_fields_mean_what_the_flags_of_transcribe_mean(server, client, fields, flags):
    heard = client.audio.transcriptions.create(model="whisper-1", file=CLIP, response_format="verbose_json", **fields)
    printed = json.loads(server.printed(CLIP, "--format", "verbose_json", *flags))
    assert heard.text == printed["text"]
    assert [segment.tokens for segment in heard.segments] == [segment["tokens"] for segment in printed["segments"]]


@pytest.mark.parametrize("strategy", ["auto", {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 500}])
def test_silence_is_left_out_where_that_is_asked_for(client, strategy):
    heard = client.audio.transcriptions.create(model="whisper-1", file=CLIP, chunking_strategy=strategy)
    assert heard.text.split()[:2] == SENTENCE.split()[:2]


@pytest.mark.parametrize("form", ["json", "text", "verbose_json", "srt", "vtt"])
def test_translations_answer_in_every_format(server, client, form):
    heard = client.audio.translations.create(model="whisper-1", file=CLIP, response_format=form)
    if form in ("json", "verbose_json"):
        assert heard.text == SENTENCE
    else:
        assert heard == server.printed(CLIP, "--format", form)


def test_a_long_recording_is_heard_to_its_end(server, client, long_clip):
    heard = client.audio.transcriptions.create(model="whisper-1", file=long_clip, response_format="text")
    assert heard == server.printed(long_clip)
    assert len(heard) > 3 * len(SENTENCE)


def test_models_are_listed_and_found(client):
    listed = [model.id for model in client.models.list()]
    assert listed[0] == "demo-en" and "whisper-1" in listed
    assert client.models.retrieve("whisper-1").owned_by == "fieldos"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")
