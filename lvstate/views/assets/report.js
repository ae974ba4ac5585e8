
"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const KEY = "lvstate-theme";

  const theme = byId("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const label = () => { theme.textContent = shown() === "dark" ? "Light" : "Dark"; };
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
  theme.hidden = false;
  label();
  dark.addEventListener("change", label);
  theme.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, root.dataset.theme); } catch { /* a file may not remember */ }
    label();
  });

  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });

  const toolbar = byId("toolbar");
  if (!toolbar) return;
  toolbar.hidden = false;
  const search = byId("search"), count = byId("count"), reset = byId("reset");
  const boxes = [...toolbar.querySelectorAll("[data-filter]")];
  const cards = [...document.querySelectorAll("article.c")];
  const places = [...document.querySelectorAll("section.kind")].map((place) => ({
    place, cards: [...place.querySelectorAll("article.c")],
  }));
  const number = new Intl.NumberFormat("en");
  let texts = null;

  const apply = () => {
    // Read once and when first needed; the words a card shows are all that a search looks at.
    texts ??= cards.map((card) => card.textContent.toLowerCase());
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = boxes.filter((box) => !box.checked);
    let left = 0;
    cards.forEach((card, place) => {
      const hide = off.some((box) => card.dataset[box.dataset.filter] === box.value)
        || !words.every((word) => texts[place].includes(word));
      if (card.hidden !== hide) card.hidden = hide;
      if (!hide) left += 1;
    });
    for (const { place, cards: some } of places) place.hidden = some.every((card) => card.hidden);
    const all = left === cards.length;
    const total = `${number.format(cards.length)} ${cards.length === 1 ? "item" : "items"}`;
    count.textContent = all ? total : `${number.format(left)} of ${total}`;
    reset.hidden = all && !words.length && !off.length;
  };
  const clear = () => {
    search.value = "";
    for (const box of boxes) box.checked = true;
    apply();
  };
  search.addEventListener("input", apply);
  toolbar.addEventListener("change", apply);
  reset.addEventListener("click", () => { clear(); search.focus(); });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) clear();
  });

  // A link to a card that a filter hides shows it.
  const arrive = () => {
    const card = byId(location.hash.slice(1));
    if (card?.hidden) { clear(); card.scrollIntoView(); }
  };
  addEventListener("hashchange", arrive);
  apply();
  arrive();
})();
