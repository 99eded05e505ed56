"""The frozen program `deid-gui`."""

import os
import sys
from pathlib import Path

if sys.stderr is None:  # a windowed program of Windows has no streams
    sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115

from gui.start import main

sys.exit(main())
