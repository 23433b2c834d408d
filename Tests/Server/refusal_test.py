"""What is refused, and how: OpenAI's errors, as its client raises them."""

import openai
import pytest

from serving import CLIP, SENTENCE


@pytest.mark.parametrize("fields, param", [
    ({"response_format": "xml"}, "response_format"),
    ({"response_format": "diarized_json"}, "response_format"),
    ({"temperature": 1.5}, "temperature"),
    ({"language": "klingon"}, "language"),
    ({"timestamp_granularities": ["word"]}, "timestamp_granularities"),
    ({"include": ["logprobs"]}, "include"),
    ({"extra_body": {"stream": "maybe"}}, "stream"),
    ({"extra_body": {"chunking_strategy": "never"}}, "chunking_strategy"),
    ({"extra_body": {"known_speaker_names": ["Ann"]}}, "known_speaker_names"),
])
def test_a_wrong_field_is_named(client, fields, param):
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="whisper-1", file=CLIP, **fields)
    assert caught.value.param == param and caught.value.type == "invalid_request_error" and caught.value.message
    assert caught.value.request_id.startswith("req_")


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 100, b"RIFF\x00\x00\x00\x00WAVE", CLIP.read_bytes()[:2000]])
def test_what_is_no_recording_is_refused(client, content):
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="whisper-1", file=("a.wav", content))
    assert caught.value.param == "file" and "/" not in caught.value.message


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.audio.transcriptions.create(model="gpt-9", file=CLIP)
    assert caught.value.code == "model_not_found" and caught.value.param == "model"


def test_what_the_server_does_not_do_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="whisper-1", messages=[])
    assert caught.value.code == "unknown_url"


def test_a_file_beyond_the_limit_is_too_large(client):
    with pytest.raises(openai.APIStatusError) as caught:
        client.audio.transcriptions.create(model="whisper-1", file=("a.wav", bytes(26_214_401)))
    assert caught.value.status_code == 413 and "26214400" in caught.value.message


def test_the_limit_is_a_setting(launch, long_clip):
    server = launch(FIELDOS_API_MAX_BYTES="1000000")
    with pytest.raises(openai.APIStatusError) as caught:
        server.client().audio.transcriptions.create(model="whisper-1", file=long_clip)
    assert caught.value.status_code == 413 and "1000000" in caught.value.message
    assert server.client().audio.transcriptions.create(model="whisper-1", file=CLIP).text == SENTENCE


def test_keys_open_what_they_are_for(launch):
    server = launch()
    assert server.client().audio.transcriptions.create(model="whisper-1", file=CLIP).text == SENTENCE
    key = server.command("keys", "add", "suite", "--scope", "transcribe").stdout.strip()
    with pytest.raises(openai.AuthenticationError) as caught:
        server.client().audio.transcriptions.create(model="whisper-1", file=CLIP)
    assert caught.value.code == "invalid_api_key"
    client = server.client(api_key=key)
    assert client.audio.transcriptions.create(model="whisper-1", file=CLIP).text == SENTENCE
    with pytest.raises(openai.PermissionDeniedError):
        client.models.list()
    with pytest.raises(openai.PermissionDeniedError):
        client.audio.translations.create(model="whisper-1", file=CLIP)
    ident = server.command("keys", "list").stdout.splitlines()[-1].split()[0]
    assert server.command("keys", "revoke", ident).returncode == 0
    with pytest.raises(openai.AuthenticationError):
        client.audio.transcriptions.create(model="whisper-1", file=CLIP)
