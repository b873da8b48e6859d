"""Train the relation model from the project's sentences and write it as the coder loads it.

    python training/train.py ENCODER_FOLDER [--fold N | --all] [--epochs N] [--onto FILE] [--rate R] [--only FILES]
        [--out FOLDER]

`pip install -e '.[train]'` brings what it needs; ENCODER_FOLDER holds the base encoder (training/README.md says where
it comes from). Seeded: the same sentences and libraries give the same weights on the same kind of machine. With
`--fold` (0 unless said) one part in eight of the sentences is held out, and what the network answers on it is written
to out/held-N.npz, from which training/fuse.py fits how rules and model go together; with `--all` the weights learn from
all sentences. What the network answers to some of them is written to out/kept.json; moved to tests/relate, it is what
the written weights are compared with. About forty minutes on two cores.
"""

import argparse
import datetime
import hashlib
import json
import math
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import onnx
import torch
from network import Network, beginning
from rich.progress import track
from sentences import FOLDER, Line, read_lines
from tokenizers import Tokenizer
from torch import nn
from written import restore

from dragoman.relate.encoder import FOLDER as MODEL
from dragoman.relate.encoder import STATUSES, Card, Deed, inputs, pieces_of
from dragoman.relate.marking import Marked, mark
from dragoman.rules import Rules

OUT = Path(__file__).parent.parent / "out"
SEED = 1
EPOCHS = 8
BATCH = 32
# Batches whose questions are sorted by length together: enough to waste little padding, few enough to stay random.
CHUNK = 20
ENCODER_RATE, HEAD_RATE = 2e-4, 1e-3
WARM = 0.1
SMOOTHING = 0.05
# The type counts for itself beside the finer deed, the status for less.
TYPE_WEIGHT, STATUS_WEIGHT = 0.5, 0.3
IGNORED = -100
# Sentences whose answers are kept, to compare what the written weights answer with what the network did.
KEPT = 24


class Example(NamedTuple):
    """A line as numbers: marked pieces, and deeds and statuses in both directions."""

    marked: Marked
    deeds: tuple[int, int]
    statuses: tuple[int, int]


class Pace(NamedTuple):
    """How long to train: times over all examples, and the highest rate for the encoder's weights."""

    epochs: int
    rate: float


class Answers(NamedTuple):
    """The answers that can be given, and which of them are of one type (answers x types)."""

    deeds: tuple[Deed, ...]
    types: torch.Tensor


def answers_of(lines: Sequence[Line]) -> Answers:
    """All deeds of the lines in a fixed order."""
    deeds = sorted({act.deed for line in lines for act in (line.forth, line.back)}, key=msgspec.structs.astuple)
    names = sorted({deed.type for deed in deeds})
    types = torch.zeros(len(deeds), len(names))
    for row, deed in enumerate(deeds):
        types[row, names.index(deed.type)] = 1
    return Answers(tuple(deeds), types)


def example(line: Line, tokenizer: Tokenizer, deeds: Sequence[Deed]) -> Example:
    """A line as numbers."""
    pieces = pieces_of(tokenizer.encode(line.sentence, add_special_tokens=False))
    acts = line.forth, line.back
    forth, back = (deeds.index(act.deed) for act in acts)
    there, here = (STATUSES.index(act.status) if act.status else IGNORED for act in acts)
    return Example(mark(pieces, line.actor, line.recipient), (forth, back), (there, here))


def batches(examples: Sequence[Example], chance: random.Random | None) -> list[list[int]]:
    """Numbers of examples in batches of like length; in a new order each time where there is `chance`."""
    order = list(range(len(examples)))
    if chance:
        chance.shuffle(order)
    chunk = BATCH * CHUNK if chance else max(1, len(order))
    found = []
    for first in range(0, len(order), chunk):
        part = sorted(order[first : first + chunk], key=lambda n: len(examples[n].marked.pieces))
        found.extend(part[k : k + BATCH] for k in range(0, len(part), BATCH))
    if chance:
        chance.shuffle(found)
    return found


def fed(examples: Sequence[Example], batch: Sequence[int]) -> dict[str, torch.Tensor]:
    """A batch as the network takes it."""
    return {name: torch.from_numpy(array) for name, array in inputs([examples[n].marked for n in batch]).items()}


def teach(network: Network, examples: Sequence[Example], answers: Answers, pace: Pace) -> None:
    """Fit the network to the examples, the rate rising for a tenth of the steps and then falling to nothing."""
    chance = random.Random(SEED)
    named = [(name, weight) for name, weight in network.named_parameters() if weight.requires_grad]
    groups = [
        {"params": [w for name, w in named if name.startswith("encoder.")], "lr": pace.rate},
        {"params": [w for name, w in named if not name.startswith("encoder.")], "lr": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = pace.epochs * math.ceil(len(examples) / BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM * steps + 1)) * max(0.0, (steps - step) / steps)
    )
    network.train()
    for epoch in range(pace.epochs):
        for batch in track(batches(examples, chance), description=f"epoch {epoch + 1} of {pace.epochs}"):
            found = loss(network(**fed(examples, batch)), [examples[n] for n in batch], answers)
            optimizer.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()


def loss(found: tuple[torch.Tensor, torch.Tensor], examples: Sequence[Example], answers: Answers) -> torch.Tensor:
    """How far the answers are off: the deed, its type, and the status where something is done."""
    deeds, statuses = (scores.flatten(0, 1) for scores in found)
    wanted = torch.tensor([one.deeds for one in examples]).flatten()
    status = torch.tensor([one.statuses for one in examples]).flatten()
    likely = deeds.softmax(-1) @ answers.types
    of_types = -likely.gather(1, answers.types[wanted].argmax(1, keepdim=True)).clamp_min(1e-9).log().mean()
    whole = nn.functional.cross_entropy(deeds, wanted, label_smoothing=SMOOTHING) + TYPE_WEIGHT * of_types
    if (status != IGNORED).any():
        whole = whole + STATUS_WEIGHT * nn.functional.cross_entropy(statuses, status, ignore_index=IGNORED)
    return whole


