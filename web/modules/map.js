// SPDX-License-Identifier: Apache-2.0
// Draws the map of a place out of the table beside it: an equal-area view centred on the place, so
// that no direction or country is favoured and the date line needs no special care. The outline of
// the world is fetched only when the map comes near the window. The table stays; it is the map's twin.
import { geoArea, geoAzimuthalEqualArea, geoDistance, geoGraticule, geoPath } from "d3-geo";
import { feature } from "topojson-client";

// The style sheet gives the frame the same shapes at the same width of the window.
const narrow = matchMedia("(max-width: 34rem)");
const view_size = () => (narrow.matches ? { width: 340, height: 300 } : { width: 720, height: 450 });
const degrees = 180 / Math.PI;
const earth_radius_km = 6371;
const reach = { least: 1.2, most: 75, factor: 1.8, margin: 1.35, first_least: 3 };
const label_height = 15;
const label_width_per_sign = 8;
const names = "http://www.w3.org/2000/svg";

function element(name, attributes, ...children) {
  const made = document.createElementNS(names, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function read_points(box) {
  return [...box.querySelectorAll("[data-point]")].map((row) => ({
    at: [Number(row.dataset.longitude), Number(row.dataset.latitude)],
    size: Number(row.dataset.size),
    here: "here" in row.dataset,
    name: row.querySelector("bdi").textContent,
  })).filter((point) => point.at.every(Number.isFinite));
}

// A step of the net of meridians that gives about five lines across the view.
function net_step(reach_degrees) {
  return [0.5, 1, 2, 5, 10, 20].find((step) => (2 * reach_degrees) / step <= 7) ?? 30;
}

// The longest of 1, 2, 5 times a power of ten that is at most a quarter of the view.
function bar_km(reach_degrees, size) {
  const limit = ((2 * reach_degrees) / degrees) * earth_radius_km * (size.width / size.height) * 0.22;
  const power = 10 ** Math.floor(Math.log10(limit));
  return [5, 2, 1].find((factor) => factor * power <= limit) * power;
}

function overlaps(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

// Outlines come as GeoJSON, whose rings run the other way round than d3 reads them on a sphere: a
// shape that seems to cover more than half the earth is turned.
function turned_right(shape) {
  if (geoArea(shape) <= 2 * Math.PI) return shape;
  const turn = (rings) => rings.map((ring) => [...ring].reverse());
  const { type, coordinates } = shape.geometry;
  const turned = type === "Polygon" ? turn(coordinates) : coordinates.map(turn);
  return { ...shape, geometry: { type, coordinates: turned } };
}

async function fetch_json(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

// The world, and the place's own outline where the server has a finer one; that one may be missing.
async function fetch_shapes(words) {
  const world = await fetch_json(words.world);
  const shapes = feature(world, world.objects.countries).features
    .map((shape) => ({ shape, own: words.country !== "" && shape.id === words.country }));
  if (words.outline !== "") {
    try {
      const outline = await fetch_json(words.outline);
      shapes.push(...outline.features.map((shape) => ({ shape: turned_right(shape), own: true })));
    } catch {
      // The map without it is still right.
    }
  }
  return shapes;
}

const point_radius = (count) => Math.min(22, 4 + 1.6 * Math.sqrt(count));

// Where a name may stand: right of its point, left, below, above.
function label_boxes({ name, xy: [x, y] }, radius) {
  const width = name.length * label_width_per_sign;
  const away = radius + 4;
  const box = (left, upper, anchor, at) => ({ x: left, y: upper, width, height: label_height, anchor, at });
  return [
    box(x + away, y - label_height / 2, "start", x + away),
    box(x - away - width, y - label_height / 2, "end", x - away),
    box(x - width / 2, y + away, "middle", x),
    box(x - width / 2, y - away - label_height, "middle", x),
  ];
}

// The most reported places are drawn last and named first; a name that would cover another is left
// to the table.
function draw_points(points, projection, size) {
  const marks = element("g", {});
  const labels = element("g", { class: "m-labels" });
  const visible = points.map((point) => ({ ...point, xy: projection(point.at) }))
    .filter(({ xy }) => xy && xy[0] > 0 && xy[0] < size.width && xy[1] > 0 && xy[1] < size.height)
    .sort((a, b) => Number(b.here) - Number(a.here) || b.size - a.size);
  const taken = visible.map(({ xy: [x, y], size: count }) => {
    const radius = point_radius(count);
    return { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius };
  });
  for (const point of visible) {
    const [x, y] = point.xy;
    const radius = point_radius(point.size);
    marks.prepend(element("circle", { class: point.here ? "m-point m-here" : "m-point", cx: x, cy: y, r: radius }));
    if (point.here) marks.append(element("path", { class: "m-cross", d: `M${x - 5} ${y}h10M${x} ${y - 5}v10` }));
    // The place itself is always named, if need be over another's mark.
    const boxes = label_boxes(point, radius).filter((tried) => tried.x > 0 && tried.x + tried.width < size.width);
    const box = boxes.find((tried) => !taken.some((other) => overlaps(tried, other))) ?? (point.here ? boxes[0] : null);
    if (!box) continue;
    taken.push(box);
    labels.append(element("text", { x: box.at, y: box.y + label_height - 3, "text-anchor": box.anchor,
      class: "m-label" }, point.name));
  }
  return [marks, labels];
}

function draw_bar(reach_degrees, projection, size) {
  const km = bar_km(reach_degrees, size);
  const length = projection.scale() * (km / earth_radius_km);
  const text = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilometer" }).format(km);
  return element("g", { class: "m-bar" },
    element("path", { d: `M14 ${size.height - 22}v8h${length}v-8` }),
    element("text", { class: "m-label", x: 20 + length, y: size.height - 12 }, text));
}

function draw(frame, words, points, shapes, reach_degrees) {
  const size = view_size();
  const centre = (points.find((point) => point.here) ?? points[0]).at;
  const projection = geoAzimuthalEqualArea().rotate([-centre[0], -centre[1]])
    .translate([size.width / 2, size.height / 2]).precision(0.5)
    .scale(size.height / 2 / (2 * Math.sin(reach_degrees / degrees / 2)))
    .clipAngle(Math.min(120, reach_degrees * 2.4)).clipExtent([[-2, -2], [size.width + 2, size.height + 2]]);
  const path = geoPath(projection);
  const step = net_step(reach_degrees);
  const image = element("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "img", "aria-label": words.label },
    element("rect", { class: "m-sea", width: size.width, height: size.height }),
    element("path", { class: "m-net", d: path(geoGraticule().step([step, step])()) ?? "" }));
  const home = [];
  for (const { shape, own } of shapes) {
    const outline = path(shape);
    if (!outline) continue;
    const drawn = element("path", { class: own ? "m-land m-home" : "m-land", d: outline });
    if (own) home.push(drawn);
    else image.append(drawn);
  }
  image.append(...home, ...draw_points(points, projection, size),
    draw_bar(reach_degrees, projection, size));
  frame.querySelector("svg")?.remove();
  frame.prepend(image);
}

function first_reach(points) {
  const centre = (points.find((point) => point.here) ?? points[0]).at;
  const farthest = Math.max(...points.map((point) => geoDistance(centre, point.at))) * degrees;
  return Math.min(reach.most, Math.max(reach.first_least, farthest * reach.margin));
}

async function start_map(box) {
  const frame = box.querySelector("[data-map-frame]");
  const words = box.dataset;
  const points = read_points(box);
  if (points.length === 0) return;
  let shapes;
  try {
    shapes = await fetch_shapes(words);
  } catch {
    const message = document.createElement("p");
    message.className = "hint";
    message.textContent = words.failed;
    frame.replaceChildren(message);
    return;
  }
  let now = first_reach(points);
  const show = () => draw(frame, words, points, shapes, now);
  const button = (text, sign, change) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", text);
    made.title = text;
    made.addEventListener("click", () => {
      now = Math.min(reach.most, Math.max(reach.least, change(now)));
      show();
    });
    return made;
  };
  box.querySelector("[data-map-tools]").append(button(words.in, "+", (value) => value / reach.factor), button(words.out, "−", (value) => value * reach.factor));
  show();
  narrow.addEventListener("change", show);
}

// Only when the map comes near the window, and after the page itself is there.
const near = new IntersectionObserver((entries, observer) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    observer.unobserve(entry.target);
    start_map(entry.target);
  }
}, { rootMargin: "200px" });
const begin = () => document.querySelectorAll("[data-map]").forEach((box) => near.observe(box));
if (document.readyState === "complete") begin();
else addEventListener("load", begin, { once: true });
