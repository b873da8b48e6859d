"""What people call the parties behind codes: "North Korea" for PRK, "North Korea, government" for PRKGOV."""

from dragoman.resolve.tellings import BODIES, STATE, party_of
from dragoman.rules import DATA, Rules
from dragoman.rules.tables import read_toml

WORDS = DATA / "web" / "words.toml"


class Names:
    """The names of all parties that the lexicon knows; made once."""

    def __init__(self, rules: Rules) -> None:
        words = read_toml(WORDS)
        self._sectors: dict[str, str] = dict(words["sector"])
        self._names: dict[str, str] = dict(words["group"])
        for named in rules.lexicon.names.values():
            for name in named:
                if name.kind in {"country", "organization"} and self._is_own(name.code):
                    self._names.setdefault(name.code, name.name)

    def of(self, code: str) -> str:
        """The name of a party or of a part of it; the code itself where nobody is known by it."""
        if not code or code in self._names:
            return self._names.get(code, "")
        party = party_of(code)
        if party not in self._names:
            return code
        sectors = [code[at : at + STATE] for at in range(len(party), len(code), STATE)]
        return ", ".join([self._names[party], *(self._sectors[one] for one in sectors[:1] if one in self._sectors)])

    def known(self) -> dict[str, str]:
        """All names by their codes."""
        return dict(self._names)

    def _is_own(self, code: str) -> bool:
        """A ministry's name is not that of its government."""
        return code.startswith(BODIES) or len(code) == STATE
