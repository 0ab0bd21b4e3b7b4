// Scenario builder: one hypothesis an issue; the verdict, its reasons, the repairs, the profiles and
// the plan follow at once. What is said comes from cibwords.js, what is computed from cib.js.

import { addressState, csvText, h, table, uniqueId } from "./common.js";
import { NARROW, NBSP } from "./french.js";
import { codesIn, differencesBetween, distanceBetween, dotted, editOf, guillemets, hypothesisAt, inLetters, judged, judgementOf, leverCells, leverHeads, modelOf, placesOf, planFor, planMarkdown, planRows, presetsOf, quotedTitle, reading, signed, spaced, standing } from "./cibwords.js";
import { BUILDER_STYLE } from "./cibstyle.js";

const ANNOUNCED_AFTER = 250; // ms of quiet before the verdict is announced
const ADDRESS_AFTER = 200;
const FULL_BAR = 10; // points of support that fill a bar
const STORIES = 3; // futures told at length
const SCORES = [3, 2, 1, 0, -1, -2, -3];
const MARK = { holds: "✓", tied: "=", fails: "✗", open: "?" };

const push = (text, onclick, more = {}) =>
  h("button", { type: "button", class: "hx-button", onclick, ...more }, text);
const option = (value, label) => h("option", { value }, label);
const kindOf = (lead) => (lead === null ? "open" : lead < 0 ? "fails" : lead ? "holds" : "tied");

/** Runs `action` once things are quiet. */
function quietly(action, wait) {
  let timer = 0;
  return { soon() { clearTimeout(timer); timer = setTimeout(action, wait); }, cancel: () => clearTimeout(timer) };
}

