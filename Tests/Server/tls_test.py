"""https with a certificate of `fieldos cert`."""

import socket
import ssl
import subprocess

import openai
import pytest

from product import BINARY
from serving import CLIP, SENTENCE


@pytest.fixture
def secure(launch, tmp_path):
    folder = tmp_path / "tls"
    subprocess.run(
        [BINARY, "cert", "--host", "127.0.0.1", "--out", folder], cwd=tmp_path, check=True, capture_output=True)
    server = launch(FIELDOS_TLS_CERT=str(folder / "server.crt"), FIELDOS_TLS_KEY=str(folder / "server.key"))
    assert server.url.startswith("https://")
    return server, folder / "authority.crt"


def test_who_trusts_the_authority_is_served_over_tls(secure, long_clip):
    server, authority = secure
    trust = ssl.create_default_context(cafile=authority)
    client = server.client(http_client=openai.DefaultHttpxClient(verify=trust))
    ask = client.audio.transcriptions.create
    assert ask(model="whisper-1", file=CLIP).text == SENTENCE
    deltas = [event.delta for event in ask(model="whisper-1", file=long_clip, stream=True) if event.type.endswith("delta")]
    assert "".join(deltas) == ask(model="whisper-1", file=long_clip).text
    with pytest.raises(openai.APIConnectionError):
        server.client().models.list()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_of_tls_and_plain_http_get_nothing(secure):
    server, authority = secure
    old = ssl.create_default_context(cafile=authority)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        with pytest.raises(ssl.SSLError, match="alert protocol version"):
            old.wrap_socket(plain, server_hostname="127.0.0.1")
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        plain.sendall(b"GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"HTTP/1.1" not in plain.recv(100)


def test_a_file_of_tls_that_is_wrong_is_named(launch, tmp_path):
    server = launch()
    (tmp_path / "junk.pem").write_text("nothing")
    server.environment |= {"FIELDOS_TLS_CERT": str(tmp_path / "junk.pem"), "FIELDOS_TLS_KEY": "/nowhere.pem"}
    done = server.command("serve", "--port", "0")
    assert done.returncode == 1 and "junk.pem" in done.stderr and "fieldos cert" in done.stderr
    del server.environment["FIELDOS_TLS_KEY"]
    done = server.command("serve", "--port", "0")
    assert done.returncode == 2 and "FIELDOS_TLS_KEY" in done.stderr
