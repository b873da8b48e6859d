"""Marks around two parties: where they stand, which is first, and what is cut of a long sentence."""

from hypothesis import given
from hypothesis import strategies as st

from dragoman.relate.marking import (
    END,
    FIRST_CLOSES,
    FIRST_OPENS,
    LONGEST,
    SECOND_CLOSES,
    SECOND_OPENS,
    START,
    mark,
    unmarked,
)

SIGNS = {FIRST_OPENS, FIRST_CLOSES, SECOND_OPENS, SECOND_CLOSES}


def pieces(count):
    """Words of three letters, one piece each, one blank between them."""
    return [(1000 + n, 4 * n, 4 * n + 3) for n in range(count)]


@given(st.integers(2, 400), st.data())
def test_marks_surround_both_parties(count, data):
    one, other = data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
    if abs(one - other) > LONGEST - 40:
        return
    marked = mark(pieces(count), (4 * one, 4 * one + 3), (4 * other, 4 * other + 3))
    assert marked.pieces[0] == START
    assert marked.pieces[-1] == END
    assert len(marked.pieces) <= LONGEST + 2 + len(SIGNS)
    for place, word, opens, closes in (
        (marked.one, one, *((FIRST_OPENS, FIRST_CLOSES) if one < other else (SECOND_OPENS, SECOND_CLOSES))),
        (marked.other, other, *((FIRST_OPENS, FIRST_CLOSES) if other < one else (SECOND_OPENS, SECOND_CLOSES))),
    ):
        assert marked.pieces[place : place + 3] == [opens, 1000 + word, closes]


def test_turned_parties_turn_places_only():
    forth = mark(pieces(9), (4, 7), (20, 23))
    back = mark(pieces(9), (20, 23), (4, 7))
    assert forth.pieces == back.pieces
    assert (forth.one, forth.other) == (back.other, back.one)


def test_a_party_of_several_words_is_marked_whole():
    marked = mark(pieces(6), (0, 7), (16, 19))
    assert marked.pieces[1:5] == [FIRST_OPENS, 1000, 1001, FIRST_CLOSES]


def test_unmarked_tells_the_places():
    text, actor, recipient = unmarked("On Monday {the port of Odesa} was hit by [Russia].")
    assert text[slice(*actor)] == "Russia"
    assert text[slice(*recipient)] == "the port of Odesa"
