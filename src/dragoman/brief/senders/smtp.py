"""The sender over SMTP: one line to a mail server, used for many mails, and exact about which of them it took.

A message is given in two steps, the text and then the dot that ends it. Where the line drops before the dot was sent,
the server cannot have taken the mail; where it drops after it, nobody knows.
"""

import asyncio
import platform
import re
import socket
import ssl

import aiosmtplib  # SMTP with time-outs, TLS and logins, and its single commands, between which a line may drop

from dragoman.brief.senders import Envelope, Reply
from dragoman.brief.settings import Smtp
from dragoman.errors import SenderError

# What a server says with its reply of three digits, as in "550 5.1.1 User unknown".
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b", re.ASCII)
# Those that tell that there is no such mailbox, and never that somebody does not like us (RFC 3463, RFC 7505).
NO_MAILBOX = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
LINE_END = re.compile(rb"\r\n|\r|\n")
# Seconds between two looks at whether the text has left.
GLANCE = 0.002
# Replies: the text may come now; the server closes the line.
GO_ON, CLOSING = 354, 421


class SmtpSender:
    """Sends through a mail server; `context` says whose certificates are believed, else those of the system."""

    def __init__(self, settings: Smtp, password: str = "", *, context: ssl.SSLContext | None = None) -> None:
        self.settings, self.password = settings, password
        self.where = f"{settings.host}:{settings.port}"
        self._runner = asyncio.Runner()
        self._client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout,
            local_hostname=_own_name(),
            use_tls=settings.security == "tls",
            start_tls=False,
            tls_context=context or ssl.create_default_context(),
        )

    def ready(self) -> None:
        """Have a line to the server; raises `SenderError` with what keeps us from it."""
        self._runner.run(self._ready())

    def send(self, envelope: Envelope) -> Reply:
        """Give a mail to the server; raises `SenderError` where it will take none from us."""
        return self._runner.run(self._send(envelope))

    def close(self) -> None:
        """Say goodbye to the server."""
        try:
            if self._client.is_connected:
                self._runner.run(_quit(self._client))
        finally:
            self._runner.close()

    async def _ready(self) -> None:
        # Whether the server has closed the line meanwhile is noticed here, not before.
        await asyncio.sleep(0)
        if not self._client.is_connected:
            await self._connect()

    async def _connect(self) -> None:
        try:
            await self._client.connect()
            await self._client.ehlo()
            if self.settings.security == "starttls":
                await self._client.starttls()
            if self.settings.user:
                await self._client.login(self.settings.user, self.password)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise self._told(error) from error

    def _told(self, error: Exception) -> SenderError:
        kind, message = _meaning(error, self.settings)
        return SenderError(message, kind=kind, where=self.where)

    async def _send(self, envelope: Envelope) -> Reply:
        """Send, and where an old line turns out to be dead before all of this mail was given, over a new one."""
        old = self._client.is_connected
        await self._ready()
        try:
            return await self._offer(envelope)
        except aiosmtplib.SMTPTimeoutError as error:
            self._client.close()
            return Reply(kind="later", text=f"no answer before all of the mail was given: {error.message}")
        except aiosmtplib.SMTPServerDisconnected as error:
            self._client.close()
            if not old:
                return Reply(kind="later", text=f"the line dropped before all of the mail was given: {error.message}")
        return await self._send(envelope)

    async def _offer(self, envelope: Envelope) -> Reply:
        """Name sender and recipient, then give the mail; what drops before that is the caller's to see."""
        encoding = self._encoding(envelope)
        try:
            await self._client.mail(envelope.sender, options=self._options(envelope), encoding=encoding)
            await self._client.rcpt(envelope.recipient, encoding=encoding)
        except aiosmtplib.SMTPSenderRefused as error:
            reply = await self._refused(error)
            if reply.kind == "refused":
                raise self._unwelcome(envelope.sender, reply) from error
            return reply
        except aiosmtplib.SMTPRecipientRefused as error:
            return await self._refused(error)
        except (UnicodeEncodeError, ValueError) as error:
            await self._reset()
            return Reply(kind="refused", text=f"this server cannot take the address: {error}")
        return await self._give(envelope.message)

    def _encoding(self, envelope: Envelope) -> str:
        ours = envelope.recipient + envelope.sender
        return "utf-8" if not ours.isascii() and self._client.supports_extension("smtputf8") else "ascii"

    def _options(self, envelope: Envelope) -> list[str]:
        """What a server has to know of a mail that is not plain ASCII."""
        options = [] if envelope.message.isascii() else ["BODY=8BITMIME"]
        return [*options, "SMTPUTF8"] if self._encoding(envelope) == "utf-8" else options

    def _unwelcome(self, sender: str, reply: Reply) -> SenderError:
        message = f"the server takes no mail from {sender}: {reply.text}; change `address` or the login"
        return SenderError(message, kind="refused", where=self.where)

    async def _refused(self, error: aiosmtplib.SMTPResponseException) -> Reply:
        """What a refusal means; 421 says that the server closes this line, whatever mail it is."""
        if error.code == CLOSING:
            raise aiosmtplib.SMTPServerDisconnected(_words(error)) from error
        await self._reset()
        return _reply(error)

    async def _reset(self) -> None:
        """Make the server forget the mail that it did not want; a line that is gone has to be made anew anyway."""
        try:
            if self._client.is_connected:
                await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()

    async def _give(self, message: bytes) -> Reply:
        """The text, and when it has left, the dot; from then on only an answer tells what became of the mail."""
        line = self._client.protocol
        if line is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        start = await self._client.execute_command(b"DATA")
        if start.code != GO_ON:
            return await self._refused(aiosmtplib.SMTPDataError(start.code, start.message))
        line.write(_stuffed(message))
        await self._leave(line)
        line.write(b".\r\n")
        try:
            end = await line.read_response(timeout=self.settings.timeout)
        except aiosmtplib.SMTPResponseException as error:
            self._client.close()
            return Reply(kind="unknown", text=f"the mail was given, and the answer was none: {error.message}")
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            return Reply(kind="unknown", text=f"the mail was given, and then no answer came: {error}")
        return _verdict(end)

    async def _leave(self, line: aiosmtplib.protocol.SMTPProtocol) -> None:
        """Wait until the text has left, or raise where the line drops or stands still meanwhile."""
        clock = asyncio.get_running_loop()
        until = clock.time() + self.settings.timeout
        await asyncio.sleep(0)
        while line.is_connected and _unsent(line):
            if clock.time() > until:
                raise aiosmtplib.SMTPTimeoutError("the server does not read on")
            await asyncio.sleep(GLANCE)
        if not line.is_connected:
            raise aiosmtplib.SMTPServerDisconnected("the line dropped before the end of the mail")