function offer(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Lets the keyboard scroll the tables that do not fit, and only those. */
function scrolledByKeys(root) {
  for (const box of root.querySelectorAll(".hx-scroll")) {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const name = box.querySelector("caption")?.textContent;
    for (const [key, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", name]]) {
      if (wide) box.setAttribute(key, value);
      else box.removeAttribute(key);
    }
  }
}

/** A section that is drawn only while it is open. */
function folded(title, draw) {
  const body = h("div", { class: "hx-cib-body" });
  const note = h("span", { class: "hx-count" });
  let due = null;
  const drawn = () => {
    if (el.open && due) { due(); due = null; }
    if (el.open) scrolledByKeys(body);
  };
  const el = h("details", { class: "hx-cib-fold", ontoggle: drawn },
    h("summary", null, h("span", { class: "hx-cib-h" }, title), " ", note), body);
  return {
    el, body, note, drawn,
    show(state, view) { due = () => draw(body, state, view); drawn(); },
  };
}

/** Where one starts from, and what differs from it. */
function startPart({ data, set }) {
  const id = uniqueId();
  const box = h("select", { id, onchange: () => {
    const [kind, code] = box.value.split(":");
    if (kind) set({ start: code, choice: code });
  } });
  const said = h("span");
  const back = push("Revenir au départ", () => set({ choice: start }));
  let start = "";
  let listed = "";
  const fill = (state) => {
    const { settings, families } = presetsOf(data, state);
    const key = JSON.stringify([settings, families, state.scores]);
    if (key === listed) return;
    listed = key;
    const model = modelOf(data, state.scores);
    box.replaceChildren(
      h("optgroup", { label: "Repères" }, ...settings.map(({ code, label }, i) =>
        option(`${"oc"[i]}:${code}`, `${label} (${spaced(code)})`))),
      ...families.map(({ title, codes }) => h("optgroup", { label: `Futurs cohérents, ${guillemets(title)}` },
        ...codes.map((code) =>
          option(`f:${code}`, `${spaced(code)}, tient dans ${judged(data, model, code).shareText} des cas`)))),
      h("optgroup", { label: "Autre" }, option("", "Un futur de votre choix")));
  };
  const show = (state) => {
    start = state.start;
    fill(state);
    const chosen = [...box.options].find(({ value }) => value.slice(2) === start);
    box.value = chosen ? chosen.value : "";
    const moved = differencesBetween(data, state.choice, start);
    const list = moved.map(({ issue, from, to }) => `${issue.short} (${from}${NBSP}→${NBSP}${to === "-" ? "?" : to})`);
    said.textContent = moved.length
      ? `${moved.length} ${moved.length > 1 ? "écarts" : "écart"} avec ce départ${NBSP}: ${list.join(", ")}.`
      : "Aucun écart avec ce départ.";
    back.hidden = !moved.length;
  };
  const el = h("div", { class: "hx-cib-start" },
    h("label", { class: "hx-legend", for: id }, "Partir de"), box,
    h("p", { class: "hx-cib-diff" }, said, " ", back));
  return { el, show };
}

/** One issue: three hypotheses and « je ne sais pas », each with its support. */
function issuePart({ data, set }, issue, j, current) {
  const name = uniqueId();
  const choose = (letter) => {
    const code = [...current().choice];
    code[j] = letter;
    set({ choice: code.join("") });
  };
  const chip = h("span", { class: "hx-cib-chip" });
  const told = h("p", { class: "hx-cib-told" });
  const options = issue.hypotheses.map((one) => {
    const input = h("input", { type: "radio", name, value: one.letter, onchange: () => choose(one.letter) });
    const bar = h("span", { class: "hx-cib-bar" });
    const value = h("span", { class: "hx-cib-value" });
    const best = h("span", { class: "hx-cib-unseen" });
    const el = h("label", { class: "hx-cib-option" }, input,
      h("span", { class: "hx-cib-name" }, h("b", null, one.letter), " ", one.title),
      h("span", { class: "hx-cib-support" },
        h("span", { class: "hx-cib-unseen" }, `, soutien${NBSP}`), value, best,
        h("span", { class: "hx-cib-track", "aria-hidden": "true" }, bar)));
    return { input, el, bar, value, best };
  });
  const unknown = h("input", { type: "radio", name, value: "-", onchange: () => choose("-") });
  const el = h("fieldset", { class: "hx-cib-issue", "data-key": issue.id },
    h("legend", null, h("span", { class: "hx-cib-h" }, `${j + 1}. ${issue.short}`), chip),
    h("p", { class: "hx-cib-question" }, issue.question),
    h("div", { class: "hx-cib-options" }, ...options.map((one) => one.el),
      h("label", { class: "hx-cib-option hx-cib-unknown" }, unknown, h("span", { class: "hx-cib-name" }, "Je ne sais pas"))),
    told);
  const show = (state, view) => {
    const { own, received, lead } = view.all[j];
    const most = Math.max(...received);
    const kind = kindOf(lead);
    el.className = `hx-cib-issue hx-${kind}`;
    chip.textContent = `${MARK[kind]} ${standing(lead)}`;
    told.textContent = own === -1 ? "" : issue.hypotheses[own].description;
    unknown.checked = own === -1;
    options.forEach(({ input, bar, value, best, el: label }, k) => {
      const support = received[k];
      input.checked = own === k;
      value.textContent = signed(support);
      label.classList.toggle("hx-cib-best", support === most);
      best.textContent = support === most ? ", le meilleur soutien" : "";
      const width = (50 * Math.min(FULL_BAR, Math.abs(support))) / FULL_BAR;
      bar.style.setProperty("width", `${width}%`);
      bar.style.setProperty("left", support < 0 ? `${50 - width}%` : "50%");
    });
  };
  return { el, show };
}

/** The verdict: it stays in view while one chooses. */
function verdictPart() {
  const title = h("p", { class: "hx-title", tabindex: -1 });
  const dots = h("span", { class: "hx-cib-dots", "aria-hidden": "true" });
  const meter = h("span", { class: "hx-cib-meter", "aria-hidden": "true" }, h("span"));
  const el = h("div", { class: "hx-cib-verdict" }, dots, title, meter);
  const show = (state, view) => {
    title.textContent = view.title;
    el.className = `hx-cib-verdict hx-${view.open ? "open" : view.failing ? "fails" : view.tied ? "tied" : "holds"}`;
    dots.replaceChildren(...view.all.map(({ lead }) =>
      h("span", { class: `hx-cib-dot hx-${kindOf(lead)}` }, MARK[kindOf(lead)])));
    meter.hidden = view.open;
    meter.firstChild.style.setProperty("width", `${100 * (view.share ?? 0)}%`);
  };
  return { el, show, focus: () => title.focus({ preventScroll: false }) };
}

/** Reasons, and what to change. */
function whyPart({ data, set }, after, openScore) {
  const reasons = h("div");
  const repairs = h("div");
  const apply = (code) => { set({ choice: code }); after(); };
  const toldOf = (code, many) => (many > STORIES
    ? `${guillemets(hypothesisAt(data, 0, codesIn(data, code)[0]).title)}.` : storyOf(data, code));
  const show = (state, view) => {
    reasons.replaceChildren(...(view.reasons.length ? [
      h("h4", { class: "hx-cib-h" }, "Pourquoi il ne tient pas"),
      h("ul", { class: "hx-cib-list" }, ...view.reasons.map(({ opening, lines }) =>
        h("li", null, h("strong", null, opening), h("ul", null, ...lines.map(({ text, source, issue }) =>
          h("li", null, text, " ", push("Voir ce jugement", () => openScore(source, issue), {
            class: "hx-cib-link", "aria-label": `Voir ce jugement${NBSP}: ${dotted(source)} sur ${data.issues.find(({ id }) => id === issue).short}`,
          }))))))),
    ] : []));
    const ways = view.fitting.length
      ? view.fitting.map((code) => ({ code, text: `${spaced(code)}${NBSP}: ${toldOf(code, view.fitting.length)}` }))
      : view.repairs;
    repairs.replaceChildren(...(ways.length ? [
      h("h4", { class: "hx-cib-h" }, view.open && view.fitting.length ? "Futurs cohérents qui contiennent vos réponses" : "Pour qu’il tienne, le moins de changements"),
      h("ul", { class: "hx-cib-list" }, ...ways.map(({ code, text }) =>
        h("li", null, text, " ", push("Appliquer", () => apply(code), { "aria-label": `Appliquer${NBSP}: ${spaced(code)}` })))),
    ] : []));
  };
  return { el: h("div", { class: "hx-cib-why" }, reasons, repairs), show };
}

const storyOf = (data, code) => codesIn(data, code).map((k, j) => hypothesisAt(data, j, k).story).join(" ");

/** Criteria side by side: observed, chosen, compared. */
function profilePart({ data }) {
  return folded("Profil, critère par critère", (body, state) => {
    const futures = [["Constaté", state.observed], ["Choisi", state.choice],
      ...(state.compared ? [["Comparé", state.compared]] : [])];
    const text = (code, j, criterion) => {
      const k = codesIn(data, code)[j];
      return k === -1 ? "–" : data.profiles[`${hypothesisAt(data, j, k).id}/${criterion}`];
    };
    const groups = data.issues.map((issue, j) => h("tbody", null,
      h("tr", { class: "hx-cib-group" }, h("th", { scope: "rowgroup" }, `${j + 1}. ${issue.short}`),
        ...futures.map(([, code]) => {
          const k = codesIn(data, code)[j];
          return h("td", null, k === -1 ? "je ne sais pas" : quotedTitle(hypothesisAt(data, j, k)));
        })),
      ...data.criteria.filter(([id]) => id === issue.id).map(([, criterion, label]) => {
        const cells = futures.map(([, code]) => text(code, j, criterion));
        return h("tr", null, h("th", { scope: "row" }, label), ...cells.map((cell, n) => {
          const same = n > 0 && cell === cells[0];
          return h("td", { class: same ? "hx-cib-same" : null }, same ? "idem" : cell);
        }));
      })));
    body.replaceChildren(
      h("div", { class: "hx-scroll" },
        h("table", { class: "hx-table hx-cib-profile" },
          h("caption", null, `Critères de l’étude (libellés d’origine), réponses reformulées. « idem »${NBSP}: comme dans la situation constatée.`),
          h("thead", null, h("tr", null, h("th", { scope: "col" }, "Critère"),
            ...futures.map(([name, code]) => h("th", { scope: "col" }, `${name} (${spaced(code)})`)))),
          ...groups)),
      h("p", { class: "hx-note" }, "Les critères changent d’un enjeu à l’autre : ils se lisent, ils ne s’additionnent pas.".replace(" :", `${NBSP}:`)));
  });
}

/** The plan from observed to chosen. */
function planPart({ data }) {
  const draw = (body, state, view) => {
    if (view.open) {
      body.replaceChildren(h("p", null, "Répondez aux six enjeux pour obtenir le plan."));
      return;
    }
    const plan = planFor(data, state);
    const file = `plan-${state.observed}-${state.choice}`;
    body.replaceChildren(
      h("div", { class: "hx-actions" },
        push("Plan en CSV", () => offer(`${file}.csv`, csvText({ name: file, ...planRows(data, plan) }), "text/csv")),
        push("Plan en Markdown", () => offer(`${file}.md`, planMarkdown(data, plan), "text/markdown")),
        push("Imprimer le plan", () => printed(sheet(data, plan)))),
      sheet(data, plan));
  };
  return folded("Plan d’action, de la situation constatée au futur choisi", draw);
}

function sheet(data, plan) {
  return h("div", { class: "hx-cib-plan" },
    h("p", { class: "hx-cib-plan-title" }, plan.title),
    ...plan.summary.map((text) => h("p", null, text)),
    ...plan.items.flatMap((item) => [
      h("h4", { class: "hx-cib-h" }, item.heading),
      h("p", null, item.course),
      item.forces.length ? h("ul", { class: "hx-cib-list" }, ...item.forces.map((text) => h("li", null, text))) : null,
      table({
        caption: `Leviers vers l’hypothèse ${dotted(item.target.id)}`,
        columns: ["Action", "Acteur", "Partenaires", "Horizon (années)", "Indicateur"],
        rows: item.levers.map((lever) => [lever.action, lever.actor, lever.partners, String(lever.horizon), lever.indicator]),
      }),
    ]));
}

/** Prints one element alone. */
function printed(element) {
  const page = h("div", { class: "hx-explorer hx-cib-sheet", lang: "fr" }, element);
  const root = document.documentElement;
  document.body.append(page);
  root.classList.add("hx-cib-printing");
  const done = () => {
    root.classList.remove("hx-cib-printing");
    page.remove();
  };
  addEventListener("afterprint", done, { once: true });
  print();
}

/** Another future beside the chosen one. */
function comparePart({ data, set }) {
  const id = uniqueId();
  const box = h("select", { id, onchange: () => set({ compared: box.value }) });
  const keep = push("Garder le futur affiché comme repère", () => set({ compared: current }));
  const out = h("div");
  let current = "";
  const part = folded("Comparer avec un autre futur", (body, state, view) => {
    current = view.open ? "" : state.choice;
    keep.disabled = view.open;
    const { settings, families } = presetsOf(data, state);
    const codes = new Map([...settings.map(({ code, label }) => [code, label]),
      ...families.flatMap((family) => family.codes.map((code) => [code, family.title]))].reverse());
    if (state.compared && !codes.has(state.compared)) codes.set(state.compared, "repère gardé");
    box.replaceChildren(option("", "Aucun"),
      ...[...codes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, label]) => option(code, `${spaced(code)} (${label})`)));
    box.value = state.compared;
    if (!body.firstChild) {
      body.append(h("div", { class: "hx-actions" }, h("label", { class: "hx-legend", for: id }, "Comparer avec"), box, keep), out);
    }
    out.replaceChildren(...(state.compared ? compared(data, state, view) : []));
  });
  return part;
}

