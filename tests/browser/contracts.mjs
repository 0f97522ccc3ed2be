// SPDX-License-Identifier: Apache-2.0
// Checks, without a browser or a server, that templates, samples and catalogues agree: every page
// renders in every language with full and with empty data, no name is missing, nothing is printed
// unescaped, and the catalogues say the same things. Ends with "N passed, N failed".
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./packages.mjs";
import { golden } from "./charts.golden.mjs";
import { catalogue_of, context_of, has_empty_sample, languages, read_json, render } from "./render.mjs";

const plural_forms = ["zero", "one", "two", "few", "many", "other"];
const results = { passed: 0, failed: 0 };

function check(name, work) {
  try {
    work();
    results.passed += 1;
  } catch (error) {
    results.failed += 1;
    process.stdout.write(`FAILED ${name}\n  ${error.message}\n`);
  }
}

function expect(holds, message) {
  if (!holds) throw new Error(message);
}

const is_plural = (value) => typeof value === "object" && "other" in value &&
  Object.keys(value).every((form) => plural_forms.includes(form));

// {"today.title": text, "count.reports": {one, other}}: each message by its full key.
function flatten(level, before = "") {
  return Object.entries(level).flatMap(([name, value]) =>
    typeof value === "string" || is_plural(value) ? [[before + name, value]] : flatten(value, `${before}${name}.`));
}

const wanted_names = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort().join(" ");
const forms_of = (value) => (typeof value === "string" ? [value] : Object.values(value));

const english = new Map(flatten(catalogue_of("en")));
for (const { code } of languages) {
  const own = new Map(flatten(catalogue_of(code)));
  check(`messages/${code}.json has the same keys as English`, () => {
    const missing = [...english.keys()].filter((key) => !own.has(key));
    const extra = [...own.keys()].filter((key) => !english.has(key));
    expect(missing.length + extra.length === 0, `missing: ${missing.join(", ")}; not in English: ${extra.join(", ")}`);
  });
  check(`messages/${code}.json wants the same values as English`, () => {
    for (const [key, value] of own) {
      const names = wanted_names(typeof value === "string" ? value : value.other);
      const asked = wanted_names(forms_of(english.get(key)).at(-1));
      expect(names === asked, `${key}: {${names}} where English has {${asked}}`);
      // A form for one exact count may leave the number out, but may want nothing new.
      for (const form of forms_of(value)) {
        for (const name of wanted_names(form).split(" ").filter(Boolean)) {
          expect(asked.split(" ").includes(name), `${key}: wants {${name}}, which English does not`);
        }
      }
    }
  });
  check(`messages/${code}.json has the plural forms that the language needs`, () => {
    const needed = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const [key, value] of own) {
      if (typeof value === "string") continue;
      expect(typeof english.get(key) === "object", `${key} has plural forms here but not in English`);
      // A message that reads the same for every count may have "other" alone, or with "zero".
      if (Object.keys(value).every((form) => form === "zero" || form === "other")) continue;
      const open = needed.filter((form) => !(form in value) && form !== "zero");
      // French and English let "other" stand for what they hardly tell apart ("many" is a million).
      expect(code !== "ar" || open.length === 0, `${key}: forms ${open.join(", ")} are missing`);
    }
  });
}

check("every kind of event has its name in each language", () => {
  const file = join(root, "data", "event-kinds.json");
  if (!existsSync(file)) return;
  const ids = read_json(file).kinds.map((kind) => kind.id);
  for (const { code } of languages) {
    const missing = ids.filter((id) => !(id in catalogue_of(code).kind));
    expect(missing.length === 0, `messages/${code}.json lacks kind.${missing.join(", kind.")}`);
  }
});

check("every measure of the watch list has its name in each language", () => {
  const file = join(root, "data", "watch-measures.json");
  if (!existsSync(file)) return;
  for (const { code } of languages) {
    for (const { id } of read_json(file).measures) {
      expect(id in catalogue_of(code).measure, `messages/${code}.json lacks measure.${id}`);
    }
  }
});

check("charts are drawn as charts.golden.json says", () => {
  const kept = read_json(join(root, "tests", "browser", "charts.golden.json"));
  for (const [index, made] of golden().entries()) {
    expect(JSON.stringify(made) === JSON.stringify(kept[index]), `"${made.name}" differs; make the file anew if that is meant`);
  }
});

const template_folders = readdirSync(join(root, "web", "templates"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const template_files = template_folders.flatMap((folder) =>
  readdirSync(join(root, "web", "templates", folder)).filter((name) => name.endsWith(".mustache"))
    .map((name) => join("web", "templates", folder, name)));
for (const file of template_files) {
  const text = readFileSync(join(root, file), "utf8");
  check(`${file} prints nothing unescaped`, () => expect(!/\{\{\{|\{\{&/.test(text), "it uses {{{…}}} or {{&…}}"));
  check(`${file} has no inline script, style or handler`, () =>
    expect(!/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)/i.test(text), "the content policy would refuse it"));
  check(`${file} says its words through the catalogue`, () => {
    const bare = text.replaceAll(/\{\{[^}]*\}\}/g, "").replaceAll(/<[^>]*>/g, "").replaceAll(/\b(?:CSV|JSON)\b/g, "");
    const word = /\p{L}{2,}/u.exec(bare);
    expect(!word, `"${word?.[0]}" stands in the template`);
  });
  check(`${file} asks only for messages that exist`, () => {
    for (const [, key] of text.matchAll(/\{\{t\.([\w.]+)\}\}/g)) {
      expect(typeof english.get(key) === "string", `t.${key} is no text in the catalogue`);
    }
  });
}

const assets = { style: "/a.css", script: "/a.js", map: "/m.js", world: "/w.json", icon: "/i.svg" };
const pages = readdirSync(join(root, "tests", "browser", "samples"))
  .filter((name) => /^[a-z_]+\.json$/.test(name) && name !== "layout.json").map((name) => name.slice(0, -5));
for (const page of pages) {
  for (const { code } of languages) {
    for (const empty of has_empty_sample(page) ? [false, true] : [false]) {
      check(`${page}${empty ? " without data" : ""} renders in ${code}`, () => {
        const { context, template } = context_of(page, code, { assets, here: "/", empty });
        const html = render(template, context);
        expect(html.includes("</html>"), "the page has no end");
        expect(!/\{\{|undefined|\[object/.test(html), "something was not filled in");
        const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
        const twice = ids.find((id, index) => ids.indexOf(id) !== index);
        expect(!twice, `the id "${twice}" is there twice`);
      });
    }
  }
}

check("text from a source is escaped", () => {
  const { context, template } = context_of("observation", "en", { assets, here: "/" });
  context.observation.text.segments = [{ text: "<script>alert(1)</script>&\"'", marks: false }];
  const html = render(template, context);
  expect(html.includes("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"), "it came through as it was");
});

process.stdout.write(`${results.passed} passed, ${results.failed} failed\n`);
process.exitCode = results.failed === 0 ? 0 : 1;
