// What the theme's scripts leave undone: French labels, printing, tooltips, search shortcut.
(function () {
  "use strict";
  const root = document.documentElement;

  const nameMode = () => {
    const words = { light: "claire", dark: "sombre", auto: "automatique" };
    const label = `Apparence\u00a0: ${words[root.dataset.mode] || words.auto}`;
    document.querySelectorAll(".theme-switch-button").forEach((button) => {
      button.setAttribute("aria-label", label);
      button.title = label;
    });
  };
  nameMode();
  new MutationObserver(nameMode).observe(root, { attributes: true, attributeFilter: ["data-mode"] });

  // one switch for all the code of the page; the early script has set its state
  const codeSwitch = document.querySelector(".hb-code-switch");
  if (codeSwitch) {
    const press = () => {
      codeSwitch.setAttribute("aria-pressed", String(!root.classList.contains("hb-code-hidden")));
    };
    codeSwitch.addEventListener("click", () => {
      const hidden = root.classList.toggle("hb-code-hidden");
      press();
      try {
        localStorage.setItem("handbook-code", hidden ? "hidden" : "shown");
      } catch (error) {
        // storage refused by the browser: the choice holds for this page only
      }
    });
    press();
  }

  // the theme lets the keyboard scroll what is too wide, but measures nothing that was hidden then
  const reach = () => document.querySelectorAll("article pre").forEach((block) => {
    block.tabIndex = block.scrollWidth > block.clientWidth || block.scrollHeight > block.clientHeight ? 0 : -1;
  });
  codeSwitch?.addEventListener("click", reach);
  document.addEventListener("toggle", reach, true);

  document.querySelectorAll(".hb-print").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });
  // pictures are lazy: a page printed before it was read to the end must still show them all
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("img[loading=lazy]").forEach((image) => {
      image.loading = "eager";
    });
  });
  // what is folded on the screen is not on paper
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:is(.hb-folded, .hb-more, .hb-fold):not([open])")];
    unfolded.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    unfolded.forEach((details) => { details.open = false; });
  });
  // paper is white whatever the screen is
  let shown = null;
  window.addEventListener("beforeprint", () => {
    shown = root.dataset.theme;
    root.dataset.theme = "light";
  });
  window.addEventListener("afterprint", () => {
    if (shown) root.dataset.theme = shown;
  });

  const dialogs = { "pst-primary-sidebar-modal": "Sommaire du manuel", "pst-secondary-sidebar-modal": "Sur cette page" };
  for (const [id, label] of Object.entries(dialogs)) {
    const dialog = document.getElementById(id);
    if (!dialog) continue;
    dialog.setAttribute("aria-label", label);
    // the theme moves the menu in and out, and the focus is lost on the way: it goes back to the
    // button that opened it
    const button = document.querySelector(`.sidebar-toggle.${id.split("-")[1]}-toggle`);
    dialog.addEventListener("close", () => {
      setTimeout(() => {
        if (button && document.activeElement === document.body) button.focus();
      });
    });
  }

  let left = null; // what had the focus before the search
  // Escape dismisses an explanation without moving the pointer or the focus
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll(".hb-explained").forEach((term) => {
        if (term.matches(":hover, :focus-within")) term.classList.add("hb-dismissed");
      });
    }
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      const field = document.querySelector(".hb-search input");
      event.preventDefault();
      if (field && field.offsetParent !== null && field !== document.activeElement) {
        left = document.activeElement;
        field.focus();
      }
    }
    // Escape leaves the search for where the reader was
    if (event.key === "Escape" && left && event.target.closest?.(".hb-search")) {
      if (left === document.body) event.target.blur();
      else left.focus();
      left = null;
    }
  });
  ["mouseout", "focusout"].forEach((type) => {
    document.addEventListener(type, (event) => {
      event.target.closest?.(".hb-explained")?.classList.remove("hb-dismissed");
    });
  });

  // an explanation near the right edge opens towards the left
  const place = (event) => {
    const term = event.target.closest?.(".hb-explained");
    const tip = term?.querySelector(".hb-tip");
    if (!tip) return;
    const room = document.documentElement.clientWidth - 16;
    tip.style.setProperty("--hb-shift", "0px");
    const overflow = tip.getBoundingClientRect().right - room;
    if (overflow > 0) tip.style.setProperty("--hb-shift", `${-overflow}px`);
  };
  document.addEventListener("mouseover", place);
  document.addEventListener("focusin", place);

  // set by hand: the catalogue's own loader builds a function from text, which a strict policy forbids
  if (typeof Documentation !== "undefined") {
    Object.assign(Documentation.TRANSLATIONS, {
      "Search": "Recherche",
      "Search Results": "Résultats",
      "Searching": "Recherche en cours",
      "Preparing search...": "Préparation de la recherche…",
      "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
        "Aucune page ne contient tous ces mots. Vérifiez leur orthographe, ou essayez-en moins.",
      "Search finished, found ${resultCount} page(s) matching the search query.":
        "Nombre de résultats\u00a0: ${resultCount}.",
      ", in ": ", dans ",
      "Hide Search Matches": "Ne plus surligner les mots cherchés",
    });
  }

  // a question longer than an address may be still reaches the search page, which says it is cut
  document.querySelectorAll("form[role=search]").forEach((form) => {
    form.addEventListener("formdata", (event) => {
      event.formData.set("q", String(event.formData.get("q")).slice(0, 300));
    });
  });

  // a long page of entries: a field keeps what contains its words, and opens what holds it
  const bare = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  document.querySelectorAll("[data-hb-filter]").forEach((field) => {
    const page = field.closest("article, main, body");
    const status = field.closest("p").querySelector("[role=status]");
    const entries = [...page.querySelectorAll(".hb-group dt, .hb-group tbody tr")];
    const parts = (entry) => (entry.tagName === "DT" ? [entry, entry.nextElementSibling] : [entry]);
    const texts = entries.map((entry) => bare(parts(entry).map((part) => part.textContent).join(" ")));
    field.closest("p").hidden = false;
    field.addEventListener("input", () => {
      const words = bare(field.value).split(/\s+/).filter(Boolean);
      let kept = 0;
      entries.forEach((entry, rank) => {
        const holds = words.every((word) => texts[rank].includes(word));
        kept += holds;
        parts(entry).forEach((part) => { part.hidden = !holds; });
      });
      page.querySelectorAll(".hb-group").forEach((group) => {
        const any = group.querySelector("dt:not([hidden]), tbody tr:not([hidden])") !== null;
        group.hidden = !any;
        group.open = words.length > 0 && any;
      });
      status.textContent = words.length ? `${kept} sur ${entries.length}` : "";
    });
  });
  // a link to an entry opens the group that holds it
  const reveal = () => {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch (error) {
      // not a name that the pages write: it is looked for as it stands
    }
    const target = document.getElementById(name);
    const group = target?.closest("details");
    if (group && !group.open) {
      group.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
