"""Answers in pages: a token is the number of the first item of the next page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from ..registry import AwsError

Item = TypeVar("Item")


def page(
    items: Sequence[Item], token: str | None, size: int | None, default: int, error: str = "ValidationError"
) -> tuple[list[Item], str | None]:
    """The items of one page, and the token of the next (None: this was the last)."""
    start = _number(token, error) if token else 0
    end = start + (size or default)
    return list(items[start:end]), _token(end) if end < len(items) else None


def _token(number: int) -> str:
    return base64.urlsafe_b64encode(f"item:{number}".encode()).decode()


def _number(token: str, error: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("item:"))
    except ValueError as problem:
        raise AwsError(error, f"The token '{token}' is invalid") from problem
