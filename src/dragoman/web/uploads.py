"""How much a request may bring: counted while it comes, whatever it says of itself; and files, kept on disk."""

from collections.abc import Mapping

from anyio import move_on_after
from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Bytes of a request: a form of a few fields, a pasted report with every character escaped, files.
PLAIN, PASTED, FILES = 65_536, 4_000_000, 100_000_000
LIMITS: Mapping[str, int] = {"/add/text": PASTED, "/add/files": FILES}
# Files of one upload; more are sent as an archive.
MOST_FILES = 200
# Bytes of a file that are held in memory before it goes to disk.
HELD = 65_536
# Seconds in which the rest of a refused request is taken and thrown away: browsers read the answer only after that.
LINGER = 30.0
BODILESS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Capped:
    """An app whose requests bring no more than their addresses allow; what is more is answered with 413."""

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int] = LIMITS, linger: float = LINGER) -> None:
        self.app, self._limits, self._linger = app, limits, linger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] not in BODILESS:
            receive = self._counted(receive, Headers(scope=scope), self._limits.get(scope["path"], PLAIN))
        await self.app(scope, receive, send)

    def _counted(self, receive: Receive, headers: Headers, limit: int) -> Receive:
        """The request as it comes; beyond the limit the app gets an error where it reads, and shows that."""
        said = headers.get("content-length", "")
        is_said = said.isdecimal() and (len(said) > 15 or int(said) > limit)
        came = 0

        async def counted() -> Message:
            nonlocal came
            if is_said:
                # Who asks first whether to send at all need not be waited for.
                if "100-continue" not in headers.get("expect", "").lower():
                    await self._drain(receive)
                raise _too_large(limit)
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                await self._drain(receive)
                raise _too_large(limit)
            return message

        return counted

    async def _drain(self, receive: Receive) -> None:
        """Take the rest and throw it away, for as long as that may take."""
        with move_on_after(self._linger):
            message = await receive()
            while message["type"] == "http.request" and message.get("more_body"):
                message = await receive()


async def files_of(request: Request) -> FormData:
    """The form of a request with its files, which lie on disk but for their first bytes; to be closed when done."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(400, "Files come as multipart/form-data, as the form on the page sends them.")
    parser = _Sparing(request.headers, request.stream(), max_files=MOST_FILES, max_fields=20, max_part_size=PLAIN)
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400, f"{error.message} More files than {MOST_FILES} come as a zip archive.") from error


class _Sparing(MultiPartParser):
    """Files go to disk sooner than the framework's parser sends them there."""

    spool_max_size = HELD


def _too_large(limit: int) -> HTTPException:
    size = f"{limit / 1_000_000:,.0f} million" if limit >= 1_000_000 else f"{limit:,}"
    advice = ": send it in parts, or code it on the command line with `dragoman code FILE --store STORE`"
    message = f"This is more than {size} bytes, the most that is taken here at once{advice if limit == FILES else ''}."
    return HTTPException(413, message, headers={"Connection": "close"})
