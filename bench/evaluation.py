# SPDX-License-Identifier: Apache-2.0
"""What every set of bench/evaluate needs: reading it, running the coder, mapping, scores."""
import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("TOCSIN_PROGRAM", str(ROOT / "build/release/bin/tocsin"))
csv.field_size_limit(1 << 24)
SPEED_TEXTS = 20000


def find(folder, stem):
    """The file DIR/stem, plain or .gz, or the first that matches a pattern."""
    for pattern in (stem, stem + ".gz"):
        found = sorted(Path(folder).glob(pattern))
        if found:
            return found[0]
    sys.exit(f"bench/evaluate: no {stem} (or {stem}.gz) in {folder}")


def open_text(path):
    if str(path).endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="")
    return open(path, encoding="utf-8", errors="replace", newline="")


def json_lines(path):
    with open_text(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def mapping(name):
    with open(ROOT / "bench/evaluate.d" / f"{name}.json", encoding="utf-8") as file:
        return json.load(file)


def in_half(identifier, half):
    if not half:
        return True
    return (hashlib.sha256(str(identifier).encode()).digest()[0] % 2 == 0) == (half == "a")


class Run:
    """What one run of the coder answered, and how fast."""

    def __init__(self, texts, arguments=()):
        # A small set is coded several times over: the speed is to be that of a run, not of a start.
        times = 1 if "--spans" in arguments else max(1, -(-SPEED_TEXTS // max(len(texts), 1)))
        lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts) * times
        process = subprocess.run([PROGRAM, "code", "--timing", *arguments], input=lines.encode(),
                                 capture_output=True, check=False)
        if process.returncode != 0:
            sys.exit(process.stderr.decode())
        lines = process.stdout.decode().splitlines()[:len(texts)]
        self.answers = [json.loads(line) for line in lines]
        if len(self.answers) != len(texts):
            sys.exit(f"bench/evaluate: {len(texts)} texts in, {len(self.answers)} answers out")
        timing = json.loads(process.stderr.decode().strip().splitlines()[-1])
        self.speed = round(timing["sentences"] / max(timing["seconds"], 1e-9))
        self.start = timing["start_seconds"]


def f1(right, wrong, missed):
    return 2 * right / max(2 * right + wrong + missed, 1)


def finish(name, n, metrics, run):
    for key, value in metrics.items():
        print(f"{key:28} {value:.3f}")
    print(json.dumps({"set": name, "n": n, "metrics": {k: round(v, 4) for k, v in metrics.items()},
                      "sentences_per_second": run.speed if run else None}))


def rule_fits(rule, event):
    """One condition of a mapping on one coded event."""
    if "kind" in rule and event["kind"] not in rule["kind"]:
        return False
    if "status" in rule and event.get("status") not in rule["status"]:
        return False
    for side in ("source", "target"):
        actor = event.get(side) or {}
        if side in rule and actor.get("role", "") not in rule[side]:
            return False
        if f"not_{side}" in rule and actor.get("role", "") in rule[f"not_{side}"]:
            return False
    if "killed_min" in rule and (event.get("killed") or 0) < rule["killed_min"]:
        return False
    if event.get("confidence", 0) < rule.get("confidence_min", 0):
        return False
    return True


def events_and_incidents(answer):
    return answer.get("events", []) + answer.get("incidents", [])


def pick_label(rules, answer, default):
    """The first rule that fits: "all" lists conditions that must each hold for some event."""
    events = events_and_incidents(answer)
    for rule in rules:
        if (all(any(rule_fits(condition, event) for event in events) for condition in rule["all"])
                and not any(rule_fits(condition, event)
                            for condition in rule.get("none", []) for event in events)):
            return rule["label"]
    return default


def class_scores(gold, given, show=True):
    """Per label right, wrong, missed."""
    table = defaultdict(lambda: [0, 0, 0])
    for want, have in zip(gold, given):
        if want == have:
            table[want][0] += 1
        else:
            table[have][1] += 1
            table[want][2] += 1
    if show:
        for label in sorted(table):
            right, wrong, missed = table[label]
            print(f"{label:40} P {right / max(right + wrong, 1):.3f} "
                  f"R {right / max(right + missed, 1):.3f} F1 {f1(right, wrong, missed):.3f}  "
                  f"n {right + missed}")
    return table
