// Scenario builder: one hypothesis an issue; the verdict, its reasons, the repairs, the profiles and
// the plan follow at once. What is said comes from words.js, what is computed from balances.js;
// here are the board and its verdict, plan.js and scores.js hold what is folded under them.

import { h, living, pushButton, sourceLine, table, uniqueId } from "../base/common.js";
import { NBSP } from "../base/french.js";
import { pageModel } from "../base/page.js";
import { codesIn, differencesBetween, dotted, guillemets, hypothesisAt, judged, modelOf, points, presetsOf, reading, readingsSaid, signed, spaced } from "./words.js";
import { planFor, planMarkdown, planRows } from "./plan_text.js";
import { firstState, projectData } from "./project.js";
import { folded, option } from "./fold.js";
import { comparePart, planPart, profilePart } from "./plan.js";
import { addressFields, heedScores, observedPart, scoresPart } from "./scores.js";

const WIDEST = 4; // hypotheses that a line of the board holds side by side
const STORIES = 3; // futures told at length
const MARK = { holds: "✓", tied: "=", fails: "✗", open: "?" };

const kindOf = (lead) => (lead === null ? "open" : lead < 0 ? "fails" : lead ? "holds" : "tied");

/** How an issue stands, in a few words beside its mark. */
const shortly = (lead) => (lead === null ? "ouvert" : lead === 0 ? "à égalité"
  : lead > 0 ? `${points(lead)} d’avance` : `manque ${points(-lead)}`);

