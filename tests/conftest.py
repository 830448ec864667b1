"""Test set-up: a numba cache of our own, so that no test runs yesterday's kernel.

numba's cache looks only at the file a kernel stands in, not at the files of what it calls; after an
edit a caller would go on using the old callee. The cache therefore lives in a folder named after
the content of the whole package. It has to be set before numba is first imported.
"""

import hashlib
import os
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "gaintree"


def _content_hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


os.environ.setdefault(
    "NUMBA_CACHE_DIR",
    str(Path(tempfile.gettempdir()) / f"gaintree-numba-{os.getuid()}-{_content_hash(SOURCE)}"),
)
