"""What is said of the time that a panel or a picture shows."""

from rich.console import Console

from dragoman.views.periods import Days


def say_left_out(asked: Days, shown: Days, held: Days) -> None:
    """Tell on standard error what an open end leaves out; `held` are the first and last day of any event."""
    before = asked[0] is None and shown[0] and held[0] and held[0] < shown[0]
    after = asked[1] is None and shown[1] and held[1] and held[1] > shown[1]
    told = []
    if before:
        told.append(f"events recalled from before, since {held[0]}, are left out; --from widens")
    if after:
        told.append(f"events after it, until {held[1]}, are left out; --until widens")
    if told:
        message = f"{shown[0] or 'start'} to {shown[1] or 'end'}, the time of the reports: " + "; ".join(told)
        Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)


def say_drawn(picture: object, what: str) -> None:
    """Tell on standard error what picture was written."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{picture}: {what}", markup=False)
