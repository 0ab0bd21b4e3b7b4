// What every explorer shares: building elements, state in the address, the frame around a view.
// Text from data only ever becomes textContent or an attribute value, never markup.

import { NARROW, NBSP } from "./french.js";

/** @typedef {{key: string, param: string, kind: "number", minimum: number, maximum: number, step: number, whole?: boolean}} NumberField */
/** @typedef {{key: string, param: string, kind: "text", maximum: number}} TextField */
/** @typedef {{key: string, param: string, kind: "choice" | "choices", values: {includes: (value: string) => boolean}, maximum?: number}} ChoiceField */
/** @typedef {NumberField | TextField | ChoiceField} Field as Python's `Field.entry` gives it */
/** @typedef {Record<string, any>} State */
/** @typedef {{el: HTMLElement, show: (state: State, view: any) => void}} Part */
/** @typedef {{link: string | null, query: string}} Way back to a state */
/** @typedef {{data: any, set: (patch: State) => void}} Context */
/** @typedef {Context & {current: () => State, seen: () => any, way: (start?: State) => Way}} Whole what a view is built with */
/** @typedef {{title: string, sentence: string, caption: string, columns: string[],
 *   rows: string[][], notes: string[], sources: string[]}} Summary what Python's `summary` gives too */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "line", "circle", "rect", "text", "tspan", "title"]);
const SAID_AFTER = 250; // ms of quiet before a result is announced
const MANY_SOURCES = 8; // more are folded
const NAMED = 5; // of the parameters that a notice ignores
const WRITTEN_AFTER = 200; // ms before the address follows: browsers limit replaceState
const NOTHING_ASKED = "[[],[]]"; // as `asked` gives it
const LED = Symbol.for("handbook.views.led");
const SERIAL = Symbol.for("handbook.views.serial"); // of the page: in Jupyter each view has its own modules

/** @returns {string} an identifier unused on this page */
export function uniqueId() {
  globalThis[SERIAL] = (globalThis[SERIAL] ?? 0) + 1;
  return `hx-${globalThis[SERIAL]}`;
}

/**
 * Builds an element. `on…` attributes are listeners (functions only); false and null are left out.
 * @param {string} tag
 * @param {Record<string, any> | null} [attributes]
 * @param {...(Node | string | null)} children strings become text nodes
 * @returns {any}
 */
