/* Keys of the sheet. An addition: everything is reached with Tab as well.

   Cards: article[data-card] one below the other
     Alt+↓ Alt+↑        the first field of the next or previous card; after the last one [data-after] of the dock
   Table: table[data-rows] with a link .name in the head of each row
     ↓ ↑ Home End       the link of another row, while the focus is inside the table and not in a field

   It also keeps what stands around the cards true: [data-progress] names the address that says how far the area is.
*/
(function () {
  "use strict";

  /* Cards that the unit answers; those that others score have no form and are passed by. */
  const cards = () => Array.from(document.querySelectorAll("article[data-card]")).filter((card) => card.querySelector("form"));

  function field(card) {
    const usable = Array.from(card.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]"))
      .filter((element) => !element.disabled && element.getClientRects().length);
    return usable.find((element) => element.type === "radio" && element.checked) || usable[0] || null;
  }

  function enter(card) {
    const target = field(card) || card;
    if (target === card) card.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }

  /* The place of the card the person is in, -1 outside. */
  function here(list) {
    const own = document.activeElement && document.activeElement.closest("article[data-card]");
    return own ? list.indexOf(own) : -1;
  }

  function move(step) {
    const list = cards();
    const after = document.querySelector("[data-after]");
    const behind = after && after === document.activeElement;
    const place = behind ? list.length : here(list);
    if (place < 0) {
      const seen = list.findIndex((card) => card.getBoundingClientRect().bottom > 0);
      if (seen >= 0) enter(list[seen]);
      return;
    }
    const next = list[place + step];
    if (next) { enter(next); return; }
    if (step > 0 && after) after.focus();
  }

  function row(event) {
    const table = event.target.closest && event.target.closest("table[data-rows]");
    if (!table || ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName)) return;
    const links = Array.from(table.querySelectorAll("tbody th[scope=row] .name"));
    const line = event.target.closest("tr");
    const place = links.findIndex((link) => link.closest("tr") === line);
    const goal = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: links.length - 1 }[event.key];
    if (goal === undefined || !links[goal]) return;
    event.preventDefault();
    links[goal].focus();
    links[goal].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const arrow = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.altKey && arrow && cards().length) {
      event.preventDefault();
      move(arrow);
    } else if (!event.altKey) {
      row(event);
    }
  });

  /* After a save the server says anew how far the area is; saves in quick succession are one question. */
  let waiting = 0;

  function ask() {
    const lead = document.querySelector("[data-progress]");
    if (!lead || document.visibilityState === "hidden") return;
    fetch(lead.dataset.progress + window.location.search, { credentials: "same-origin" })
      .then((response) => (response.ok && !response.redirected ? response.text() : ""))
      .then((text) => {
        const fresh = new DOMParser().parseFromString(text, "text/html");
        for (const piece of fresh.querySelectorAll("#tien-do, #linh-vuc")) {
          const seat = document.getElementById(piece.id);
          if (!seat || seat.contains(document.activeElement)) continue; // never takes the focus away
          const open = seat.querySelector("details[open]");
          seat.replaceWith(document.importNode(piece, true));
          const folded = open && document.getElementById(piece.id).querySelector("details");
          if (folded) folded.open = true;
        }
      })
      .catch(() => { /* the next save asks again */ });
  }

  document.addEventListener("autosave:saved", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 1500);
  });
})();
