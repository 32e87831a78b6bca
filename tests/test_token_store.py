"""Stores of tokens: what all promise, and what the file promises besides."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smartcar import FileTokens, MemoryTokens, TokenStore, TokenStoreError
from smartcar.tokens import KeptTokens, new_key

ACCESS, REFRESH = "planted-access", "planted-refresh"
KEY, OTHER = new_key(), new_key()
SIDES = ("", "-wal", "-shm")


class Now:
    """Unix seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 1e9

    def __call__(self) -> float:
        return self.at


def some(access: str = ACCESS, **more: Any) -> KeptTokens:
    facts: dict[str, Any] = {"expires_at": 2e9, "renew_at": 1.9e9, "refresh_expires_at": 3e9}
    return KeptTokens(access_token=access, refresh_token=REFRESH, **(facts | more))


Make = Callable[[Path, Now], TokenStore]
STORES: dict[str, Make] = {
    "memory": lambda _, now: MemoryTokens(now=now),
    "plain file": lambda path, now: FileTokens(path / "t.db", now=now),
    "encrypted file": lambda path, now: FileTokens(path / "t.db", KEY, now=now),
}


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path, now: Now) -> TokenStore:
    return STORES[request.param](tmp_path, now)


# --- what all promise -----------------------------------------------------------------------------


def test_what_is_saved_is_there_and_nothing_else(store: TokenStore) -> None:
    assert store.get("ada") is None
    tokens = some(is_dead=True)
    assert store.save("ada", tokens)
    assert store.get("ada") == tokens
    assert store.get("bruno") is None


def test_the_last_saved_is_kept(store: TokenStore) -> None:
    store.save("ada", some())
    new = some("new")
    assert store.save("ada", new)
    assert store.get("ada") == new


def test_only_the_version_that_was_meant_is_replaced(store: TokenStore) -> None:
    first, second = some("first"), some("second")
    assert not store.save("ada", first, "none")
    assert store.get("ada") is None
    store.save("ada", first)
    assert store.save("ada", second, first.version)
    assert not store.save("ada", some("third"), first.version)
    assert store.get("ada") == second


def test_of_many_threads_that_replace_the_same_version_one_does(store: TokenStore) -> None:
    first = some()
    store.save("ada", first)
    all_here = threading.Barrier(40)

    def save(number: int) -> bool:
        all_here.wait()
        return store.save("ada", some(f"{number}"), first.version)

    with ThreadPoolExecutor(40) as pool:
        done = list(pool.map(save, range(40)))
    assert done.count(True) == 1
    kept = store.get("ada")
    assert kept is not None
    assert kept.access_token == str(done.index(True))


def test_one_holder_at_a_time(store: TokenStore) -> None:
    tokens = some()
    store.save("ada", tokens)
    store.save("bruno", tokens)
    assert store.lease("ada", tokens.version, "me")
    assert not store.lease("ada", tokens.version, "you")
    assert store.lease("ada", tokens.version, "me")
    assert store.lease("bruno", tokens.version, "you"), "owners do not wait for each other"


def test_what_is_not_there_any_more_is_not_leased(store: TokenStore) -> None:
    assert not store.lease("ada", "none", "me")
    store.save("ada", some())
    assert not store.lease("ada", "none", "me")


def test_a_lease_ends_by_itself(store: TokenStore, now: Now) -> None:
    tokens = some()
    store.save("ada", tokens)
    store.lease("ada", tokens.version, "me")
    now.at += store.lease_seconds - 0.1
    assert not store.lease("ada", tokens.version, "you")
    now.at += 0.2
    assert store.lease("ada", tokens.version, "you")
    store.release("ada", "me", settled=True)
    assert not store.lease("ada", tokens.version, "me"), "it is yours: I cannot end it"


def test_a_clock_that_is_put_back_makes_nobody_wait_for_it(store: TokenStore, now: Now) -> None:
    tokens = some()
    store.save("ada", tokens)
    store.lease("ada", tokens.version, "me")
    now.at -= 3600
    assert store.lease("ada", tokens.version, "you")
    now.at -= 1
    assert not store.lease("ada", tokens.version, "me"), "a moment is no hour"


