// Every picture of the views, as SVG: scales, ticks, axes, lines, bands, labels. Pictures follow
// the width of their box and are coloured by CSS classes.

import { followWidth, h } from "./common.js";

/** @typedef {{name: string, mark: string, points: [string, number | null][]}} Line
 *   `mark` is the CSS class that gives colour and dashes; points are [ISO date, value] */
/** @typedef {{lines: Line[], label: string, empty: string, fromZero: boolean,
 *   value: (value: number) => string, tick: (value: number) => string,
 *   moment: (iso: string) => string}} Chart */
/** @typedef {string | number} Place an ISO date, or a number */
/** @typedef {{svg: SVGElement, width: number, left: number, right: number, top: number, floor: number,
 *   x: (place: Place) => number, y: (value: number) => number}} Plot */

const LINE_HEIGHT = 16;
const CHARACTER = 7.1; // mean width of a character, px
const NARROW_BOX = 480; // px: a phone
const YEAR_ROOM = 56; // px that the name of a year asks for

/** @param {string} iso */
export const time = (iso) => Date.parse(`${iso}T00:00:00Z`);

/** @param {Place} place */
const placed = (place) => (typeof place === "string" ? time(place) : place);

/** Width of a text, about. @param {string} text */
export const textWidth = (text) => text.length * CHARACTER;

/** @param {number} width */
export const isNarrow = (width) => width < NARROW_BOX;

/**
 * A picture that is drawn again when the state or the width of its box changes.
 * @param {(state: any, view: any, width: number) => Node} draw
 * @returns {{el: HTMLElement, show: (state: any, view: any) => void}}
 */
export function picture(draw) {
  const plot = h("div", { class: "hx-plot" });
  const el = h("div", { class: "hx-picture hx-chart" }, plot);
  /** @type {[any, any] | null} */
  let last = null;
  const redraw = () => {
    if (last) plot.replaceChildren(draw(...last, el.clientWidth || 640));
  };
  followWidth(el, redraw);
  const show = (/** @type {any} */ state, /** @type {any} */ view) => {
    last = [state, view];
    redraw();
  };
  return { el, show };
}

