// One territory, or three side by side: figures, rank, peers, course and target. All was computed
// and worded beforehand; `summary` assembles as view.py does; a test holds them equal.

import { explorer, h, pushButton, uniqueId } from "../base/common.js";
import { plain, radioGroup } from "../base/controls.js";
import { axes, band, dot, dotsOf, isNarrow, legend, lineOf, nameText, picture, yearTicks } from "../base/chart.js";
import { NBSP, inLetters, joined, number, percent, period, withCapital } from "../base/french.js";

/** @typedef {{code: string, name: string, level: string, parent: string, title: string, cells: string[][],
 *   values: (number | string | null)[][], words: string[], notes: string[], peers: string[], path: Course | null}} Place */
/** @typedef {{observed: [string, number][], points: [string, number, number, number, number, number][],
 *   aim: {value: number, date: string, chance: string} | null}} Course */
/** @typedef {import("../base/common.js").State} State with `territories`, codes, and `level` */

const MOST = 3;
const SUGGESTED = 8;
const ALIKE = 0.4; // share of common pairs of letters: under it a name is another name
const PAPER = 880; // px: the height of an A4 page within the margins of the book and of its column

const placeOf = (data, code) => data.places.find((one) => one.code === code);
/** @returns {Place[]} */
const chosenOf = (data, state) => state.territories.map((code) => placeOf(data, code));

/**
 * What the page shows in a state.
 * @param {any} data @param {State} state
 */
export function summary(data, state) {
  const { words } = data;
  const chosen = chosenOf(data, state);
  const single = chosen.length === 1;
  const peers = single && chosen[0].peers.length > 0;
  const whole = (value) => (data.whole ? [value] : []);
  const drawn = chosen.filter(({ path }) => path);
  const names = joined(chosen.map(({ name }) => name));
  const sources = data.indicators.flatMap((told) => told.sources);
  return {
    title: single ? chosen[0].title : names || words.nothing,
    sentence: chosen.flatMap((one) => one.words.slice(0, single ? 3 : 1)).join(" ")
      || [data.shades[state.level]?.sentence, words.invitation].filter(Boolean).join(" "),
    caption: names ? `${names}${NBSP}: ${words.caption}` : words.bare,
    columns: [
      "Indicateur", ...chosen.flatMap(({ name }) => (single ? [name, "Rang"] : [name])), ...(peers ? ["Pairs"] : []),
      ...whole(data.whole?.name), "Date", "Source",
    ],
    rows: data.indicators.map((told, at) => [
      told.label, ...chosen.flatMap(({ cells }) => (single ? cells[at].slice(0, 2) : [ranked(cells[at])])), ...(peers ? [chosen[0].cells[at][2]] : []),
      ...whole(told.whole), told.date, told.source,
    ]),
    notes: [...chosen.flatMap(({ notes }) => notes), ...(drawn.length && data.course.note ? [data.course.note] : [])],
    sources: [...new Set([...sources, ...(drawn.length ? data.course.sources : [])])],
    curves: drawn.map(({ code, path }) => ({ code, points: path?.points })),
  };
}

/** A value with its rank, or alone where it has none. @param {string[]} cell */
const ranked = ([value, rank]) => (rank === "–" ? value : `${value} (${rank})`);

/** Plain words without hyphens, apostrophes or articles: « l’Ille-et-Vilaine » gives « ille et vilaine ». @param {string} text */
const folded = (text) => plain(text).replace(/[^a-z0-9]+/g, " ").replace(/^ ?(?:(?:le|la|les|l|du|des|de|d) )+/, "").trim();

/** How much two texts share of their pairs of letters, 0 to 1. @param {string} a @param {string} b */
function likeness(a, b) {
  const pairs = (/** @type {string} */ text) => new Set(Array.from({ length: text.length - 1 }, (_, at) => text.slice(at, at + 2)));
  const [one, other] = [pairs(a), pairs(b)];
  const common = [...one].filter((pair) => other.has(pair)).length;
  return (2 * common) / (one.size + other.size || 1);
}

/** The bare number of a code: « DEP-35 » gives « 35 ». @param {string} code */
const numberOf = (code) => code.replace(/^[A-Z]+-/, "");

