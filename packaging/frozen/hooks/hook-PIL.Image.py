"""The kinds of pictures that are read, of those that Pillow could."""

hiddenimports = [f"PIL.{kind}ImagePlugin" for kind in ("Bmp", "Gif", "Jpeg", "Png", "Tiff")]
