"""The commands that look after people who may write from other computers."""

from typing import Annotated

import typer

from dragoman.cli.memory import StoreOption

user_app = typer.Typer(no_args_is_help=True, help="People who may write to a served store from other computers.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Stands beside what the person adds or decides.")]
PasswordOption = Annotated[
    str | None,
    typer.Option("--password-file", metavar="FILE", help="Read the password from a file, - for standard input."),
]


@user_app.command("add")
def user_add(name: NameArgument, password_file: PasswordOption = None, store: StoreOption = None) -> None:
    """Let a person in. The password is asked for twice; it has at least 12 characters."""
    from dragoman.commands.user import add

    raise typer.Exit(add(store, name, password_file))


@user_app.command("list")
def user_list(store: StoreOption = None) -> None:
    """List who may log in. Since when, and in how many browsers they are."""
    from dragoman.commands.user import show

    raise typer.Exit(show(store))


@user_app.command("remove")
def user_remove(name: NameArgument, store: StoreOption = None) -> None:
    """Let a person in no more. All sessions end at once; what was decided under the name stays."""
    from dragoman.commands.user import remove

    raise typer.Exit(remove(store, name))


@user_app.command("password")
def user_password(name: NameArgument, password_file: PasswordOption = None, store: StoreOption = None) -> None:
    """Give a person another password. All sessions end."""
    from dragoman.commands.user import password

    raise typer.Exit(password(store, name, password_file))