def test_what_was_begun_is_known_until_it_is_settled(store: TokenStore, now: Now) -> None:
    tokens = some()
    store.save("ada", tokens)
    assert store.unsettled() == []
    store.lease("ada", tokens.version, "me")
    begun_at, now.at = now.at, now.at + 5
    store.release("ada", "me", settled=False)
    store.lease("ada", tokens.version, "you")
    kept = store.get("ada")
    assert kept == replace(tokens, begun_at=begun_at), "the first beginning counts"
    assert store.unsettled() == ["ada"]
    store.release("ada", "you", settled=True)
    assert store.get("ada") == tokens
    assert store.unsettled() == []


def test_saving_settles_and_ends_the_lease(store: TokenStore) -> None:
    tokens, new = some(), some("new")
    store.save("ada", tokens)
    store.lease("ada", tokens.version, "me")
    store.save("ada", new, tokens.version)
    assert store.get("ada") == new
    assert store.unsettled() == []
    assert store.lease("ada", new.version, "you")


def test_what_is_deleted_is_gone(store: TokenStore) -> None:
    store.save("ada", some())
    store.delete("ada")
    store.delete("ada")
    assert store.get("ada") is None


@pytest.mark.parametrize(
    "owner", ["42", "ada@example.com", "Übergröße 漢字", "a' OR 1=1 --", "x" * 500]
)
def test_any_id_is_an_owner_of_its_own(store: TokenStore, owner: str) -> None:
    store.save("other", some("other"))
    tokens = some()
    store.save(owner, tokens)
    assert store.get(owner) == tokens
    store.delete(owner)
    assert store.get("other") is not None


@pytest.mark.parametrize("seconds", [0, -1, 30.1, float("nan")])
def test_a_lease_that_could_outlive_the_old_token_is_refused(
    tmp_path: Path, seconds: float
) -> None:
    with pytest.raises(ValueError, match="lease_seconds"):
        MemoryTokens(lease_seconds=seconds)
    with pytest.raises(ValueError, match="lease_seconds"):
        FileTokens(tmp_path / "t.db", lease_seconds=seconds)


def test_nothing_shows_a_secret_and_nothing_is_pickled(store: TokenStore) -> None:
    tokens = some()
    store.save("ada", tokens)
    for thing in (store, tokens, store.get("ada")):
        shown = f"{thing!r} {thing!s} {thing}"
        assert not [secret for secret in (ACCESS, REFRESH, KEY) if secret in shown]
        with pytest.raises(TypeError, match=r"secret|key"):
            pickle.dumps(thing)


# --- the file -------------------------------------------------------------------------------------


def modes(path: Path) -> set[int]:
    return {Path(f"{path}{side}").stat().st_mode & 0o777 for side in SIDES}


def content(path: Path) -> bytes:
    sides = [Path(f"{path}{side}") for side in SIDES]
    return b"".join(side.read_bytes() for side in sides if side.exists())


def test_only_its_owner_can_read_the_file_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with FileTokens(tmp_path / "t.db") as store:
            store.save("ada", some())
            assert modes(store.path) == {0o600}
    finally:
        os.umask(before)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, side: str, mode: int) -> None:
    path = tmp_path / "t.db"
    with FileTokens(path) as first:
        first.save("ada", some())
        Path(f"{path}{side}").chmod(mode)
        with pytest.raises(PermissionError, match="chmod 600"):
            FileTokens(path)


def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = Path("/etc/passwd")  # root's, on every system that has users
    if os.geteuid() == 0:
        path = tmp_path / "t.db"
        FileTokens(path).close()
        os.chown(path, 12345, -1)
    with pytest.raises(PermissionError, match="another user"):
        FileTokens(path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        FileTokens(tmp_path / "nowhere" / "t.db")


def test_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"These are not tokens. " * 100)
    path.chmod(0o600)
    with pytest.raises(TokenStoreError, match="cannot be used"):
        FileTokens(path)
    assert path.read_bytes() == b"These are not tokens. " * 100


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE owners (name)")
    other.close()
    path.chmod(0o600)
    with pytest.raises(TokenStoreError, match="another program"):
        FileTokens(path)


def test_a_file_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    FileTokens(path).close()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 2")
    newer.close()
    with pytest.raises(TokenStoreError, match="newer version"):
        FileTokens(path)


def test_another_object_of_the_same_file_sees_the_same(tmp_path: Path) -> None:
    one, other = (FileTokens(tmp_path / "t.db", KEY) for _ in range(2))
    tokens = some()
    one.save("ada", tokens)
    assert other.get("ada") == tokens
    assert other.lease("ada", tokens.version, "me")
    assert not one.lease("ada", tokens.version, "you")
    one.close()
    other.close()
    assert one.get("ada") == replace(tokens, begun_at=one.get("ada").begun_at)  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize("attempt", range(10))
