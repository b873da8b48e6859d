"""Where a sending platform tells by itself what became of people there, and a mail server what came back."""

import io
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import PlainTextResponse

from dragoman.brief import hooks
from dragoman.brief.bounces import take_in
from dragoman.brief.hooks import RefusedError
from dragoman.brief.mailboxes import split_mails
from dragoman.brief.senders.mailchimp import Platform, platform_of
from dragoman.brief.settings import Mailchimp, secret
from dragoman.store import keys
from dragoman.web.errors import MissingError
from dragoman.web.serving import Served, ServedDep
from dragoman.web.visits import now_of

router = APIRouter(include_in_schema=False)
Key = Annotated[str, Path(max_length=100)]
# Bytes of mails that are taken at once.
MAILS = 5_000_000
STATUS = {"large": 413, "malformed": 400}


async def body_of(request: Request) -> bytes:
    """The bytes of a request as they came: a signature is over these."""
    return await request.body()


@router.get("/briefings/hooks/mailchimp/{key}")
def check(served: ServedDep, key: Key) -> Response:
    """The platform's look at whether somebody is here."""
    _known(served, key)
    return PlainTextResponse("ok\n")


@router.post("/briefings/hooks/mailchimp/{key}")
def take(request: Request, served: ServedDep, key: Key, body: Annotated[bytes, Depends(body_of)]) -> Response:
    """Do what a message says. Whoever sends one that is not believed does not learn why."""
    platform = _known(served, key)
    now, signature = now_of(request), request.headers.get("x-mailchimp-signature", "")
    with platform.client:
        try:
            message = hooks.read_message(body, signature, secret(served.settings, "webhook_secret"), now)
        except RefusedError as error:
            return PlainTextResponse("not taken\n", STATUS.get(error.kind, 403))
        taken = hooks.take(platform, message, now)
    if taken.effect == "look" and served.post is not None:
        served.post.wake(taken.address)
    return PlainTextResponse("ok\n")


@router.post("/briefings/hooks/mail/{key}")
def take_mail(request: Request, served: ServedDep, key: Key, body: Annotated[bytes, Depends(body_of)]) -> Response:
    """Read a mail that came back, or a complaint, as a mail server passes it on: the bytes of one mail, or an mbox."""
    if not hooks.is_path(keys.link_keys(served.store), key, "mail"):
        raise MissingError("there is no such page", kind="page")
    if len(body) > MAILS:
        return PlainTextResponse("not taken\n", STATUS["large"])
    taken = take_in(served.store, served.settings, split_mails(io.BytesIO(body)), now_of(request))
    return PlainTextResponse(f"{taken.read} read\n")


def _known(served: Served, key: str) -> Platform:
    """The platform, where it is one that sends, and this is the address that it was given."""
    if not isinstance(served.settings.sender, Mailchimp) or not hooks.is_path(keys.link_keys(served.store), key):
        raise MissingError("there is no such page", kind="page")
    return platform_of(served.store, served.settings)
