// Lines over time as SVG: responsive, labelled at their ends, coloured by CSS classes.

import { followWidth, h } from "./common.js";

/** @typedef {{name: string, mark: string, points: [string, number | null][]}} Line
 *   `mark` is the CSS class that gives colour and dashes; points are [ISO date, value] */
/** @typedef {{lines: Line[], label: string, empty: string, fromZero: boolean,
 *   value: (value: number) => string, tick: (value: number) => string,
 *   moment: (iso: string) => string}} Chart */

const LINE_HEIGHT = 16;
const CHARACTER = 7.1; // mean width of a label's character, px
const MARGIN = { top: 14, bottom: 26 };

/** @param {string} iso */
const time = (iso) => Date.parse(`${iso}T00:00:00Z`);

/**
 * Round values that cover [low, high] in about `count` steps.
 * @param {number} low @param {number} high @param {number} count
 * @returns {number[]}
 */
export function ticks(low, high, count) {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = power * [1, 2, 5, 10].find((factor) => power * factor * count >= span);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil((low + span) / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/**
 * Breaks a name into lines of at most `limit` characters, at spaces and hyphens.
 * @param {string} text @param {number} limit
 * @returns {string[]}
 */
export function wrapped(text, limit) {
  const lines = [""];
  for (const piece of text.split(/(?<=[ \-])/)) {
    const last = lines.length - 1;
    if (lines[last] && (lines[last] + piece).trimEnd().length > limit) lines.push(piece);
    else lines[last] += piece;
  }
  return lines.map((line) => line.trimEnd());
}

/**
 * Moves boxes apart, as little as it can, keeping their order: boxes that would overlap form a
 * stack, centred where they wanted to be.
 * @param {{wanted: number, height: number}[]} boxes sorted by wanted centre
 * @param {number} top @param {number} bottom
 * @returns {number[]} centres
 */
export function spread(boxes, top, bottom) {
  const stacks = [];
  const edge = ({ wanted, height }) =>
    Math.max(top, Math.min(wanted - height / 2, bottom - height));
  for (const box of boxes) {
    let stack = { ...box, boxes: [box] };
    while (stacks.length && edge(stacks[stacks.length - 1]) + stacks[stacks.length - 1].height > edge(stack)) {
      const above = stacks.pop();
      const all = [...above.boxes, ...stack.boxes];
      let offset = 0;
      let sum = 0;
      for (const one of all) {
        sum += one.wanted - (offset + one.height / 2);
        offset += one.height;
      }
      stack = { wanted: sum / all.length + offset / 2, height: offset, boxes: all };
    }
    stacks.push(stack);
  }
  return stacks.flatMap((stack) => {
    let start = edge(stack);
    return stack.boxes.map(({ height }) => {
      start += height;
      return start - height / 2;
    });
  });
}

/** @param {[number, number][]} points null values have been cut out */
const path = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Runs of known values: a gap in the data is a gap in the line. @param {Line} line */
function runs(line) {
  const found = [[]];
  for (const point of line.points) {
    if (point[1] == null) found.push([]);
    else found[found.length - 1].push(point);
  }
  return found.filter((run) => run.length);
}

/**
 * A line chart that follows its box. The pointer shows the values of a date; the same values are
 * in the table under the chart.
 * @returns {{el: HTMLElement, show: (chart: Chart) => void}}
 */
export function lineChart() {
  const card = h("div", { class: "hx-card", hidden: true, "aria-hidden": "true" });
  const plot = h("div", { class: "hx-plot" });
  const el = h("div", { class: "hx-chart" }, plot, card);
  /** @type {Chart | null} */
  let chart = null;
  let scale = null;
  let rule = null;

  const draw = () => {
    card.hidden = true;
    const known = chart.lines.filter((line) => runs(line).length);
    if (!known.length) {
      scale = null;
      plot.replaceChildren(h("p", { class: "hx-empty" }, chart.empty));
      return;
    }
    ({ scale, rule } = drawn(plot, { ...chart, lines: known }, el.clientWidth || 640));
  };
  const point = (event) => {
    if (!scale) return;
    const x = event.clientX - plot.getBoundingClientRect().left;
    const near = scale.dates.reduce((a, b) => (Math.abs(scale.x(b) - x) < Math.abs(scale.x(a) - x) ? b : a));
    const values = chart.lines.map((line) => ({ ...line, at: line.points.find(([iso]) => iso === near)?.[1] }))
      .filter(({ at }) => at != null).sort((a, b) => b.at - a.at);
    card.replaceChildren(
      h("strong", null, chart.moment(near)),
      ...values.map(({ name, mark, at }) =>
        h("div", { class: `hx-reading ${mark}` }, h("span", { class: "hx-key" }), `${name} `, h("b", null, chart.value(at)))));
    card.hidden = false;
    const left = scale.x(near);
    card.style.setProperty("left", `${left > scale.width / 2 ? left - card.offsetWidth - 12 : left + 12}px`);
    rule.setAttribute("transform", `translate(${left} 0)`);
    rule.classList.add("hx-on");
  };
  plot.addEventListener("pointermove", point);
  plot.addEventListener("pointerdown", point);
  plot.addEventListener("pointerleave", () => {
    card.hidden = true;
    rule?.classList.remove("hx-on");
  });
  followWidth(el, () => { if (chart) draw(); });
  const show = (/** @type {Chart} */ next) => {
    chart = next;
    draw();
  };
  return { el, show };
}

/**
 * @param {HTMLElement} plot @param {Chart} chart @param {number} width
 */
function drawn(plot, chart, width) {
  const narrow = width < 480;
  const labels = chart.lines.map((line) => {
    const [iso, value] = runs(line).at(-1).at(-1);
    const text = [...wrapped(line.name, narrow ? 13 : 20)];
    return { line, iso, value, text, height: text.length * LINE_HEIGHT + 2 };
  });
  const widest = Math.max(...labels.flatMap(({ text }) => text.map((part) => part.length)));
  const right = widest * CHARACTER + 22;
  const needed = labels.reduce((sum, { height }) => sum + height, 0);
  const height = Math.max(narrow ? 280 : 340, needed + MARGIN.top + MARGIN.bottom);
  const floor = height - MARGIN.bottom;

  const values = chart.lines.flatMap((line) => line.points.map(([, value]) => value)).filter((value) => value != null);
  const marks = ticks(Math.min(...values, chart.fromZero ? 0 : Infinity), Math.max(...values), 5);
  const low = marks[0];
  const high = marks[marks.length - 1];
  const left = Math.max(...marks.map((value) => chart.tick(value).length)) * CHARACTER + 10;

  const dates = [...new Set(chart.lines.flatMap((line) => line.points.map(([iso]) => iso)))].sort();
  const [start, end] = [time(dates[0]), time(dates[dates.length - 1])];
  const x = (/** @type {string} */ iso) => left + ((time(iso) - start) / (end - start || 1)) * (width - left - right);
  const y = (/** @type {number} */ value) => floor - ((value - low) / (high - low)) * (floor - MARGIN.top);

  const svg = h("svg", { class: "hx-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": chart.label });
  for (const value of marks) {
    svg.append(
      h("line", { class: value === 0 ? "hx-zero" : "hx-grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      h("text", { class: "hx-tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, chart.tick(value)));
  }
  svg.append(...years(dates, x, width - right - left, floor));
  const rule = h("g", { class: "hx-rule" }, h("line", { y1: MARGIN.top, y2: floor }));
  svg.append(rule);
  for (const line of chart.lines) {
    for (const run of runs(line)) {
      const points = run.map(([iso, value]) => [x(iso), y(value)]);
      svg.append(points.length > 1
        ? h("path", { class: `hx-line ${line.mark}`, d: path(points) })
        : h("circle", { class: `hx-dot ${line.mark}`, cx: points[0][0], cy: points[0][1], r: 3 }));
    }
  }
  svg.append(...endLabels(labels, x, y, width - right, MARGIN.top, floor + 8));
  plot.replaceChildren(svg);
  return { scale: { x, dates, width }, rule };
}

/** The years under the axis, as many as fit. */
function years(dates, x, width, floor) {
  const [first, last] = [Number(dates[0].slice(0, 4)), Number(dates[dates.length - 1].slice(0, 4))];
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, Math.floor(width / 48))));
  const shown = [];
  for (let year = first; year <= last + 1; year += every) {
    const iso = `${year}-01-01`;
    const within = time(iso) >= time(dates[0]) && time(iso) <= time(dates[dates.length - 1]);
    if (within) shown.push(iso);
  }
  const moments = shown.length ? shown : [dates[0], dates[dates.length - 1]];
  return moments.flatMap((iso) => [
    h("line", { class: "hx-grid", x1: x(iso), x2: x(iso), y1: floor, y2: floor + 5 }),
    h("text", { class: "hx-tick", x: x(iso), y: floor + 19, "text-anchor": "middle" }, iso.slice(0, 4)),
  ]);
}

/** Names at the ends of the lines, moved apart and tied to their line. */
function endLabels(labels, x, y, edge, top, bottom) {
  const sorted = labels.map((label) => ({ ...label, wanted: y(label.value) })).sort((a, b) => a.wanted - b.wanted);
  const centres = spread(sorted, top - 6, bottom);
  return sorted.flatMap(({ line, iso, text, wanted }, index) => {
    const start = centres[index] - ((text.length - 1) * LINE_HEIGHT) / 2 + 4;
    return [
      h("circle", { class: `hx-dot ${line.mark}`, cx: x(iso), cy: wanted, r: 3.5 }),
      h("path", { class: `hx-tie ${line.mark}`, d: path([[x(iso) + 4, wanted], [edge + 14, centres[index]]]) }),
      h("text", { class: "hx-name" },
        ...text.map((part, row) => h("tspan", { x: edge + 18, y: start + row * LINE_HEIGHT }, part))),
    ];
  });
}