@torch.no_grad()
def scores(network: Network, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Scores of deeds and statuses for all examples, in their order: (examples, directions, answers)."""
    network.eval()
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for batch in batches(examples, None):
        deeds, statuses = network(**fed(examples, batch))
        found.update(zip(batch, zip(deeds.numpy(), statuses.numpy(), strict=True), strict=True))
    ordered = [found[n] for n in range(len(examples))]
    return np.stack([deeds for deeds, _ in ordered]), np.stack([statuses for _, statuses in ordered])


def write_weights(network: Network, base: Path, examples: Sequence[Example], folder: Path) -> None:
    """The network as ONNX, its weights in eight bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = Network(base, network.deed.out_features, attention="eager")
    plain.load_state_dict(network.state_dict())
    plain.eval()
    whole = folder / "whole.onnx"
    free, long = torch.export.Dim("questions", min=1, max=512), torch.export.Dim("pieces", min=4, max=256)
    torch.onnx.export(
        plain,
        kwargs=fed(examples, range(min(4, len(examples)))),
        f=whole,
        input_names=["pieces", "counts", "one", "other"],
        output_names=["deeds", "statuses"],
        dynamic_shapes={
            "pieces": {0: free, 1: long}, "counts": {0: free, 1: long}, "one": {0: free}, "other": {0: free}
        },
        dynamo=True,
        external_data=False,
    )  # fmt: skip
    # Seven bits of the eight: processors without VNNI add products in sixteen bits, which eight could overflow, and
    # then the same question has another answer there.
    quantize_dynamic(whole, folder / "relation.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    whole.unlink()
    strip(folder / "relation.onnx")


def strip(path: Path) -> None:
    """Take out of written weights what the exporter noted of the machine: the places in the code of every node."""
    model = onnx.load(path)
    for one in (model, model.graph, *model.graph.node, *model.graph.value_info):
        one.doc_string = ""
        if hasattr(one, "metadata_props"):
            del one.metadata_props[:]
    onnx.save(model, path)


def digest_of(folder: Path) -> str:
    """The first 16 hex digits of SHA-256 over the bytes of all sentence files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.tsv")))).hexdigest()[:16]


def write_card(digest: str, count: int, answers: Answers, folder: Path) -> None:
    """What belongs to the weights: digest of the sentence files, and how many lines were learned from."""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    card = Card(sentences=digest, count=count, trained=today, deeds=answers.deeds)
    (folder / "relation.toml").write_bytes(msgspec.toml.encode(card))


def write_kept(network: Network, lines: Sequence[Line], examples: Sequence[Example], path: Path) -> None:
    """What the network answers to some sentences of unlike length: the written weights have to answer alike."""
    order = sorted(range(len(lines)), key=lambda n: len(lines[n].sentence))
    chosen = order[:: max(1, len(order) // KEPT)][:KEPT]
    deeds, statuses = scores(network, [examples[n] for n in chosen])
    rows = [
        {
            "sentence": lines[n].sentence,
            "one": lines[n].actor,
            "other": lines[n].recipient,
            "deeds": deeds[k].round(3).tolist(),
            "statuses": statuses[k].round(3).tolist(),
        }
        for k, n in enumerate(chosen)
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def held_out(lines: Sequence[Line], fold: int) -> Iterator[int]:
    """Numbers of the lines of a fold."""
    return (n for n, line in enumerate(lines) if line.fold == fold)


def main() -> None:
    """Train, and write the weights or the answers on what was held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--onto", type=Path, help="written weights (relation.onnx) to train further")
    parser.add_argument("--only", help="files to train further on, as in context_,two_acts,reports_")
    parser.add_argument("--rate", type=float, default=ENCODER_RATE)
    parser.add_argument("--out", type=Path, default=MODEL)
    chosen = parser.parse_args()
    torch.manual_seed(SEED)
    digest, lines = digest_of(FOLDER), read_lines(Rules.load())
    answers = answers_of(lines)
    tokenizer = Tokenizer.from_file(str(chosen.base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    examples = [example(line, tokenizer, answers.deeds) for line in lines]
    held: set[int] = set() if chosen.all else set(held_out(lines, chosen.fold))
    network = beginning(chosen.base, len(answers.deeds), tokenizer)
    if chosen.onto:
        restore(network, chosen.onto, answers.deeds)
    begun = tuple(chosen.only.split(",")) if chosen.only else ("",)
    taught = [one for n, one in enumerate(examples) if n not in held and lines[n].where.startswith(begun)]
    teach(network, taught, answers, Pace(chosen.epochs, chosen.rate))
    OUT.mkdir(exist_ok=True)
    chosen.out.mkdir(parents=True, exist_ok=True)
    if held:
        kept = sorted(held)
        deeds, statuses = scores(network, [examples[n] for n in kept])
        np.savez(OUT / f"held-{chosen.fold}.npz", lines=kept, deeds=deeds, statuses=statuses)
    write_weights(network, chosen.base, examples, chosen.out)
    write_card(digest, len(lines) - len(held), answers, chosen.out)
    shutil.copyfile(chosen.base / "tokenizer.json", chosen.out / "tokenizer.json")
    write_kept(network, lines, examples, OUT / "kept.json")


if __name__ == "__main__":
    main()
