"""A backup as a file: a folder packed, and encrypted in the age format where there is a key."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from records.everything.refused import Refused
from records.everything.writing import UNFINISHED

PACKED, ENCRYPTED = ".zip", ".age"
SECRET, PUBLIC = "AGE-SECRET-KEY-", "age1"


def make_key(path: Path) -> str:
    """Write a new key into a file that only its owner can read, and answer its public half. Raises `OSError`."""
    from pyrage import x25519  # noqa: PLC0415 (only where something is encrypted)

    identity = x25519.Identity.generate()
    public = str(identity.to_public())
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"# public key: {public}\n{identity}\n")
    return public


def pack(folder: Path, target: Path, key_file: Path | None) -> Path:
    """Pack a folder into `target` with the endings of what it is; the file has its name once it is whole."""
    packed = folder.with_name(folder.name + PACKED)
    try:
        packed.touch(mode=0o600)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, path.relative_to(folder))
        if key_file is None:
            return _moved(packed, target.with_name(target.name + PACKED))
        from pyrage import encrypt_file  # noqa: PLC0415 (only where something is encrypted)

        sealed = target.with_name(target.name + PACKED + ENCRYPTED)
        unfinished = _unfinished(sealed)
        encrypt_file(str(packed), str(unfinished), _recipients(key_file))
        return unfinished.replace(sealed)
    finally:
        packed.unlink(missing_ok=True)


def unpack(path: Path, folder: Path, key_file: Path | None) -> None:
    """Unpack a backup into a new folder. Raises `Refused` when it cannot be read, or not with this key."""
    packed = path
    try:
        if path.suffix == ENCRYPTED:
            packed = folder.with_name(folder.name + PACKED)
            _decrypt(path, packed, key_file)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise Refused(_("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": error}) from error
    finally:
        if packed != path:
            packed.unlink(missing_ok=True)


def can_open(key_file: Path | None) -> bool:
    """Whether what is packed for this key file can be unpacked with it, too: not with a public key."""
    return key_file is None or bool(_identities(key_file))


def _decrypt(path: Path, target: Path, key_file: Path | None) -> None:
    from pyrage import DecryptError, decrypt_file  # noqa: PLC0415 (only where something is encrypted)

    if key_file is None:
        raise Refused(_("%(file)s is encrypted: give the key with --key-file.") % {"file": path})
    identities = _identities(key_file)
    if not identities:
        raise Refused(_("%(file)s has no secret key in it: a public one opens no backup.") % {"file": key_file})
    target.touch(mode=0o600)
    try:
        decrypt_file(str(path), str(target), identities)
    except DecryptError as error:
        raise Refused(_("%(file)s cannot be opened with this key.") % {"file": path}) from error


def _lines(key_file: Path) -> list[str]:
    try:
        return [line.strip() for line in key_file.read_text().splitlines() if not line.startswith("#")]
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("%(file)s cannot be read: %(reason)s") % {"file": key_file, "reason": error}) from error


def _identities(key_file: Path) -> list[Any]:
    from pyrage import IdentityError, x25519  # noqa: PLC0415 (only where something is encrypted)

    try:
        return [x25519.Identity.from_str(line) for line in _lines(key_file) if line.startswith(SECRET)]
    except IdentityError as error:
        raise Refused(_("%(file)s contains no key in the age format.") % {"file": key_file}) from error


def _recipients(key_file: Path) -> list[Any]:
    """Who can open it: the public keys of a file, and those of its secret ones."""
    from pyrage import RecipientError, x25519  # noqa: PLC0415 (only where something is encrypted)

    try:
        found = [x25519.Recipient.from_str(line) for line in _lines(key_file) if line.startswith(PUBLIC)]
    except RecipientError as error:
        raise Refused(_("%(file)s contains no key in the age format.") % {"file": key_file}) from error
    found += [identity.to_public() for identity in _identities(key_file)]
    if not found:
        raise Refused(_("%(file)s contains no key in the age format.") % {"file": key_file})
    return found


def _unfinished(target: Path) -> Path:
    return target.with_name(target.name + UNFINISHED)


def _moved(source: Path, target: Path) -> Path:
    """Move a file, also to another disk; it has its name there once it is whole."""
    shutil.move(source, _unfinished(target))
    return _unfinished(target).replace(target)