/** @param {number} width @param {number} height @param {string} label what it shows, in words */
export const canvas = (width, height, label) =>
  h("svg", { class: "hx-svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });

/**
 * A canvas with a scale of values at the left, its grid, and room for what `x` spans.
 * @param {{width: number, height: number, label: string, values: [number, number], x: [Place, Place],
 *   tick: (value: number) => string, top?: number, right?: number, bottom?: number}} spec
 * @returns {Plot}
 */
export function axes({ width, height, label, values, x, tick, top = 16, right = 14, bottom = 28 }) {
  const svg = canvas(width, height, label);
  const marks = ticks(...values, 5);
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const [from, to] = x.map(placed);
  const left = Math.max(...marks.map((value) => textWidth(tick(value)))) + 10;
  const [edge, floor] = [width - right, height - bottom];
  const plot = {
    svg, width, left, right: edge, top, floor,
    x: (/** @type {Place} */ place) => left + ((placed(place) - from) / (to - from || 1)) * (edge - left),
    y: (/** @type {number} */ value) => floor - ((value - low) / (high - low)) * (floor - top),
  };
  for (const value of marks) {
    svg.append(
      rule(value, { x1: left, x2: edge, y1: plot.y(value), y2: plot.y(value) }),
      tickText(left - 8, plot.y(value) + 4, tick(value), "end"));
  }
  return plot;
}

/** A line of the grid, stronger at zero. @param {number} value @param {Record<string, number>} ends */
export const rule = (value, ends) => h("line", { class: value === 0 ? "hx-zero" : "hx-grid", ...ends });

/** @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
export const tickText = (x, y, text, anchor = "middle") => h("text", { class: "hx-tick", x, y, "text-anchor": anchor }, text);

/**
 * Years under the axis, as many as fit, each at one day of it; without any, the two ends.
 * @param {Plot} plot @param {string} first @param {string} last @param {string} [day] as in `-12-31`
 */
export function yearTicks(plot, first, last, day = "-12-31") {
  const [start, end] = [first, last].map((iso) => Number(iso.slice(0, 4)));
  const room = Math.max(2, Math.floor((plot.right - plot.left) / YEAR_ROOM));
  const every = Math.max(1, Math.ceil((end - start + 1) / room));
  const shown = [];
  for (let year = end; year >= start; year -= every) {
    const iso = `${year}${day}`;
    if (iso >= first && iso <= last) shown.push(iso);
  }
  for (const iso of shown.length ? shown : [first, last]) {
    const x = plot.x(iso);
    plot.svg.append(
      h("line", { class: "hx-grid", x1: x, x2: x, y1: plot.floor, y2: plot.floor + 5 }),
      tickText(x, plot.floor + 20, iso.slice(0, 4), x > plot.right - 16 ? "end" : "middle"));
  }
}

/**
 * A line through points: `at` says which of their values. A single point is a dot.
 * @param {Plot} plot @param {any[][]} points @param {string} mark @param {number} [at]
 */
export function lineOf(plot, points, mark, at = 1) {
  const places = points.map((point) => [plot.x(point[0]), plot.y(point[at])]);
  return places.length > 1
    ? h("path", { class: `hx-line ${mark}`, d: path(places) })
    : h("circle", { class: `hx-dot ${mark}`, cx: places[0][0], cy: places[0][1], r: 3 });
}

/**
 * The area between two values of points.
 * @param {Plot} plot @param {any[][]} points @param {string} mark @param {number} low @param {number} high
 */
export function band(plot, points, mark, low, high) {
  const edge = (/** @type {any[][]} */ list, /** @type {number} */ at) => path(list.map((point) => [plot.x(point[0]), plot.y(point[at])]));
  const d = `${edge(points, high)}${edge([...points].reverse(), low).replace("M", "L")}Z`;
  return h("path", { class: `hx-area ${mark}`, d });
}

/** A dot for each observed value, while they are few. @param {Plot} plot @param {any[][]} points @param {string} mark */
export const dotsOf = (plot, points, mark) => (points.length > (isNarrow(plot.width) ? 12 : 25) ? []
  : points.map(([place, value]) => dot(plot.x(place), plot.y(value), mark, 2.5)));

/** @param {number} cx @param {number} cy @param {string} mark @param {number} [r] */
export const dot = (cx, cy, mark, r = 5) => h("circle", { class: `hx-dot ${mark}`, cx, cy, r });

/** @param {number} x @param {number} y @param {string} text @param {Record<string, any>} [more] attributes */
export const nameText = (x, y, text, more = {}) => h("text", { class: "hx-name", x, y, ...more }, text);

/**
 * What lines, dots and bands stand for: `[mark, text]`, with the shape of what it explains.
 * @param {[string, string][]} items @param {"key" | "pin" | "swatch"} [shape]
 */
export const legend = (items, shape = "key") => items.map(([mark, text]) =>
  h("span", { class: `hx-reading ${mark}` }, h("span", { class: `hx-${shape} ${shape === "key" ? mark : ""}` }), text));

/**
 * Round values that cover [low, high] in about `count` steps.
 * @param {number} low @param {number} high @param {number} count
 * @returns {number[]}
 */
export function ticks(low, high, count) {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = power * ([1, 2, 5].find((factor) => power * factor * count >= span) ?? 10);
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
  /** @type {{wanted: number, height: number, boxes: {wanted: number, height: number}[]}[]} */
  const stacks = [];
  const edge = ({ wanted, height }) =>
    Math.max(top, Math.min(wanted - height / 2, bottom - height));
  for (const box of boxes) {
    let stack = { ...box, boxes: [box] };
    for (let above = stacks.at(-1); above && edge(above) + above.height > edge(stack); above = stacks.at(-1)) {
      stacks.pop();
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

/** @param {number[][]} points null values have been cut out */
const path = (points) => points.map(([x, y], index) => `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** Runs of known values: a gap in the data is a gap in the line. @param {Line} line */
function runs(line) {
  /** @type {[string, number][][]} */
  const found = [[]];
  for (const [iso, value] of line.points) {
    if (value == null) found.push([]);
    else found[found.length - 1].push([iso, value]);
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
  const box = h("div", { class: "hx-plot" });
  const el = h("div", { class: "hx-chart" }, box, card);
  /** @type {Chart | null} */
  let chart = null;
  /** @type {ReturnType<typeof drawn> | null} */
  let shown = null;

  const draw = () => {
    if (!chart) return;
    card.hidden = true;
    const known = chart.lines.filter((line) => runs(line).length);
    shown = known.length ? drawn(box, { ...chart, lines: known }, el.clientWidth || 640) : null;
    if (!shown) box.replaceChildren(h("p", { class: "hx-empty" }, chart.empty));
  };
  const point = (/** @type {PointerEvent} */ event) => {
    if (!shown || !chart) return;
    const { plot, dates, cursor } = shown;
    const { moment, value } = chart;
    const pointer = event.clientX - box.getBoundingClientRect().left;
    const near = dates.reduce((a, b) => (Math.abs(plot.x(b) - pointer) < Math.abs(plot.x(a) - pointer) ? b : a));
    const values = chart.lines.flatMap(({ name, mark, points }) => {
      const there = points.find(([iso]) => iso === near)?.[1];
      return there == null ? [] : [{ name, mark, there }];
    });
    values.sort((a, b) => b.there - a.there);
    card.replaceChildren(
      h("strong", null, moment(near)),
      ...values.map(({ name, mark, there }) =>
        h("div", { class: `hx-reading ${mark}` }, h("span", { class: "hx-key" }), `${name} `, h("b", null, value(there)))));
    card.hidden = false;
    const left = plot.x(near);
    card.style.setProperty("left", `${left > plot.width / 2 ? left - card.offsetWidth - 12 : left + 12}px`);
    cursor.setAttribute("transform", `translate(${left} 0)`);
    cursor.classList.add("hx-on");
  };
  box.addEventListener("pointermove", point);
  box.addEventListener("pointerdown", point);
  box.addEventListener("pointerleave", () => {
    card.hidden = true;
    shown?.cursor.classList.remove("hx-on");
  });
  followWidth(el, draw);
  const show = (/** @type {Chart} */ next) => {
    chart = next;
    draw();
  };
  return { el, show };
}

/**
 * @param {HTMLElement} box @param {Chart} chart @param {number} width
 */
function drawn(box, chart, width) {
  const narrow = isNarrow(width);
  const labels = chart.lines.map((line) => {
    const [iso, value] = runs(line).flat().slice(-1)[0];
    const text = [...wrapped(line.name, narrow ? 13 : 20)];
    return { line, iso, value, text, height: text.length * LINE_HEIGHT + 2 };
  });
  const widest = Math.max(...labels.flatMap(({ text }) => text.map(textWidth)));
  const needed = labels.reduce((sum, { height }) => sum + height, 0);
  const [top, bottom] = [14, 26];
  const values = chart.lines.flatMap((line) => line.points.map(([, value]) => value)).filter((value) => value != null);
  const dates = [...new Set(chart.lines.flatMap((line) => line.points.map(([iso]) => iso)))].sort();
  const [first, last] = [dates[0], dates[dates.length - 1]];
  const plot = axes({
    width, height: Math.max(narrow ? 280 : 340, needed + top + bottom), label: chart.label,
    values: [Math.min(...values, chart.fromZero ? 0 : Infinity), Math.max(...values)],
    x: [first, last], tick: chart.tick, top, right: widest + 22, bottom,
  });
  yearTicks(plot, first, last, "-01-01");
  const cursor = h("g", { class: "hx-rule" }, h("line", { y1: top, y2: plot.floor }));
  plot.svg.append(cursor,
    ...chart.lines.flatMap((line) => runs(line).map((run) => lineOf(plot, run, line.mark))),
    ...endLabels(labels, plot));
  box.replaceChildren(plot.svg);
  return { plot, dates, cursor };
}

/** Names at the ends of the lines, moved apart and tied to their line. @param {any[]} labels @param {Plot} plot */
function endLabels(labels, plot) {
  const edge = plot.right;
  const sorted = labels.map((label) => ({ ...label, wanted: plot.y(label.value) })).sort((a, b) => a.wanted - b.wanted);
  const centres = spread(sorted, plot.top - 6, plot.floor + 8);
  return sorted.flatMap(({ line, iso, text, wanted }, index) => {
    const start = centres[index] - ((text.length - 1) * LINE_HEIGHT) / 2 + 4;
    return [
      dot(plot.x(iso), wanted, line.mark, 3.5),
      h("path", { class: `hx-tie ${line.mark}`, d: path([[plot.x(iso) + 4, wanted], [edge + 14, centres[index]]]) }),
      h("text", { class: "hx-name" },
        ...text.map((/** @type {string} */ part, /** @type {number} */ row) => h("tspan", { x: edge + 18, y: start + row * LINE_HEIGHT }, part))),
    ];
  });
}