/** Where one starts from, and what differs from it. */
function startPart({ data, set }) {
  const id = uniqueId();
  const box = h("select", { id, onchange: () => {
    const [kind, code] = box.value.split(":");
    if (kind) set({ start: code, choice: code });
  } });
  const said = h("span");
  const back = pushButton("Revenir au départ", () => set({ choice: start }));
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
      ...families.map(({ title, codes }) => h("optgroup", { label: `Futurs qui tiennent, ${guillemets(title)}` },
        ...codes.map((code) => {
          const { shareText } = judged(data, model, code);
          return option(`f:${code}`, spaced(code) + (shareText && `, tient dans ${shareText} des cas`));
        }))),
      h("optgroup", { label: "Autre" }, option("", "Un futur de votre choix")));
  };
  const show = (state) => {
    start = state.start;
    fill(state);
    // two entries may lead to one future: the one chosen stays, or the arrows would come back to the first
    if (box.value.slice(2) !== start) {
      box.value = [...box.options].find(({ value }) => value.slice(2) === start)?.value ?? "";
    }
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

/** One line of the board: what is aimed at and what is observed among the hypotheses of an issue. */
function issuePart({ data, set }, issue, j, current) {
  const [name, seenName, id] = [uniqueId(), uniqueId(), uniqueId()];
  const choose = (key, letter) => {
    const code = [...current()[key]];
    code[j] = letter;
    set({ [key]: code.join("") });
  };
  const chip = h("span", { class: "hx-cib-chip" });
  const way = h("span", { class: "hx-cib-way" });
  const cells = issue.hypotheses.map((one) => {
    const input = h("input", { type: "radio", name, value: one.letter, onchange: () => choose("choice", one.letter) });
    const seen = h("input", {
      type: "radio", name: seenName, value: `constate-${one.letter}`, "aria-label": `${dotted(one.id)}, ${data.words.seen}`,
      onchange: () => choose("observed", one.letter),
    });
    const value = h("span", { class: "hx-cib-value" });
    const best = h("span", { class: "hx-cib-unseen" });
    const el = h("div", { class: "hx-cib-cell" },
      h("label", { class: "hx-cib-option" }, input,
        h("span", { class: "hx-cib-name" }, h("b", null, one.letter), " ", one.title),
        h("span", { class: "hx-cib-support" },
          h("span", { class: "hx-cib-unseen" }, ", "), `soutien${NBSP}`, value, best)),
      h("label", { class: "hx-cib-seen" }, seen, h("span", { "aria-hidden": "true" }, data.words.seen)));
    return { input, seen, el, value, best };
  });
  const unknown = h("input", { type: "radio", name, value: "-", onchange: () => choose("choice", "-") });
  const el = h("div", { class: "hx-cib-issue", "data-key": issue.id, role: "group", "aria-labelledby": id },
    h("div", { class: "hx-cib-head" },
      h("span", { class: "hx-cib-h", id }, `${j + 1}. ${issue.short}`), chip, way,
      h("label", { class: "hx-cib-unknown" }, unknown, " je ne sais pas")),
    ...cells.map((one) => one.el));
  const show = (state, view) => {
    const { own, received, lead } = view.all[j];
    const most = Math.max(...received);
    const kind = kindOf(lead);
    el.className = `hx-cib-issue hx-${kind}`;
    chip.textContent = `${MARK[kind]} ${shortly(lead)}`;
    way.textContent = own === -1 ? "" : data.words.cases[state.choice[j] === state.observed[j] ? "accelerate" : "redirect"];
    unknown.checked = own === -1;
    cells.forEach(({ input, seen, value, best, el: cell }, k) => {
      const support = received[k];
      input.checked = own === k;
      seen.checked = issue.hypotheses[k].letter === state.observed[j];
      value.textContent = signed(support);
      cell.classList.toggle("hx-cib-best", support === most);
      best.textContent = support === most ? ", le meilleur soutien" : "";
    });
  };
  return { el, show };
}

/** The verdict stays in view, at the bottom or at the top, while one chooses or changes a score. */
function verdictPart(frame) {
  const title = h("p", { class: "hx-title", tabindex: -1 });
  const dots = h("span", { class: "hx-cib-dots", "aria-hidden": "true" });
  const share = h("span", { class: "hx-cib-share" });
  const el = h("div", { class: "hx-cib-verdict" }, dots, title, share, projector(frame));
  const show = (state, view) => {
    const [before, after] = view.title.split(spaced(state.choice));
    title.replaceChildren(before, h("span", { class: "hx-cib-code" }, spaced(state.choice)), after);
    el.className = `hx-cib-verdict hx-${view.open ? "open" : view.failing ? "fails" : view.tied ? "tied" : "holds"}`;
    dots.replaceChildren(...view.all.map(({ lead }) =>
      h("span", { class: `hx-cib-dot hx-${kindOf(lead)}` }, MARK[kindOf(lead)])));
    share.textContent = view.shareText && `tient dans ${view.shareText} des jeux de scores plausibles`;
  };
  return { el, show, focus: () => title.focus({ preventScroll: false }) };
}

/** Shows the board and its verdict alone, as large as the screen allows, for a meeting room. */
function projector(frame) {
  const button = pushButton("Projeter", () => (frame().classList.contains("hx-cib-stage") ? leave() : enter()), {
    class: "hx-button hx-cib-project", "aria-pressed": "false",
  });
  const staged = (/** @type {boolean} */ on) => {
    frame().classList.toggle("hx-cib-stage", on);
    button.textContent = on ? "Quitter la projection" : "Projeter";
    button.setAttribute("aria-pressed", String(on));
  };
  const escaped = (/** @type {any} */ event) => { if (event.key === "Escape") leave(); };
  const unfilled = () => { if (!document.fullscreenElement) leave(); };
  const enter = () => {
    staged(true);
    addEventListener("keydown", escaped);
    // the screen may be refused: the board then fills the window
    Promise.resolve(frame().requestFullscreen?.()).then(() => {
      document.addEventListener("fullscreenchange", unfilled);
    }, () => {});
  };
  const leave = () => {
    staged(false);
    removeEventListener("keydown", escaped);
    document.removeEventListener("fullscreenchange", unfilled);
    if (document.fullscreenElement) document.exitFullscreen();
    button.focus();
  };
  return button;
}

/** Reasons, and what to change. */
function whyPart({ data, set }, after, openScore) {
  const list = h("ul", { class: "hx-cib-list" });
  const reasons = h("details", { class: "hx-cib-fold", hidden: true },
    h("summary", null, h("span", { class: "hx-cib-h" }, "Pourquoi il ne tient pas")), list);
  const repairs = h("div");
  const apply = (code) => { set({ choice: code }); after(); };
  const textOf = (code, many) => (many > STORIES
    ? `${guillemets(hypothesisAt(data, 0, codesIn(data, code)[0]).title)}.` : storyOf(data, code));
  const show = (state, view) => {
    reasons.hidden = !view.reasons.length;
    list.replaceChildren(...view.reasons.map(({ opening, lines }) =>
      h("li", null, h("strong", null, opening), h("ul", null, ...lines.map(({ text, source, issue }) =>
        h("li", null, text, " ", pushButton("Voir ce jugement", () => openScore(source, issue), {
          class: "hx-cib-link", "aria-label": `Voir ce jugement${NBSP}: ${dotted(source)} sur ${data.issues.find(({ id }) => id === issue).short}`,
        })))))));
    const ways = view.fitting.length
      ? view.fitting.map((code) => ({ code, text: `${spaced(code)}${NBSP}: ${textOf(code, view.fitting.length)}` }))
      : view.repairs;
    repairs.replaceChildren(...(ways.length ? [
      h("h4", { class: "hx-cib-h" }, view.open && view.fitting.length ? "Futurs qui tiennent et contiennent vos réponses" : "Pour qu’il tienne, le moins de changements"),
      h("ul", { class: "hx-cib-list" }, ...ways.map(({ code, text }) =>
        h("li", null, text, " ", pushButton("Appliquer", () => apply(code), { "aria-label": `Appliquer${NBSP}: ${spaced(code)}` })))),
    ] : []));
  };
  return { el: h("div", { class: "hx-cib-why" }, repairs, reasons), show };
}

/** The story of each hypothesis, or their titles when none has one. */
function storyOf(data, code) {
  const all = codesIn(data, code).map((k, j) => hypothesisAt(data, j, k));
  return all.map(({ story }) => story).filter(Boolean).join(" ") || `${all.map(({ title }) => title).join(", ")}.`;
}

function builder({ data, set, current, notice, result, method, actions, openProject }) {
  const context = { data, set };
  const start = startPart(context);
  const groups = data.issues.map((issue, j) => issuePart(context, issue, j, current));
  const verdict = verdictPart(() => frame);
  const scores = scoresPart(context, current, openProject);
  const why = whyPart(context, () => verdict.focus(), scores.openAt);
  const plan = planPart(context);
  const folds = [
    plan,
    ...(data.criteria.length ? [profilePart(context)] : []),
    comparePart(context),
    ...(data.settings.some(({ reason }) => reason) ? [observedPart(context)] : []),
    scores,
    folded("Les enjeux et les hypothèses en clair", (body, state, view) =>
      body.replaceChildren(table(view), ...describedHypotheses(data))),
  ];
  const source = sourceLine(data, { sources: data.sources.map(({ id }) => id) });
  if (data.words.judged) source.append(`${data.sources.length ? ". " : ""}${data.words.judged}`);
  const most = Math.max(...data.issues.map(({ hypotheses }) => hypotheses.length));
  const columns = most <= WIDEST ? `hx-cib-${most}` : "hx-cib-many";
  const frame = h("section", { "aria-label": "Constructeur de scénarios", class: "hx-frame hx-cib" },
    notice, start.el,
    h("div", { class: `hx-cib-issues ${columns}` }, ...groups.map((part) => part.el)),
    verdict.el, result, why.el,
    ...folds.map((part) => part.el),
    method("Comment ce verdict est calculé"),
    source,
    actions("Tout réinitialiser"));
  const parts = [start, ...groups, verdict, why, ...folds];
  return { frame, show: (state, view) => parts.forEach((part) => part.show(state, view)) };
}

/** What each hypothesis says, for those that have more than a title. */
function describedHypotheses(data) {
  return data.issues.filter(({ hypotheses }) => hypotheses.some(({ description }) => description)).flatMap(
    ({ short, question, hypotheses }, j) => [
      h("h4", { class: "hx-cib-h" }, `${j + 1}. ${short}`),
      question ? h("p", { class: "hx-note" }, question) : null,
      h("ul", { class: "hx-cib-list" }, ...hypotheses.map((one) =>
        h("li", null, h("strong", null, `${dotted(one.id)} `), one.description))),
    ].filter((one) => one !== null));
}

function render(host) {
  const data = host.model.get("data");
  const built = (tools) => builder({ ...tools, openProject });
  /** Another project takes the place of the board: it has no address and no kernel behind it. */
  const openProject = (project) => {
    const other = projectData(data, project);
    stop();
    const state = firstState(other, host.model.get("state"));
    stop = living({ model: pageModel({ data: other, state }), el: host.el },
      { name: "scenarios", fields: [], summary: reading, build: built });
  };
  let stop = living(host, {
    name: "scenarios",
    fields: addressFields(data, data.fields),
    heed: (asked) => heedScores(data, asked),
    summary: reading,
    build: built,
  });
  return () => stop();
}

/** Everything that is said, for the tests that compare it with Python. */
export function everything(data, state) {
  const { model, all, reasons, repairs, fitting, codes, ...view } = reading(data, state);
  const plan = view.open ? null : planFor(data, state);
  return {
    ...view, readings: readingsSaid(data, state),
    plan: plan && planMarkdown(data, plan), rowsOfPlan: plan && planRows(data, plan).rows,
  };
}

export default { render };
