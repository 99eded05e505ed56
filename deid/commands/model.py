"""`deid model`: what the model is, and whether its files are those of its manifest."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.detect.packages import ModelPackage


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("model", help="show and verify the model")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, what, run in (
        ("info", "what the model is and what was measured", _info),
        ("verify", "whether every file is the one that the manifest names", _verify),
    ):
        action = actions.add_parser(name, help=what, description=what)
        action.add_argument(
            "path",
            nargs="?",
            type=Path,
            metavar="PATH",
            help="folder of a model package (default: the one in use)",
        )
        add_json(action)
        action.set_defaults(run=run)


def _info(options: argparse.Namespace) -> int:
    package = _load(options)
    if options.json:
        print_json(
            _head(package)
            | {
                "licence": package.licence,
                "labels": _labels(package),
                "figures": dict(package.figures),
            }
        )
        return 0
    rows = [*_head(package).items(), ("licence", package.licence)]
    rows.append(("labels", " ".join(_labels(package))))
    rows += [(f"figure {name}", value) for name, value in package.figures.items()]
    print_rows([(name.replace("_", " "), printable(str(value))) for name, value in rows])
    return 0


def _verify(options: argparse.Namespace) -> int:
    package = _load(options)
    if options.json:
        print_json(_head(package) | {"files": dict(package.files)})
    else:
        print_rows(
            [(name, f"{size} bytes", "as in the manifest") for name, size in _files(package)]
        )
        print(f"The model is whole: manifest {package.manifest_digest}")
    return 0


def _load(options: argparse.Namespace) -> ModelPackage:
    from deid.detect.packages import load_package
    from deid.site_models import load_in_use

    return load_in_use() if options.path is None else load_package(options.path)


def _head(package: ModelPackage) -> dict[str, object]:
    return {
        "name": package.name,
        "version": package.version,
        "folder": str(package.folder),
        "sha256": package.digest,
        "manifest_sha256": package.manifest_digest,
    }


def _files(package: ModelPackage) -> list[tuple[str, int]]:
    return sorted(package.files.items())


def _labels(package: ModelPackage) -> list[str]:
    return sorted({name.partition("-")[2] for name in package.classes} - {""})
