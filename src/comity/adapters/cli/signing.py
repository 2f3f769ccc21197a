"""Signatures by Ed25519, with the package `cryptography`, which is an extra."""

from __future__ import annotations

from base64 import b64encode
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

_HAZMAT = "cryptography.hazmat.primitives"


def signature(key: Path, text: str) -> str:
    """The signature of a text by the private key in a PEM file, in base64.

    Raises a usage error for a file that holds no such key, and where `cryptography` is missing.
    """
    try:
        serialization: Any = import_module(f"{_HAZMAT}.serialization")
        ed25519: Any = import_module(f"{_HAZMAT}.asymmetric.ed25519")
    except ImportError:
        raise typer.BadParameter(
            "signing needs the package cryptography; install 'comity[sign]'."
        ) from None
    try:
        content = key.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"cannot read {str(key)!r}: {error.strerror}.") from None
    try:
        private: Any = serialization.load_pem_private_key(content, password=None)
    except TypeError:
        raise typer.BadParameter(
            f"the key in {str(key)!r} is encrypted; give it decrypted."
        ) from None
    except (ValueError, import_module("cryptography.exceptions").UnsupportedAlgorithm):
        private = None
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise typer.BadParameter(f"{str(key)!r} holds no Ed25519 private key in PEM.")
    return b64encode(private.sign(text.encode())).decode()
