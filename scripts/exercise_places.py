# SPDX-License-Identifier: Apache-2.0
"""Checks of the invented country: places, outline, groups, marks. Part of check-exercise."""
import collections
import re

from exercise_data import ARABIC, GEONAME_COLUMNS, ROLES

OPEN_ATLANTIC = (-45.0, 22.0, -35.0, 30.0)  # west, south, east, north: no land inside
GEONAME_ID_MIN = 900000001
AREA_TOLERANCE = 1e-9  # square degrees
FEATURES = {("A", "PCLI"), ("A", "ADM1"), ("P", "PPLC"), ("P", "PPLA"), ("P", "PPL")}


def check_place_rows(data):
    seen = set()
    for number, row in enumerate(data.places, 1):
        if len(row) != GEONAME_COLUMNS:
            yield f"places.tsv line {number}: {len(row)} columns"
            continue
        if not row[0].isdigit() or int(row[0]) < GEONAME_ID_MIN or row[0] in seen:
            yield f"line {number}: id {row[0]}"
        seen.add(row[0])
        if not row[2].isascii() or not row[2]:
            yield f"line {number}: asciiname {row[2]}"
        if (row[6], row[7]) not in FEATURES or row[8] != "XA":
            yield f"line {number}: feature {row[6]} {row[7]}, country {row[8]}"
        if not row[14].isdigit() or int(row[14]) == 0:
            yield f"line {number}: population {row[14]}"
        if not any(ARABIC.search(form) for form in row[3].split(",")):
            yield f"line {number}: no Arabic name for {row[1]}"
    codes = collections.Counter(row[7] for row in data.places)
    if codes["PCLI"] != 1 or codes["PPLC"] != 1 or not 25 <= len(data.places) - codes["ADM1"]:
        yield f"kinds of places: {dict(codes)}"


def check_names_are_distinct(data):
    owners = collections.defaultdict(set)
    for row in data.places:
        for form in [row[1], *row[3].split(",")]:
            owners[form].add(row[0])
    yield from (f"name of two places: {form}" for form, ids in owners.items() if len(ids) > 1)


def rings(feature):
    geometry = feature["geometry"]
    polygons = geometry["coordinates"]
    return [ring for polygon in ([polygons] if geometry["type"] == "Polygon" else polygons)
            for ring in polygon]


def area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:])) / 2


def inside(point, ring):
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def crosses(a, b, c, d):
    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def check_outline_rings(data):
    west, south, east, north = OPEN_ATLANTIC
    for feature in data.outline["features"]:
        name = feature["properties"]["name"]
        for ring in rings(feature):
            if ring[0] != ring[-1] or len(ring) < 4:
                yield f"{name}: ring not closed"
            if area(ring) <= 0:
                yield f"{name}: exterior ring is not counter-clockwise (RFC 7946)"
            if not all(west <= x <= east and south <= y <= north for x, y in ring):
                yield f"{name}: leaves the open Atlantic"
            edges = list(zip(ring, ring[1:]))
            if any(crosses(*edges[i], *edges[j])
                   for i in range(len(edges)) for j in range(i)):
                yield f"{name}: ring crosses itself"


def check_outline_regions(data):
    features = {feature["id"]: feature for feature in data.outline["features"]}
    regions = {region["code"]: region for region in data.country["regions"]}
    if features.keys() != {"XA", *regions}:
        yield f"features {sorted(features)}"
        return
    for code, region in regions.items():
        if features[code]["properties"]["name"] != region["name"]["en"]:
            yield f"{code}: name differs from country.json"
    whole = sum(map(area, rings(features["XA"])))
    parts = sum(area(ring) for code in regions for ring in rings(features[code]))
    if abs(whole - parts) > AREA_TOLERANCE:
        yield f"regions cover {parts}, the country {whole} square degrees"
    yield from (f"{name}: not marked as exercise" for name, feature in features.items()
                if feature["properties"].get("exercise") is not True)


def check_places_lie_inside(data):
    shapes = {f["properties"].get("admin1"): f for f in data.outline["features"]}
    for row in data.places:
        point = (float(row[5]), float(row[4]))
        shape = shapes.get(row[10] if row[7] != "PCLI" else None)
        if shape is None:
            yield f"{row[1]}: no region {row[10]} in outline.geojson"
        elif row[6] == "P" and not any(inside(point, ring) for ring in rings(shape)):
            yield f"{row[1]}: outside its region"


def check_country(data):
    country = data.country
    capital = [row[1] for row in data.places if row[7] == "PPLC"]
    if country["exercise"] is not True or "EXERCISE" not in country["notice"]:
        yield "country.json is not marked as exercise"
    if (country["code"], country["code_alpha3"]) != ("XA", "XAA"):
        yield "codes are not the user-assigned XA and XAA"
    if [country["capital"]] != capital:
        yield f"capital {country['capital']}, in places.tsv {capital}"
    seats = {row[1] for row in data.places if row[7] in ("PPLA", "PPLC")}
    if {region["seat"] for region in country["regions"]} != seats:
        yield "seats of regions differ from places.tsv"
    population = {row[1]: int(row[14]) for row in data.places}
    for region in country["regions"]:
        if population.get(region["name"]["en"]) != region["population"]:
            yield f"{region['name']['en']}: population differs from places.tsv"
    if sum(region["population"] for region in country["regions"]) != country["population"]:
        yield "populations of regions do not add up to the country's"


def check_groups(data):
    seen = set()
    for row in data.groups:
        if len(row) != 6 or row[4] != "XAA" or row[3] not in ROLES:
            yield f"groups.tsv: {row}"
            continue
        if row[0] in seen or not row[0].startswith("xa-"):
            yield f"groups.tsv: id {row[0]}"
        seen.add(row[0])
        if row[5] and not row[5].isdigit():
            yield f"groups.tsv: since {row[5]}"
        if not any(ARABIC.search(form) for form in row[2].split("|")):
            yield f"groups.tsv: no Arabic name for {row[1]}"
    told = {group["id"] for key in ("groups", "communities") for group in data.country[key]}
    if told != seen:
        yield f"country.json and groups.tsv differ in {sorted(told ^ seen)}"


def check_marks_on_files(data):
    for name in ("README.md", "groups.tsv"):
        if "EXERCISE" not in data.text(name).splitlines()[0].upper():
            yield f"{name}: first line does not say EXERCISE"
    if data.outline.get("exercise") is not True:
        yield "outline.geojson is not marked as exercise"
    if not re.search(r"^## .*mark", data.readme, re.IGNORECASE | re.MULTILINE):
        yield "README.md has no section on the marking"


CHECKS = [
    check_place_rows, check_names_are_distinct, check_outline_rings, check_outline_regions,
    check_places_lie_inside, check_country, check_groups, check_marks_on_files,
]