async def _quit(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit(timeout=2)
    except (aiosmtplib.SMTPException, OSError):
        client.close()


def _unsent(line: aiosmtplib.protocol.SMTPProtocol) -> int:
    transport = line.transport
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _stuffed(message: bytes) -> bytes:
    """A message as it goes over the line, without the dot that ends it.

    A line that begins with a dot has another one put before it (RFC 5321, 4.5.2).
    """
    if not message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"):
        message = LINE_END.sub(b"\r\n", message)
    if not message.endswith(b"\r\n"):
        message += b"\r\n"
    return (b"." if message.startswith(b".") else b"") + message.replace(b"\r\n.", b"\r\n..")


def _verdict(end: aiosmtplib.SMTPResponse) -> Reply:
    """What the answer to a whole mail means; one that is none of those that there are leaves it open."""
    text = f"{end.code} {end.message}".strip()
    if 200 <= end.code < 300:
        return Reply(kind="accepted", text=text)
    if 400 <= end.code < 600:
        return Reply(kind="later" if end.code < 500 else "refused", text=text)
    return Reply(kind="unknown", text=text)


def _reply(error: aiosmtplib.SMTPResponseException) -> Reply:
    """What a refusal before the mail was given means: only one in 500 is for good."""
    if not 500 <= error.code < 600:
        return Reply(kind="later", text=_words(error))
    found = ENHANCED.match(error.message.strip())
    gone = isinstance(error, aiosmtplib.SMTPRecipientRefused) and found is not None and found[0] in NO_MAILBOX
    return Reply(kind="refused", text=_words(error), about="address" if gone else "mail")


def _words(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"


def _meaning(error: Exception, settings: Smtp) -> tuple[str, str]:
    """The kind of a failure before any mail was given, and what to do about it."""
    cause = error.__cause__
    match error:
        case aiosmtplib.SMTPConnectResponseError():
            return "greeting", f"the server does not want to talk: {_words(error)}; try later, or ask whose it is"
        case aiosmtplib.SMTPAuthenticationError() if error.code < 500:
            return "greeting", f"the server cannot check the login now: {_words(error)}; try later"
        case aiosmtplib.SMTPAuthenticationError():
            return "login", f"the server refused user {settings.user!r} or the password: {_words(error)}"
        case aiosmtplib.SMTPTimeoutError() | TimeoutError():
            return "timeout", f"no answer within {settings.timeout:g} seconds: is it a mail server, and is it running?"
        case _ if isinstance(cause, socket.gaierror):
            return "dns", f"no such host: {cause.strerror}; check sender.host, and that this machine is connected"
        case _ if isinstance(found := error if isinstance(error, ssl.SSLError) else cause, ssl.SSLError):
            return "tls", f"no safe line: {_why(found)}; check sender.security, the host's name and its certificate"
        case aiosmtplib.SMTPResponseException():
            return "greeting", f"the server does not want to talk: {_words(error)}"
        case aiosmtplib.SMTPServerDisconnected() | aiosmtplib.SMTPConnectError() | OSError():
            return "connect", f"cannot be reached: {cause or error}; is the mail server running, and the port right?"
    return _refusal(str(error))


def _refusal(said: str) -> tuple[str, str]:
    """What the library says where a server lacks something that the settings ask for."""
    if said.startswith("SMTP STARTTLS"):
        return "tls", 'offers no STARTTLS: set sender.security to "tls" (port 465), or to "none" on a line that is safe'
    return "login", f"takes no login as the settings have it: {said}"


def _why(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)


def _own_name() -> str:
    """How this machine introduces itself."""
    name = platform.node()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"
