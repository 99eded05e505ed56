"""The frozen program `deid`."""

import sys

from deid.cli import main

sys.exit(main())
