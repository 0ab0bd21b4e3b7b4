// Makes the answers of the search exact: numbers count, every word must be there, a word that the
// language itself uses (« constructor ») is a word like others, and a long question is bounded.
(function () {
  "use strict";
  const LONGEST_QUERY = 200;
  const LONGEST_SUMMARY = 220;
  const SCORES = { title: 15, term: 5, partOfTitle: 7, partOfTerm: 2 };

  let titles = new Map();
  let terms = new Map();
  const setIndex = Search.setIndex;
  Search.setIndex = (index) => {
    titles = new Map(Object.entries(index.titleterms));
    terms = new Map(Object.entries(index.terms));
    setIndex(index);
  };

  // a page opened from a folder may not read the others
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const performSearch = Search.performSearch;
  Search.performSearch = (query) => {
    const asked = query.slice(0, LONGEST_QUERY);
    if (asked !== query) {
      const said = document.createElement("p");
      said.textContent = `Votre question est très longue : seuls ses ${LONGEST_QUERY} premiers caractères sont cherchés.`;
      document.getElementById("search-results").append(said);
    }
    performSearch(asked);
  };

  Search._parseQuery = (query) => {
    const words = splitQuery(query.toLowerCase().trim()).filter((word) => !stopwords.includes(word));
    const stemmer = new Stemmer();
    const stems = new Set(words.map((word) => stemmer.stemWord(word)));
    localStorage.setItem("sphinx_highlight_terms", words.join(" "));
    return [query, stems, new Set(), new Set(words), new Set(words)];
  };

  /** Each page that holds a word, with the best of its scores. */
  const pagesWith = (word) => {
    const scores = new Map();
    const add = (pages, score) => {
      for (const page of [pages].flat()) scores.set(page, Math.max(score, scores.get(page) ?? 0));
    };
    const look = (held, whole, part) => {
      if (held.has(word)) add(held.get(word), whole);
      else if (word.length > 2 && !/^[0-9_]+$/.test(word)) {
        for (const [term, pages] of held) if (term.includes(word)) add(pages, part);
      }
    };
    look(titles, SCORES.title, SCORES.partOfTitle);
    look(terms, SCORES.term, SCORES.partOfTerm);
    return scores;
  };

  Search.performTermsSearch = (words) => {
    const { docnames, filenames, titles: names } = Search._index;
    const found = [...words].map(pagesWith);
    if (!found.length) return [];
    return [...found[0].keys()]
      .filter((page) => found.every((pages) => pages.has(page)))
      .map((page) => {
        const score = Math.max(...found.map((pages) => pages.get(page)));
        return [docnames[page], names[page], "", null, score, filenames[page]];
      });
  };

  // results quote the article only, at the first word found, accents aside
  const escaped = (word) => word.replace(/[^\p{L}\p{N}]/gu, "\\$&");
  const asWritten = (word) => new RegExp(
    /^[0-9_]+$/.test(word) ? [...word].map((c) => (c === "_" ? "[.,]" : c)).join("\\s?") : escaped(word));
  const folded = (text) => Array.from(text, (letter) => foldAccents(letter)[0] || letter).join("").toLowerCase();
  Search.makeSearchSummary = (page, words) => {
    const article = new DOMParser().parseFromString(page, "text/html").querySelector(".bd-article");
    if (!article) return document.createDocumentFragment();
    article.querySelectorAll("h1, .headerlink, .hb-tip, .hb-rows, script, style, .cell_input").forEach((node) => node.remove());
    const text = article.textContent.replace(/\s+/g, " ").trim();
    const plain = folded(text);
    const places = [...words].map((word) => plain.search(asWritten(word))).filter((place) => place >= 0);
    const first = Math.min(...places, text.length);
    const start = first < 60 || first === text.length ? 0 : text.indexOf(" ", first - 60) + 1;
    const end = start + LONGEST_SUMMARY;
    const summary = document.createElement("p");
    summary.className = "context";
    summary.textContent = `${start ? "… " : ""}${text.slice(start, end).trim()}${end < text.length ? " …" : ""}`;
    return summary;
  };
})();
