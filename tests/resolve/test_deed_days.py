"""Days that a later sentence gives to an act that was told before."""

import pytest


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A Chinese submarine entered Japanese waters. The intrusion occurred on 10 November.", "2004-11-10"),
        ("A Chinese submarine entered Japanese waters last week. The intrusion took place on Wednesday.", None),
        ("Iran attacked an Iraqi base. The attack happened on 12 November.", "2004-11-12"),
        ("Iran attacked an Iraqi base. The flood came on 12 November.", None),
        ("Iran attacked an Iraqi base. The attack took two hours on 12 November.", None),
        ("Iran attacked an Iraqi base on 3 November. The attack happened on 12 November.", "2004-11-03"),
    ],
)
def test_deeds_take_the_day_they_are_given(coder, text, day):
    event = coder.code(text, published="2004-11-18").events[0]
    first = event.date.first.isoformat() if event.date and event.date.first == event.date.last else None
    assert first == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The French president visited Mali on 3 June. During the visit he thanked the Malian army.", "2004-06-03"),
        ("The French president visited Mali on 3 June. During a visit he thanked the Malian army.", None),
        ("The port opened on 3 June. During the visit the French president thanked the Malian army.", None),
    ],
)
def test_what_happens_during_a_deed_has_its_day(coder, text, day):
    event = next(event for event in coder.code(text, published="2004-11-18").events if event.type == "SUPPORT")
    assert (event.date.first.isoformat() if event.date else None) == day


@pytest.mark.parametrize(
    ("text", "status", "day"),
    [
        ("Iran offered to free the sailors by 10 December.", "occurred", None),
        ("Iran offered on Tuesday to free the sailors by 10 December.", "occurred", "2004-11-16"),
        ("Iran attacked an Iraqi base on 19 November.", "occurred", "2004-11-19"),
        ("Iran and Iraq agreed to hold talks on 10 December.", "planned", "2004-12-10"),
    ],
)
def test_what_has_occurred_has_no_day_ahead(coder, text, status, day):
    event = coder.code(text, published="2004-11-18").events[0]
    assert (event.status, event.date.first.isoformat() if event.date else None) == (status, day)