/**
 * The places that words may mean, best first: its number, the beginning of its name, a part of
 * it; failing that the names most alike.
 * @param {Place[]} places @param {string} text
 */
export function suggested(places, text) {
  const words = folded(text);
  if (!words) return [];
  const known = places.map((place) => ({ place, name: folded(place.name), number: numberOf(place.code).toLowerCase() }));
  const score = ({ name, number }) => {
    if (name === words || number === words.padStart(2, "0")) return 3;
    if (name.startsWith(words) || number.startsWith(words)) return 2;
    return name.includes(words) ? 1 : 0;
  };
  const exact = known.map((one) => ({ ...one, score: score(one) })).filter((one) => one.score);
  const found = exact.length ? exact
    : known.map((one) => ({ ...one, score: likeness(words, one.name) })).filter((one) => one.score >= ALIKE);
  return found.sort((a, b) => b.score - a.score).slice(0, SUGGESTED).map(({ place }) => place);
}

/** A box to type in, with suggestions: the combobox of the ARIA patterns. */
function finder({ data }, take) {
  const id = uniqueId();
  const list = h("ul", { id: `${id}-list`, class: "hx-suggestions", role: "listbox", "aria-label": "Territoires proposés", hidden: true });
  const told = h("span", { class: "hx-none", role: "status" });
  /** @type {Place[]} */
  let offered = [];
  let at = -1;
  const box = h("input", {
    type: "search", id, class: "hx-finder", role: "combobox", autocomplete: "off", spellcheck: "false",
    placeholder: "Nom ou numéro", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
  });
  const close = () => {
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const pick = (/** @type {Place} */ place) => {
    box.value = "";
    told.textContent = "";
    close();
    take(place.code);
  };
  const point = (/** @type {number} */ next) => {
    at = (next + offered.length) % offered.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    box.setAttribute("aria-activedescendant", `${id}-${at}`);
  };
  const propose = () => {
    offered = suggested(data.places, box.value);
    at = -1;
    box.removeAttribute("aria-activedescendant");
    list.replaceChildren(...offered.map((place, index) =>
      h("li", {
        id: `${id}-${index}`, role: "option", "aria-selected": "false",
        onpointerdown: (/** @type {Event} */ event) => event.preventDefault(), // the box keeps the focus
        onclick: () => pick(place),
      }, place.name, h("span", { class: "hx-count" }, ` ${data.levels[place.level].one} ${numberOf(place.code)}`))));
    list.hidden = offered.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = box.value.trim() && !offered.length ? "Aucun nom ne ressemble à celui-là." : "";
  };
  box.addEventListener("input", propose);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && offered.length) {
      if (list.hidden) propose();
      point(at < 0 && step < 0 ? -1 : at + step);
      event.preventDefault();
    } else if (event.key === "Enter" && offered.length && !list.hidden) {
      pick(offered[Math.max(at, 0)]);
      event.preventDefault();
    } else if (event.key === "Escape") close();
  });
  const el = h("div", { class: "hx-control hx-find" },
    h("label", { class: "hx-legend", for: id }, "Chercher un territoire"), box, list, told);
  return { el, show() {} };
}

/** One territory in the list of a level. */
function lister({ data }, take) {
  const box = h("select", { onchange: () => take(box.value) });
  const el = h("label", { class: "hx-control hx-select" }, h("span", { class: "hx-legend" }, "Ou dans la liste"), box);
  let level = "";
  const show = (/** @type {State} */ state) => {
    if (level !== state.level) {
      level = state.level;
      const there = data.places.filter((place) => place.level === level);
      const named = there.sort((a, b) => (plain(a.name) < plain(b.name) ? -1 : 1));
      box.replaceChildren(h("option", { value: "", disabled: true }, `${withCapital(data.levels[level].one)}…`),
        ...named.map(({ code, name }) => h("option", { value: code }, `${name} (${numberOf(code)})`)));
    }
    box.value = state.territories.find((code) => placeOf(data, code).level === level) ?? "";
  };
  return { el, show };
}

