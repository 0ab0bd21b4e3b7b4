// The note of a chapter: the question, the answer and its figure, what to remember, the limits, the
// sources, taken from the chapter itself.

import { h } from "../base/common.js";
import { NBSP } from "../base/french.js";
import { openNote } from "../base/note.js";

const SECTIONS = /** @type {const} */ ([
  ["la-question", "La question"], ["la-reponse", "La réponse"], ["limites", "Limites"], ["sources", "Sources"],
]);
const KEPT = ":scope > p, :scope > ul, :scope > ol, .text_markdown > *, figure.hb-picture, figure.hb-words, .admonition";
const LEFT = "script, button, .headerlink, .hb-tip, .hb-download, .hb-rows, .hb-narrow, .hb-more";

/**
 * A copy that repeats no identifier; drawings still find theirs in the chapter.
 * @param {Element} node
 */
function copied(node) {
  const copy = /** @type {Element} */ (node.cloneNode(true));
  copy.querySelectorAll(LEFT).forEach((inside) => inside.remove());
  [copy, ...copy.querySelectorAll("[id]")].forEach((inside) => inside.removeAttribute("id"));
  copy.querySelectorAll("a[aria-describedby]").forEach((link) => link.removeAttribute("aria-describedby"));
  return copy;
}

/** What a section keeps: its words and its first picture. @param {string} id */
function pieces(id) {
  const section = document.getElementById(id);
  const nodes = section ? [...section.querySelectorAll(KEPT)] : [];
  const outer = nodes.filter((node) => !nodes.some((other) => other !== node && other.contains(node)));
  const pictures = outer.filter((node) => node.matches("figure.hb-picture"));
  return outer.filter((node) => node === pictures[0] || !pictures.includes(node));
}

/** @param {HTMLElement} opener */
function open(opener) {
  const address = location.href.split("#")[0];
  openNote({
    title: document.querySelector("h1")?.firstChild?.textContent?.trim() ?? document.title,
    sections: SECTIONS.map(([id, name]) => [name, pieces(id).map(copied)]),
    back: [`Chapitre entier, données et calculs${NBSP}: `, h("a", { href: address }, address), "."],
    file: location.pathname.split("/").pop()?.replace(/\.html$/, "") || "chapitre",
    leave: "Revenir au chapitre",
    opener,
  });
}

/** @type {HTMLElement | null} */
const opener = document.querySelector(".hb-brief-open");
opener?.addEventListener("click", () => open(opener));
