"""Addresses as people type them: whether mail can go there, and when two of them are the same person's."""

import email_validator  # knows what mail servers take, with names in all scripts

from dragoman.errors import InputError
from dragoman.records import Record

# Characters that are looked at: an address has 254 at most.
LONGEST = 320
# Mail to these is one person's with or without dots, and under either name of the service.
WITHOUT_DOTS = {"gmail.com", "googlemail.com"}


class Address(Record, frozen=True, kw_only=True):
    """An address: `shown` as mail goes to it, `same` as two that differ only in capitals are alike.

    `person` has no tag and no dots that count for nothing: a person is not written to more often for having many such
    addresses, though each can be on lists of its own.
    """

    shown: str
    same: str
    person: str


def address_of(typed: str) -> Address:
    """The address that somebody typed; raises `InputError` where mail cannot go there.

    >>> address_of(" Anna+news@Bücher.example ").shown, address_of("Anna+news@bücher.example").same
    ('Anna+news@xn--bcher-kva.example', 'anna+news@xn--bcher-kva.example')
    >>> address_of("a.nna+news@googlemail.com").person
    'anna@gmail.com'
    """
    text = typed.strip()
    if not text:
        raise InputError("no address was given: type the one that briefings are to go to", kind="address")
    if len(text) > LONGEST:
        raise InputError(f"an address has 254 characters at most, this has {len(text):,}", kind="address")
    try:
        found = email_validator.validate_email(text, check_deliverability=False, strict=True, allow_smtputf8=False)
    except email_validator.EmailNotValidError as error:
        raise InputError(f"{_shown(text)} is no address that mail can go to: {error}", kind="address") from error
    shown = found.ascii_email or found.normalized
    return Address(shown=shown, same=shown.lower(), person=_person(shown.lower()))


def _person(same: str) -> str:
    local, _, domain = same.rpartition("@")
    name = local.partition("+")[0] or local
    if domain in WITHOUT_DOTS:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"


def _shown(text: str) -> str:
    """What was typed, as far as it can be printed."""
    return repr(text[:80])