def test_many_may_begin_with_the_same_new_file_at_once(tmp_path: Path, attempt: int) -> None:
    all_here = threading.Barrier(20)

    def begin(number: int) -> FileTokens:
        all_here.wait()
        store = FileTokens(tmp_path / "t.db", KEY)
        store.save(f"{number}", some(f"{number}"))
        return store

    with ThreadPoolExecutor(20) as pool:
        stores = list(pool.map(begin, range(20)))
    for number in range(20):
        kept = stores[-1].get(f"{number}")
        assert kept is not None
        assert kept.access_token == f"{number}"


def test_a_child_process_and_its_parent_use_one_store(tmp_path: Path) -> None:
    program = """
import os, sys
from smartcar import FileTokens
from smartcar.tokens import KeptTokens
store = FileTokens(sys.argv[1])
ends = {"expires_at": 1, "renew_at": 1, "refresh_expires_at": 1}
some = KeptTokens(access_token="a", refresh_token="r", **ends)
store.save("parent", some)
if os.fork() == 0:
    store.save("child", some)
    os._exit(0 if store.get("parent") == some else 1)
_, status = os.wait()
assert status == 0, status
assert store.get("child") == store.get("parent") == some
"""
    subprocess.run([sys.executable, "-c", program, tmp_path / "t.db"], check=True)


# --- encrypted ------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with the tokens of two owners, encrypted."""
    with FileTokens(tmp_path / "t.db", KEY) as store:
        store.save("ada", some())
        store.save("bruno", some())
    return tmp_path / "t.db"


def change(path: Path, statement: str, *fields: object) -> None:
    """Do what somebody may who can write the file."""
    file = sqlite3.connect(path)
    with file:
        assert file.execute(statement, fields).rowcount > 0
    file.close()


def test_with_a_key_no_token_is_in_the_file(tmp_path: Path) -> None:
    with FileTokens(tmp_path / "t.db", KEY) as store:
        store.save("ada", some())
        assert ACCESS.encode() not in content(store.path)
        assert REFRESH.encode() not in content(store.path)
        assert KEY.encode() not in content(store.path)


def test_without_a_key_tokens_are_as_they_are(tmp_path: Path) -> None:
    with FileTokens(tmp_path / "t.db") as store:
        store.save("ada", some())
        assert ACCESS.encode() in content(store.path)
        store.delete("ada")
        assert ACCESS.encode() not in content(store.path), "what is forgotten is gone"


def test_a_key_may_be_bytes_or_either_kind_of_base64(tmp_path: Path) -> None:
    import base64  # noqa: PLC0415

    raw = b"\xff" * 32
    written = [raw, base64.b64encode(raw), base64.urlsafe_b64encode(raw).decode() + "\n"]
    tokens = some()
    FileTokens(tmp_path / "t.db", written[0]).save("ada", tokens)
    for key in written:
        assert FileTokens(tmp_path / "t.db", key).get("ada") == tokens


@pytest.mark.parametrize(
    "key", ["", "planted", b"planted", "planted" * 10, "QUJD" * 8, [], "é"], ids=repr
)
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, key: Any) -> None:
    with pytest.raises(ValueError, match="key") as caught:
        FileTokens(tmp_path / "t.db", key)
    assert "planted" not in str(caught.value)
    assert not (tmp_path / "t.db").exists()


@pytest.mark.parametrize("key", [5, [5], object(), {"key": KEY}.items()], ids=type)
def test_a_key_of_another_kind_is_refused_as_such(tmp_path: Path, key: Any) -> None:
    with pytest.raises(TypeError, match="key must be"):
        FileTokens(tmp_path / "t.db", key)
    assert not (tmp_path / "t.db").exists()


def test_what_is_no_id_is_told_as_such(path: Path) -> None:
    store = FileTokens(path, KEY)

    for act in (store.get, store.delete, lambda owner: store.save(owner, some())):
        with pytest.raises(ValueError, match="owner must be your own id"):
            act("\ud800")


def test_what_is_saved_outlives_a_loss_of_power(path: Path) -> None:
    # SQLite's FULL: without it, what was saved last in a WAL may be gone after one.
    with FileTokens(path, KEY)._access() as file:
        assert file.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_wrong_key_is_told_as_such(path: Path) -> None:
    for store in (FileTokens(path, OTHER), FileTokens(path)):
        with pytest.raises(TokenStoreError, match=r"'ada' cannot be read: .* another key"):
            store.get("ada")