function compared(data, state, view) {
  const [mine, other] = [state.choice, state.compared].map((code) => (code.includes("-") ? null : judged(data, view.model, code)));
  const cell = (code, j) => {
    const k = codesIn(data, code)[j];
    return k === -1 ? "je ne sais pas" : quotedTitle(hypothesisAt(data, j, k));
  };
  const apartBy = distanceBetween(data, state.choice, state.compared);
  const steps = distanceBetween(data, state.observed, state.compared);
  return [
    table({
      caption: `Les deux futurs diffèrent sur ${inLetters(apartBy)} enjeu${apartBy > 1 ? "x" : ""}.`,
      columns: ["", `Choisi (${spaced(state.choice)})`, `Comparé (${spaced(state.compared)})`],
      rows: [
        ["Verdict", mine ? mine.brief : "ouvert", other.brief],
        ["Part des matrices plausibles où il tient", mine ? mine.shareText : "–", other.shareText],
        ["Enjeux à changer depuis la situation constatée", String(distanceBetween(data, state.observed, state.choice)), String(steps)],
        ...data.issues.map(({ short }, j) => [
          `${state.choice[j] === state.compared[j] ? "" : `≠${NBSP}`}${j + 1}. ${short}`, cell(state.choice, j), cell(state.compared, j)]),
      ],
    }),
  ];
}