export function h(tag, attributes, ...children) {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/**
 * Runs `action` once, `wait` ms after the last call.
 * @param {() => void} action
 * @param {number} wait
 */
function debounced(action, wait) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

const UNSEEN =
  /[\s\u0000-\u001f\u007f-\u009f\u00a0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]+/gu;

/**
 * A reader's words: every run of spaces and of unseen characters becomes one space. The twin of
 * Python's `cleaned`.
 * @param {string} text
 */
export function cleaned(text) {
  return text.replace(UNSEEN, " ").replace(/^ | $/g, "");
}

/**
 * Reads one value of the address; undefined when it is not allowed.
 * @param {Field} field
 * @param {string} text
 */
function parsed(field, text) {
  if (field.kind === "number") {
    const value = /^-?\d{1,15}([.,]\d{1,10})?$/.test(text) ? Number(text.replace(",", ".")) : NaN;
    const fits = value >= field.minimum && value <= field.maximum;
    return fits && (!field.whole || Number.isInteger(value)) ? value : undefined;
  }
  if (field.kind === "text") {
    const words = cleaned(text);
    return [...words].length <= field.maximum ? words : undefined;
  }
  if (field.kind === "choice") return field.values.includes(text) ? text : undefined;
  const chosen = text === "" ? [] : text.split(" ");
  const known = chosen.every((value) => field.values.includes(value));
  const few = chosen.length <= (field.maximum ?? Infinity);
  return known && few && new Set(chosen).size === chosen.length ? chosen : undefined;
}

/** As the address writes it and `parsed` reads it. @param {any} value */
function spelled(value) {
  if (typeof value === "number") return value.toFixed(10).replace(/\.?0+$/, "");
  return Array.isArray(value) ? value.join(" ") : String(value);
}

/**
 * State in the page's address: `?regions.indicateur=msp_nb&regions.regions=REG-11+REG-53`, or the
 * same after `#`, which then wins. Only parameters that begin with `prefix.` are read or written.
 * @param {string} prefix
 */
export function addressState(prefix) {
  const own = (/** @type {string} */ name) => name.startsWith(`${prefix}.`);
  // a hash without « = » is a place in the page
  const inHash = (/** @type {string} */ hash) => new URLSearchParams(hash.includes("=") ? hash.slice(1) : "");

  /** @param {Field[]} fields @returns {{patch: State, ignored: string[]}} */
  function read(fields) {
    const patch = {};
    const ignored = new Set();
    for (const part of [new URLSearchParams(location.search), inHash(location.hash)]) {
      const seen = new Set();
      for (const [name, text] of [...part].filter(([name]) => own(name))) {
        const field = fields.find(({ param }) => name === `${prefix}.${param}`);
        const value = field && !seen.has(name) ? parsed(field, text) : undefined;
        seen.add(name);
        if (field && value !== undefined) patch[field.key] = value;
        else ignored.add(name.length > 40 ? `${name.slice(0, 40)}…` : name);
      }
    }
    return { patch, ignored: [...ignored] };
  }

  /**
   * The address of this page in this state; what equals the first state is left out.
   * @param {Field[]} fields @param {State} state @param {State} first
   * @param {boolean} [afterHash] leaves the query as it is
   */
  function link(fields, state, first, afterHash = false) {
    const url = new URL(location.href);
    const [query, hash] = [new URLSearchParams(url.search), inHash(url.hash)];
    for (const part of [query, hash]) {
      for (const name of [...part.keys()].filter(own)) part.delete(name);
    }
    for (const { key, param } of fields) {
      const same = JSON.stringify(state[key]) === JSON.stringify(first[key]);
      if (!same) (afterHash ? hash : query).append(`${prefix}.${param}`, spelled(state[key]));
    }
    if (!afterHash) url.search = query.toString();
    if (afterHash || url.hash.includes("=")) url.hash = hash.toString();
    return url.href;
  }

  /**
   * What the address says of this state, alone: nothing for the first one.
   * @param {Field[]} fields @param {State} state @param {State} first
   */
  function query(fields, state, first) {
    const own = fields.filter(({ key }) => JSON.stringify(state[key]) !== JSON.stringify(first[key]));
    return new URLSearchParams(own.map(({ key, param }) => [`${prefix}.${param}`, spelled(state[key])])).toString();
  }

  /** @param {Field[]} fields @param {State} state @param {State} first */
  function write(fields, state, first) {
    for (const afterHash of [false, true]) {
      try {
        const href = link(fields, state, first, afterHash);
        if (href !== location.href) history.replaceState(history.state, "", href);
        return;
      } catch {
        // a page opened from a file may refuse a new query: the hash is then used
      }
    }
  }

  /** All that the address asks of this view, to know whether it changed. */
  function asked() {
    const parts = [new URLSearchParams(location.search), inHash(location.hash)];
    return JSON.stringify(parts.map((part) => [...part].filter(([name]) => own(name))));
  }
  return { read, write, link, query, asked };
}

/**
 * Offers rows as a CSV file that a French spreadsheet opens: semicolons, decimal commas, BOM.
 * @param {{name: string, columns: string[], rows: (string | number | null)[][]}} file
 */
export function csvText({ columns, rows }) {
  const cell = (/** @type {string | number | null} */ value) => {
    if (value == null) return "";
    if (typeof value === "number") {
      const written = Number.isInteger(value) ? value : Number(value.toPrecision(7)); // a model knows no more
      return String(written).replace(".", ",");
    }
    const number = /^[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?$/.test(value);
    const text = /^(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])/.test(value) && !number ? `'${value}` : value; // never a formula
    return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
}

/**
 * Saves a text as a file.
 * @param {string} name @param {string} text @param {string} [type]
 */
export function download(name, text, type = "text/csv") {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/**
 * A button with its words.
 * @param {string} text @param {() => void} onclick @param {Record<string, any>} [more] attributes
 */
export const pushButton = (text, onclick, more = {}) =>
  h("button", { type: "button", class: "hx-button", onclick, ...more }, text);

/**
 * Draws again each time the width of `el` changes, and only then.
 * @param {HTMLElement} el @param {() => void} draw
 */
export function followWidth(el, draw) {
  let width = 0; // drawing at the same width would call this again
  new ResizeObserver(() => {
    const moved = Math.abs(el.clientWidth - width) > 1;
    width = el.clientWidth;
    if (moved) draw();
  }).observe(el);
}

/**
 * A table: the first column holds the row headers, `mark` may put something before them, and
 * `cell` something else than the text of another cell.
 * @param {{caption: string, columns: string[], rows: string[][],
 *   mark?: (row: number) => Node | null,
 *   cell?: (row: number, column: number, columns: string[]) => Node | null}} content
 */
export function table({ caption, columns, rows, mark = () => null, cell = () => null }) {
  const line = (/** @type {string[]} */ row, /** @type {number} */ index) =>
    h("tr", null,
      h("th", { scope: "row" }, mark(index), row[0]),
      ...row.slice(1).map((text, at) => h("td", { "data-column": columns[at + 1] }, cell(index, at + 1, columns) ?? text)));
  return h("div", { class: "hx-scroll" },
    h("table", { class: "hx-table" },
      h("caption", null, h("span", null, caption)),
      h("thead", null, h("tr", null, ...columns.map((text) => h("th", { scope: "col" }, text.replaceAll(NBSP, " "))))),
      h("tbody", null, ...rows.map(line))));
}

/** Lets the keyboard scroll what does not fit, and only that. @param {HTMLElement} root */
export function reachable(root) {
  for (const box of root.querySelectorAll(".hx-scroll")) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const name = wide ? box.querySelector("caption")?.textContent : null;
    for (const [key, value] of Object.entries({ tabindex: 0, role: "region", "aria-label": name })) {
      if (name) box.setAttribute(key, String(value));
      else box.removeAttribute(key);
    }
  }
}

/** The sources of a view. @param {any} data @param {{sources: string[]}} view @returns {HTMLElement} */
export function sourceLine(data, view) {
  const cited = data.sources.filter(({ id }) => view.sources.includes(id));
  const line = h("p", { class: "hx-source" }, cited.length > 1 ? `Sources${NBSP}: ` : `Source${NBSP}: `);
  cited.forEach(({ text, address }, index) => {
    line.append(index ? `${NARROW}; ` : "", address ? h("a", { href: address }, text) : text);
  });
  line.hidden = cited.length === 0;
  if (cited.length <= MANY_SOURCES) return line;
  return h("details", { class: "hx-source" }, h("summary", null, `${cited.length} sources`), line);
}

/** Leads a shared link to its view: the first that it speaks of, and not when the page is reloaded. */
function lead(/** @type {HTMLElement} */ el) {
  const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const place = location.hash && !location.hash.includes("=");
  if (globalThis[LED] || place || (visit && visit.type !== "navigate")) return;
  globalThis[LED] = true;
  const there = () => el.scrollIntoView();
  if (document.readyState === "complete") there();
  else addEventListener("load", there, { once: true }); // the page has its height only then
}

/**
 * In a notebook, arrows go from cell to cell and Enter edits one: pressed on a control of a view,
 * they are the control's.
 * @param {KeyboardEvent} event
 */
function keptFromNotebook(event) {
  const target = /** @type {Element} */ (event.target);
  const shortcut = event.ctrlKey || event.metaKey || event.altKey;
  if (!shortcut && target.closest(".jp-Notebook")) event.stopPropagation();
}

/**
 * What every view does, however it is laid out: it follows the model, writes the address, says its
 * result once things are quiet, tells what of a link it could not use, and watches its width.
 * @template {State} S
 * @param {{model: any, el: HTMLElement, address?: ReturnType<typeof addressState>}} host
 * @param {object} kind
 * @param {string} kind.name
 * @param {Field[]} [kind.fields] how the address spells the state, when the data's are not enough
 * @param {(asked: {patch: State, ignored: string[]}) => {patch: State, ignored: string[]}}
 *   [kind.heed] last word on what the address asks
 * @param {(data: any, state: S) => {sentence: string}} kind.summary
 * @param {(tools: any) => {frame: HTMLElement, show: (state: State, view: any) => void}} kind.build
 *   given the data, `set`, `current`, `seen` (the last summary), `way` (the address of this state, none in
 *   a notebook, and what it adds to that of a page in its first state, or in the one given) and the parts that any frame holds:
 *   `notice`, `result`, `method(title)` and `actions(reset, ...buttons)`
 */
export function living({ model, el, address }, { name, fields, heed = (asked) => asked, summary, build }) {
  const data = model.get("data");
  const first = model.get("state");
  const spelling = fields ?? data.fields;
  const current = () => model.get("state");
  let view = summary(data, first);
  const set = (/** @type {State} */ patch) => {
    model.set("state", { ...current(), ...patch });
    model.save_changes();
  };
  const result = h("p", { class: "hx-result", role: "status", "aria-live": "polite" });
  const notice = h("p", { class: "hx-notice", role: "alert", hidden: true });
  const answer = h("span", { class: "hx-answer", role: "status" });
  const way = (/** @type {State} */ start = first) => ({
    link: address?.link(spelling, current(), first) ?? null,
    query: addressState(name).query(spelling, current(), start),
  });
  const copy = async () => {
    const link = way().link ?? location.href;
    try {
      await navigator.clipboard.writeText(link);
      answer.textContent = "Lien copié.";
    } catch {
      const field = h("input", { class: "hx-link", readonly: true, value: link, "aria-label": "Lien à copier" });
      answer.replaceChildren(`À copier${NBSP}: `, field);
      field.select();
    }
  };
  const method = (/** @type {string} */ title) => h("details", { class: "hx-method" },
    h("summary", null, title),
    ...data.method.map((/** @type {string} */ text) => h("p", null, text)));
  const actions = (/** @type {string} */ reset, /** @type {Node[]} */ ...buttons) =>
    h("div", { class: "hx-actions" },
      address ? pushButton("Copier le lien", copy) : null,
      ...buttons,
      pushButton(reset, () => {
        notice.hidden = true;
        set(first);
      }),
      answer);
  const { frame, show } = build({ data, set, current, seen: () => view, way, notice, result, method, actions });

  const say = () => {
    if (result.textContent !== view.sentence) result.textContent = view.sentence;
  };
  const saySoon = debounced(say, SAID_AFTER);
  let asked = address?.asked();
  const followSoon = debounced(() => {
    address?.write(spelling, current(), first);
    asked = address?.asked();
  }, WRITTEN_AFTER);
  const update = () => {
    view = summary(data, current());
    show(current(), view);
    reachable(frame);
    answer.textContent = "";
  };
  const changed = () => {
    update();
    saySoon();
    if (address) followSoon();
  };

  /** Does what the address asks, and says what of it could not be done. */
  const heedAddress = () => {
    if (!address) return;
    const { patch, ignored } = heed(address.read(spelling));
    model.set("state", { ...first, ...patch });
    notice.hidden = ignored.length === 0;
    const others = ignored.length > NAMED ? ` et ${ignored.length - NAMED} de plus` : "";
    notice.textContent = ignored.length > 1
      ? `Paramètres du lien ignorés (inconnus ou non valables)${NBSP}: ${ignored.slice(0, NAMED).join(", ")}${others}.`
      : `Paramètre du lien ignoré (inconnu ou non valable)${NBSP}: ${ignored.join("")}.`;
  };
  /** Follows a link, or a step in history, that changes what the open page's address asks. */
  const moved = () => {
    if (!address || address.asked() === asked) return;
    followSoon.cancel();
    asked = address.asked();
    heedAddress();
  };
  if (asked !== NOTHING_ASKED) heedAddress();
  update();
  say();
  // only now: had anything failed, what the element held before would have stayed
  el.classList.add("hx-explorer");
  el.dataset.explorer = name;
  el.lang = "fr";
  el.addEventListener("keydown", keptFromNotebook);
  el.replaceChildren(frame);
  model.on("change:state", changed);
  const resized = new ResizeObserver(() => reachable(frame));
  resized.observe(frame);
  el.dataset.ready = "";
  for (const event of ["popstate", "hashchange"]) addEventListener(event, moved);
  if (address && asked !== NOTHING_ASKED) lead(el);
  return () => {
    for (const event of ["popstate", "hashchange"]) removeEventListener(event, moved);
    el.removeEventListener("keydown", keptFromNotebook);
    model.off("change:state", changed);
    resized.disconnect();
    saySoon.cancel();
    followSoon.cancel();
  };
}

/**
 * An explorer as anywidget wants it: `export default explorer({...})`.
 *
 * The frame holds the finding as a title, the controls, the picture, the result in words
 * (announced), the figures, and the actions. One call of `summary` feeds all of them.
 * @template {State} S
 * @param {object} kind
 * @param {string} kind.name
 * @param {string} kind.label accessible name of the whole
 * @param {(data: any, state: S) => Summary} kind.summary
 * @param {(context: Whole) => {controls: Part[], picture: Part, details?: Part,
 *   mark?: (row: number, state: State, view: any) => Node | null,
 *   cell?: (row: number, column: number, columns: string[]) => Node | null,
 *   buttons?: (frame: HTMLElement) => Node[]}} kind.build
 *   called once a view; `mark` puts something before the name of a row of figures, `cell` in the
 *   place of one of them; `buttons` are more actions
 * @param {(data: any, state: State, view: any) => {name: string, columns: string[],
 *   rows: (string | number | null)[][]}} kind.file what the CSV holds
 */
export function explorer({ name, label, summary, build, file }) {
  const laidOut = ({ data, set, current, seen, way, notice, result, method, actions }) => {
    const { controls, picture, details, mark = () => null, cell, buttons = () => [] } = build({ data, set, current, seen, way });
    const parts = [...controls, picture, ...(details ? [details] : [])];
    const title = h("p", { class: "hx-title" });
    const figures = h("div", { class: "hx-figures" });
    const source = h("div");
    const save = () => {
      const rows = file(data, current(), seen());
      download(rows.name, csvText(rows));
    };
    const frame = h("section", { "aria-label": label, class: "hx-frame" });
    frame.append(
      notice,
      h("div", { class: "hx-controls" }, ...controls.map((part) => part.el)),
      title,
      picture.el,
      result,
      figures,
      ...(details ? [details.el] : []),
      method("Comment ces chiffres sont calculés"),
      source,
      actions("Réinitialiser", pushButton("Télécharger (CSV)", save), ...buttons(frame)));
    const show = (/** @type {State} */ state, /** @type {any} */ view) => {
      title.textContent = view.title;
      for (const part of parts) part.show(state, view);
      figures.replaceChildren(
        table({ ...view, mark: (row) => mark(row, state, view), cell }),
        ...view.notes.map((/** @type {string} */ text) => h("p", { class: "hx-note" }, text)));
      source.replaceChildren(sourceLine(data, view));
    };
    return { frame, show };
  };
  return { render: (/** @type {any} */ host) => living(host, { name, summary, build: laidOut }) };
}
