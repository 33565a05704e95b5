/* Dialogs, menus, and forms that are sent once and do not lose what was typed. Plain scripts: no inline code, no eval. */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const KEPT = "mb-kept:";

  /* A button with data-dialog="#id" opens that dialog; data-close closes the one it stands in. */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.querySelector(opener.dataset.dialog);
      if (dialog) dialog.showModal();
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of all(".mb-menu[open], .mb-more[open]")) {
      if (!menu.contains(event.target) || opener) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all(".mb-menu[open], .mb-more[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* A change in a field with data-autosubmit sends its form: filters of a list. */
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit], [data-autosubmit] select")) event.target.form.requestSubmit();
  });

  /* An empty filter is left out of the address. */
  function dropEmpty(form) {
    for (const field of all("input, select", form)) if (field.name && !field.value) field.disabled = true;
  }

  /* A form is sent once. data-again: a form that may be sent again, as for a download. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.matches(".mb-filters")) dropEmpty(form);
    if (form.method !== "post" || "again" in form.dataset || form.matches("[hx-post], [hx-put], [hx-delete]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    if ("keep" in form.dataset) sessionStorage.setItem(keyOf(form) + ":sent", "1");
    // After the browser has gathered the fields: a disabled button's own name would be lost.
    setTimeout(() => all("button:not([type=button])", form).forEach((button) => {
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
    }), 0);
  });
  /* Back to the page through the browser's history: everything can be used again. */
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      all("button[aria-busy]", form).forEach((button) => {
        button.removeAttribute("aria-busy");
        button.disabled = false;
      });
    }
    all(".mb-filters :disabled").forEach((field) => { field.disabled = false; });
  });

  /* A form with data-keep="name" keeps what is typed in this tab until it has been taken by the server. */
  const keyOf = (form) => KEPT + location.pathname + "#" + form.dataset.keep;
  const keepable = (field) => field.name && !field.closest("[data-secret]") &&
    !["hidden", "password", "file", "submit", "button"].includes(field.type);
  const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);

  function read(form) {
    const values = {};
    for (const field of Array.from(form.elements).filter(keepable)) {
      const name = ["checkbox", "radio"].includes(field.type) ? field.name + "=" + field.value : field.name;
      values[name] = valueOf(field);
    }
    return values;
  }

  function write(form, values) {
    let changed = false;
    for (const field of Array.from(form.elements).filter(keepable)) {
      const choice = ["checkbox", "radio"].includes(field.type);
      const name = choice ? field.name + "=" + field.value : field.name;
      if (!(name in values) || values[name] === valueOf(field)) continue;
      if (choice) field.checked = values[name];
      else field.value = values[name];
      field.dispatchEvent(new Event("input", { bubbles: true }));
      changed = true;
    }
    return changed;
  }

  function notice(form, before) {
    const template = document.getElementById("mb-kept");
    if (!template) return;
    const note = template.content.firstElementChild.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(keyOf(form));
      write(form, before);
      note.remove();
    });
    form.parentNode.insertBefore(note, form);
  }

  function keep(form) {
    const key = keyOf(form);
    const stored = sessionStorage.getItem(key);
    if (stored) {
      const before = read(form);
      if (write(form, JSON.parse(stored))) notice(form, before);
    }
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => sessionStorage.setItem(key, JSON.stringify(read(form))), 300);
    });
    // Typed a moment ago and sent at once: kept now, not after it has been taken.
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      sessionStorage.setItem(key, JSON.stringify(read(form)));
    });
    form.addEventListener("reset", () => sessionStorage.removeItem(key));
  }

  /* What was sent and not refused is forgotten; what was refused stays. */
  function forgetTaken() {
    const refused = document.querySelector("[data-level=error], [data-level=warning], .errorlist, .mb-fault, [data-focus]");
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT) && name.endsWith(":sent"))) {
      sessionStorage.removeItem(key);
      if (!refused) sessionStorage.removeItem(key.slice(0, -5));
    }
  }

  /* A request by htmx that failed says so; nothing fails in silence. */
  function say(id) {
    const box = document.getElementById("messages");
    const template = document.getElementById(id);
    if (!box || !template) return;
    box.replaceChildren(template.content.cloneNode(true));
    box.scrollIntoView({ block: "center" });
  }
  // Asking how far a job is fails quietly: the next question comes two seconds later.
  const polled = (event) => event.target.closest && event.target.closest(".mb-progress");
  document.addEventListener("htmx:sendError", (event) => polled(event) || say("mb-lost"));
  document.addEventListener("htmx:responseError", (event) => polled(event) || say("mb-failed"));

  /* On a phone the filters of a list wait behind a button, unless one of them is at work (the style sheet hides them). */
  function fold(form) {
    const template = document.getElementById("mb-unfold");
    const asked = new URLSearchParams(location.search);
    const names = all("select, input:not([type=hidden])", form).map((field) => field.name);
    if (!template || all("select", form).length < 2 || names.some((name) => asked.get(name))) return;
    const button = template.content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", String(!form.classList.toggle("is-folded")));
    });
    form.classList.add("is-folded");
    form.before(button);
  }

  forgetTaken();
  all("form.mb-filters[method=get]").forEach(fold);
  all("form[data-keep]").forEach(keep);
  const fault = document.querySelector("[data-focus]");
  if (fault) fault.focus();
})();