/** What is taken as observed: read in the study for one issue, assumed for the others. */
function observedPart({ data, set }, current) {
  const boxes = data.issues.map((issue, j) => {
    const id = uniqueId();
    const box = h("select", { id, onchange: () => {
      const code = [...current().observed];
      code[j] = box.value;
      set({ observed: code.join("") });
    } }, ...issue.hypotheses.map((one) => option(one.letter, quotedTitle(one))));
    const { reason, written } = data.settings[j];
    const badge = written ? "■ Écrit dans l’étude" : "▲ Hypothèse de lecture, à corriger";
    return { box, el: h("div", { class: "hx-cib-observed" },
      h("label", { class: "hx-legend", for: id }, `${j + 1}. ${issue.short}`), box,
      h("p", { class: "hx-note" }, `${badge}. ${reason}`)) };
  });
  return folded("Situation constatée : notre lecture, à corriger".replace(" :", `${NBSP}:`), (body, state) => {
    if (!body.firstChild) body.append(...boxes.map(({ el }) => el));
    boxes.forEach(({ box }, j) => { box.value = state.observed[j]; });
  });
}

/** The edits with one score changed, in the order of the matrix; what changes nothing is dropped. */
function withScore(data, edits, source, target, score) {
  const places = placesOf(data);
  const scores = new Map(edits.map(editOf).map((one) => [`${one.source}${one.target}`, one]));
  scores.set(`${source}${target}`, { source, target, score });
  return [...scores.values()]
    .filter((one) => data.scores[places.get(one.source)][places.get(one.target)] !== one.score)
    .sort((a, b) => places.get(a.source) - places.get(b.source) || places.get(a.target) - places.get(b.target))
    .map((one) => `${one.source}${one.target}${one.score}`);
}

