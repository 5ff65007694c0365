"""Prints the laboratories that are accredited in a field of testing, with the organisation that holds each and the source row.

    python3 laboratories.py [FIELD]      LIONROCK_URL is the address of the gateway (default http://127.0.0.1:4000/graphql)

Needs Python 3.10 or newer, standard library only.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

URL = os.environ.get("LIONROCK_URL", "http://127.0.0.1:4000/graphql")

LABORATORIES = """
query Laboratories($field: String!, $after: String) {
  hkas {
    accreditations(filter: { schemes: [HOKLAS], fieldCodes: [$field] }, first: 20, after: $after) {
      nodes {
        registrationNumber
        name { en zhHant }
        holder { id name { en zhHant } }
        provenance { row attribution dataset { plan } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


@dataclass(frozen=True)
class Source:
    plan: str | None
    row: int
    attribution: str

    @classmethod
    def read(cls, provenance: dict[str, Any]) -> Source:
        return cls(provenance["dataset"]["plan"], provenance["row"], provenance["attribution"])


@dataclass(frozen=True)
class Laboratory:
    registration_number: str | None
    name: str | None
    holder: str | None
    source: Source

    @classmethod
    def read(cls, node: dict[str, Any]) -> Laboratory:
        return cls(
            registration_number=node["registrationNumber"],
            name=node["name"]["en"] or node["name"]["zhHant"],
            holder=node["holder"] and (node["holder"]["name"]["en"] or node["holder"]["name"]["zhHant"]),
            source=Source.read(node["provenance"]),
        )


class GraphQLError(Exception):
    """The errors of a response."""


def send_query(query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Sends a query and returns its data. Raises `GraphQLError` for errors in the response, and `OSError` for network errors."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(URL, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            result = json.load(response)
    except urllib.error.HTTPError as error:
        # For a status other than 200 the gateway returns the errors in the body. Other servers may not.
        try:
            result = json.load(error)
        except ValueError:
            raise error from None
    if result.get("errors"):
        raise GraphQLError("; ".join(error["message"] for error in result["errors"]))
    return result["data"]


def laboratories(field: str) -> Iterator[Laboratory]:
    """Yields every laboratory of a field, page by page."""
    after = None
    while True:
        page = send_query(LABORATORIES, {"field": field, "after": after})["hkas"]["accreditations"]
        yield from map(Laboratory.read, page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def main() -> None:
    found = list(laboratories(sys.argv[1] if len(sys.argv) > 1 else "MED"))
    for one in found:
        print(one.registration_number, one.name, one.holder or "-", f"{one.source.plan} row {one.source.row}", sep="\t")
    print(f"{len(found)} laboratories, {len({one.holder for one in found if one.holder})} organisations")
    for attribution in sorted({one.source.attribution for one in found}):
        print(attribution)


if __name__ == "__main__":
    try:
        main()
    except (GraphQLError, OSError) as error:
        sys.exit(f"{URL}: {error}")
