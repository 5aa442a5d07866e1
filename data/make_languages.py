"""Makes lines of text in five languages from Debian's fortunes: which language is a line?

    sudo apt-get install fortunes-cs fortunes-de fortunes-es fortunes-it fortunes-pl
    python3 make_languages.py OUT_DIR

OUT_DIR/train.txt and OUT_DIR/test.txt have lines such as "__label__de Mit einer Quietscheente ist man nie allein." A
fortune is in one split as a whole, and no line is in both. Running it again gives the same bytes.
"""

import argparse
import hashlib
import re
from pathlib import Path

# Files of sentences. Others are chat logs, letters, pictures of characters, other languages, or meant to offend.
FILES = {
    "cs": "citace citat cimrman guth ignac jerome josef klasik-cz murphy parkinson pocitace pratchett stopar vodnansky"
    " zemeplocha",
    "de": "anekdoten letzteworte mathematiker murphy regeln sprichworte sprueche stilblueten wusstensie zitate",
    "es": "amistad arte asimov ciencia familia filosofia humanos informatica lao-tse leydemurphy libertad nietzsche"
    " poder proverbios refranes sabiduria schopenhauer sentimientos varios verdad vida",
    "it": "adams computer definizioni formiche italia jackfr leggi luke norm zuse",
    "pl": "bajki bok chuck-norris dowcipy-naukowcy dzieci haiku komputery konikbujany milosc nauka pratchett puchatek"
    " radio_maryja sapkowski seneka slogany spolem stirlitz zen",
}
ENGLISH = re.compile(r"\b(and|are|for|is|of|that|the|this|to|what|with|you)\b", re.IGNORECASE)
SHORTEST, LONGEST = 20, 100


def fortunes(directory, language):
    """The fortunes of a language: their texts, in an order that depends on the texts alone."""
    suffix = ".fortunes" if language == "es" else ""
    texts = set()
    for name in FILES[language].split():
        path = directory / language / (name + suffix)
        texts.update(re.split(r"^%.*\n", path.read_text("utf-8"), flags=re.MULTILINE))
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())


def sentences(fortune):
    """The lines of a fortune that are text of its language."""
    for raw in fortune.splitlines():
        raw = raw.expandtabs()
        if re.match(r"\s*[-–—]{2,}", raw):
            return  # "-- Author", and what stands below it
        if re.match(r"\s{12}|\s*([<>|#+]|\w+:\s)", raw):
            continue  # an author at the right margin, a chat, a quotation of a letter, a table, a heading of a letter
        line = re.sub(r"\s+", " ", raw).strip()
        line = re.sub(r"^(-|\d+[.)]) ", "", line)[:LONGEST].strip()
        letters = sum(map(str.isalpha, line))
        if len(line) < SHORTEST or letters < 0.7 * len(line) or line.isupper() or not line.isprintable():
            continue
        if re.search(r"[@_\\/]|www\.", line) or len(ENGLISH.findall(line)) > 1:
            continue
        yield line


def sameness(line):
    """What two lines share that are the same but for case, marks and spaces."""
    return "".join(filter(str.isalpha, line.casefold()))


def select(directory, counts):
    """Lists of (language, line), one for each of `counts`: numbers of lines of each language."""
    lines = {language: [list(sentences(text)) for text in fortunes(directory, language)] for language in FILES}
    languages = {}
    for language in FILES:
        for line in sum(lines[language], []):
            languages.setdefault(sameness(line), set()).add(language)
    splits = [[] for _ in counts]
    for language in FILES:
        seen = set()
        remaining = iter(lines[language])
        for split, count in zip(splits, counts):
            chosen = []
            while len(chosen) < count:
                fortune = next(remaining, None)
                if fortune is None:
                    raise SystemExit(f"{language}: there are {len(chosen)} lines for a split of {count}")
                for line in fortune:
                    key = sameness(line)
                    if key not in seen and len(languages[key]) == 1:
                        chosen.append((language, line))
                    seen.add(key)
            split += chosen[:count]
    for split in splits:
        split.sort(key=lambda sample: hashlib.sha256(" ".join(sample).encode()).digest())
    return splits


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, help="the directory for train.txt and test.txt")
    fortunes_directory = Path("/usr/share/games/fortunes")
    parser.add_argument("--fortunes", type=Path, default=fortunes_directory, help="where the fortunes are")
    parser.add_argument("--train", type=int, default=3000, help="training lines of each language (default: 3000)")
    parser.add_argument("--test", type=int, default=400, help="test lines of each language (default: 400)")
    arguments = parser.parse_args()
    if missing := [language for language in FILES if not (arguments.fortunes / language).is_dir()]:
        packages = " ".join(f"fortunes-{language}" for language in missing)
        raise SystemExit(f"no fortunes in {arguments.fortunes}: sudo apt-get install {packages}")
    test, train = select(arguments.fortunes, (arguments.test, arguments.train))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, split in (("train", train), ("test", test)):
        text = "".join(f"__label__{language} {line}\n" for language, line in split)
        (arguments.output / f"{name}.txt").write_text(text, "utf-8")