/** Any score, its justification, and the way back. */
function scoresPart({ data, set }, current) {
  const [from, to] = [uniqueId(), uniqueId()];
  const ids = data.issues.flatMap(({ hypotheses }) => hypotheses.map(({ id }) => id));
  const issueOf = (id) => data.issues.findIndex(({ hypotheses }) => hypotheses.some((one) => one.id === id));
  const source = h("select", { id: from, onchange: () => redraw() }, ...data.issues.map((issue, j) =>
    h("optgroup", { label: `${j + 1}. ${issue.short}` }, ...issue.hypotheses.map((one) => option(one.id, quotedTitle(one))))));
  const target = h("select", { id: to, onchange: () => redraw() });
  const said = h("p", { class: "hx-cib-told" });
  const boxes = h("div", { class: "hx-cib-scores" });
  const list = h("div");
  const change = (a, b, score) => set({ scores: withScore(data, current().scores, a, b, score) });
  const fillTargets = () => {
    const own = issueOf(source.value);
    const wanted = target.value;
    target.replaceChildren(...data.issues.flatMap(({ id, short }, j) => (j === own ? [] : [option(id, `${j + 1}. ${short}`)])));
    if ([...target.options].some(({ value }) => value === wanted)) target.value = wanted;
  };
  const redraw = () => {
    const state = current();
    const model = modelOf(data, state.scores);
    fillTargets();
    const j = data.issues.findIndex(({ id }) => id === target.value);
    const told = judgementOf(data, source.value, target.value);
    said.textContent = told
      ? `${told.text} (${told.locator}${NARROW}; ${data.words.confidence[told.confidence]})`
      : "L’étude ne suggère aucune influence directe : les auteurs ont mis zéro.".replace(" :", `${NBSP}:`);
    const row = ids.indexOf(source.value);
    boxes.replaceChildren(...data.issues[j].hypotheses.map((one) => {
      const [id, column] = [uniqueId(), ids.indexOf(one.id)];
      const box = h("select", { id, onchange: () => {
        change(source.value, one.id, Number(box.value));
        boxes.querySelectorAll("select")[data.issues[j].hypotheses.indexOf(one)].focus();
      } }, ...SCORES.map((score) =>
        option(String(score), `${signed(score)}${score === data.scores[row][column] ? " (auteurs)" : ""}`)));
      box.value = String(model.scores[row][column]);
      return h("div", null, h("label", { class: "hx-legend", for: id }, `sur ${quotedTitle(one)}`), box);
    }));
    const edits = state.scores.map(editOf);
    list.replaceChildren(...(edits.length ? [
      h("h4", { class: "hx-cib-h" }, "Scores que vous avez modifiés"),
      h("ul", { class: "hx-cib-list" }, ...edits.map((one) => {
        const was = data.scores[ids.indexOf(one.source)][ids.indexOf(one.target)];
        const text = `${dotted(one.source)} sur ${dotted(one.target)}${NBSP}: ${signed(was)} devient ${signed(one.score)}.`;
        return h("li", null, text, " ", push("Rétablir", () => change(one.source, one.target, was), { "aria-label": `Rétablir ${dotted(one.source)} sur ${dotted(one.target)}` }));
      })),
      push("Tout rétablir", () => set({ scores: [] })),
    ] : []));
  };
  const part = folded("Les scores : lire, contester, modifier".replace(" :", `${NBSP}:`), (body) => {
    if (!body.firstChild) {
      body.append(
        h("p", { class: "hx-note" }, `De ${signed(-3)} (s’oppose nettement) à ${signed(3)} (favorise nettement). Un jugement répartit d’ordinaire autant de points pour que contre.`),
        h("div", { class: "hx-cib-pair" },
          h("div", null, h("label", { class: "hx-legend", for: from }, "Influence de"), source),
          h("div", null, h("label", { class: "hx-legend", for: to }, "sur l’enjeu"), target)),
        said, boxes, list);
    }
    redraw();
  });
  const show = (state, view) => {
    const n = state.scores.length;
    part.note.textContent = n ? `${n} ${n > 1 ? "scores modifiés" : "score modifié"}` : "";
    part.show(state, view);
  };
  const openAt = (id, issue) => {
    source.value = id;
    fillTargets();
    target.value = issue;
    part.el.open = true;
    part.drawn();
    redraw();
    source.focus();
  };
  return { el: part.el, show, openAt };
}

