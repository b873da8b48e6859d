"""Who is named and has no part in the act: the capital where people meet, who suffered what is condemned."""

import pytest


@pytest.mark.parametrize(
    ("text", "kind", "recipient"),
    [
        ("Armenia and Azerbaijan agreed to meet in Tbilisi.", "AGREE", []),
        ("Azerbaijan cancelled the meeting in Tbilisi.", "REJECT", []),
        ("Azerbaijan cancelled the meeting with Armenia in Tbilisi.", "REJECT", ["ARM"]),
        ("Chad agreed to share the water with Niamey.", "AGREE", ["NERGOV"]),
        ("Russia condemned the shelling of an Armenian post.", "ACCUSE", []),
        ("The United States condemned the attack on an Israeli embassy in Athens.", "ACCUSE", []),
        ("Egypt condemned the killing of Palestinian civilians.", "ACCUSE", []),
        ("Egypt condemned the killing of Palestinian civilians by Israel.", "ACCUSE", ["ISR"]),
        ("Russia condemned the Azerbaijani shelling of an Armenian post.", "ACCUSE", ["AZE"]),
        ("Kenya blamed the raid on Somalia.", "ACCUSE", ["SOM"]),
        ("Israel shelled a post. Russia condemned the shelling of the Lebanese post.", "ACCUSE", ["ISR"]),
    ],
)
def test_recipient(coder, text, kind, recipient):
    event = next(event for event in coder.code(text, published="2024-05-15").events if event.type == kind)
    assert [entity.code for entity in event.recipient] == recipient
