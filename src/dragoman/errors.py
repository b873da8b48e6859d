"""The errors that leave the package, grouped by what a caller can do about them.

DragomanError
├── InputError         the file, page or line: mend or skip that input
│   └── LanguageError  the text is not English
├── RuleError          the rule file: mend the line that is named
├── ModelError         the language model: install it, or name another
├── OutputError        the place written to: choose another
├── SettingsError      the settings of briefings: mend the key that is named
├── SenderError        whoever sends mail: its server, its settings or the line; nothing is lost
└── StoreError         the store: its message says what to do; what was stored before is safe
"""


class DragomanError(Exception):
    """Any error that Dragoman raises on purpose: what was wrong, and where.

    `kind` is a short word for programs, `where` is "FILE:LINE", a file or a URL, or None.
    """

    def __init__(self, message: str, *, kind: str = "error", where: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.kind = kind
        self.where = where


class InputError(DragomanError):
    """An input that cannot be read as a report."""


class LanguageError(InputError):
    """A report in a language that the coder does not read."""


class RuleError(DragomanError):
    """A rule, lexicon row or pattern that is malformed or that its own examples disprove."""


class ModelError(DragomanError):
    """The language model is missing or is not the one that was asked for."""


class OutputError(DragomanError):
    """The output cannot be written."""


class SettingsError(DragomanError):
    """Settings that cannot be read or that nothing can be sent with; `key` is the one that is wrong, "" for all."""

    def __init__(self, message: str, *, kind: str = "settings", where: str | None = None, key: str = "") -> None:
        super().__init__(message, kind=kind, where=where)
        self.key = key


class SenderError(DragomanError):
    """Mail cannot be sent now: the server cannot be reached, refuses us, or the settings are wrong."""


class StoreError(DragomanError):
    """The store cannot be opened, read or written."""
