// SPDX-License-Identifier: Apache-2.0
// Renders a page template with sample data as strictly as the server's engine does, and stricter: a
// name that the data lacks, a number where text belongs or a section on text that may be empty is
// an error. So what renders here renders there, and the samples show the whole contract.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load_package, root } from "./packages.mjs";
import { axis_weeks, chart_paths } from "./geometry.mjs";

const Mustache = load_package("mustache");
const templates = join(root, "web", "templates");
const samples = join(root, "tests", "browser", "samples");

export const languages = [
  { code: "en", name: "English", direction: "ltr" },
  { code: "fr", name: "Français", direction: "ltr" },
  { code: "ar", name: "العربية", direction: "rtl" },
];

export const read_json = (path) => JSON.parse(readFileSync(path, "utf8"));
// messages/LANGUAGE.json and messages/ROOM/LANGUAGE.json together are the catalogue of a language.
export function catalogue_of(language) {
  const folder = join(root, "web", "messages");
  const rooms = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name, `${language}.json`)).filter((file) => existsSync(file));
  return Object.assign({}, ...[join(folder, `${language}.json`), ...rooms].map(read_json));
}
export const template_of = (name) => readFileSync(join(templates, `${name}.mustache`), "utf8");

// A value with letters in it may run against the sentence: it is set apart by the two signs that
// Unicode has for it (first strong isolate, pop directional isolate).
const isolate = (value) => (/\p{L}/u.test(value) ? `\u2068${value}\u2069` : value);

class StrictContext extends Mustache.Context {
  push(view) {
    return new StrictContext(view, this);
  }
  // Like the server's engine: the innermost frame that holds the whole dotted path.
  lookup(name) {
    if (name === ".") return this.view;
    for (let frame = this; frame; frame = frame.parent) {
      let value = frame.view;
      let found = true;
      for (const part of name.split(".")) {
        if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) {
          found = false;
          break;
        }
        value = value[part];
      }
      if (found) return value;
    }
    throw new Error(`the data holds no "${name}"`);
  }
}

class StrictWriter extends Mustache.Writer {
  renderSection(token, context, partials, original, config) {
    this.check_section(token[1], context);
    return super.renderSection(token, context, partials, original, config);
  }
  renderInverted(token, context, partials, original, config) {
    this.check_section(token[1], context);
    return super.renderInverted(token, context, partials, original, config);
  }
  check_section(name, context) {
    const value = context.lookup(name);
    const kind = typeof value;
    if (value === "") throw new Error(`"${name}" opens a section but is empty text; give false`);
    if (value === null || !["boolean", "object", "string"].includes(kind)) {
      throw new Error(`"${name}" opens a section but is ${value === null ? "null" : `a ${kind}`}`);
    }
  }
  escapedValue(token, context, config) {
    const value = context.lookup(token[1]);
    if (typeof value !== "string") throw new Error(`"${token[1]}" is printed but is no text: ${JSON.stringify(value)}`);
    return super.escapedValue(token, context, config);
  }
  unescapedValue(token) {
    throw new Error(`"${token[1]}" would be printed without escaping`);
  }
}