/** The map: a press chooses the territory of the level offered. */
function map({ data }, take) {
  const { width, height, shapes, borders, names, attribution } = data.outlines;
  const svg = h("svg", {
    class: "hx-svg hx-map", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": "Carte des territoires. Les mêmes choix se font par le nom ou dans la liste.",
  });
  /** @type {State | null} */
  let last = null;
  const parents = new Map(data.places.map(({ code, parent }) => [code, parent]));
  const meant = (/** @type {string} */ code) => [code, parents.get(code)].find((one) => placeOf(data, one)?.level === last?.level) ?? "";
  const drawn = Object.entries(shapes).map(([code, d]) => {
    const title = h("title", null);
    return { code, title, el: h("path", { d, "data-code": code, class: "hx-place" }, title) };
  });
  const at = (/** @type {Event} */ event) => meant(/** @type {Element} */ (event.target).getAttribute("data-code") ?? "");
  svg.addEventListener("click", (event) => { if (at(event)) take(at(event)); });
  svg.addEventListener("pointerover", (event) => {
    const near = at(event);
    for (const { code, el } of drawn) el.classList.toggle("hx-near", near !== "" && meant(code) === near);
  });
  svg.append(...drawn.map(({ el }) => el), h("path", { class: "hx-borders", d: borders }),
    ...names.map(([x, y, text]) => h("text", { class: "hx-tick", x, y }, text)));
  const key = h("p", { class: "hx-note" }, "Teinte atténuée\u00a0: ses pairs.");
  const scale = h("p", { class: "hx-note hx-shades" });
  const el = h("div", { class: "hx-control hx-atlas" }, svg, key, scale, h("p", { class: "hx-note" }, attribution));
  const show = (/** @type {State} */ state) => {
    last = state;
    const tint = state.territories.length ? null : data.shades[state.level];
    scale.hidden = !tint;
    scale.replaceChildren(...(tint ? [`${tint.label}${NBSP}:`, ...tint.bounds.map((/** @type {string} */ text, /** @type {number} */ at) =>
      h("span", null, h("span", { class: `hx-shade hx-q${at}` }), text))] : []));
    const peers = state.territories.length === 1 ? placeOf(data, state.territories[0]).peers : [];
    key.hidden = peers.length === 0;
    for (const { code, title, el: path } of drawn) {
      const own = meant(code);
      const slot = [own, code, parents.get(code)].map((one) => state.territories.indexOf(one)).find((one) => one >= 0);
      title.textContent = placeOf(data, own)?.name ?? "";
      const plainly = peers.includes(own) ? "hx-peer" : own in (tint?.classes ?? {}) ? `hx-q${tint.classes[own]}` : "";
      path.setAttribute("class", `hx-place ${slot === undefined ? plainly : `hx-held hx-s${slot}`}`);
    }
  };
  return { el, show };
}

/** What is chosen, to take away; whether the next choice is added; the peers, to compare with. */
function shelf({ data, set }, context) {
  const held = h("div", { class: "hx-options", role: "group", "aria-label": "Territoires choisis" });
  const box = h("input", { type: "checkbox", onchange: () => { context.adding = box.checked; } });
  const more = h("label", { class: "hx-option" }, box, `Comparer (${inLetters(MOST)} au plus)`);
  const peers = h("div", { class: "hx-options hx-peers", role: "group", "aria-label": "Pairs, à comparer" });
  const el = h("div", { class: "hx-control hx-shelf" }, held, more, peers);
  // the button pressed goes away: the keyboard stays beside it
  const choose = (/** @type {string[]} */ territories) => {
    set({ territories });
    box.focus();
  };
  const show = (/** @type {State} */ state) => {
    const chosen = chosenOf(data, state);
    // nothing is left to compare with once all is taken away
    if (held.childElementCount && !chosen.length) box.checked = context.adding = false;
    held.replaceChildren(...chosen.map(({ code, name }, index) =>
      pushButton(`${name}${NBSP}×`, () => choose(state.territories.filter((one) => one !== code)),
        { class: `hx-button hx-chip hx-s${index}`, "aria-label": `Retirer${NBSP}: ${name}` })));
    const near = chosen.length === 1 ? chosen[0].peers : [];
    peers.replaceChildren(...near.map((code) => pushButton(`+ ${placeOf(data, code).name}`,
      () => choose([...state.territories, code]), { "aria-label": `Comparer avec ${placeOf(data, code).name}` })));
  };
  return { el, show };
}

