"""Make the file of handwritten digits from scikit-learn's copy.

``python -m classroom.recording.digits`` writes ``digits.npz``; it needs scikit-learn, which
nothing else here does.

The 1,797 images are the test part of *Optical Recognition of Handwritten Digits*, E. Alpaydin and
C. Kaynak (1998), UCI Machine Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0.
"""

import numpy as np
from logitlab.data import FOLDER

from classroom.recording import save

FILE = FOLDER / "digits.npz"


def arrays() -> dict[str, np.ndarray]:
    """Return the arrays of the file; every image has 8 by 8 pixels from 0 to 16."""
    from sklearn.datasets import load_digits

    found = load_digits()
    return {"images": found.images.astype(np.uint8), "labels": found.target.astype(np.uint8)}


if __name__ == "__main__":
    save(arrays(), FILE)
    print(f"{FILE}: {FILE.stat().st_size:,} bytes")
