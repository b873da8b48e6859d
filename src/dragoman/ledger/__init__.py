"""The ledger: the commitments of each report, and one account of each commitment over many reports.

`find_commitments` reads one report. `ledger_of` joins what many codings hold and links deeds to words by rules;
`standing_on` says how an account stands on a day, `known_on` what could be known of it then.
"""

from dragoman.ledger.accounts import ledger_of
from dragoman.ledger.commitments import find_commitments
from dragoman.ledger.standing import deciding_entry, entries_until, known_on, standing_on

__all__ = ["deciding_entry", "entries_until", "find_commitments", "known_on", "ledger_of", "standing_on"]
