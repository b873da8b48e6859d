"""The ledger: the commitments of each report, and one account of each commitment over many reports.

`find_commitments` reads one report. `ledger_of` joins what many codings hold and links deeds to words by rules;
`standing_on` says how an account stands on a day.
"""

from dragoman.ledger.accounts import ledger_of
from dragoman.ledger.commitments import find_commitments
from dragoman.ledger.standing import deciding_entry, entries_until, standing_on

__all__ = ["deciding_entry", "entries_until", "find_commitments", "ledger_of", "standing_on"]
