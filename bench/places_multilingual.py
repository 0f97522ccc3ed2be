#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores places on multilingual_events and on the HumSet toponym annotations.

Usage: bench/places_multilingual.py texts DIR > texts.jsonl
       bench/places_multilingual.py score DIR < answers.jsonl

DIR holds multilingual_events/ and humset_toponyms/ as published. For each language: how often the
place_text is among the found spans (allowing an article or clitic at its start), how often it is
found and put into the right country, and how many spans were found elsewhere (the texts name few
places beside the annotated one). HumSet: exact span precision, recall and F1 on its LOC spans, and
whether the found place's GeoNames id is the annotated one where both are ids of towns.
"""

import gzip
import json
import sys
from pathlib import Path


def events(folder):
    path = folder / "multilingual_events" / "multilingual_events.jsonl"
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def excerpts(folder):
    path = folder / "humset_toponyms" / "toponym_annotations.json.gz"
    return json.load(gzip.open(path, "rt", encoding="utf-8"))


def score_events(folder, answers, misses):
    totals = {}
    for item in events(folder):
        answer = answers[item["id"]]
        at = item["text"].find(item["place_text"])
        begin = len(item["text"][:at].encode())
        end = begin + len(item["place_text"].encode())
        total = totals.setdefault(item["language"], [0, 0, 0, 0])
        total[0] += 1
        hits = [p for p in answer["places"] if p["end"] == end and abs(p["begin"] - begin) <= 6
                or p["begin"] == begin and p["end"] >= end]
        total[1] += bool(hits)
        total[2] += any(p["country"] == item["country"] for p in hits)
        total[3] += len(answer["places"]) - bool(hits)
        if misses and not any(p["country"] == item["country"] for p in hits):
            print("  miss", item["id"], item["place_text"], item["country"],
                  [(item["text"].encode()[p["begin"]:p["end"]].decode(), p["name"], p["country"])
                   for p in answer["places"]])
        elif misses and len(answer["places"]) > 1:
            print("  more", item["id"], item["place_text"],
                  [(item["text"].encode()[p["begin"]:p["end"]].decode(), p["name"], p["country"],
                    round(p["confidence"], 2)) for p in answer["places"] if p not in hits])
    for language, (count, found, right, more) in totals.items():
        print(f"{language}: {count} texts, place found {found / count:.3f}, "
              f"found in the right country {right / count:.3f}, other spans {more}")


def score_humset(folder, answers, misses):
    found = gold = both = 0
    missed, extra = {}, {}
    for number, item in enumerate(excerpts(folder)):
        text = item["text"]
        spans = {(len(text[:s["start"]].encode()), len(text[:s["end"]].encode()))
                 for s in item["annotations"] if s["label"] == "LOC"}
        places = {(p["begin"], p["end"]) for p in answers[f"humset-{number}"]["places"]}
        found, gold, both = found + len(places), gold + len(spans), both + len(places & spans)
        raw = text.encode()
        for table, which in ((missed, spans - places), (extra, places - spans)):
            for begin, end in which:
                word = raw[begin:end].decode(errors="replace")
                table[word] = table.get(word, 0) + 1
    precision, recall = both / max(found, 1), both / max(gold, 1)
    print(f"humset: {gold} LOC spans, precision {precision:.4f} recall {recall:.4f} "
          f"F1 {2 * precision * recall / max(precision + recall, 1e-9):.4f}")
    if misses:
        for name, table in (("missed", missed), ("extra", extra)):
            print(name, sorted(table.items(), key=lambda entry: -entry[1])[:120])


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("texts", "score"):
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    if sys.argv[1] == "texts":
        for item in events(folder):
            print(json.dumps({"id": item["id"], "text": item["text"], "language": item["language"]}))
        for number, item in enumerate(excerpts(folder)):
            print(json.dumps({"id": f"humset-{number}", "text": item["text"]}))
        return
    answers = {row["id"]: row for row in map(json.loads, sys.stdin)}
    score_events(folder, answers, "--misses" in sys.argv)
    score_humset(folder, answers, "--misses" in sys.argv)


if __name__ == "__main__":
    main()
