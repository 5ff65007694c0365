"""Prints the amounts that each programme of the fund approved per year since 2019, from the output of `lionrock query --format csv`.

    python3 sums.py [FLAG…]      takes the flags of `lionrock query`: `--offline`, `--state-dir DIR`; LIONROCK_BIN is the path of the binary

Run it as a script, or cell by cell (`# %%`) in an editor with notebook support. Needs Python 3.10 or newer, standard library only.
"""

# %% The rows. Each page starts after the cursor of the last row.
import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

LIONROCK = os.environ.get("LIONROCK_BIN", "lionrock")
QUERY = Path(__file__).with_name("projects.graphql")


def page(after: str | None) -> list[dict[str, str]]:
    command = [LIONROCK, "query", str(QUERY), "--format", "csv", "--variables", json.dumps({"after": after}), *sys.argv[1:]]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    return list(csv.DictReader(io.StringIO(text)))


rows: list[dict[str, str]] = []
while new := page(rows[-1]["edge.cursor"] if rows else None):
    rows += new

# %% The sums, with `-` for an unknown programme. An empty amount is unknown, not zero.
sums: dict[str, Counter[str]] = defaultdict(Counter)
unknown: Counter[str] = Counter()
for row in rows:
    programme = row["programme.code"] or "-"
    if row["funding.amount"]:
        sums[programme][row["year"]] += Decimal(row["funding.amount"])
    else:
        unknown[programme] += 1

# %% The table.
years = sorted({year for by_year in sums.values() for year in by_year})
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["programme", *years, "total", "projects without amount"])
for programme in sorted(set(sums) | set(unknown)):
    by_year = sums[programme]
    out.writerow([programme, *(by_year[year] for year in years), sum(by_year.values()), unknown[programme]])

# %% The sources.
sources = Counter(row["provenance.dataset.plan"] for row in rows)
print(*(f"{count} rows of {plan}" for plan, count in sorted(sources.items())), sep=", ", file=sys.stderr)
