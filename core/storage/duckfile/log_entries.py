"""The entries of DuckDB's write-ahead log: where each ends and of what kind it is, encrypted or not.

A log is a version, and then entries. A plain one is 8 bytes length, 8 bytes checksum, then the entry. An encrypted one
(AES-256-GCM) is 8 bytes length, 12 bytes nonce, then checksum and entry under the key, then 16 bytes tag. The key of a
database is the hash of the salt in its head and of what it was given. Found out from files of DuckDB 1.5; logs of another
version give None, and so does a log that no key opens.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

VERSION = bytes.fromhex("640062650002ffff")
SEALED = bytes.fromhex(
    "640062650003660010"
)  # then the salt of the database and a counter, as numbers of 7 bits a byte
KIND = b"d\0"  # what each entry begins with, before its kind
FRAME = struct.Struct("<QQ")  # length and checksum
NONCE, CHECKSUM, TAG = 12, 8, 16
SALT = 124  # where the salt stands in a database file
SALTED = 16
Entries = Iterator[tuple[int, int | None]]


def entries(file: BinaryIO, database: Path, keys: Sequence[str] = ()) -> tuple[int, Entries] | None:
    """Where the first entry begins; and of each that is whole where it ends, and its kind (None: damaged). Raises OSError.

    None for a log that cannot be read: of another version, or under none of the keys (as DuckDB is given them).
    """
    size = os.fstat(file.fileno()).st_size
    head = file.read(128)
    if head.startswith(VERSION):
        return len(VERSION), _plain(file, size)
    begin = _after_head(head)
    if begin is None:
        return None
    salt = _salt(database)
    for key in keys:
        derived = hashlib.sha256(salt + base64.b64decode(key)).digest()
        if _opens(file, begin, derived):
            return begin, _sealed(file, begin, size, derived)
    return None


def _plain(file: BinaryIO, size: int) -> Entries:
    place = len(VERSION)
    while True:
        file.seek(place)
        frame = file.read(FRAME.size + 3)
        if len(frame) < FRAME.size + 3:
            return
        place += FRAME.size + int(FRAME.unpack_from(frame)[0])
        kind = frame[-1] if frame[FRAME.size : -1] == KIND else None
        if kind is not None and place > size:
            return
        yield place, kind


def _sealed(file: BinaryIO, begin: int, size: int, derived: bytes) -> Entries:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    place, needed = begin, CHECKSUM + 3
    while True:
        file.seek(place)
        frame = file.read(8 + NONCE + needed)
        if len(frame) < 8 + NONCE + needed:
            return
        place += 8 + NONCE + CHECKSUM + int.from_bytes(frame[:8], "little") + TAG
        # The kind alone: GCM encrypts as CTR does, from the second block on. DuckDB checks the tags.
        counter = modes.CTR(frame[8 : 8 + NONCE] + (2).to_bytes(4, "big"))
        plain = Cipher(algorithms.AES(derived), counter).decryptor().update(frame[8 + NONCE :])
        kind = plain[-1] if plain[CHECKSUM:-1] == KIND else None
        if kind is not None and place > size:
            return
        yield place, kind


def _after_head(head: bytes) -> int | None:
    """Where the first entry of an encrypted log begins."""
    if not head.startswith(SEALED):
        return None
    place = len(SEALED)
    with suppress(IndexError):
        for _ in range(SALTED):
            place = _after_number(head, place)
        if head[place : place + 2] == b"\x67\0":
            place = _after_number(head, place + 2)
        if head[place : place + 2] == b"\xff\xff":
            return place + 2
    return None


def _after_number(head: bytes, place: int) -> int:
    while head[place] & 0x80:
        place += 1
    return place + 1


def _salt(database: Path) -> bytes:
    with database.open("rb") as file:
        file.seek(SALT)
        return file.read(SALTED)


def _opens(file: BinaryIO, begin: int, derived: bytes) -> bool:
    """Whether the key opens the first entry."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    file.seek(begin)
    length, nonce = int.from_bytes(file.read(8), "little"), file.read(NONCE)
    given = file.read(min(length, 1 << 30) + CHECKSUM + TAG)
    try:
        AESGCM(derived).decrypt(nonce, given, None)
    except (InvalidTag, ValueError):
        return False
    return True
