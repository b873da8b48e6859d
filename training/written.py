"""Weights as they were written (eight bits, ONNX) back in the network, to train them further."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import onnx
import torch
from network import Network
from onnx import numpy_helper

from dragoman.relate.encoder import Card, Deed


def restore(network: Network, path: Path, deeds: Sequence[Deed]) -> None:
    """Fill a network that answers with `deeds` with the weights of a written file, whose card lies beside it.

    A deed that the written weights did not know begins as its type without a mode does. Raises `KeyError` where weights
    are missing in the file.
    """
    graph = onnx.load(path).graph
    arrays = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}
    state = network.state_dict()
    found = {name: torch.from_numpy(arrays[name].copy()) for name in state if name in arrays}
    for node in graph.node:
        bias = next((name for name in node.input if name.endswith(".bias") and name in state), None)
        if node.op_type == "Add" and bias:
            other = next(name for name in node.input if name != bias)
            if weight := _matrix(other, makers, arrays):
                found[bias.replace(".bias", ".weight")] = weight[0]
    found |= {name: torch.from_numpy(_whole(name, arrays)) for name in state if f"{name}_quantized" in arrays}
    missing = [name for name in state if name not in found and "position_ids" not in name]
    if missing:
        raise KeyError(f"{path} lacks {missing}")
    known = msgspec.toml.decode(path.with_suffix(".toml").read_bytes(), type=Card).deeds
    found |= {name: _placed(found[name], known, deeds) for name in ("deed.weight", "deed.bias")}
    network.load_state_dict({**state, **found})


def _placed(rows: torch.Tensor, known: Sequence[Deed], deeds: Sequence[Deed]) -> torch.Tensor:
    """The rows of the known deeds in the order of `deeds`."""
    plain = {deed.type: n for n, deed in enumerate(known) if not deed.mode}
    return torch.stack([rows[known.index(deed) if deed in known else plain[deed.type]] for deed in deeds])


def _whole(name: str, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """A quantized array as numbers again; scales stand for its last axis, or for all of it."""
    counts = arrays[f"{name}_quantized"].astype(np.float32) - arrays[f"{name}_zero_point"].astype(np.float32)
    return counts * arrays[f"{name}_scale"]


def _matrix(name: str, makers: dict, arrays: dict[str, np.ndarray]) -> tuple[torch.Tensor] | None:
    """The matrix whose product is computed under a name, turned as torch holds it."""
    node = makers.get(name)
    for _ in range(4):
        if node is None:
            return None
        if node.op_type in {"MatMulInteger", "MatMul", "Gemm"}:
            stem = node.input[1].removesuffix("_quantized")
            return (torch.from_numpy(_whole(stem, arrays).T.copy()),)
        node = makers.get(node.input[0])
    return None
