// @ts-check
// Paints a figure of the page as a PNG: its title, its drawing, its sources, on white. The drawing
// is painted element by element with the page's own font, so that no image is loaded: the
// strictest policy allows it, and so does a page opened from a folder.
(function () {
  "use strict";
  const SCALE = 3;
  const MARGIN = 10;
  const INK = "#22252a";
  const MUTED = "#5c6169";
  const FAMILY = '"Source Sans 3", "Segoe UI", Arial, sans-serif';
  const INHERITED = ["fill", "stroke", "stroke-width", "fill-opacity", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset", "paint-order"];

  /** @typedef {Record<string, string>} Style */

  /**
   * The colour that an attribute gives where the page defines none: that of paper.
   * @param {string | undefined} value
   */
  const colour = (value) => (value ?? "none").match(/#[0-9a-f]{3,8}/i)?.[0] ?? (value ?? "none");

  /**
   * @param {Element} node
   * @param {Style} above
   * @returns {Style}
   */
  function styled(node, above) {
    const style = { ...above };
    for (const name of INHERITED) {
      const value = node.getAttribute(name);
      if (value !== null) style[name] = value;
    }
    return style;
  }

  /**
   * @param {Element} node
   * @param {string} name
   */
  const number = (node, name) => Number.parseFloat(node.getAttribute(name) ?? "0") || 0;

  /**
   * @param {SVGSVGElement} svg
   * @param {string | null} value
   */
  const named = (svg, value) => {
    const id = value?.match(/#([^")]+)/)?.[1];
    return id ? svg.querySelector(`[id="${id}"]`) : null;
  };

  /** @param {Element} node */
  function outline(node) {
    const path = new Path2D(node.tagName === "path" ? node.getAttribute("d") ?? "" : undefined);
    if (node.tagName === "rect") {
      path.rect(number(node, "x"), number(node, "y"), number(node, "width"), number(node, "height"));
    }
    return path;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {SVGSVGElement} svg
   * @param {Element} node
   */
  function enter(context, svg, node) {
    const matrix = node instanceof SVGGraphicsElement ? node.transform.baseVal.consolidate()?.matrix : null;
    if (matrix) context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    const clip = named(svg, node.getAttribute("clip-path"));
    if (clip?.firstElementChild) context.clip(outline(clip.firstElementChild));
    context.globalAlpha *= Number(node.getAttribute("opacity") ?? 1);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {SVGSVGElement} svg
   * @param {string} value
   * @returns {string | CanvasPattern | null}
   */
  function ink(context, svg, value) {
    if (!value.startsWith("url(")) return colour(value) === "none" ? null : colour(value);
    const pattern = named(svg, value);
    if (!pattern) return null;
    const tile = document.createElement("canvas");
    tile.width = number(pattern, "width") * SCALE;
    tile.height = number(pattern, "height") * SCALE;
    const inside = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
    inside.scale(SCALE, SCALE);
    [...pattern.children].forEach((child) => paint(inside, svg, child, {}));
    const made = context.createPattern(tile, "repeat");
    made?.setTransform(new DOMMatrix().scale(1 / SCALE));
    return made;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {SVGSVGElement} svg
   * @param {Path2D} path
   * @param {Style} style
   */
  function draw(context, svg, path, style) {
    const alpha = context.globalAlpha;
    const filled = ink(context, svg, style.fill ?? "#000000");
    if (filled) {
      context.globalAlpha = alpha * Number(style["fill-opacity"] ?? 1);
      context.fillStyle = filled;
      context.fill(path);
    }
    const stroked = ink(context, svg, style.stroke ?? "none");
    if (stroked) {
      context.globalAlpha = alpha * Number(style["stroke-opacity"] ?? 1);
      line(context, style, stroked);
      context.stroke(path);
    }
    context.globalAlpha = alpha;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Style} style
   * @param {string | CanvasPattern} stroke
   */
  function line(context, style, stroke) {
    context.strokeStyle = stroke;
    context.lineWidth = Number.parseFloat(style["stroke-width"] ?? "1");
    context.lineCap = /** @type {CanvasLineCap} */ (style["stroke-linecap"] ?? "butt");
    context.lineJoin = /** @type {CanvasLineJoin} */ (style["stroke-linejoin"] ?? "miter");
    const dashes = (style["stroke-dasharray"] ?? "none").match(/[\d.]+/g) ?? [];
    context.setLineDash(dashes.map(Number));
    context.lineDashOffset = Number.parseFloat(style["stroke-dashoffset"] ?? "0");
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Element} node
   * @param {Style} style
   */
  function write(context, node, style) {
    const anchors = { middle: "center", end: "right" };
    const size = Number.parseFloat(node.getAttribute("font-size") ?? "10");
    context.font = `${node.getAttribute("font-style") ?? "normal"} ${node.getAttribute("font-weight") ?? 400} ${size}px ${FAMILY}`;
    context.textAlign = /** @type {CanvasTextAlign} */ (anchors[node.getAttribute("text-anchor") ?? ""] ?? "left");
    const place = /** @type {const} */ ([(node.textContent ?? "").trim(), number(node, "x"), number(node, "y")]);
    if (style.stroke && colour(style.stroke) !== "none") {
      line(context, { ...style, "stroke-linejoin": "round" }, "#ffffff");
      context.strokeText(...place);
    }
    context.fillStyle = colour(style.fill ?? "#000000");
    context.fillText(...place);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {SVGSVGElement} svg
   * @param {Element} node
   * @param {Style} above
   */
  function paint(context, svg, node, above) {
    if (["defs", "clipPath", "pattern"].includes(node.tagName)) return;
    const style = styled(node, above);
    context.save();
    enter(context, svg, node);
    if (node.tagName === "text") write(context, node, style);
    else if (node.tagName === "path" || node.tagName === "rect") draw(context, svg, outline(node), style);
    else if (node.tagName === "use") {
      const used = named(svg, node.getAttribute("href"));
      context.translate(number(node, "x"), number(node, "y"));
      if (used) draw(context, svg, outline(used), styled(used, style));
    }
    [...node.children].forEach((child) => paint(context, svg, child, style));
    context.restore();
  }

  /**
   * Cut a text into lines no wider than `width`.
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {number} width
   */
  function lines(context, text, width) {
    /** @type {string[]} */
    const cut = [];
    for (const word of text.split(/[ \n]+/).filter(Boolean)) {
      const longer = cut.length ? `${cut[cut.length - 1]} ${word}` : word;
      if (cut.length && context.measureText(longer).width <= width) cut[cut.length - 1] = longer;
      else cut.push(word);
    }
    return cut;
  }

  /**
   * @param {HTMLElement} figure
   * @returns {HTMLCanvasElement}
   */
  function painted(figure) {
    const svg = /** @type {SVGSVGElement} */ (figure.querySelector(".hb-wide svg"));
    const { width, height } = svg.viewBox.baseVal;
    const canvas = document.createElement("canvas");
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @param {string} selector */
    const said = (selector) => (figure.querySelector(selector)?.textContent ?? "").trim();
    const cited = [...figure.querySelectorAll(".hb-source-list")].map((list) => list.textContent).join("\u202f; ");
    const texts = [
      { text: said(".hb-title"), font: `700 13px ${FAMILY}`, step: 17, fill: INK, above: true },
      { text: said(".hb-subtitle"), font: `400 10px ${FAMILY}`, step: 14, fill: MUTED, above: true },
      { text: cited, font: `400 9px ${FAMILY}`, step: 12, fill: MUTED, above: false },
    ].map((block) => {
      context.font = block.font;
      return { ...block, cut: lines(context, block.text, width) };
    });
    /** @param {boolean} above */
    const tall = (above) => texts.filter((block) => block.above === above)
      .reduce((sum, block) => sum + block.cut.length * block.step, 0);
    const top = MARGIN + tall(true) + 4;
    canvas.width = Math.round((width + 2 * MARGIN) * SCALE);
    canvas.height = Math.round((top + height + 4 + tall(false) + MARGIN) * SCALE);
    context.scale(SCALE, SCALE);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    let y = MARGIN;
    for (const block of texts) {
      if (!block.above) y = top + height + 4;
      context.font = block.font;
      context.fillStyle = block.fill;
      for (const cut of block.cut) {
        y += block.step;
        context.fillText(cut, MARGIN, y - block.step * 0.28);
      }
    }
    context.translate(MARGIN, top);
    [...svg.children].forEach((child) => paint(context, svg, child, {}));
    return canvas;
  }

  document.querySelectorAll("button.hb-png").forEach((button) => {
    button.addEventListener("click", async () => {
      await Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 12px "Source Sans 3"`)));
      const canvas = painted(/** @type {HTMLElement} */ (button.closest("figure")));
      canvas.toBlob((blob) => {
        if (!blob) return;
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = /** @type {HTMLElement} */ (button).dataset.file ?? "figure.png";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      }, "image/png");
    });
  });
})();
