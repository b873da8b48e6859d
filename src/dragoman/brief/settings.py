"""The settings of briefings, from a TOML file; without one everything works, and mails are written into a folder."""

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec

from dragoman.errors import SettingsError
from dragoman.records import Record

DEFAULT_FILE = "briefings.toml"
ENVIRONMENT = "DRAGOMAN_BRIEF"
# Where mails go that nobody has named a place for, beside the store.
DEFAULT_FOLDER = "out-mail"
# No mail comes from here: who sends has to be said before mail leaves this machine.
NOBODY = "briefings@dragoman.invalid"
HERE = {"127.0.0.1", "localhost", "::1"}
Placed = TypeVar("Placed", bound=Record)


class Folder(Record, frozen=True, kw_only=True, tag_field="kind", tag="folder"):
    """Mails are written into a folder as .eml files."""

    folder: str = DEFAULT_FOLDER


class Smtp(Record, frozen=True, kw_only=True, tag_field="kind", tag="smtp"):
    """Mails go to a mail server; the password stands in a file or in a variable of the environment."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    password_env: str = ""
    timeout: float = 30.0


class Mailchimp(Record, frozen=True, kw_only=True, tag_field="kind", tag="mailchimp"):
    """Mailchimp sends; `confirm` says whose confirmation people get, and `base` is another server for trials here."""

    audience: str
    category: str
    key_file: str = ""
    key_env: str = ""
    webhook_secret_file: str = ""
    webhook_secret_env: str = ""
    confirm: Literal["ours", "platform"] = "ours"
    base: str = ""


class Settings(Record, frozen=True, kw_only=True):
    """How briefings are sent, and by whom; `base` is the address under which people reach the pages.

    `keep_origin` is what consents keep of the network address: nothing, its network, or all of it.
    `sign_ups_per_hour` counts all that come in, `sign_ups_per_network` those from one network within an hour.
    `proxy_header` is where a server before ours writes from which address somebody comes. `confirmations` are sent by
    that where the sender is Mailchimp, which sends no single mails.
    """

    base: str = "http://127.0.0.1:8765"
    name: str = "Dragoman"
    address: str = NOBODY
    reply_to: str = ""
    postal: str = ""
    keep_origin: Literal["none", "network", "full"] = "network"
    per_second: int = 10
    per_hour: int = 10_000
    soft_bounces: int = 2
    confirm_hours: int = 48
    sign_ups_per_hour: int = 200
    sign_ups_per_network: int = 10
    proxy_header: str = ""
    sender: Folder | Smtp | Mailchimp = Folder()
    confirmations: Folder | Smtp = Folder()


def read_settings(named: str | Path | None = None, *, store: str = "") -> Settings:
    """The settings from the file that is named, else by the environment, else in this folder, else as they come.

    What is named in them is found from the folder of that file; the folder for mails, where none is named, beside the
    store. Raises `SettingsError` with the file, the key, what was expected and what came.
    """
    file = _file_of(named)
    if file is None:
        return _placed(Settings(), None, store)
    held = _read(file)
    try:
        settings = msgspec.convert(held, Settings)
    except msgspec.ValidationError as error:
        raise _as_told(error, held, file) from error
    for key, given, expected in _wrong(settings):
        raise _error(file, key, expected, given)
    return _placed(settings, file, store)


def secret(settings: Settings, name: Literal["password", "key", "webhook_secret"]) -> str:
    """A secret of the sender, "" where none is named; raises `SettingsError` where it cannot be read or is empty."""
    file, variable = (getattr(settings.sender, f"{name}_{where}", "") for where in ("file", "env"))
    if file:
        found = _secret_in(Path(file), f"sender.{name}_file")
    elif variable:
        found = os.environ.get(variable, "").strip()
    else:
        return ""
    if not found:
        key = f"sender.{name}_{'file' if file else 'env'}"
        raise _error(None, key, "a secret there", f"nothing in {file or variable}")
    return found


def _secret_in(file: Path, key: str) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _error(None, key, "a file that can be read", f"{file}: {error}") from error


def _file_of(named: str | Path | None) -> Path | None:
    """Where the settings are; a file that is named has to be there, the one of this folder need not."""
    chosen = named or os.environ.get(ENVIRONMENT)
    if chosen:
        return Path(chosen)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).is_file() else None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", kind="toml", where=str(file)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", kind="file", where=str(file)) from error


def _placed(settings: Settings, file: Path | None, store: str) -> Settings:
    """The same with every path as it is from anywhere, and the base without the slash at its end."""
    beside = Path(store).absolute().parent if store and "://" not in store else Path.cwd()
    folder = file.absolute().parent if file else beside
    return msgspec.structs.replace(
        settings,
        base=settings.base.rstrip("/"),
        sender=_sender_placed(settings.sender, folder, beside),
        confirmations=_sender_placed(settings.confirmations, folder, beside),
    )


def _sender_placed(sender: Placed, folder: Path, beside: Path) -> Placed:
    """A sender whose files are found from one folder, and mails, where no folder for them is named, from another."""
    changes: dict[str, str] = {}
    for name in sender.__struct_fields__:
        value = getattr(sender, name)
        if name.endswith("_file") and value:
            changes[name] = str(folder / value)
        if name == "folder":
            changes[name] = str((beside if value == DEFAULT_FOLDER else folder) / value)
    return msgspec.structs.replace(sender, **changes)


def _wrong(settings: Settings) -> list[tuple[str, object, str]]:
    """What the types do not say: key, what came, and what was expected."""
    checks: list[tuple[str, object, bool, str]] = [
        ("base", settings.base, _is_base(settings.base), "the address of the pages, as https://record.example"),
        ("name", settings.name, _is_line(settings.name) and bool(settings.name.strip()), "a name in one line"),
        ("address", settings.address, _is_address(settings.address), "an address that mail can come from"),
        ("reply_to", settings.reply_to, _is_address(settings.reply_to, none=True), "an address, or nothing"),
        ("postal", settings.postal, _is_line(settings.postal), "a postal address in one line"),
        (
            "proxy_header",
            settings.proxy_header,
            _is_header(settings.proxy_header),
            "the name of a header, as X-Real-IP",
        ),
    ]
    for name in (
        "per_second",
        "per_hour",
        "soft_bounces",
        "confirm_hours",
        "sign_ups_per_hour",
        "sign_ups_per_network",
    ):
        number = getattr(settings, name)
        checks.append((name, number, 1 <= number <= 1_000_000, "a whole number from 1 to 1,000,000"))
    checks += _sender_checks(settings)
    if isinstance(settings.confirmations, Smtp):
        checks += _smtp_checks(settings.confirmations, "confirmations")
    return [(key, given, expected) for key, given, right, expected in checks if not right]


def _sender_checks(settings: Settings) -> list[tuple[str, object, bool, str]]:
    """What mail needs that leaves this machine."""
    sender, said = settings.sender, settings.address
    if isinstance(sender, Folder):
        return [("sender.folder", sender.folder, bool(sender.folder.strip()), "the name of a folder")]
    known = (
        "address",
        said,
        said != NOBODY,
        f"the address that mail comes from, as {sender.__struct_config__.tag} sends it",
    )
    if isinstance(sender, Smtp):
        return [known, *_smtp_checks(sender)]
    return [
        known,
        ("postal", settings.postal, bool(settings.postal.strip()), "a postal address, which Mailchimp asks of senders"),
        ("sender.audience", sender.audience, sender.audience.isalnum(), "the id of an audience"),
        ("sender.category", sender.category, sender.category.isalnum(), "the id of an interest category"),
        ("sender.key_file", "", bool(sender.key_file or sender.key_env), "key_file or key_env: where the key is"),
        (
            "sender.base",
            sender.base,
            not sender.base or _is_here(sender.base),
            "an address of this machine, or nothing",
        ),
    ]


def _smtp_checks(sender: Smtp, place: str = "sender") -> list[tuple[str, object, bool, str]]:
    named = bool(sender.password_file or sender.password_env)
    safe = sender.security != "none" or sender.host in HERE or not sender.user
    return [
        (
            f"{place}.host",
            sender.host,
            _is_line(sender.host) and bool(sender.host.strip()),
            "the name of a mail server",
        ),
        (f"{place}.port", sender.port, 1 <= sender.port <= 65_535, "a port from 1 to 65535"),
        (f"{place}.timeout", sender.timeout, 0 < sender.timeout <= 600, "seconds, above 0 and at most 600"),
        (f"{place}.user", sender.user, named == bool(sender.user), "user together with password_file or password_env"),
        (f"{place}.security", sender.security, safe, "starttls or tls, where a password goes to another machine"),
    ]


def _is_base(text: str) -> bool:
    """Whether links can begin with it: a scheme and a host, and nothing after them, as links are root-relative."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = not parts.username and parts.path in {"", "/"} and not parts.query and not parts.fragment
    return (
        bool(host)
        and parts.scheme in {"http", "https"}
        and plain
        and text.isascii()
        and _is_line(text)
        and " " not in text
    )


