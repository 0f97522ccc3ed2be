// SPDX-License-Identifier: Apache-2.0
// Turns weekly counts into the path strings that the chart templates take: the reference for the
// server's own chart code (web/templates/monitor/README.md, "Charts"). Pure; units are SVG user units.

const round = (value) => String(Math.round(value * 10) / 10);

// The smallest of 1, 2, 5 times a power of ten that cuts `top` into at most `parts` steps.
export function tick_step(top, parts) {
  for (let power = 1; ; power *= 10) {
    for (const factor of [1, 2, 5]) {
      if (top / (factor * power) <= parts) return factor * power;
    }
  }
}

// weeks: [{start, count, low, high, alarm, unobserved}] oldest first; count null when unobserved.
export function chart_paths(weeks, { width, height, left = 0, right = 0, top = 6, bottom = 1 }) {
  const highest = Math.max(4, ...weeks.map((week) => Math.max(week.count ?? 0, week.high ?? 0)));
  const step = (width - left - right) / weeks.length;
  const gap = step > 3 ? 1 : step * 0.25;
  const floor = height - bottom;
  const y_of = (value) => floor - ((floor - top) * value) / highest;
  const x_of = (index) => left + index * step;
  const paths = { bars: "", alarm: "", band: "", gap: "", base: "" };

  weeks.forEach((week, index) => {
    const x = x_of(index);
    if (week.unobserved) return;
    if (week.count > 0) {
      const bar = `M${round(x + gap / 2)} ${round(floor)}V${round(y_of(week.count))}h${round(step - gap)}V${round(floor)}z`;
      if (week.alarm) paths.alarm += bar;
      else paths.bars += bar;
    }
    if (week.alarm) {
      const middle = x + step / 2;
      const peak = Math.max(5, y_of(week.count) - 2);
      paths.alarm += `M${round(middle)} ${round(peak)}l-3.5-5h7z`;
    }
  });

  // One closed outline for each run of observed weeks: along the upper edge, back along the lower.
  let run = [];
  const close_run = () => {
    if (run.length === 0) return;
    const first = run[0];
    paths.band += `M${round(x_of(first))} ${round(y_of(weeks[first].high))}`;
    for (const index of run) paths.band += `V${round(y_of(weeks[index].high))}H${round(x_of(index + 1))}`;
    for (const index of [...run].reverse()) {
      paths.band += `V${round(y_of(weeks[index].low))}H${round(x_of(index))}`;
    }
    paths.band += "z";
    run = [];
  };
  weeks.forEach((week, index) => {
    if (week.unobserved || week.high === null) close_run();
    else run.push(index);
  });
  close_run();
  weeks.forEach((week, index) => {
    if (!week.unobserved || weeks[index - 1]?.unobserved) return;
    let end = index;
    while (weeks[end]?.unobserved) end += 1;
    paths.gap += `M${round(x_of(index))} ${round(top)}H${round(x_of(end))}V${round(floor)}H${round(x_of(index))}z`;
  });
  paths.base = `M${round(left)} ${round(floor)}H${round(width - right)}`;

  const y_step = tick_step(highest, 4);
  const ticks_y = [];
  for (let value = 0; value <= highest; value += y_step) {
    ticks_y.push({ value, y: round(y_of(value)), text_y: round(y_of(value) + 4) });
  }
  return { paths, ticks_y, x_of: (index) => round(x_of(index)), highest };
}

// Weeks under which the month is written: the first of a quarter, of a year where there are many.
export function axis_weeks(weeks) {
  const months = weeks.length > 80 ? 12 : 3;
  return weeks.map((week, index) => ({ week, index })).filter(({ week, index }) =>
    index > 0 && index < weeks.length - 4 && week.start.getUTCDate() <= 7 && week.start.getUTCMonth() % months === 0);
}
