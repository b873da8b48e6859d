"""The network: a small encoder, and what stands in it at the marks of the two parties, read in both directions."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel  # loads the base encoder; the trained one runs without it

from dragoman.relate.encoder import STATUSES
from dragoman.relate.marking import FIRST_CLOSES, FIRST_OPENS, SECOND_CLOSES, SECOND_OPENS

DROPPED = 0.1


class Network(nn.Module):
    """Two linear heads over the states at the marks and the mean of the sentence, applied once in each direction."""

    def __init__(self, base: Path, deeds: int, *, attention: str = "sdpa") -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation=attention)
        width = self.encoder.config.hidden_size
        self.drop = nn.Dropout(DROPPED)
        self.middle = nn.Linear(3 * width, width)
        self.deed = nn.Linear(width, deeds)
        self.status = nn.Linear(width, len(STATUSES))

    def forward(
        self, pieces: torch.Tensor, counts: torch.Tensor, one: torch.Tensor, other: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of deeds and of statuses: (questions, directions, answers)."""
        states = self.encoder(input_ids=pieces, attention_mask=counts).last_hidden_state
        weights = counts.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        rows = torch.arange(pieces.shape[0])
        first, second = states[rows, one], states[rows, other]
        forth, back = torch.cat([first, second, mean], dim=1), torch.cat([second, first, mean], dim=1)
        both = torch.stack([forth, back], dim=1)
        found = self.drop(torch.tanh(self.middle(self.drop(both))))
        return self.deed(found), self.status(found)


def beginning(base: Path, deeds: int, tokenizer: Tokenizer) -> Network:
    """The network before training: embeddings frozen, the marks begun from words that mean something."""
    network = Network(base, deeds)
    words = network.encoder.embeddings.word_embeddings.weight
    signs: Sequence[tuple[int, str]] = (
        (FIRST_OPENS, "first"), (FIRST_CLOSES, "first"), (SECOND_OPENS, "second"), (SECOND_CLOSES, "second")
    )  # fmt: skip
    with torch.no_grad():
        for sign, word in signs:
            words[sign] = words[tokenizer.token_to_id(word)]
    for weight in network.encoder.embeddings.parameters():
        weight.requires_grad = False
    return network
