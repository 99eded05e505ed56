"""The part of python-tuf's client that decides, without the part that asks a network.

`tuf.ngclient` loads urllib3 with the rest of it, which opens a socket to learn whether there is
IPv6. So the package stands there empty when its modules are loaded; nothing else here uses it.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import Final

_PACKAGE: Final = "tuf.ngclient"

if _PACKAGE not in sys.modules and (_spec := importlib.util.find_spec(_PACKAGE)) is not None:
    sys.modules[_PACKAGE] = importlib.util.module_from_spec(_spec)

from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet  # noqa: E402
from tuf.ngclient.config import EnvelopeType  # noqa: E402

__all__ = ["EnvelopeType", "TrustedMetadataSet"]
