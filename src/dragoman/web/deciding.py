"""What the forms share by which people overrule and correct: who decides, why, and on which day."""

import datetime
from typing import Annotated

from fastapi import Form, Query, Request

from dragoman.errors import InputError
from dragoman.store.people import LONGEST_NAME, Person
from dragoman.web.people import guard_of, is_local

# Characters of a reason: some paragraphs.
LONGEST = 2_000
Reason = Annotated[str, Form(max_length=LONGEST, description="Why; whoever reads the decision sees it.")]
By = Annotated[str, Form(max_length=LONGEST_NAME, description="Who decides; from elsewhere it is who is logged in.")]
Word = Annotated[str, Form(max_length=200)]
# Characters of a text, from and until before which something stands: "282-422".
SPAN = r"^([0-9]{1,9}-[0-9]{1,9})?$"
PlaceAsked = Annotated[str, Query(pattern=SPAN, max_length=19, description="First and last character of some words.")]


def place_of(asked: str) -> tuple[int, int] | None:
    """The first and the last character that are asked for."""
    start, dash, end = asked.partition("-")
    return (int(start), int(end)) if dash else None


def decider(request: Request, person: Person, typed: str) -> str:
    """Who decides: on this machine whoever says so, from elsewhere who is logged in."""
    return " ".join(typed.split()) or person.name if is_local(request) else person.name


def today(request: Request) -> datetime.date:
    """The day on which something is decided."""
    return datetime.datetime.fromtimestamp(guard_of(request).now(), datetime.UTC).date()


def reason_given(reason: str) -> str:
    """The reason; raises `InputError` where there is none."""
    if not reason.strip():
        raise InputError("say why: whoever reads this later wants to know", kind="reason")
    return reason.strip()
