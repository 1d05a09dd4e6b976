"""Models fetched from a server on this computer that misbehaves in every way servers do."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.catalogue import ENDPOINT_VARIABLE
from engine.downloading import Patience
from engine.installer import ModelInstaller
from engine.store import ModelFolder, ModelStore
from engine.store_error import StoreError, StoreFault
from engine.transfer import Transfer
from tests.bad_server import BadServer, Manners, serving, tag
from tests.store_models import QUICK, SIZE, make_model, offer, serve_folder, visible

pytestmark = pytest.mark.slow

AT_37_PERCENT = SIZE * 37 // 100
ENCODER = "/encoder.onnx"


@pytest.fixture
def server() -> Iterator[BadServer]:
    with serving() as running:
        yield running


@pytest.fixture
def published(server: BadServer, tmp_path: Path) -> ModelFolder:
    """A model, and the server that offers it."""
    folder = make_model(tmp_path / "published")
    serve_folder(server, folder)
    return folder


@pytest.fixture
def installer(tmp_path: Path) -> ModelInstaller:
    return ModelInstaller(tmp_path / "own", QUICK)


def refused(installer: ModelInstaller, folder: ModelFolder, *bases: str) -> StoreFault:
    """Fetch in vain; nothing may be installed."""
    with pytest.raises(StoreError) as caught:
        installer.fetch(offer(folder, *bases))
    assert visible(installer.root) == []
    assert list(ModelStore([installer.root])) == []
    return caught.value.fault


class TestWell:
    def test_a_model_arrives_whole(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        told: list[tuple[int, int]] = []
        model = offer(published, server.address)
        folder = installer.fetch(model, Transfer(lambda done, total: told.append((done, total))))
        folder.verify()
        assert folder.path == installer.root / "ktvic"
        assert folder.config == published.config
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert told[-1] == (model.size_bytes, model.size_bytes)
        assert [path.name for path in installer.root.iterdir() if path.is_dir()] == ["ktvic"]

    def test_a_newer_version_takes_the_place_of_the_old(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, tmp_path: Path
    ) -> None:
        installer.fetch(offer(published, server.address))
        newer = make_model(tmp_path / "newer", seed=1)
        serve_folder(server, newer)
        assert installer.fetch(offer(newer, server.address)).config == newer.config
        assert visible(installer.root) == ["ktvic"]

    def test_redirected_to_another_server(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        with serving() as front:
            for path in server.files:
                front.files[path] = Manners(redirect=server.address + path)
            installer.fetch(offer(published, front.address)).verify()
        assert server.ranges(ENCODER) == [""]

    def test_the_hub_can_be_replaced(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setenv(ENDPOINT_VARIABLE, server.address + "/")
        installer.fetch(offer(published, "{endpoint}")).verify()

    def test_without_a_length_and_without_ranges(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files[ENCODER].length, server.files[ENCODER].ranges = -1, False
        installer.fetch(offer(published, server.address)).verify()

    def test_through_the_proxy_of_the_environment(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """GIVEN addresses that only a proxy can reach THEN the files come through it."""
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", server.address)
        installer.fetch(offer(published, "http://models.invalid")).verify()
        assert {headers["Host"] for headers in server.headers} == {"models.invalid"}


class TestBreaks:
    @pytest.mark.parametrize("ranges", [True, False])
    def test_a_connection_that_breaks_once(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, ranges: bool
    ) -> None:
        """THEN the rest is fetched; from a server without ranges all of it is."""
        manners = server.files[ENCODER]
        manners.ranges, manners.die_after, manners.deaths = ranges, AT_37_PERCENT, 1
        installer.fetch(offer(published, server.address)).verify()
        assert server.ranges(ENCODER) == ["", f"bytes={AT_37_PERCENT}-"]

    def test_a_connection_that_breaks_again_and_again_but_goes_on(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        """GIVEN more breaks than pauses THEN it still ends, since each attempt brought something."""
        server.files[ENCODER].die_after = SIZE // 10
        installer.fetch(offer(published, server.address)).verify()
        assert len(server.ranges(ENCODER)) == 10

    def test_a_server_that_dies_at_37_percent_and_stays_dead(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        """GIVEN an older model THEN that one stays, and later the download goes on where it broke."""
        old = make_model(installer.root, "starter")
        model = offer(published, server.address)
        server.files[ENCODER].ranges, server.files[ENCODER].die_after = False, AT_37_PERCENT
        with pytest.raises(StoreError) as caught:
            installer.fetch(model)
        assert caught.value.fault is StoreFault.INTERRUPTED
        assert visible(installer.root) == ["starter"]
        old.verify()
        config_bytes = model.files[0].size_bytes
        assert installer.kept_bytes(model) == config_bytes + AT_37_PERCENT
        server.files[ENCODER].ranges, server.files[ENCODER].die_after = True, None
        server.asked.clear()
        installer.fetch(model).verify()
        assert server.asked[0] == (ENCODER, f"bytes={AT_37_PERCENT}-")
        assert installer.kept_bytes(model) == 0

    def test_a_server_that_was_turned_off(
        self, published: ModelFolder, server: BadServer, installer: ModelInstaller
    ) -> None:
        """THEN it is told apart from one that never was there."""
        server.files[ENCODER].die_after = AT_37_PERCENT
        with pytest.raises(StoreError):
            ModelInstaller(installer.root, Patience(pauses_s=())).fetch(offer(published, server.address))
        with serving() as gone:
            address = gone.address
        assert refused(installer, make_model(installer.root.parent / "b", "b"), address) is StoreFault.OFFLINE
        assert refused(installer, published, address) is StoreFault.INTERRUPTED

    def test_a_silent_server(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files[ENCODER].silent_after = AT_37_PERCENT
        hasty = ModelInstaller(installer.root, Patience(silence_s=0.2, pauses_s=()))
        assert refused(hasty, published, server.address) is StoreFault.INTERRUPTED

    def test_a_mirror_goes_on_where_the_first_server_broke(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files[ENCODER].die_after = AT_37_PERCENT
        with serving() as mirror:
            serve_folder(mirror, published, "/kho")
            installer.fetch(offer(published, server.address, f"{mirror.address}/kho")).verify()
            assert mirror.asked == [("/kho" + ENCODER, f"bytes={AT_37_PERCENT}-")]

    @pytest.mark.parametrize("tagged", [True, False])
    def test_a_file_that_changed_between_attempts(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, tagged: bool
    ) -> None:
        """THEN the two are not put together: the server says so, or else the checksum does."""
        right = server.files[ENCODER].content
        wrong = bytes(SIZE)
        server.files[ENCODER] = Manners(wrong, etag=tag(wrong) if tagged else "", die_after=AT_37_PERCENT)
        once = ModelInstaller(installer.root, Patience(pauses_s=()))
        assert refused(once, published, server.address) is StoreFault.INTERRUPTED
        server.files[ENCODER] = Manners(right, etag=tag(right) if tagged else "")
        server.asked.clear()
        installer.fetch(offer(published, server.address)).verify()
        resumed = f"bytes={AT_37_PERCENT}-"
        assert server.ranges(ENCODER) == ([resumed] if tagged else [resumed, ""])

    def test_a_newer_catalogue_forgets_the_parts_of_the_older(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, tmp_path: Path
    ) -> None:
        server.files[ENCODER].die_after = AT_37_PERCENT
        once = ModelInstaller(installer.root, Patience(pauses_s=()))
        refused(once, published, server.address)
        newer = make_model(tmp_path / "newer", seed=1)
        serve_folder(server, newer)
        server.asked.clear()
        installer.fetch(offer(newer, server.address)).verify()
        assert server.ranges(ENCODER) == [""]


class TestWrong:
    @pytest.mark.parametrize(
        ("manners", "fault"),
        [
            (Manners(status=404), StoreFault.GONE),
            (Manners(status=403), StoreFault.GONE),
            (Manners(status=500), StoreFault.SERVER_FAILED),
            (Manners(status=429), StoreFault.SERVER_FAILED),
            (Manners(bytes(SIZE)), StoreFault.DAMAGED),
            (Manners(bytes(SIZE - 1)), StoreFault.DAMAGED),
            (Manners(bytes(SIZE + 1), length=-1), StoreFault.DAMAGED),
            (Manners(bytes(SIZE // 3), length=SIZE), StoreFault.DAMAGED),
            (Manners(bytes(SIZE // 3), length=SIZE, ranges=False), StoreFault.INTERRUPTED),
            (Manners(bytes(SIZE // 3), length=-1, ranges=False), StoreFault.INTERRUPTED),
            (Manners(redirect=ENCODER), StoreFault.GONE),
        ],
        ids=["gone", "forbidden", "broken", "too-many", "other-bytes", "shorter", "longer", "truncated",
             "truncated-without-ranges", "truncated-without-length", "redirected-in-a-circle"],
    )  # fmt: skip
    def test_one_fault_for_each(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller,
        manners: Manners, fault: StoreFault,
    ) -> None:  # fmt: skip
        server.files[ENCODER] = manners
        assert refused(installer, published, server.address) is fault

    def test_wrong_bytes_are_not_kept(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files[ENCODER].content = bytes(SIZE)
        refused(installer, published, server.address)
        model = offer(published, server.address)
        assert installer.kept_bytes(model) == model.files[0].size_bytes

    def test_a_fault_that_passes(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files[ENCODER].status, server.files[ENCODER].failures = 503, 2
        installer.fetch(offer(published, server.address)).verify()
        assert len(server.ranges(ENCODER)) == 3

    def test_a_mirror_makes_up_for_a_bad_one(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        server.files["/bad" + ENCODER] = Manners(bytes(SIZE))
        bases = f"{server.address}/bad", f"{server.address}/none", server.address
        installer.fetch(offer(published, *bases)).verify()
        assert len(server.ranges("/bad" + ENCODER)) == 1

    def test_a_catalogue_that_contradicts_the_model(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, tmp_path: Path
    ) -> None:
        """GIVEN a config of another model among the files THEN nothing of it stays."""
        other = make_model(tmp_path / "other", seed=1)
        (published.path / "config.json").write_bytes((other.path / "config.json").read_bytes())
        serve_folder(server, published)
        assert refused(installer, published, server.address) is StoreFault.BAD_CATALOGUE
        assert installer.kept_bytes(offer(published, server.address)) == 0

    def test_a_proxy_that_is_not_there(
        self, published: ModelFolder, installer: ModelInstaller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with serving() as gone:
            monkeypatch.setenv("http_proxy", gone.address)
        assert refused(installer, published, "http://models.invalid") is StoreFault.PROXY

    def test_a_server_that_cannot_prove_who_it_is(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        address = server.address.replace("http:", "https:")
        assert refused(installer, published, address) is StoreFault.UNTRUSTED

    def test_no_address(self, published: ModelFolder, installer: ModelInstaller) -> None:
        with pytest.raises(StoreError) as caught:
            installer.fetch(offer(published, "{catalogue}"))
        assert caught.value.fault is StoreFault.NO_ADDRESS
        assert not installer.root.exists()


class TestCancel:
    @pytest.mark.parametrize("manners", ["drips", "silent"])
    def test_at_once_and_to_go_on_later(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller, manners: str
    ) -> None:
        """GIVEN a server that hardly sends, or no longer does, THEN stopping does not wait for it."""
        if manners == "drips":
            server.files[ENCODER].drip_s = 0.01
        else:
            server.files[ENCODER].silent_after = AT_37_PERCENT
        begun, caught = threading.Event(), []
        model = offer(published, server.address)

        def progressed(done: int, total: int) -> None:
            if done > model.files[0].size_bytes:
                begun.set()

        transfer = Transfer(progressed)

        def work() -> None:
            with pytest.raises(StoreError) as info:
                ModelInstaller(installer.root, Patience(silence_s=60)).fetch(model, transfer)
            caught.append(info.value.fault)

        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(5)
        time.sleep(0.1)  # to be within a read that waits
        start = time.monotonic()
        transfer.cancel()
        thread.join(5)
        assert time.monotonic() - start < 1
        assert caught == [StoreFault.CANCELLED]
        assert visible(installer.root) == []
        assert installer.kept_bytes(model) > model.files[0].size_bytes
        server.files[ENCODER].drip_s, server.files[ENCODER].silent_after = 0, None
        installer.fetch(model).verify()
        assert server.ranges(ENCODER)[-1].startswith("bytes=")

    def test_before_it_begins(
        self, server: BadServer, published: ModelFolder, installer: ModelInstaller
    ) -> None:
        transfer = Transfer()
        transfer.cancel()
        with pytest.raises(StoreError) as caught:
            installer.fetch(offer(published, server.address), transfer)
        assert caught.value.fault is StoreFault.CANCELLED

    def test_between_two_attempts(self, published: ModelFolder, installer: ModelInstaller) -> None:
        with serving() as gone:
            address = gone.address
        transfer = Transfer()
        threading.Timer(0.2, transfer.cancel).start()
        start = time.monotonic()
        with pytest.raises(StoreError) as caught:
            ModelInstaller(installer.root, Patience(pauses_s=(30,))).fetch(
                offer(published, address), transfer
            )
        assert caught.value.fault is StoreFault.CANCELLED
        assert time.monotonic() - start < 5
