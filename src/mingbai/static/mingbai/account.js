/* The account sheet: Enter goes to the next amount, and what the server has taken is no longer kept in the tab. */
(function () {
  "use strict";
  const form = document.querySelector("form.acct-form");
  if (!form) return;
  const forget = () => sessionStorage.removeItem("mb-kept:" + location.pathname + "#" + form.dataset.keep);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".acct-amount")) return;
    event.preventDefault();
    const amounts = Array.from(form.querySelectorAll(".acct-amount"));
    const next = amounts[amounts.indexOf(event.target) + 1];
    if (next) {
      next.focus();
      next.select();
    } else event.target.blur();
  });
  form.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful && event.detail.elt === form) forget(); });
  form.addEventListener("submit", forget);
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id.startsWith("rows-")) event.detail.target.lastElementChild.querySelector(".acct-amount").focus();
  });
})();
