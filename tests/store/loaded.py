"""What the children of `killing` start with: everything imported, and the rules read."""

from tests.store.killing import known_rules

known_rules()
