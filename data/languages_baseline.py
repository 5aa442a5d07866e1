"""The yardstick for make_languages.py: n-grams of characters and logistic regression, with scikit-learn.

    python3 languages_baseline.py OUT_DIR
"""

import sys
import time
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def read(path):
    """Texts and labels of a file of lines such as "__label__de Guten Tag"."""
    pairs = [line.split(" ", 1) for line in path.read_text("utf-8").splitlines()]
    return [text for _, text in pairs], [label.removeprefix("__label__") for label, _ in pairs]


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    train, test = read(directory / "train.txt"), read(directory / "test.txt")
    for analyzer in ("char_wb", "char"):
        start = time.perf_counter()
        model = make_pipeline(
            TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 4), sublinear_tf=True),
            LogisticRegression(C=10, max_iter=1000),
        )
        model.fit(*train)
        accuracy = model.score(*test)
        terms = len(model[0].vocabulary_)
        seconds = time.perf_counter() - start
        print(f"{analyzer} 1 to 4, {terms:,} terms: test accuracy {accuracy:.2%}, {seconds:.1f} s")
