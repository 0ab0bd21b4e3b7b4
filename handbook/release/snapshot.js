/**
 * The article of the page shown, as still HTML that can stand beside those of the other pages:
 * its identifiers bear the page's name, its links lead inside the book or to a public address.
 *
 * @param {{name: string, pages: Record<string, string>}} about the page's name, and the names of
 *   the pages of the book by address
 * @returns {Promise<string>}
 */
async ({ name, pages }) => {
  window.dispatchEvent(new Event("beforeprint"));
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
  const article = /** @type {HTMLElement} */ (document.querySelector("article.bd-article"));
  // a view that is ready, or unfolded, draws once more at the width it finds on the next frame
  const frame = () => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); });
  for (let before = ""; before !== article.innerHTML;) {
    before = article.innerHTML;
    await frame();
  }
  // what is ticked or chosen is not written in HTML by itself
  article.querySelectorAll("option").forEach((option) => option.toggleAttribute("selected", option.selected));
  const shown = /** @type {HTMLElement} */ (article.cloneNode(true));
  shown.querySelectorAll(
    "script, dialog, .headerlink, .hb-tip, .hb-filter, .hb-rows, .hb-download, .hx-controls, .hx-control, .hx-actions, div.cell_input, button",
  ).forEach((node) => node.remove());

  const named = (id) => `${name}--${id}`;
  const lists = ["aria-labelledby", "aria-describedby", "aria-controls", "for", "headers"];
  const inBook = (address) => {
    const [page, anchor] = address.split("#");
    if (page in pages) return anchor ? `#${pages[page]}--${decodeURIComponent(anchor)}` : `#${pages[page]}`;
    return /^(https?|mailto):/.test(address) ? address : null;
  };
  for (const node of [shown, ...shown.querySelectorAll("*")]) {
    if (node.id) node.id = named(node.id);
    for (const list of lists) {
      const value = node.getAttribute(list);
      if (value) node.setAttribute(list, value.split(/\s+/).map(named).join(" "));
    }
    for (const { name: attribute, value } of [...node.attributes]) {
      if (value.includes("url(#")) node.setAttribute(attribute, value.replace(/url\(#/g, `url(#${name}--`));
    }
    if (node instanceof HTMLInputElement) {
      node.toggleAttribute("checked", node.checked);
      node.name = named(node.name);
    }
    if (node instanceof HTMLImageElement) node.src = new URL(node.getAttribute("src") ?? "", location.href).href;
    if (node instanceof SVGElement && node.getAttribute("href")?.startsWith("#")) {
      node.setAttribute("href", `#${named(node.getAttribute("href")?.slice(1))}`);
    }
    if (node instanceof HTMLAnchorElement && node.hasAttribute("href")) {
      const target = inBook(new URL(node.getAttribute("href") ?? "", location.href).href);
      if (target) node.setAttribute("href", target);
      else node.removeAttribute("href");
    }
  }
  return shown.innerHTML;
}
