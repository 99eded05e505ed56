"""`python -m deid` is the command line."""

import sys

from deid.cli import main

if __name__ == "__main__":
    sys.exit(main())