/** Curves of a count: observed, forecast, bands; the share of the target where one is chosen. */
function drawing(data, state, view, width) {
  const drawn = chosenOf(data, state).map((place, slot) => ({ ...place, slot })).filter(({ path }) => path);
  const single = drawn.length === 1;
  const parts = drawn.map(({ path, slot, name }) => {
    const { observed, points, aim } = /** @type {Course} */ (path);
    const last = observed[observed.length - 1];
    const ahead = points.length ? [[last[0], ...Array(5).fill(last[1])], ...points] : [];
    return { observed, ahead, aim, slot, name };
  });
  const values = parts.flatMap(({ observed, ahead, aim }) =>
    [...observed.map(([, value]) => value), ...ahead.map((point) => point[single ? 5 : 3]), aim?.value ?? 0]);
  const dates = parts.flatMap(({ observed, ahead, aim }) => [...observed, ...ahead].map(([iso]) => iso).concat(aim ? [aim.date] : [])).sort();
  const [first, end] = [dates[0], dates[dates.length - 1]];
  const plot = axes({
    width, height: isNarrow(width) ? 240 : 260, label: `${data.course.label}. ${view.title}.`,
    values: [0, Math.max(...values)], x: [first, end], tick: (value) => number(value),
  });
  yearTicks(plot, first, end);
  for (const { observed, ahead, aim, slot } of parts) {
    const mark = `hx-s${slot}`;
    if (ahead.length && single) plot.svg.append(band(plot, ahead, mark, 4, 5));
    if (ahead.length) plot.svg.append(band(plot, ahead, mark, 2, 3), lineOf(plot, ahead, `hx-s${slot + 6}`));
    plot.svg.append(lineOf(plot, observed, mark), ...(single ? dotsOf(plot, observed, mark) : []));
    if (!aim) continue;
    const [x, y] = [plot.x(aim.date), plot.y(aim.value)];
    plot.svg.append(dot(x, y, single ? "hx-s1" : mark));
    if (single) {
      plot.svg.append(h("line", { class: "hx-line hx-s7", x1: plot.left, x2: x, y1: y, y2: y }),
        nameText(plot.left + 6, y - 7, `Part de la cible${NBSP}: ${number(aim.value, 0)} ${period(aim.date)}`));
    }
  }
  return plot.svg;
}

/** The picture and what its marks mean. */
function course({ data }) {
  const key = h("p", { class: "hx-note hx-legends" });
  const head = h("p", { class: "hx-note" });
  const drawn = picture((state, view, width) => drawing(data, state, view, width));
  const el = h("div", null, head, key, drawn.el);
  const show = (/** @type {State} */ state, /** @type {any} */ view) => {
    const held = chosenOf(data, state);
    el.hidden = !held.some(({ path }) => path);
    if (el.hidden) return;
    const ahead = held.some(({ path }) => path?.points.length);
    const single = held.filter(({ path }) => path).length === 1;
    head.textContent = data.course.label;
    const aimed = !single && held.some(({ path }) => path?.aim);
    /** @type {[string, string][]} */
    const marks = held.flatMap(({ name, path }, slot) => (path ? [[`hx-s${slot}`, single ? "observé" : name]] : []));
    key.replaceChildren(...legend(marks), ...(ahead ? [
      ...legend([[`hx-s${held.findIndex(({ path }) => path) + 6}`, "prévision"]]),
      h("span", null, `${single ? "bandes" : "bande"}${NBSP}: intervalle${single ? "s" : ""} à ${percent(80)}${single ? ` et ${percent(95)}` : ""}`)] : []),
    ...(aimed ? [h("span", null, `point${NBSP}: part de la cible`)] : []));
    drawn.show(state, view);
  };
  return { el, show };
}

/**
 * Prints the view alone, on one page: whatever stands beside it or its ancestors is left out, and
 * what is higher than a page is made smaller.
 * @param {HTMLElement} el
 */
