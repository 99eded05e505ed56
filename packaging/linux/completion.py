"""Completion for bash, zsh and fish, made of what a program understands.

Each script walks the words before the cursor down to a command, skips what belongs to an option,
and offers that command's commands and options; a value is one of its choices, or a file.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from linux.commands import Command, Option

_WALK = """\
    local path={name} value word i
    for ((i = {first}; i < {current}; i++)); do
        word="${{{words}[i]}}"
        if [[ -n "$value" ]]; then
            value=""
        elif _{function}_values "$path" "$word"; then
            value="$word"
        elif _{function}_below "$path" "$word"; then
            path="$path $word"
        fi
    done
"""


def bash(program: Command) -> str:
    """The script for `/usr/share/bash-completion/completions`."""
    name = program.path[0]
    function = name.replace("-", "_")
    lines = [
        f"# Completion of {name} for bash.",
        *_cases(program, function),
        f"_{function}() {{",
        '    local current="${COMP_WORDS[COMP_CWORD]}"',
        *_WALK.format(
            name=name, first=1, current="COMP_CWORD", words="COMP_WORDS", function=function
        ).splitlines(),
        "    COMPREPLY=()",
        '    if [[ -n "$value" ]]; then',
        f'        local choices="$(_{function}_choices "$path" "$value")"',
        '        if [[ -n "$choices" ]]; then',
        '            COMPREPLY=($(compgen -W "$choices" -- "$current"))',
        "            return",
        "        fi",
        '    elif [[ "$current" == -* ]]; then',
        f'        COMPREPLY=($(compgen -W "$(_{function}_options "$path")" -- "$current"))',
        "        return",
        "    else",
        f'        local commands="$(_{function}_commands "$path")"',
        '        if [[ -n "$commands" ]]; then',
        '            COMPREPLY=($(compgen -W "$commands" -- "$current"))',
        "            return",
        "        fi",
        "    fi",
        "    local IFS=$'\\n'",
        "    compopt -o filenames 2>/dev/null",
        '    COMPREPLY=($(compgen -f -- "$current"))',
        "}",
        f"complete -F _{function} {name}",
    ]
    return "\n".join([*lines, ""])


def zsh(program: Command) -> str:
    """The script for `/usr/share/zsh/site-functions`."""
    name = program.path[0]
    function = name.replace("-", "_")
    lines = [
        f"#compdef {name}",
        *_cases(program, function),
        f"_{function}() {{",
        *_WALK.format(
            name=name, first=2, current="CURRENT", words="words", function=function
        ).splitlines(),
        "    local -a offered",
        '    if [[ -n "$value" ]]; then',
        f'        offered=(${{=$(_{function}_choices "$path" "$value")}})',
        '    elif [[ "${words[CURRENT]}" == -* ]]; then',
        f'        offered=(${{=$(_{function}_options "$path")}})',
        "    else",
        f'        offered=(${{=$(_{function}_commands "$path")}})',
        "    fi",
        "    if (( $#offered )); then",
        "        compadd -- $offered",
        "    else",
        "        _files",
        "    fi",
        "}",
        f'if [[ "$funcstack[1]" == _{name} ]]; then',
        f'    _{function} "$@"',
        "fi",
    ]
    # `path` is what zsh calls the folders of programs.
    return "\n".join([*lines, ""]).replace("$path", "$level").replace("path=", "level=")


def fish(program: Command) -> str:
    """The script for `/usr/share/fish/vendor_completions.d`."""
    name = program.path[0]
    function = f"__{name.replace('-', '_')}_at"
    lines = [
        f"# Completion of {name} for fish.",
        f"function {function}",
        f"    set -l level {name}",
        "    set -l value",
        "    for word in (commandline -opc)[2..]",
        '        if test -n "$value"',
        "            set value",
        "            continue",
        "        end",
        '        switch "$level $word"',
    ]
    for command in program.all():
        here = " ".join(command.path)
        for flag in _valued(command):
            lines += [f"            case '{here} {flag}'", "                set value yes"]
        for below in command.commands:
            lines += [
                f"            case '{here} {below.path[-1]}'",
                f"                set level '{' '.join(below.path)}'",
            ]
    lines += ["        end", "    end", '    test "$level" = "$argv"', "end"]
    for command in program.all():
        at = f'complete -c {name} -n "{function} {" ".join(command.path)}"'
        lines += [
            f"{at} -f -a {below.path[-1]} -d {_fished(below.explained)}"
            for below in command.commands
        ]
        lines += [f"{at}{_fish_option(option)}" for option in command.options]
    return "\n".join([*lines, ""])


def _fish_option(option: Option) -> str:
    flags = "".join(
        f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in option.flags
    )
    value = ""
    if option.choices:
        value = f" -x -a {_fished(' '.join(option.choices))}"
    elif option.value:
        value = " -r -F"
    return f"{flags}{value} -d {_fished(option.explained)}"


def _fished(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _cases(program: Command, function: str) -> Iterator[str]:
    """Functions that tell of a command: its commands, options, and the values of these."""
    commands, options, below, values, choices = [], [], [], [], []
    for command in program.all():
        here = shlex.quote(" ".join(command.path))
        names = [one.path[-1] for one in command.commands]
        flags = [flag for option in command.options for flag in option.flags]
        commands.append(f"        {here}) echo {shlex.quote(' '.join(names))} ;;")
        options.append(f"        {here}) echo {shlex.quote(' '.join(flags))} ;;")
        below += [f'        "{" ".join(command.path)} {name}") return 0 ;;' for name in names]
        values += [
            f'        "{" ".join(command.path)} {flag}") return 0 ;;' for flag in _valued(command)
        ]
        choices += [
            f'        "{" ".join(command.path)} {flag}") echo {" ".join(option.choices)} ;;'
            for option in command.options
            if option.choices
            for flag in option.flags
        ]
    for what, subject, rows in (
        ("commands", "$1", commands),
        ("options", "$1", options),
        ("below", "$1 $2", [*below, "        *) return 1 ;;"]),
        ("values", "$1 $2", [*values, "        *) return 1 ;;"]),
        ("choices", "$1 $2", [*choices, "        *) ;;"]),
    ):
        yield from (f"_{function}_{what}() {{", f'    case "{subject}" in', *rows, "    esac", "}")


def _valued(command: Command) -> Iterator[str]:
    for option in command.options:
        if option.value:
            yield from option.flags
