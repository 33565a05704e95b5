/* Tables by keyboard, and rows picked for a batch. A table with data-keys: j and k (or the arrows) move, Enter opens
   the row's first link, x picks it; anywhere: / goes to the search, ? shows the keys. */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const typing = (target) => target.closest("input, select, textarea, [contenteditable], dialog");
  const rowsOf = () => all("table[data-keys] tbody tr").filter((row) => row.querySelector("a, input"));

  function go(step) {
    const rows = rowsOf();
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement.closest("table[data-keys] tbody tr"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + step))];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => go(1),
    k: () => go(-1),
    x: (row) => row && row.querySelector("[data-pick]") && row.querySelector("[data-pick]").click(),
    "/": () => document.getElementById("search") && document.getElementById("search").focus(),
    "?": () => document.getElementById("keys-help").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const row = event.target.closest("table[data-keys] tbody tr");
    if (row && event.target === row) {
      if (event.key === "Enter") {
        const link = row.querySelector("a[data-open]") || row.querySelector("a");
        if (link) link.click();
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        go(event.key === "ArrowDown" ? 1 : -1);
        return;
      }
    }
    if (!Object.prototype.hasOwnProperty.call(keys, event.key)) return;
    event.preventDefault();
    keys[event.key](row);
  });

  /* A form with data-batch: boxes with data-pick, one box with data-pick-all, and a bar that shows how many. */
  function count(form) {
    const picked = all("[data-pick]:checked", form);
    const boxes = all("[data-pick]", form);
    for (const box of boxes) box.closest("tr, li").classList.toggle("is-picked", box.checked);
    const every = form.querySelector("[data-pick-all]");
    if (every) {
      every.checked = boxes.length > 0 && picked.length === boxes.length;
      every.indeterminate = picked.length > 0 && picked.length < boxes.length;
    }
    const bar = form.querySelector(".mb-batch");
    if (bar) bar.hidden = picked.length === 0;
    all("[data-picked]", form).forEach((place) => { place.textContent = String(picked.length); });
  }
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-batch] [data-pick]");
    if (!box) return;
    const form = box.closest("[data-batch]");
    const boxes = all("[data-pick]", form);
    // With shift, everything between this box and the one before follows it.
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-batch]");
    if (!form) return;
    if (event.target.matches("[data-pick-all]")) {
      all("[data-pick]", form).forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-pick], [data-pick-all]")) count(form);
  });
  window.addEventListener("pageshow", () => all("[data-batch]").forEach(count));
  document.addEventListener("htmx:afterSwap", () => all("[data-batch]").forEach(count));
})();
