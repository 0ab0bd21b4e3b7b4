// The note of two pages, the same for a chapter and for a view: a title, sections, the way back; on
// paper, or as Markdown. Nothing is written inline, so that it works under a strict policy.

import { download, h, pushButton, reachable, uniqueId } from "./common.js";
import { NBSP } from "./french.js";

/**
 * @typedef {object} Note
 * @property {string} title
 * @property {[string, Node[]][]} sections a heading, and what stands under it; without any, left out
 * @property {(string | Node)[]} back the way back, in words
 * @property {string} file name of the Markdown file, without its end
 * @property {string} leave what the button that closes it says
 * @property {HTMLElement | null} opener what opened it, and has the focus again when it closes
 */

const SHOWN = "hb-brief-shown";
let close = () => {};

const edition = () => (document.querySelector(".hb-edition")?.textContent ?? "").replace(/\s+/g, " ").trim();

/**
 * Shows a note in the place of the article; over the whole page where there is none (a notebook).
 * @param {Note} spec
 */
export function openNote({ title, sections, back, file, leave, opener }) {
  close();
  const article = document.querySelector("article.bd-article");
  const before = scrollY;
  const heading = h("h1", { id: uniqueId(), tabindex: "-1" }, title);
  const save = () => download(`${file}-note.md`, markdown(note), "text/markdown");
  const note = h("section", { class: "hb-brief bd-article", lang: "fr", "aria-labelledby": heading.id },
    h("div", { class: "hb-brief-tools hx-explorer" },
      pushButton("Imprimer", () => print()), pushButton("Télécharger (Markdown)", save), pushButton(leave, () => close())),
    heading,
    ...sections.flatMap(([name, nodes]) => (nodes.length ? [h("h2", null, name), ...nodes] : [])),
    h("p", { class: "hb-brief-back" }, ...back, ...(edition() ? [" ", edition()] : [])));
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") close();
  };
  close = () => {
    close = () => {};
    document.removeEventListener("keydown", escape);
    document.documentElement.classList.remove(SHOWN);
    note.remove();
    scrollTo(0, before);
    opener?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", escape);
  document.documentElement.classList.add(SHOWN);
  if (article) article.after(note);
  else {
    note.classList.add("hb-brief-over");
    document.body.append(note);
  }
  reachable(note);
  scrollTo(0, 0);
  heading.focus({ preventScroll: true });
}

/** The text of a node, with its links and its marks. @param {Node} node @returns {string} */
function words(node) {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/[ \n\t]+/g, " ").replace(/([*_`[\]<\\])/g, "\\$1");
  if (!(node instanceof Element)) return "";
  const inside = [...node.childNodes].map(words).join("");
  if (node.matches("strong, b") && inside.trim()) return `**${inside.trim()}**`;
  if (node.matches("em, i") && inside.trim()) return `*${inside.trim()}*`;
  if (node.matches(".hb-badge, .hx-status")) return `[${inside.trim()}]`;
  if (node instanceof HTMLAnchorElement && node.href) return `[${inside.trim()}](${node.href})`;
  return inside;
}

/** @param {Element} table @returns {string} */
function grid(table) {
  const rows = [...table.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => words(cell).trim().replaceAll("|", "\\|")));
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const name = table.querySelector("caption")?.textContent?.trim();
  return [...(name ? [`**${name}**`, ""] : []), line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line), "", ""].join("\n");
}

/** One block of the note, and the blank line after it. @param {Element} node @returns {string} */
function block(node) {
  const text = () => words(node).trim();
  if (node.matches(".hb-brief-tools, .hx-phone")) return "";
  if (node.matches("[role=img]")) return `> Figure${NBSP}: ${node.getAttribute("aria-label") ?? ""}\n\n`;
  if (node.matches("svg, .hx-legends")) return "";
  if (node.matches("h1")) return `# ${text()}\n\n`;
  if (node.matches("h2")) return `## ${text()}\n\n`;
  if (node.matches("ul, ol")) return `${[...node.children].map((item) => `- ${words(item).trim()}`).join("\n")}\n\n`;
  if (node.matches("table")) return grid(node);
  if (node.matches(".hb-title, .admonition-title")) return `**${text()}**\n\n`;
  if (node.matches("p")) return text() ? `${text()}\n\n` : "";
  return [...node.children].map(block).join("");
}

/** The note as Markdown. @param {Element} note */
export const markdown = (note) => `${[...note.children].map(block).join("").trim()}\n`;
