#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores places on the geoparsing sets LGL, TR-News and GeoWebNews.

Usage: bench/geoparsing_score.py texts DIR > texts.jsonl     the articles, one JSON object a line,
                                                             with the gold spans in bytes
       bench/geoparsing_score.py score DIR GAZETTEER_TSV < answers.jsonl

DIR holds lgl.xml, TR-News.xml and GWN.xml as published, plain or .gz; one that is absent is left out. An answer has "id",
"places" (found) and "resolved" (one place or null for each gold span). GAZETTEER_TSV is GeoNames'
cities500.txt: where the gold names no country, the gold country is that of the place in it that
lies nearest the gold point. Continents and oceans have no country: there an answer is right that names none.

Gold: every toponym with coordinates; GeoWebNews' without coordinates are no places in its own
evaluation either. Offsets that do not fit the phrase (TR-News counts other line ends) are moved to
the nearest occurrence of the phrase. A gold span that the coder leaves out counts as wrong.
"""

import gzip
import json
import math
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SETS = {"LGL": "lgl.xml.gz", "TR": "TR-News.xml.gz", "GWN": "GWN.xml.gz"}
KM_MAX = 161.0
# GeoNames ids of the continents, and of the Atlantic, Pacific and Indian oceans.
NO_COUNTRY = {str(identifier) for identifier in (*range(6255146, 6255153), 3373405, 2363254, 1545739)}


def kilometres(one, other):
    latitude1, longitude1, latitude2, longitude2 = map(math.radians, (*one, *other))
    chord = (math.sin((latitude2 - latitude1) / 2) ** 2
             + math.cos(latitude1) * math.cos(latitude2)
             * math.sin((longitude2 - longitude1) / 2) ** 2)
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, chord)))


def realign(text, start, phrase):
    """The start of the occurrence of `phrase` nearest to `start`, or None."""
    if text[start:start + len(phrase)] == phrase:
        return start
    found = [match.start() for match in re.finditer(re.escape(phrase), text)]
    return min(found, key=lambda at: abs(at - start)) if found else None


def read_toponym(node, text):
    gaztag = node.find("gaztag")
    if gaztag is not None:
        latitude, longitude = gaztag.findtext("lat"), gaztag.findtext("lon")
        country = gaztag.findtext("country")
        identifier = gaztag.get("geonameid")
        code = gaztag.findtext("fcode")
    else:
        latitude, longitude = node.findtext("latitude"), node.findtext("longitude")
        country, identifier, code = None, node.findtext("geonamesID"), None
    if not latitude or not longitude:
        return None
    phrase = node.findtext("phrase") or node.findtext("extractedName") or ""
    start = realign(text, int(node.findtext("start")), phrase)
    if start is None or not phrase:
        return None
    kind = "/".join(filter(None, (node.findtext("type"), node.findtext("modifierType"))))
    return {"start": start, "end": start + len(phrase), "phrase": phrase,
            "point": (float(latitude), float(longitude)), "country_name": country,
            "id": identifier, "code": code, "kind": kind}


def read_set(path):
    if not path.exists():
        path = path.with_suffix("")
    if not path.exists():
        return
    opened = gzip.open if path.suffix == ".gz" else open
    raw = opened(path, "rt", encoding="utf-8", errors="replace", newline="").read()
    body = re.sub(r"</?articles>", "", re.sub(r"<\?xml.*?\?>", "", raw))
    for number, article in enumerate(ElementTree.fromstring(f"<a>{body}</a>").iter("article")):
        text = article.findtext("text")
        if not text:
            continue
        toponyms = [read_toponym(node, text) for node in article.iter("toponym")]
        seen = {}
        for toponym in filter(None, toponyms):
            seen[(toponym["start"], toponym["end"])] = toponym
        yield number, article, text, sorted(seen.values(), key=lambda t: t["start"])


def byte_span(text, toponym):
    begin = len(text[:toponym["start"]].encode())
    return [begin, begin + len(text[toponym["start"]:toponym["end"]].encode())]


def print_texts(folder):
    for name, file in SETS.items():
        for number, article, text, gold in read_set(folder / file):
            print(json.dumps({"id": f"{name}-{number}", "text": text,
                              "title": (article.findtext("title") or "").strip(),
                              "spans": [byte_span(text, toponym) for toponym in gold],
                              "points": [toponym["point"] for toponym in gold]}))


class Nearest:
    """The country of the populated place nearest a point."""

    def __init__(self, path):
        self.cells = {}
        for line in open(path, encoding="utf-8"):
            fields = line.rstrip("\n").split("\t")
            point = float(fields[4]), float(fields[5])
            self.cells.setdefault(self.cell(point), []).append((point, fields[8]))

    @staticmethod
    def cell(point):
        return int(point[0] // 2), int(point[1] // 2)

    def country(self, point):
        row, column = self.cell(point)
        for reach in range(0, 12):
            near = [entry for r in range(row - reach, row + reach + 1)
                    for c in range(column - reach, column + reach + 1)
                    for entry in self.cells.get((r, (c + 90) % 180 - 90), [])]
            if near and reach:
                return min(near, key=lambda entry: kilometres(point, entry[0]))[1]
        return None


def score(folder, cities, answers, verbose):
    nearest = Nearest(cities)
    result = {}
    for name, file in SETS.items():
        total = near = right = found = found_gold = answered = known = 0
        found_adjectives = found_gold_adjectives = 0
        misses = []
        for number, _, text, gold in read_set(folder / file):
            answer = answers.get(f"{name}-{number}", {})
            resolved = answer.get("resolved") or [None] * len(gold)
            spans = {tuple(byte_span(text, toponym)) for toponym in gold}
            places = {(place["begin"], place["end"]) for place in answer.get("places", [])}
            found += len(places)
            found_gold += len(places & spans)
            more = {(place["begin"], place["end"]) for place in answer.get("with_adjectives", [])}
            found_adjectives += len(more)
            found_gold_adjectives += len(more & spans)
            for toponym, place in zip(gold, resolved):
                total += 1
                country = "" if toponym["id"] in NO_COUNTRY else nearest.country(toponym["point"])
                known += country is not None
                if place is None:
                    misses.append((toponym["phrase"], "none", toponym["point"], toponym["code"]))
                    continue
                answered += 1
                away = kilometres(toponym["point"], (place["latitude"], place["longitude"]))
                near += away <= KM_MAX
                right += country is None or place["country"] == country
                if away > KM_MAX or (country is not None and place["country"] != country):
                    misses.append((toponym["phrase"], f"{place['name']} {place['country']} {away:.0f} km",
                                   f"gold {country} {toponym['point']}", toponym["code"], f"{name}-{number}"))
        precision, recall = found_gold / max(found, 1), found_gold / max(total, 1)
        precision2, recall2 = found_gold_adjectives / max(found_adjectives, 1), found_gold_adjectives / max(total, 1)
        if total == 0:
            continue
        result |= {f"{name}_country": right / total, f"{name}_within_161_km": near / total,
                   f"{name}_span_f1": 2 * precision * recall / max(precision + recall, 1e-9)}
        print(f"{name}: {total} toponyms, country {right / total:.4f}, within 161 km {near / total:.4f}, "
              f"answered {answered}, span precision {precision:.4f} recall {recall:.4f} "
              f"F1 {result[f'{name}_span_f1']:.4f}; with adjectives precision {precision2:.4f} "
              f"recall {recall2:.4f} F1 {2 * precision2 * recall2 / max(precision2 + recall2, 1e-9):.4f}")
        if verbose:
            for miss in misses:
                print("  ", *miss)
    print(json.dumps({"set": "geoparsing", "metrics": {key: round(value, 4) for key, value in result.items()}}))


def main():
    if len(sys.argv) >= 3 and sys.argv[1] == "texts":
        print_texts(Path(sys.argv[2]))
    elif len(sys.argv) >= 4 and sys.argv[1] == "score":
        answers = {row["id"]: row for row in map(json.loads, sys.stdin)}
        score(Path(sys.argv[2]), sys.argv[3], answers, "--misses" in sys.argv)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
