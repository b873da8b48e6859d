"""What processes of the tests need, imported once by the process that they are forked from."""

import pyarrow.parquet  # noqa: F401
import trafilatura  # noqa: F401

import dragoman.scale.local  # noqa: F401
import tests.scale.standin
from dragoman.read import language_of

tests.scale.standin.ontology()
language_of("The ministers met on Monday in Vienna to speak about the ceasefire, he said.")
