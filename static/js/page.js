/* Small additions to working pages; every one has a plain way beside it.

   [data-print]             a button that prints the page (hidden without script: class "js-only")
   [data-shortcuts]         a region whose single-letter keys work while the focus is inside it,
                            and not in a field; it takes the focus when the page opens
   [data-key-press="A"]     the thing a key presses: a radio is chosen, a link or button clicked
   .errsum                  takes the focus when the page opens with errors
*/
(function () {
  "use strict";

  document.documentElement.classList.add("js");

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });

  const typing = (element) =>
    element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT" ||
    (element.tagName === "INPUT" && !["radio", "checkbox", "button", "submit"].includes(element.type));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const region = event.target.closest("[data-shortcuts]");
    if (!region || event.key.length !== 1) return;
    const target = region.querySelector('[data-key-press="' + CSS.escape(event.key.toUpperCase()) + '"]');
    if (!target) return;
    event.preventDefault();
    target.focus();
    target.click();
  });

  const first = document.querySelector(".errsum") || document.querySelector("[data-shortcuts][tabindex]");
  if (first && !window.location.hash) first.focus({ preventScroll: !first.matches(".errsum") });
})();
