"""What lxml.etree imports in secret; its schemas and its other interfaces are not used."""

hiddenimports = ["lxml._elementpath"]