def test_any_flipped_byte_is_noticed_and_the_others_stay_readable(path: Path) -> None:
    file = sqlite3.connect(path)
    (whole,) = file.execute("SELECT tokens FROM owners WHERE owner = 'ada'").fetchone()
    file.close()
    with FileTokens(path, KEY) as store:
        for at in range(len(whole)):
            flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
            change(path, "UPDATE owners SET tokens = ? WHERE owner = 'ada'", flipped)
            with pytest.raises(TokenStoreError, match="'ada' cannot be read"):
                store.get("ada")
            assert store.get("bruno") is not None


@pytest.mark.parametrize(
    "written", [b"", b"\x01", b"\x01short", b"{", b"text", "text", 5], ids=repr
)
def test_nonsense_is_noticed_and_may_be_replaced(path: Path, written: object) -> None:
    change(path, "UPDATE owners SET tokens = ? WHERE owner = 'ada'", written)
    with FileTokens(path, [KEY, None]) as store:
        with pytest.raises(TokenStoreError, match="'ada' cannot be read"):
            store.get("ada")
        tokens = some("again")
        assert store.save("ada", tokens), "the owner may reconnect"
        assert store.get("ada") == tokens


def test_no_owners_tokens_can_be_put_in_anothers_place(path: Path) -> None:
    change(path, "DELETE FROM owners WHERE owner = 'ada'")
    change(path, "UPDATE owners SET owner = 'ada' WHERE owner = 'bruno'")
    with FileTokens(path, KEY) as store, pytest.raises(TokenStoreError, match="'ada'"):
        store.get("ada")


def test_old_tokens_cannot_be_put_in_the_place_of_new_ones(path: Path) -> None:
    file = sqlite3.connect(path)
    (old,) = file.execute("SELECT tokens FROM owners WHERE owner = 'ada'").fetchone()
    file.close()
    with FileTokens(path, KEY) as store:
        store.save("ada", some("new"))
        change(path, "UPDATE owners SET tokens = ? WHERE owner = 'ada'", old)
        with pytest.raises(TokenStoreError, match="'ada'"):
            store.get("ada")


def test_a_key_is_changed_while_the_file_is_in_use(path: Path) -> None:
    with FileTokens(path, [OTHER, KEY]) as both:
        ada = both.get("ada")
        assert ada is not None
        both.save("bruno", some())
        with FileTokens(path, OTHER) as new:
            assert new.get("bruno") is not None, "what is saved is of the new key"
            with pytest.raises(TokenStoreError):
                new.get("ada")
            assert both.reseal() == 1
            assert both.reseal() == 0
            assert new.get("ada") == ada
    with FileTokens(path, KEY) as old, pytest.raises(TokenStoreError):
        old.get("ada")


def test_a_plain_file_is_encrypted_later(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    with FileTokens(path) as plain:
        plain.save("ada", some())
    with FileTokens(path, KEY) as strict:
        with pytest.raises(TokenStoreError, match="not encrypted"):
            strict.get("ada")
        with FileTokens(path, [KEY, None]) as both:
            assert both.reseal() == 1
        assert strict.get("ada") is not None
        assert ACCESS.encode() not in content(path)


def test_what_cannot_be_read_does_not_keep_the_rest_from_the_new_key(path: Path) -> None:
    change(path, "UPDATE owners SET tokens = ? WHERE owner = 'ada'", b"nonsense")
    with FileTokens(path, [OTHER, KEY]) as both:
        with pytest.raises(TokenStoreError, match="'ada'"):
            both.reseal()
        assert FileTokens(path, OTHER).get("bruno") is not None


def test_without_the_package_that_encrypts_it_says_what_to_install(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["cryptography"] = None
from smartcar import FileTokens
FileTokens(sys.argv[1]).close()
try:
    FileTokens(sys.argv[1], b"k" * 32)
except ImportError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "t.db"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pip install 'smartcar-sdk[tokens]'" in told.stdout


def test_what_happens_in_the_file_is_told_as_one_kind_of_error(tmp_path: Path) -> None:
    store = FileTokens(tmp_path / "t.db")
    file = sqlite3.connect(store.path)
    file.execute("DROP TABLE owners")
    file.close()
    for ask in (lambda: store.get("ada"), lambda: store.save("ada", some()), store.unsettled):
        with pytest.raises(TokenStoreError, match="cannot be used"):
            ask()
