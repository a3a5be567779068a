"""What a shell is told when somebody presses the tabulator."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def files(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Leave it to the shell to complete the name of a file or a folder.

    Args:
        context: of the command that is being written.
        parameter: the one whose value is being written.
        incomplete: what of it is there already.

    Returns:
        One item, which stands for all names that the shell knows.
    """
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]
