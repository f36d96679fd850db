/* The desk of the appraisers, as an addition: without it everything is visible and works.

   form[data-desk]            the decision; [data-verdict="correct"] shows only while that way is chosen
   typing into such a part    chooses its way
   Ctrl+Enter                 writes the decision from anywhere in the form
*/
(function () {
  "use strict";

  const form = document.querySelector("form[data-desk]");
  if (!form) return;
  const parts = [...form.querySelectorAll("[data-verdict]")];

  const chosen = () => (form.querySelector('input[name="verdict"]:checked') || {}).value;
  const show = () => parts.forEach((part) => { part.hidden = part.dataset.verdict !== chosen(); });

  form.addEventListener("change", (event) => {
    if (event.target.name === "verdict") {
      show();
      return;
    }
    const part = event.target.closest("[data-verdict]");
    const radio = part && form.querySelector('input[name="verdict"][value="' + part.dataset.verdict + '"]');
    if (radio && !radio.checked) {
      radio.checked = true;
      show();
    }
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  show();
})();
