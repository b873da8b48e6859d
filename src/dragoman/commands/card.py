"""`dragoman card`: which coder this is, what it learned from, how right it is, and where it errs."""

import sys

import msgspec
from rich.console import Console
from rich.markdown import Markdown

from dragoman.coder import Coder
from dragoman.evaluate.cards import card_lines, load_card


def run(*, json: bool) -> int:
    """Print the card: set for a terminal, as plain Markdown into a pipe, or as JSON."""
    card = load_card()
    here = Coder().info
    if json:
        sys.stdout.buffer.write(msgspec.json.encode({"coder": here, "card": card}) + b"\n")
        return 0
    text = "\n".join(card_lines(card, here)).rstrip() + "\n"
    if sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
    return 0
