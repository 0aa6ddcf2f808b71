"""`newsmill completion`."""

import click
from click.shell_completion import get_completion_class

from agents.terminal.output import write_out


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the shell script that completes commands and options. Needs neither settings nor Kafka.

    \b
      eval "$(newsmill completion bash)"      # bash, in ~/.bashrc
      eval "$(newsmill completion zsh)"       # zsh, in ~/.zshrc
      newsmill completion fish | source       # fish, in ~/.config/fish/config.fish
    """
    completion = get_completion_class(shell)
    assert completion is not None
    write_out(completion(context.find_root().command, {}, "newsmill", "_NEWSMILL_COMPLETE").source().encode())
