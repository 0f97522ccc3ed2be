# SPDX-License-Identifier: Apache-2.0
"""Checks that nothing in the exercise bears a real name. Part of check-exercise."""
import gettext
import json
import pathlib
import re
import unicodedata

from exercise_data import ARABIC, GEONAME_COLUMNS, words_of

# Common words that are also names of countries, languages, zones or capitals in some list.
PLAIN_WORDS = {"Center", "Eastern", "Central", "Mountain", "Pacific", "Atlantic", "Indian",
               "General", "North", "South", "East", "West", "Easter", "Midway", "Marine",
               "Continental", "Islands", "Acre", "Same", "Male"}
ISO_FOLDER = pathlib.Path("/usr/share/iso-codes/json")
CATALOGUES = pathlib.Path("/usr/share/locale")
ZONES = pathlib.Path("/usr/share/zoneinfo")


def fold(name):
    plain = unicodedata.normalize("NFD", name.lower())
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c))


def iso_table(name, key):
    return json.loads((ISO_FOLDER / name).read_text(encoding="utf-8"))[key]


def real_countries():
    """Names of countries in the three languages of the scenario."""
    names = set()
    for entry in iso_table("iso_3166-1.json", "3166-1"):
        english = {entry[key] for key in ("name", "common_name", "official_name") if key in entry}
        names |= english
        for language in ("fr", "ar"):
            try:
                catalogue = gettext.translation(
                    "iso_3166-1", localedir=CATALOGUES, languages=[language])
            except OSError:
                continue  # a system without this language's catalogue
            names |= {catalogue.gettext(name) for name in english}
    return {name.split(",")[0].split(" (")[0] for name in names}


def real_cities():
    """Capitals and large cities: the names of time zones."""
    found = set()
    for area_name in ("Africa", "America", "Asia", "Europe", "Pacific", "Indian", "Australia"):
        for path in (ZONES / area_name).glob("*"):
            if path.is_file():
                found.add(path.name.replace("_", " "))
    return found


def check_no_real_names_in_texts(data):
    names = {name for name in real_countries() | real_cities()
             if len(name) > 3 and name not in PLAIN_WORDS}
    latin = re.compile(r"\b(" + "|".join(
        re.escape(name) for name in names if not ARABIC.search(name)) + r")\b")
    arabic = re.compile(r"(?<!\w)[وفبلك]?(" + "|".join(
        re.escape(name) for name in names if ARABIC.search(name)) + r")(?!\w)")
    whole = json.dumps(data.country, ensure_ascii=False)
    for where, text in [(r["id"], words_of(r) + " " + r["publisher"]) for r in data.reports] + [
            ("country.json", whole.replace("Open Atlantic", ""))]:
        for pattern in (latin, arabic):
            found = pattern.search(text)
            if found and found.group(1):
                yield f"{where}: names {found.group(1)}"


def check_no_real_place_or_people(data):
    taken = {fold(name): "country" for name in real_countries()}
    taken |= {fold(name): "city" for name in real_cities()}
    taken |= {fold(e["name"]): "subdivision" for e in iso_table("iso_3166-2.json", "3166-2")}
    taken |= {fold(e["name"]): "language" for e in iso_table("iso_639-3.json", "639-3")}
    taken |= {fold(e["name"]): "language family" for e in iso_table("iso_639-5.json", "639-5")}
    own = {form for form in data.names}
    for row in data.groups:
        own |= {row[1], *row[2].split("|")}
    for name in sorted(own):
        if fold(name) and fold(name) in taken:
            yield f"{name}: also the name of a real {taken[fold(name)]}"


def gazetteer_check(path):
    def check_no_name_of_a_real_town(data):
        own = {fold(form): form for form in data.names}
        with open(path, encoding="utf-8") as table:
            for line in table:
                row = line.rstrip("\n").split("\t")
                if len(row) < GEONAME_COLUMNS or row[8] == "XA":
                    continue
                for form in {fold(name) for name in [row[1], row[2], *row[3].split(",")]}:
                    if form and form in own:
                        yield f"{own[form]}: also a name of {row[1]}, {row[8]} ({row[0]})"
    return check_no_name_of_a_real_town


def can_check():
    """True where Debian's iso-codes and tzdata are there."""
    return (ISO_FOLDER / "iso_3166-1.json").is_file() and (ZONES / "Europe").is_dir()


CHECKS = [check_no_real_names_in_texts, check_no_real_place_or_people]
