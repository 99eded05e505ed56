"""The two fonts that reports are written in, of those that reportlab brings."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files(
    "reportlab",
    includes=["fonts/Vera.ttf", "fonts/VeraBd.ttf", "fonts/bitstream-vera-license.txt"],
)
