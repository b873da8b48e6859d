"""Joining the mentions of one act: which are joined, and that order and repetition do not matter."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from dragoman.records import Entity, Event, EventDate, Span
from dragoman.resolve.duplicates import merge


def entity(code):
    return Entity(text=code, start=0, end=len(code), code=code, country=code[:3], sector=code[3:6], name=code)


def event(
    start, kind="ACCUSE", actor=("IRN",), recipient=("ISR",), day=None, mode=(), status="occurred", rule="ACCUSE/accuse"
):
    date = EventDate(text="x", start=start, end=start + 1, first=day, last=day) if day else None
    return Event(
        id=str(start),
        type=kind,
        mode=mode,
        actor=tuple(map(entity, actor)),
        recipient=tuple(map(entity, recipient)),
        status=status,
        date=date,
        confidence=0.9,
        trigger=Span(text="t", start=start, end=start + 1),
        sentence=Span(text="s" * 10, start=start // 10 * 10, end=start // 10 * 10 + 10),
        rule=rule,
    )


DAY = datetime.date(2013, 6, 16)


def test_the_same_act_in_two_sentences_is_one_event_with_both():
    (joined,) = merge([event(3), event(13, day=DAY)])
    assert joined.trigger.start == 13
    assert joined.date.first == DAY
    assert [span.start for span in joined.also] == [0]


def test_other_parties_types_days_and_denials_stay_apart():
    others = [
        event(13, actor=("IRQ",)),
        event(23, kind="REQUEST"),
        event(33, recipient=("USA",)),
        event(43, status="negated"),
        event(53, mode=("allege",)),
    ]
    assert len(merge([event(3, mode=("disapprove",)), *others])) == 6
    assert len(merge([event(3, day=DAY), event(13, day=DAY + datetime.timedelta(days=9))])) == 2


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(0, 60),
        st.sampled_from(["ACCUSE", "REQUEST"]),
        st.sampled_from([("IRN",), ("IRN", "IRQ"), ("IRNGOV",)]),
        st.sampled_from([("ISR",), ()]),
        st.sampled_from([None, DAY, DAY + datetime.timedelta(days=5)]),
        st.sampled_from([(), ("allege",), ("disapprove",)]),
    ),
    max_size=8,
    unique_by=lambda e: (e.trigger.start, e.type),
)


@given(EVENTS, st.randoms())
def test_merging_is_free_of_order_and_repetition(events, random):
    once = merge(events)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert merge(shuffled) == once
    assert merge(once) == once
    assert {span for e in events for span in [e.sentence]} == {s for e in once for s in (e.sentence, *e.also)}