function printAlone(el) {
  const hidden = [];
  for (let node = /** @type {Element} */ (el); node.parentElement && node !== document.body; node = node.parentElement) {
    hidden.push(...[...node.parentElement.children].filter((one) => one !== node && !one.classList.contains("hx-unprinted")));
  }
  for (const one of hidden) one.classList.add("hx-unprinted");
  document.documentElement.classList.add("hx-printing");
  addEventListener("afterprint", () => {
    for (const one of hidden) one.classList.remove("hx-unprinted");
    document.documentElement.classList.remove("hx-printing");
    el.style.removeProperty("zoom");
  }, { once: true });
  const measured = () => {
    el.style.setProperty("zoom", String(Math.min(1, PAPER / el.scrollHeight)));
    print();
  };
  requestAnimationFrame(() => requestAnimationFrame(measured)); // once curves have followed the width
}

/** Links to the sources of a row, each publisher and year once: the list under the figures has them all. */
function sourceLinks(data, row) {
  const cited = data.indicators[row].sources.map((id) => data.sources.find((one) => one.id === id));
  const links = [...new Map(cited.map((one) => [one.short, one])).values()].map(({ short, address }) =>
    (address ? h("a", { href: address }, short) : short));
  return h("span", null, ...links.flatMap((link, index) => (index ? [", ", link] : [link])));
}

export default explorer({
  name: "territory",
  label: "Mon territoire",
  summary,
  build(context) {
    const { data } = context;
    const chosen = { adding: false };
    /** @type {State} */
    let state = { territories: [], level: "" };
    const take = (/** @type {string} */ code) => {
      const { territories } = state;
      if (territories.includes(code)) return;
      const kept = chosen.adding ? territories.slice(0, MOST - 1) : [];
      context.set({ territories: [...kept, code], level: placeOf(data, code).level });
    };
    const levels = Object.entries(data.levels);
    const parts = [
      finder(context, take),
      lister(context, take),
      ...(levels.length > 1 ? [radioGroup(context, {
        key: "level", legend: "Liste et carte", options: levels.map(([value, { many }]) => ({ value, label: withCapital(many) })),
      })] : []),
      shelf(context, chosen),
      ...(data.outlines ? [map(context, take)] : []),
    ];
    const follow = { el: h("span", { hidden: true }), show: (/** @type {State} */ next) => { state = next; } };
    return {
      controls: [follow, ...parts],
      picture: data.course ? course(context) : { el: h("div"), show() {} },
      cell: (row, column, columns) => (columns[column] === "Source" ? sourceLinks(data, row) : null),
      buttons: (frame) => [pushButton("Imprimer (une page)", () => printAlone(frame.parentElement ?? frame))],
    };
  },
  file(data, state) {
    const columns = ["code", "territoire", "grandeur", "nature", "date", "valeur", "unité", "rang", "ex æquo", "sur",
      "médiane des pairs", data.whole?.name ?? "ensemble", "bas à 80 %", "haut à 80 %", "bas à 95 %", "haut à 95 %", "source"];
    const blank = Array(4).fill(null);
    const text = (/** @type {string[]} */ ids) => ids.map((id) => data.sources.find((one) => one.id === id).text).join(" ; ");
    const rows = chosenOf(data, state).flatMap(({ code, name, values, path }) => {
      const figures = data.indicators.map((told, at) => {
        const [value, rank, sharing, of, peers, how] = values[at];
        const tied = rank == null ? null : Number(sharing) > 1 ? "oui" : "non";
        return [code, name, told.label, how === "observé" || !how ? "relevé" : how, told.day, value, told.unit, rank, tied, of, peers, told.amount, ...blank, text(told.sources)];
      });
      if (!path) return figures;
      const head = (/** @type {string} */ nature) => [code, name, data.course.label, nature];
      const line = (/** @type {any[]} */ start, /** @type {any[]} */ bounds) => [...start, data.course.noun, ...Array(5).fill(null), ...bounds, text(data.course.sources)];
      return [
        ...figures,
        ...path.observed.map(([iso, value]) => line([...head("observé"), iso, value], blank)),
        ...path.points.map(([iso, value, ...bounds]) => line([...head("prévision"), iso, value], bounds)),
        ...(path.aim ? [line([...head("part de la cible"), path.aim.date, path.aim.value], blank)] : []),
      ];
    });
    return { name: `territoire-${state.territories.join("-").toLowerCase() || "aucun"}.csv`, columns, rows };
  },
});
