"""Builds what is installed; `frozen/command.py` says how. Run it with `--help`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))

from frozen.command import main

if __name__ == "__main__":
    main()
