"""`promoscope completion SHELL`: the script with which a shell completes the command line."""

import click

from tui.cli.output import write

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_PROMOSCOPE_COMPLETE"
"""Set by the scripts: the command then answers what could stand at the cursor, and does nothing else."""

BASH = """\
_promoscope_completion() {
    local line type value typed=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    while IFS= read -r line; do
        type=${line%%,*} value=${line#*,}
        # Inside quotes it stands as it is: what is offered has no character that acts there.
        [[ $typed == [\\"\\']* ]] || printf -v value %q "$value"
        [[ $type == plain ]] && COMPREPLY+=("$value")
    done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _PROMOSCOPE_COMPLETE=bash_complete "$1" 2>/dev/null)
    [[ ${COMPREPLY[*]} == *[=,] ]] && compopt -o nospace
    return 0
}
complete -o nosort -F _promoscope_completion promoscope
"""
"""Not click's own: that one lets the shell expand and split the values, which are other people's text."""


@click.command(name="completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """Print the completion script for SHELL: commands, resources, statuses, columns, campaigns of the cache.

    \b
    bash: promoscope completion bash > ~/.local/share/bash-completion/completions/promoscope
    zsh:  promoscope completion zsh > a folder of $fpath, as _promoscope
    fish: promoscope completion fish > ~/.config/fish/completions/promoscope.fish
    """  # noqa: D301 - click's sign for lines that stay as they are
    if shell == "bash":
        write(BASH.rstrip())
        return 0
    from click.shell_completion import get_completion_class

    from tui.cli.verbs import group

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    write(found(group, {}, "promoscope", VARIABLE).source().rstrip())
    return 0
