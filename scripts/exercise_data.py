# SPDX-License-Identifier: Apache-2.0
"""The exercise scenario as scripts/check-exercise and its parts read it."""
import json
import re

ROLES = set("MIL COP PAR REB CVL PTS GOV OPP NGO IGO JRN REF UAF".split())
GEONAME_COLUMNS = 19
ARABIC = re.compile("[\u0600-\u06ff]")


class Folder:
    """The scenario as read from disk; reading errors come out as failed checks."""

    def __init__(self, path):
        self.path = path
        self.country = json.loads(self.text("country.json"))
        self.outline = json.loads(self.text("outline.geojson"))
        self.reports = self.lines("reports.jsonl")
        self.expected = self.lines("expected.jsonl")
        self.places = [line.split("\t") for line in self.text("places.tsv").splitlines()]
        self.groups = [line.split("\t") for line in self.text("groups.tsv").splitlines()
                       if not line.startswith("#")]
        self.readme = self.text("README.md")
        self.names = {}  # every form of a place's name: the gazetteer's name
        for row in self.places:
            for form in [row[1], *row[3].split(",")]:
                self.names[form] = row[1]

    def text(self, name):
        return (self.path / name).read_text(encoding="utf-8")

    def lines(self, name):
        rows = []
        for number, line in enumerate(self.text(name).splitlines(), 1):
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{name} line {number}: {error}") from error
        return rows


def words_of(report):
    return report["title"] + " " + report["text"]
