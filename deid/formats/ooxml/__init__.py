"""Office Open XML (ISO/IEC 29500): containers of parts in XML, and what else lies there."""