// Words, numbers and dates of one language, as the server makes them before it fills a context.
export class Speaker {
  constructor(language) {
    this.language = language;
    this.catalogue = catalogue_of(language);
    this.framework = read_json(join(root, "data", "framework", "framework.json"));
    const locale = language === "en" ? "en-GB" : language; // day before month, 24 hours
    this.locale = locale;
    this.plural = new Intl.PluralRules(language);
    this.numbers = new Intl.NumberFormat(locale);
    this.days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    this.times = new Intl.DateTimeFormat(locale, {
      day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC",
      timeZoneName: "short",
    });
  }
  message(key, values = {}, count = undefined) {
    let found = key.split(".").reduce((level, part) => level?.[part], this.catalogue);
    if (found !== undefined && typeof found === "object" && count !== undefined) {
      found = (count === 0 && found.zero) || found[this.plural.select(count)] || found.other;
    }
    if (typeof found !== "string") throw new Error(`no message "${key}" in ${this.language}`);
    const all = count === undefined ? values : { ...values, n: this.numbers.format(count) };
    return found.replaceAll(/\{(\w+)\}/g, (whole, name) => {
      if (!(name in all)) throw new Error(`message "${key}" wants {${name}}`);
      return isolate(all[name]);
    });
  }
  indicator(id) {
    const found = this.framework.indicators.find((entry) => entry.id === id);
    if (!found) throw new Error(`no indicator ${id}`);
    return { number: found.un_number, label: found.label, provisional: found.basis === "provisional",
             indicator_href: `/observations?indicator=${id}` };
  }
  // counts: {factor id: {indicator id: clusters}}; factors named in it are shown open.
  factors(counts) {
    return this.framework.factors.map((factor) => {
      const own = counts[factor.id] ?? {};
      const sum = Object.values(own).reduce((total, count) => total + count, 0);
      return {
        factor_id: factor.id, factor_number: String(factor.number), factor_label: factor.label, open: factor.id in counts,
        factor_count: this.message("indicators.factor_count", {}, sum),
        indicators: this.framework.indicators.filter((entry) => entry.factor === factor.id).map((entry) => ({
          indicator_id: entry.id, ...this.indicator(entry.id),
          count: this.numbers.format(own[entry.id] ?? 0), linked: (own[entry.id] ?? 0) > 0,
        })),
      };
    });
  }
  // The samples' shorthand: objects with one key that starts with "$".
  say(value) {
    if (Array.isArray(value)) return value.map((entry) => this.say(entry));
    if (value === null || typeof value !== "object") return value;
    if ("$t" in value) {
      const { $t: key, $n: count, ...rest } = value;
      return this.message(key, this.say(rest), count);
    }
    if ("$n" in value) return this.numbers.format(value.$n);
    if ("$day" in value) return { iso: value.$day, text: this.days.format(new Date(value.$day)) };
    if ("$time" in value) return { iso: value.$time, text: this.times.format(new Date(value.$time)) };
    if ("$indicator" in value) {
      const { $indicator: id, ...rest } = value;
      return { ...this.indicator(id), ...this.say(rest) };
    }
    if ("$framework" in value) return this.factors(value.$framework);
    if ("$chart" in value) return this.chart(value.$chart);
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, this.say(entry)]));
  }
  // spec: {what, place, first, size: "small"|"large", counts: [number|null], low, high, alarms: [index]}
  chart(spec) {
    const what = this.say(spec.what);
    const weeks = spec.counts.map((count, index) => {
      const start = new Date(Date.parse(spec.first) + index * 7 * 86400000);
      return { start, count, low: spec.low, high: spec.high, unobserved: count === null, alarm: spec.alarms.includes(index) };
    });
    const large = spec.size === "large";
    const size = large ? { width: 480, height: 150, left: 36, right: 2, top: 10, bottom: 26 } : { width: 240, height: 52 };
    const { paths, ticks_y, x_of } = chart_paths(weeks, size);
    const latest = weeks[weeks.length - 1];
    const number = (count) => this.numbers.format(count);
    const months = axis_weeks(weeks).map(({ week, index }) => ({ x: x_of(index), label: new Intl.DateTimeFormat(this.locale,
        { month: "short", year: "numeric", timeZone: "UTC" }).format(week.start) }));
    return {
      width: String(size.width), height: String(size.height),
      bars_path: paths.bars, alarm_path: paths.alarm, band_path: paths.band, gap_path: paths.gap, base_path: paths.base,
      label_y: String(size.height - 6), left: String(size.left ?? 0), right_x: String(size.width - (size.right ?? 0)),
      ticks_y: ticks_y.map((tick) => ({ y: tick.y, text_y: tick.text_y, label: number(tick.value) })),
      ticks_x: months,
      heading: what,
      caption: this.message("chart.caption", { what, weeks: number(weeks.length) }),
      count_label: this.message("chart.count"),
      summary: this.message("chart.summary", { what, place: spec.place, latest: number(latest.count ?? 0),
        low: number(spec.low), high: number(spec.high) }),
      table_rows: [...weeks].reverse().map((week) => ({
        period: this.days.format(week.start),
        count: week.unobserved ? "–" : number(week.count),
        usual: `${number(week.low)}–${number(week.high)}`,
        note: week.unobserved ? this.message("chart.unobserved") : week.alarm ? this.message("chart.alarm") : "",
      })),
    };
  }
}

export const has_empty_sample = (page) => existsSync(join(samples, `${page}.empty.json`));

// `empty` takes what PAGE.empty.json holds in place of the same members of the sample.
export function context_of(page, language, { assets, here, empty = false }) {
  const speaker = new Speaker(language);
  const shared = speaker.say(read_json(join(samples, "layout.json")));
  const own = speaker.say(read_json(join(samples, `${page}.json`)));
  if (empty && has_empty_sample(page)) {
    const bare = speaker.say(read_json(join(samples, `${page}.empty.json`)));
    for (const [name, members] of Object.entries(bare)) own[name] = { ...own[name], ...members };
  }
  const joint = { ...shared, ...own, page: { ...shared.page, ...own.page }, nav: { ...shared.nav, ...own.nav },
    notices: { ...shared.notices, ...own.notices } };
  const { direction } = languages.find((entry) => entry.code === language);
  joint.page = { ...joint.page, lang: language, dir: direction, here, changes_href: "/api/v1/changes?after=81206" };
  joint.assets = assets;
  joint.t = speaker.catalogue;
  joint.languages = languages.map((entry) => ({ ...entry, current: entry.code === language, href: `?lang=${entry.code}` }));
  return { context: joint, template: own.template };
}

export function render(template, context) {
  const writer = new StrictWriter();
  writer.templateCache = undefined;
  return writer.render(template_of(template), new StrictContext(context), (name) => template_of(name), { escape: escape_html });
}

// The five characters that the server's engine escapes, the way it does.
function escape_html(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(text).replaceAll(/[&<>"']/g, (sign) => entities[sign]);
}