def _is_here(text: str) -> bool:
    return _is_base(text) and urlsplit(text).hostname in HERE


def _is_line(text: str) -> bool:
    return text.isprintable()


def _is_header(text: str) -> bool:
    return not text or (text.isascii() and text.replace("-", "").isalnum())


def _is_address(text: str, *, none: bool = False) -> bool:
    """Whether it has the form of an address; who sends knows whether it is one."""
    local, _, domain = text.rpartition("@")
    return (none and not text) or (
        bool(local) and bool(domain) and text.isascii() and _is_line(text) and " " not in text
    )


def _as_told(error: msgspec.ValidationError, held: dict[str, Any], file: Path) -> SettingsError:
    """What the reader of the file says, with the key and what came there."""
    expected, _, place = str(error).partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    given: Any = held
    for part in key.split(".") if key else ():
        given = given.get(part) if isinstance(given, dict) else None
    return _error(file, key, expected, given if not isinstance(given, dict) else f"the keys {', '.join(given)}")


def _error(file: Path | None, key: str, expected: str, given: object) -> SettingsError:
    shown = str(given) if isinstance(given, int | float) else repr(str(given)[:120])
    message = f"{key or 'the file'}: expected {expected}, got {shown}"
    return SettingsError(message, kind="settings", where=str(file) if file else None, key=key)
