"""The two folders by which Presidio finds its settings, `recognizer_registry/../conf`."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files(
    "presidio_analyzer",
    include_py_files=True,
    includes=["conf/default_recognizers.yaml", "recognizer_registry/__init__.py"],
)
