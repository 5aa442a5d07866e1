"""Makes the adding problem as a table: sequences of which two marked numbers are to be added.

    python3 make_adding.py adding.csv

Each of the 20,000 rows is a sequence of 100 steps with two numbers: a random one from 0 to 1, and a mark. The marks are 0 but for two
ones, one in each half; the column `sum` is the sum of the two numbers that they mark (Hochreiter and Schmidhuber 1997, in the form of
Le, Jaitly and Hinton 2015). Whoever always answers 1 has a mean squared error of 1/6. It needs Python alone; running it again gives
the same bytes.
"""

import argparse
import random

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("output", help="the CSV file to be written")
parser.add_argument("--steps", type=int, default=100, help="length of the sequences, at least 2 (default: 100)")
parser.add_argument("--count", type=int, default=20_000, help="number of sequences (default: 20000)")
arguments = parser.parse_args()
steps = arguments.steps

random.seed(0)
with open(arguments.output, "w", newline="\n") as file:
    file.write(",".join(f"number{step},mark{step}" for step in range(steps)) + ",sum\n")
    for _ in range(arguments.count):
        numbers = [random.randrange(10**5) for _ in range(steps)]
        marked = random.randrange(steps // 2), random.randrange(steps // 2, steps)
        for step, number in enumerate(numbers):
            file.write(f"0.{number:05},{int(step in marked)},")
        file.write(f"{sum(numbers[step] for step in marked) / 10**5:.5f}\n")