/** Fields as the address reads them: a future is a code, an edit two hypotheses and a score. */
function addressFields(data, fields) {
  const letters = data.issues.map(({ hypotheses }) => hypotheses.map(({ letter }) => letter).join(""));
  const places = placesOf(data);
  const issueOf = (id) => data.issues.findIndex(({ hypotheses }) => hypotheses.some((one) => one.id === id));
  const code = (more) => (text) =>
    text.length === letters.length && [...text].every((letter, j) => (letters[j] + more).includes(letter));
  const edit = (text) => {
    if (!/^\d[A-Z]\d[A-Z]-?[0-3]$/.test(text)) return false;
    const { source, target } = editOf(text);
    return places.has(source) && places.has(target) && issueOf(source) !== issueOf(target);
  };
  const allowed = {
    choice: code("-"), observed: code(""), start: code(""), scores: edit,
    compared: (text) => text === "" || code("")(text),
  };
  return fields.map((field) => ({ ...field, values: { includes: allowed[field.key] } }));
}

/** The state that an address asks for, or its first one; what is refused is said. */
function fromAddress(data, address, fields, first) {
  const { patch, ignored } = address.read(fields);
  const edits = patch.scores ?? [];
  const cells = edits.map(editOf).map(({ source, target }) => `${source}${target}`);
  if (new Set(cells).size < cells.length) {
    delete patch.scores;
    ignored.push("scenarios.scores");
  } else if (patch.scores) {
    patch.scores = edits.map(editOf).reduce((kept, one) => withScore(data, kept, one.source, one.target, one.score), []);
  }
  return { state: { ...first, ...patch }, ignored, asked: Object.keys(patch).length > 0 };
}

