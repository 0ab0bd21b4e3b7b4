// @ts-check
// The note of two pages: the question, the answer and its figure, what to remember, the limits, the
// sources and the way back, taken from the chapter itself; to print, or to download as Markdown.
(function () {
  "use strict";
  const SECTIONS = /** @type {const} */ ([
    ["la-question", "La question"], ["la-reponse", "La réponse"], ["limites", "Limites"], ["sources", "Sources"],
  ]);
  const KEPT = ":scope > p, :scope > ul, :scope > ol, .text_markdown > *, figure.hb-picture, figure.hb-words, .admonition";
  const LEFT = "script, button, .headerlink, .hb-tip, .hb-download, .hb-rows, .hb-narrow, .hb-more";
  const root = document.documentElement;
  const article = document.querySelector("article.bd-article");
  const opener = /** @type {HTMLElement | null} */ (document.querySelector(".hb-brief-open"));
  if (!article || !opener) return;

  /**
   * @param {string} tag
   * @param {string} [text]
   * @param {string} [classes]
   */
  function element(tag, text = "", classes = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = classes;
    return made;
  }

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

  /** @param {string} id */
  function pieces(id) {
    const section = document.getElementById(id);
    const nodes = section ? [...section.querySelectorAll(KEPT)] : [];
    const outer = nodes.filter((node) => !nodes.some((other) => other !== node && other.contains(node)));
    const pictures = outer.filter((node) => node.matches("figure.hb-picture"));
    return outer.filter((node) => node === pictures[0] || !pictures.includes(node));
  }

  const address = () => location.href.split("#")[0];
  const title = () => document.querySelector("h1")?.firstChild?.textContent?.trim() ?? document.title;
  const edition = () => (document.querySelector(".hb-edition")?.textContent ?? "").replace(/\s+/g, " ").trim();

  function made() {
    const note = element("section", "", "hb-brief bd-article");
    note.setAttribute("aria-labelledby", "hb-brief-title");
    const heading = element("h1", title());
    heading.id = "hb-brief-title";
    heading.tabIndex = -1;
    note.append(tools(), heading);
    for (const [id, name] of SECTIONS) {
      const held = pieces(id);
      if (held.length) note.append(element("h2", name), ...held.map(copied));
    }
    const back = element("p", "Chapitre entier, données et calculs\u00a0: ", "hb-brief-back");
    const link = document.createElement("a");
    link.href = address();
    link.textContent = address();
    back.append(link, `. ${edition()}`);
    note.append(back);
    return note;
  }

  function tools() {
    const bar = element("p", "", "hb-brief-tools d-print-none");
    /** @type {[string, () => void][]} */
    const actions = [["Imprimer", () => window.print()], ["Télécharger (Markdown)", download], ["Revenir au chapitre", close]];
    for (const [name, act] of actions) {
      const button = element("button", name, "btn btn-sm hb-tool hb-worded");
      button.setAttribute("type", "button");
      button.addEventListener("click", act);
      bar.append(button);
    }
    return bar;
  }

  /** @type {HTMLElement | null} */
  let note = null;
  function open() {
    note ??= made();
    article?.after(note);
    root.classList.add("hb-brief-shown");
    window.scrollTo(0, 0);
    note.querySelector("h1")?.focus({ preventScroll: true });
  }
  function close() {
    root.classList.remove("hb-brief-shown");
    note?.remove();
    note = null;
    opener?.focus();
  }

  /**
   * @param {Node} node
   * @returns {string}
   */
  function words(node) {
    if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? "").replace(/[ \n\t]+/g, " ").replace(/([*_`[\]])/g, "\\$1");
    if (!(node instanceof Element)) return "";
    const inside = [...node.childNodes].map(words).join("");
    if (node.matches("strong, b") && inside.trim()) return `**${inside.trim()}**`;
    if (node.matches("em, i") && inside.trim()) return `*${inside.trim()}*`;
    if (node.matches(".hb-badge")) return `[${inside.trim()}]`;
    if (node instanceof HTMLAnchorElement && node.href) return `[${inside.trim()}](${node.href})`;
    return inside;
  }

  /**
   * @param {Element} node
   * @returns {string}
   */
  function block(node) {
    if (node.matches(".d-print-none, svg")) return "";
    if (node.matches("h1")) return `# ${words(node).trim()}\n\n`;
    if (node.matches("h2")) return `## ${words(node).trim()}\n\n`;
    if (node.matches("ul, ol")) return `${[...node.children].map((item) => `- ${words(item).trim()}`).join("\n")}\n\n`;
    if (node.matches("[role=img]")) return `> Figure\u00a0: ${node.getAttribute("aria-label") ?? ""}\n\n`;
    if (node.matches(".hb-title, .admonition-title")) return `**${words(node).trim()}**\n\n`;
    if (node.matches("p")) return words(node).trim() ? `${words(node).trim()}\n\n` : "";
    return [...node.children].map(block).join("");
  }

  function download() {
    const text = [...(note?.children ?? [])].map(block).join("").trim();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/markdown;charset=utf-8" }));
    link.download = `${location.pathname.split("/").pop()?.replace(/\.html$/, "") || "note"}-note.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && note) close();
  });
})();
