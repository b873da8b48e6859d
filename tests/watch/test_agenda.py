"""What is to be done next."""

from dragoman.watch.agenda import Agenda, Task


def feed(key, due=0, host="a"):
    return Task(due, "feed", key, key, host)


def item(key, due=0, host="a", feed=1):
    return Task(due, "item", key, feed, host)


def free(host):
    return 0.0


def filled(*tasks):
    agenda = Agenda()
    for task in tasks:
        agenda.add(task)
    return agenda


def taken(agenda, now=10, ready_in=free, **options):
    found = []
    while task := agenda.take(now, ready_in, **options):
        found.append(task)
    return found


def test_one_at_a_time_for_each_host():
    agenda = filled(item(1), item(2), item(3, host="b"))
    first = taken(agenda)
    assert {task.key for task in first} == {1, 3}
    agenda.free_host(first[0])
    assert [task.key for task in taken(agenda)] == [2]


def test_what_is_over_long_after_its_host_was_free_frees_it_for_no_other():
    agenda = filled(item(1), item(2, due=1), item(3, due=2))
    (first,) = taken(agenda)
    agenda.free_host(first)
    (second,) = taken(agenda)
    agenda.done(first)
    assert taken(agenda) == []
    agenda.done(second)
    assert [task.key for task in taken(agenda)] == [3]


def test_what_asks_nobody_waits_for_nobody():
    assert len(taken(filled(item(1, host=""), item(2, host="")), ready_in=lambda host: 9.0)) == 2


def test_feeds_first_then_what_is_due_longest():
    agenda = filled(item(1, due=1), item(2, due=5, host="b"), feed(3, due=9, host="c"))
    assert [task.key for task in taken(agenda)] == [3, 1, 2]


def test_only_what_is_due_and_whose_host_is_ready():
    agenda = filled(item(1, due=11), item(2, host="b"), item(3, host="c"))
    assert [task.key for task in taken(agenda, ready_in=lambda host: 5.0 if host == "b" else 0.0)] == [3]
    assert agenda.waits(10, lambda host: 5.0 if host == "b" else 0.0) == 1.0
    assert agenda.waits(10, lambda host: 0.5 if host == "b" else 0.0) == 0.5


def test_feeds_alone():
    agenda = filled(item(1), feed(2))
    assert [task.key for task in taken(agenda, items=False)] == [2]
    assert len(agenda) == 1


def test_a_task_takes_the_place_of_the_same_one():
    agenda = filled(item(1, due=3), item(1, due=50))
    assert taken(agenda) == []
    assert agenda.waits(10, free) == 40
    agenda.add(item(1, due=2, host="b"))
    assert taken(agenda) == [item(1, due=2, host="b")]
    assert agenda.waits(10, free) is None


def test_what_is_in_hand_is_not_added():
    agenda = filled(item(1))
    (task,) = taken(agenda)
    agenda.add(item(1, due=4))
    assert len(agenda) == 0
    agenda.done(task)
    agenda.add(item(1, due=4))
    assert taken(agenda) == [item(1, due=4)]
