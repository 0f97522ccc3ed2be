// SPDX-License-Identifier: Apache-2.0
// Makes tests/browser/charts.golden.json anew: charts whose paths every maker of charts must give,
// text for text, so that the server's code and this folder's reference stay one.
// Usage: node tests/browser/charts.golden.mjs > tests/browser/charts.golden.json
import { fileURLToPath } from "node:url";
import { chart_paths } from "./geometry.mjs";

const small = { width: 240, height: 52, left: 0, right: 0, top: 6, bottom: 1 };
const large = { width: 480, height: 150, left: 36, right: 2, top: 10, bottom: 26 };

const weeks_of = (counts, low, high, alarms) => counts.map((count, index) =>
  ({ count, low, high, alarm: alarms.includes(index), unobserved: count === null }));

// A fixed sequence without a random generator, so that any language can make it.
const counted = (length) => Array.from({ length }, (_, index) =>
  (index % 29 === 20 || index % 29 === 21 ? null : (index * index * 7 + index * 3) % 11));

const cases = [
  { name: "26 weeks with a gap and two alarms", size: small,
    weeks: weeks_of([2, 3, 1, 4, 3, 2, 5, 3, 0, 2, 3, 4, 2, 1, null, null, 3, 2, 4, 3, 5, 4, 6, 6, 9, 14], 1, 6, [24, 25]) },
  { name: "a silence that is an alarm", size: small, weeks: weeks_of([9, 8, 11, 10, 7, 0], 6, 13, [5]) },
  { name: "nothing but zero", size: small, weeks: weeks_of(Array(26).fill(0), 0, 0, []) },
  { name: "nothing observed", size: small, weeks: weeks_of([null, null, null], 0, 0, []) },
  { name: "a year, large", size: large, weeks: weeks_of(counted(52), 1, 8, [50]) },
  { name: "three years, large", size: large, weeks: weeks_of(counted(156), 0, 9, [100, 155]) },
  { name: "a count of thousands", size: large, weeks: weeks_of([0, 1, 12000, 3400], 0, 4000, [2]) },
];

export const golden = () => cases.map(({ name, size, weeks }) => {
  const { paths, ticks_y } = chart_paths(weeks, size);
  return { name, size, weeks, paths: { band: paths.band, gap: paths.gap, bars: paths.bars, alarm: paths.alarm, base: paths.base }, ticks_y };
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`[\n${golden().map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
}
