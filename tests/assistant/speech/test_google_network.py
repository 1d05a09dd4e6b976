"""How the online voice reaches Google: certificates, proxies, compressed and endless answers."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from assistant.speech import google_fetch
from assistant.speech.google_fetch import ENDPOINT, fetch_mp3
from assistant.speech.voice import VoiceError, VoiceFault
from tests.assistant.speech.fake_google import answers, drips, envelope, serve, speaks, tone_mp3, waits

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the proxies and certificates that a test names."""
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "requests_ca_bundle",
        "curl_ca_bundle",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def fault_of(endpoint: str) -> VoiceFault:
    with pytest.raises(VoiceError) as caught:
        fetch_mp3("Xin chào", slow=False, endpoint=endpoint)
    return caught.value.fault


def test_texts_go_out_under_tls() -> None:
    assert ENDPOINT.startswith("https://translate.google.com/")


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    """GIVEN somebody on the way who answers for Google, THEN the text is not even sent."""
    with serve(speaks(), certificate) as google:
        assert fault_of(google.url) is VoiceFault.FAILED
        assert google.texts == []


def test_a_certificate_that_is_vouched_for_is_accepted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above: it is the certificate that was refused, nothing else."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serve(speaks(), certificate) as google:
        assert fetch_mp3("Xin chào", slow=False, endpoint=google.url) == tone_mp3()
        assert google.texts == ["Xin chào"]


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(speaks()) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.partition("/_/")[0])
        assert fetch_mp3("Xin chào", slow=False, endpoint="http://google.invalid/speak") == tone_mp3()
        assert proxy.paths == ["http://google.invalid/speak"]


def test_a_compressed_answer_is_understood() -> None:
    body = gzip.compress(envelope(tone_mp3()))
    with serve(answers(body, 200, **{"Content-Encoding": "gzip"})) as google:
        assert fetch_mp3("Xin chào", slow=False, endpoint=google.url) == tone_mp3()


@pytest.mark.parametrize("answer", [drips(0.01), waits(5)], ids=["drips", "waits"])
def test_an_answer_has_an_end(answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """WHEN bytes come one by one or not at all, THEN the request is given up at its limit."""
    monkeypatch.setattr(google_fetch, "LIMIT_S", 0.5)
    with serve(answer) as google:  # type: ignore[arg-type]
        began = time.monotonic()
        assert fault_of(google.url) is VoiceFault.TIMED_OUT
        assert 0.4 < time.monotonic() - began < 1.0


def test_an_answer_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_fetch, "_LIMIT_BYTES", 1000)
    with serve(speaks()) as google:
        assert fault_of(google.url) is VoiceFault.TIMED_OUT


def test_the_limit_holds_for_all_parts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_fetch, "LIMIT_S", 0.5)
    text = "Một con mèo nằm trên ghế, nhìn ra ngoài cửa sổ. " * 8
    with serve(waits(0.2)) as google:
        with pytest.raises(VoiceError) as caught:
            fetch_mp3(text, slow=False, endpoint=google.url)
        assert caught.value.fault is VoiceFault.TIMED_OUT
        assert len(google.texts) == 3


def test_the_text_is_not_in_the_error() -> None:
    """Errors are logged; what was on the person's screen is not."""
    with pytest.raises(VoiceError) as caught:
        fetch_mp3("chuyện riêng", slow=False, endpoint="http://127.0.0.1:9/")
    assert "riêng" not in str(caught.value)
    assert "ri%C3%AAng" not in str(caught.value)
