"""The encoder that the project trained: what two parties of a sentence do to each other, as probabilities."""

import functools
import hashlib
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import msgspec

from dragoman.errors import ModelError
from dragoman.records import Record, Status
from dragoman.relate.marking import PADDING, Marked, Place, mark
from dragoman.rules import DATA

if TYPE_CHECKING:
    import numpy as np  # arrays of numbers; comes with the parser
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float32]

FOLDER = DATA / "model"
FILES = ("relation.onnx", "relation.toml", "fusion.toml", "tokenizer.json")
STATUSES: tuple[Status, ...] = get_args(Status)


class Deed(Record, frozen=True, kw_only=True):
    """One thing that the encoder can answer: type and mode of PLOVER, and the type in PLV's habits; all "" for none."""

    type: str
    mode: str
    plv: str


class Card(Record, frozen=True, kw_only=True):
    """What belongs to the weights: the deeds in the order of the answers, and what they were trained on.

    `sentences` is the digest of the project's sentences that the weights were trained on, `count` their number,
    `trained` the day.
    """

    sentences: str
    count: int
    trained: str
    deeds: tuple[Deed, ...]


class Question(NamedTuple):
    """What two parties, given by their characters in the sentence, do to each other."""

    sentence: str
    one: Place
    other: Place


class Answer(NamedTuple):
    """Scores of the card's deeds and of the statuses: a row for what the one does, and one for what the other does."""

    deeds: "Matrix"
    statuses: "Matrix"


class Encoder:
    """The trained weights, loaded once; raises `ModelError` where a library or a file is missing or broken."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.digest, self.card = _digest(folder), _card(folder)
        self._session = _session(folder / "relation.onnx")
        self._tokenizer = _tokenizer(folder / "tokenizer.json")

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers to questions, in their order.

        Each is put by itself: weights of eight bits answer a little differently in other company, and a report has to
        be coded alike whatever is coded beside it. Batches would save a tenth of the time.
        """
        return [
            Answer(*(scores[0] for scores in self._session.run(None, inputs([m])))) for m in self._marked(questions)
        ]

    def _marked(self, questions: Sequence[Question]) -> list[Marked]:
        texts = list(dict.fromkeys(question.sentence for question in questions))
        encoded = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        pieces = {text: pieces_of(one) for text, one in zip(texts, encoded, strict=True)}
        return [mark(pieces[question.sentence], question.one, question.other) for question in questions]


@functools.cache
def load_encoder(folder: Path = FOLDER) -> Encoder:
    """The encoder of a folder, loaded at the first call."""
    return Encoder(folder)


def pieces_of(encoded: Any) -> list[tuple[int, int, int]]:
    """The word pieces of a text that the tokenizer has taken apart, each with its characters."""
    return [(number, *place) for number, place in zip(encoded.ids, encoded.offsets, strict=True)]


def inputs(batch: Sequence[Marked]) -> "dict[str, Any]":
    """What the weights are fed: piece numbers padded to one length, which of them count, and where the marks stand."""
    np = importlib.import_module("numpy")
    longest = max(len(one.pieces) for one in batch)
    pieces = np.full((len(batch), longest), PADDING, dtype=np.int64)
    for row, one in enumerate(batch):
        pieces[row, : len(one.pieces)] = one.pieces
    return {
        "pieces": pieces,
        "counts": (pieces != PADDING).astype(np.int64),
        "one": np.array([one.one for one in batch], dtype=np.int64),
        "other": np.array([one.other for one in batch], dtype=np.int64),
    }


def _card(folder: Path) -> Card:
    path = folder / "relation.toml"
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Card)
    except msgspec.MsgspecError as error:
        raise ModelError(f"the relation model's {path} cannot be read: {error}", kind="model") from error


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for name in FILES:
        try:
            whole.update((folder / name).read_bytes())
        except OSError as error:
            raise ModelError(f"the relation model's {folder / name} is missing: {error}", kind="model") from error
    return whole.hexdigest()[:16]


def _session(path: Path) -> Any:
    onnxruntime = _library("onnxruntime")  # runs the weights on a CPU without the trainer's gigabyte
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its own exceptions share no other base
        raise ModelError(f"the relation model {path} cannot be read: {error}", kind="model") from error


def _tokenizer(path: Path) -> Any:
    tokenizers = _library("tokenizers")  # the word pieces that the encoder was made with
    try:
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # it raises bare exceptions
        raise ModelError(f"the relation model's {path} cannot be read: {error}", kind="model") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError(
            f"{name} is missing; install it with 'pip install {name}', or code with --rules-only", kind="model"
        ) from error
