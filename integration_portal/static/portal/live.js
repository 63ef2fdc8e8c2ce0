/* Parts of a page that keep themselves fresh (docs/how-to/make-a-page-live.md): htmx asks and exchanges; this keeps
   focus, open details and scrolling as they were, says a new state, and says when the portal does not answer. */
(() => {
  const MOST_FAILURES = 20;
  const FOCUSABLE = "a, button, summary, input, select, [tabindex]";
  const failures = new Map();
  const before = new Map();

  const wordsOf = (element) => element.id || element.textContent.trim();
  const alike = (part, words, tag) =>
    [...part.querySelectorAll(FOCUSABLE)].filter((one) => one.tagName === tag && wordsOf(one) === words);

  function remember(part) {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    const named = [...part.querySelectorAll("[id]")];
    const anchor = named.find((one) => one.getClientRects().length && one.getBoundingClientRect().top >= 0);
    return {
      focus: focused && {
        words: wordsOf(focused),
        tag: focused.tagName,
        place: alike(part, wordsOf(focused), focused.tagName).indexOf(focused),
      },
      open: new Map(named.filter((one) => one.tagName === "DETAILS").map((one) => [one.id, one.open])),
      scrolled: named
        .filter((one) => one.scrollTop || one.scrollLeft)
        .map((one) => [one.id, one.scrollTop, one.scrollLeft]),
      anchor: anchor && { id: anchor.id, top: anchor.getBoundingClientRect().top },
      said: part.dataset.said,
    };
  }

  function restore(part, was) {
    for (const [id, open] of was.open) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    for (const [id, top, left] of was.scrolled) document.getElementById(id)?.scrollTo(left, top);
    const anchor = was.anchor && document.getElementById(was.anchor.id);
    if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - was.anchor.top);
    if (was.focus) {
      const found = alike(part, was.focus.words, was.focus.tag);
      (found[was.focus.place] || found[0] || part).focus({ preventScroll: true });
    }
    const status = document.getElementById(`${part.id}-said`);
    if (status && part.dataset.said !== was.said) status.textContent = part.dataset.said || "";
  }

  function failed(event) {
    const part = event.detail.elt;
    if (!part?.matches?.("[data-live]")) return;
    const count = (failures.get(part.id) || 0) + 1;
    failures.set(part.id, count);
    const lost = document.getElementById(`${part.id}-lost`);
    if (!lost) return;
    lost.hidden = false;
    lost.textContent = count < MOST_FAILURES ? lost.dataset.lost : lost.dataset.givenUp;
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = event.detail.elt;
    if (!part.matches("[data-live]")) return;
    // Nobody sees a hidden page; and one that was refused often enough has given up.
    if (document.hidden || failures.get(part.id) >= MOST_FAILURES) event.preventDefault();
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const part = event.detail.target;
    if (!part?.id || event.detail.failed) return;
    failures.delete(part.id);
    const lost = document.getElementById(`${part.id}-lost`);
    if (lost) lost.hidden = true;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target;
    if (event.detail.shouldSwap && part.matches("[data-live]")) before.set(part.id, remember(part));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, was] of before) {
      const part = document.getElementById(id);
      if (part) restore(part, was);
      before.delete(id);
    }
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
})();