function render({ model, el, address }) {
  const data = model.get("data");
  const first = model.get("state");
  const fields = addressFields(data, data.fields);
  const current = () => model.get("state");
  const set = (patch) => {
    model.set("state", { ...current(), ...patch });
    model.save_changes();
  };
  const context = { data, set };
  const verdict = verdictPart();
  const scores = scoresPart(context, current);
  const result = h("p", { class: "hx-result", role: "status", "aria-live": "polite" });
  const notice = h("p", { class: "hx-notice", role: "alert", hidden: true });
  const told = h("span", { class: "hx-told", role: "status" });
  const parts = [
    startPart(context),
    ...data.issues.map((issue, j) => issuePart(context, issue, j, current)),
    verdict,
    whyPart(context, () => verdict.focus(), scores.openAt),
    planPart(context),
    profilePart(context),
    comparePart(context),
    observedPart(context, current),
    scores,
    folded("Les six enjeux en tableau", (body, state, told) => body.replaceChildren(table(told))),
  ];
  let view = reading(data, first);
  const say = () => { if (result.textContent !== view.sentence) result.textContent = view.sentence; };
  const saying = quietly(say, ANNOUNCED_AFTER);
  const following = quietly(() => address.write(fields, current(), first), ADDRESS_AFTER);
  const update = () => {
    view = reading(data, current());
    for (const part of parts) part.show(current(), view);
    told.textContent = "";
  };
  const changed = () => {
    update();
    saying.soon();
    if (address) following.soon();
  };
  const copy = async () => {
    const link = address.link(fields, current(), first);
    try {
      await navigator.clipboard.writeText(link);
      told.textContent = "Lien copié.";
    } catch {
      const field = h("input", { class: "hx-link", readonly: true, value: link, "aria-label": "Lien à copier" });
      told.replaceChildren(`À copier${NBSP}: `, field);
      field.select();
    }
  };
  const source = h("p", { class: "hx-source" }, `Source${NBSP}: `);
  data.sources.forEach(({ text, address: to }, n) => source.append(n ? `${NARROW}; ` : "", to ? h("a", { href: to }, text) : text));
  source.append(". Scores, leviers et ordre du plan : jugements des auteurs.".replace(" :", `${NBSP}:`));
  const [start, ...rest] = parts;
  const groups = rest.slice(0, data.issues.length);
  const [, why, ...folds] = rest.slice(data.issues.length);
  const frame = h("section", { "aria-label": "Constructeur de scénarios", class: "hx-frame hx-cib" },
    notice, start.el,
    h("div", { class: "hx-cib-issues" }, ...groups.map((part) => part.el)),
    verdict.el, result, why.el,
    ...folds.map((part) => part.el),
    h("details", { class: "hx-method" },
      h("summary", null, "Comment ce verdict est calculé"),
      ...data.method.map((text) => h("p", null, text))),
    source,
    h("div", { class: "hx-actions" },
      address ? push("Copier le lien", copy) : null,
      push("Tout réinitialiser", () => set(first)), told));

  if (address) {
    const asked = fromAddress(data, address, fields, first);
    if (asked.asked) model.set("state", asked.state);
    notice.hidden = asked.ignored.length === 0;
    notice.textContent = `Ignoré dans le lien (inconnu ou non valable)${NBSP}: ${asked.ignored.join(", ")}.`;
  }
  styled();
  update();
  say();
  el.classList.add("hx-explorer");
  el.dataset.explorer = "scenarios";
  el.lang = "fr";
  el.replaceChildren(frame);
  model.on("change:state", changed);
  const resized = new ResizeObserver(() => scrolledByKeys(frame));
  resized.observe(frame);
  el.dataset.ready = "";
  return () => {
    model.off("change:state", changed);
    resized.disconnect();
    saying.cancel();
    following.cancel();
  };
}

let sheetAdopted = false;
/** A constructed sheet: allowed under style-src 'self'. */
function styled() {
  if (sheetAdopted) return;
  const own = new CSSStyleSheet();
  own.replaceSync(BUILDER_STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, own];
  sheetAdopted = true;
}

/** Everything that is said, for the tests that compare it with Python. */
export function told(data, state) {
  const { model, all, reasons, repairs, fitting, codes, ...view } = reading(data, state);
  const plan = view.open ? null : planFor(data, state);
  return { ...view, plan: plan && planMarkdown(data, plan), rowsOfPlan: plan && planRows(data, plan).rows };
}

export default { render };
