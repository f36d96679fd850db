/* Saves each component card of a sheet by itself. An addition: without it every card is an
   ordinary form with its own button, answered by a redirect.

   THE CONTRACT

   Page
     <body data-user="7">                 drafts belong to this account
     components/autosave_lines.html       the words and notes shown here (work_base.html has it)
     [data-autosave-summary]              optional, one per page: how many cards are unsaved

   Card                                   components/answer_card.html is one
     <article id="c1-1-3" data-card>      the fragment of an answer replaces it, by its id
       <form method="post" action="…" data-autosave data-key="12:1.1.3">
         data-key                         names the draft: unique on the site, stable over reloads
         data-autosave="manual"           sent only by its own button (a choice between two versions)
         input[name=version]              the version the page was made from; always sent
         [data-together]                  a group sent only when all or none of its inputs are filled, and
                                          only once focus has left it: 18 on its way to 180 is no answer
         [data-save-line]                 the line of state; replaced by a copy of a template
         [data-part="name"]               a piece that may be refreshed while the person types on
     [data-keep]                      a last child of the card that never changes (last year): the answer may leave it out
         input[type=file]                 never sent from here: uploads have their own form

   Request   POST to the form's action, the form's fields, header X-Autosave: 1, or "parts" when the card
             may stay and needs only the version and its pieces: it shows no error, no choice, no request
   Answers   an HTML fragment whose first element with data-card is the new card. Further
             elements with an id replace those of the page (counts in the rail, totals).
     200     saved; the card holds the new version and "Đã lưu 14:03". With data-parts it holds the
             version and pieces alone, and the card of the page stays under the person's fingers
     409     somebody else saved first; the card shows both versions (components/conflict_card.html)
     422     not acceptable; the card holds what was typed, with its errors
     403, or a redirect to the login page
             the session ended or the form went stale: a fresh token is fetched from this page's
             own address and the form sent again; if that is a login page, a note asks to log in, and
             its link ([data-login]) leads back to the field, where the draft is put back and sent
     400, 404, 410, 413, other 4xx
             refused: the text stays, nothing is retried by itself
     5xx, 429, no answer within 20 s, no network
             retried after 2, 5, 10, 20, then every 30 s, when the network returns, and by button

   Text is kept in sessionStorage under autosave:<user>:<key> from the first keystroke until the
   answer 200, restored after a reload with the version it was made from (so a change made
   meanwhile is noticed), and cleared on logout ([data-logout]) or for another account.
   Leaving the page with unsaved text asks first. Events on the card, bubbling:
   autosave:saved, autosave:failed, autosave:conflict, each with detail.key.
*/
(function () {
  "use strict";

  const DELAYS = [2, 5, 10, 20, 30];
  const TIMEOUT = 20000;
  const IDLE = 3000;
  const CLICK = 300; // between pressing on a label, which takes the focus away, and the label giving it back
  const user = document.body.dataset.user || "";
  const states = new Map(); // key → state of the card
  let held = null; // where the pointer went down last
  let renewing = false; // this page reloads itself: what is unsaved lies in its drafts

  if (!user || !window.fetch || !window.DOMParser) return;

  // --- drafts ---------------------------------------------------------------------------------

  const draftName = (key) => "autosave:" + user + ":" + key;

  function storage(action) {
    try { return action(window.sessionStorage); } catch (error) { return null; } // full or forbidden
  }

  function purgeDrafts(keepOwn) {
    storage((store) => {
      for (const name of Object.keys(store)) {
        if (name.startsWith("autosave:") && !(keepOwn && name.startsWith("autosave:" + user + ":"))) store.removeItem(name);
      }
    });
  }

  function fieldsOf(form) {
    const fields = [];
    for (const element of form.elements) {
      if (!element.name || element.disabled || element.type === "file" || element.name === "csrfmiddlewaretoken") continue;
      if ((element.type === "radio" || element.type === "checkbox") && !element.checked) continue;
      if (element.type === "submit" || element.type === "button") continue;
      fields.push([element.name, element.value]);
    }
    return fields;
  }

  const picture = (form) => JSON.stringify(fieldsOf(form));

  function keepDraft(form) {
    storage((store) => store.setItem(draftName(form.dataset.key), picture(form)));
  }

  function putBack(form, fields) {
    const left = fields.slice();
    const take = (name, value) => {
      const at = left.findIndex((pair) => pair[0] === name && (value === undefined || pair[1] === value));
      return at < 0 ? undefined : left.splice(at, 1)[0][1];
    };
    for (const element of form.elements) {
      if (!element.name || element.type === "file" || element.name === "csrfmiddlewaretoken") continue;
      if (element.type === "radio" || element.type === "checkbox") {
        element.checked = take(element.name, element.value) !== undefined;
      } else if (element.type !== "submit" && element.type !== "button") {
        const value = take(element.name);
        if (value !== undefined) element.value = value;
        const folded = value && element.type !== "hidden" ? element.closest("details") : null;
        if (folded) folded.open = true;
      }
    }
  }

  // --- what is shown --------------------------------------------------------------------------

  const copy = (selector) => {
    const template = document.querySelector("template[" + selector + "]");
    return template ? template.content.firstElementChild.cloneNode(true) : null;
  };

  function showLine(form, name) {
    const line = form.querySelector("[data-save-line]");
    const fresh = copy('data-autosave-line="' + name + '"');
    if (line && fresh) line.replaceWith(fresh);
    summarise();
  }

  function showNote(form, name, code) {
    const old = form.querySelector("[data-save-note]");
    const note = name ? copy('data-autosave-note="' + name + '"') : null;
    if (note) {
      const login = note.querySelector("[data-login]");
      if (login && storage((store) => store.getItem(draftName(form.dataset.key)))) backHere(login, form);
      const time = note.querySelector("[data-time]");
      if (time) time.textContent = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date());
      const place = note.querySelector("[data-code]");
      if (place) place.textContent = code || "";
    }
    if (old && note && old.className === note.className && old.textContent === note.textContent) return; // no second announcement
    if (old) old.remove();
    if (note) (form.querySelector(".q-f") || form.lastElementChild).before(note);
  }

  /* Logging in on this tab leads back to the field: the text lies in its draft. Without one (storage forbidden)
     the page must stay, and the link keeps its tab of its own. */
  function backHere(link, form) {
    const field = stateOf(form).field;
    const seat = (field && document.getElementById(field)) || form.closest("[data-card]") || form;
    const here = window.location.pathname + window.location.search + (seat.id ? "#" + seat.id : "");
    link.href = link.getAttribute("href") + "?next=" + encodeURIComponent(here);
    link.removeAttribute("target");
    link.addEventListener("click", () => { renewing = true; });
  }

  function summarise() {
    const place = document.querySelector("[data-autosave-summary]");
    if (!place) return;
    let waiting = 0;
    let failed = 0;
    let refused = 0;
    let stuck = 0;
    for (const state of states.values()) {
      if (state.failed && state.stuck) stuck += 1;
      if (state.failed) failed += 1; else if (state.refused) refused += 1; else if (state.unsaved) waiting += 1;
    }
    const name = stuck ? "stuck" : failed ? "failed" : refused ? "wrong" : waiting ? "some" : "none";
    const number = failed ? failed + waiting : refused || waiting;
    if (place.dataset.shown === name + number) return;
    place.dataset.shown = name + number;
    const fresh = copy('data-autosave-sum="' + name + '"');
    if (!fresh) return;
    const slot = fresh.querySelector("[data-number]");
    if (slot) slot.textContent = String(number);
    place.replaceChildren(fresh);
  }

  // --- one card -------------------------------------------------------------------------------

  function stateOf(form) {
    const key = form.dataset.key;
    if (!states.has(key)) states.set(key, { sending: false, again: false, unsaved: false, failed: false, refused: false, renewed: false, tries: 0, timer: 0, idle: 0, saved: null, grouped: false, stuck: false, field: "" });
    return states.get(key);
  }

  const manual = (form) => form.dataset.autosave === "manual";
  const current = (key) => document.querySelector('form[data-autosave][data-key="' + CSS.escape(key) + '"]');

  /* Whether a save changes no more than the pieces of the card: nothing in it has to go, and nothing to appear. */
  function plain(form) {
    const na = form.elements.namedItem("na_requested");
    return !manual(form) && !form.querySelector(".errsum-s, .is-invalid, [data-whole]") && !(na && (na.checked || na.defaultChecked));
  }

  function halfFilled(form) {
    for (const group of form.querySelectorAll("[data-together]")) {
      const inputs = Array.from(group.querySelectorAll("input:not([type=hidden]):not(:disabled), select, textarea"));
      const filled = inputs.filter((input) => input.value.trim() !== "").length;
      if (filled && filled < inputs.length) return true;
    }
    return false;
  }

  /* Whether the person is still typing in a group (state.grouped): focus leaving it sends what is there. */
  function midway(form) {
    const group = document.activeElement ? document.activeElement.closest("[data-together]") : null;
    return stateOf(form).grouped && Boolean(group) && form.contains(group);
  }

  /* Marks the form unsaved and keeps its text. False when it is back at what the server holds. */
  function touched(form) {
    const state = stateOf(form);
    if (!state.sending && !state.failed && picture(form) === state.saved) {
      state.unsaved = false;
      clearTimeout(state.idle);
      storage((store) => store.removeItem(draftName(form.dataset.key)));
      summarise();
      return false;
    }
    state.unsaved = true;
    keepDraft(form);
    summarise();
    return true;
  }

  function send(key, leaving) {
    const form = current(key);
    if (!form) return;
    const state = stateOf(form);
    clearTimeout(state.timer);
    clearTimeout(state.idle);
    if (state.sending) { state.again = true; return; }
    if (!manual(form) && halfFilled(form)) { showLine(form, "pending"); return; }
    if (!manual(form) && !leaving && midway(form)) return;
    state.sending = true;
    state.grouped = false;
    state.again = false;
    const sent = picture(form);
    if (!state.failed) showLine(form, "sending");
    post(form, leaving)
      .then((answer) => received(key, sent, answer))
      .catch(() => failed(key, "offline", true))
      .finally(() => {
        state.sending = false;
        if (state.again && !state.failed) send(key);
      });
  }

  function post(form, keepalive) {
    const body = new FormData(form);
    for (const element of form.elements) if (element.type === "file" && element.name) body.delete(element.name);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT);
    return fetch(form.action, {
      method: "POST",
      body: keepalive ? new URLSearchParams(body) : body,
      headers: { "X-Autosave": plain(form) ? "parts" : "1" },
      credentials: "same-origin",
      keepalive: Boolean(keepalive),
      signal: stop.signal,
    })
      .then((response) => response.text().then((text) => ({ status: response.status, redirected: response.redirected, text: text })))
      .finally(() => clearTimeout(timer));
  }

  async function received(key, sent, answer) {
    const form = current(key);
    if (!form) return;
    const state = stateOf(form);
    const parsed = new DOMParser().parseFromString(answer.text, "text/html");
    const whole = "user" in parsed.body.dataset; // a page, not a fragment: this answer is for a browser without script
    const card = whole ? null : parsed.querySelector("[data-card]");
    if (card && !answer.redirected && [200, 409, 422].includes(answer.status)) {
      const dirty = picture(form) !== sent;
      const saved = answer.status === 200;
      state.failed = false;
      state.renewed = false;
      state.tries = 0;
      if (!dirty) state.again = state.grouped = false; // what came in between was undone again
      state.unsaved = dirty || !saved;
      state.refused = answer.status === 422;
      // A conflict over text that has changed again since: ask once more with the newest text.
      if (dirty && answer.status === 409) { state.again = true; return; }
      const seat = place(form, card, dirty);
      others(parsed, card);
      const now = current(key);
      if (saved && !dirty) {
        storage((store) => store.removeItem(draftName(key)));
        state.saved = now ? picture(now) : null;
      } else if (now && !manual(now)) {
        keepDraft(now);
      }
      if (!saved) state.saved = null; // the card shows a refusal: text put back to what is stored must be sent to clear it
      tell(seat, key, saved ? "saved" : answer.status === 409 ? "conflict" : "failed");
      summarise();
    } else if (answer.status === 403 || answer.redirected || (answer.status === 200 && !card)) {
      await renew(key);
    } else if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      failed(key, "offline", true);
    } else {
      failed(key, "refused", false, String(answer.status));
    }
  }

  /* Puts the answered card in place. While the person types on, only the pieces marked
     data-part and the version are taken over, so that nothing typed is lost. */
  function place(form, card, partly) {
    const old = form.closest("[data-card]");
    const fresh = document.importNode(card, true);
    if (partly || "parts" in fresh.dataset) {
      for (const piece of fresh.querySelectorAll("[data-part]")) {
        const seat = old.querySelector('[data-part="' + CSS.escape(piece.dataset.part) + '"]');
        if (seat) seat.replaceWith(piece);
      }
      const version = fresh.querySelector("input[name=version]");
      const seat = form.querySelector("input[name=version]");
      if (version && seat) seat.value = version.value;
      showNote(form, null);
      const folded = old.querySelector('[data-part="proof"] *') ? old.querySelector("details textarea[name=explanation]") : null;
      if (folded) folded.closest("details").open = true; // what is missing may be written there
      return old;
    }
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const caret = focus && "selectionStart" in focus && focus.type !== "radio" && focus.type !== "checkbox" ? [focus.selectionStart, focus.selectionEnd] : null;
    const open = Array.from(old.querySelectorAll("details[open]"), (folded) => (folded.querySelector("[id]") || {}).id);
    if (!fresh.querySelector("[data-keep]")) fresh.append(...old.querySelectorAll("[data-keep]"));
    old.replaceWith(fresh);
    for (const id of open) {
      const inside = id ? fresh.querySelector("#" + CSS.escape(id)) : null;
      const folded = inside ? inside.closest("details") : null;
      if (folded) folded.open = true;
    }
    if (!focus) return fresh;
    const back = (focus.id && document.getElementById(focus.id)) || fresh.querySelector("[autofocus], [role=alert] a, .errsum, button") || fresh;
    back.focus({ preventScroll: true });
    if (caret && back.id === focus.id && back.setSelectionRange) {
      try { back.setSelectionRange(caret[0], caret[1]); } catch (error) { /* inputs without a caret */ }
    }
    return fresh;
  }

  function others(parsed, card) {
    for (const piece of parsed.body.children) {
      if (piece === card || piece.contains(card) || !piece.id) continue;
      const seat = document.getElementById(piece.id);
      if (seat) seat.replaceWith(document.importNode(piece, true));
    }
  }

  function failed(key, note, retry, code) {
    const form = current(key);
    if (!form) return;
    const state = stateOf(form);
    state.failed = true;
    state.stuck = !retry;
    state.unsaved = true;
    keepDraft(form);
    showLine(form, "failed");
    showNote(form, note, code);
    tell(form.closest("[data-card]") || form, key, "failed");
    if (retry) {
      const wait = DELAYS[Math.min(state.tries, DELAYS.length - 1)] * 1000;
      state.tries += 1;
      state.timer = setTimeout(() => send(key), wait);
    }
  }

  /* The session or the token went stale: ask this page for a fresh token, once per attempt. */
  async function renew(key) {
    const form = current(key);
    const state = stateOf(form);
    let page;
    try {
      const response = await fetch(window.location.href, { credentials: "same-origin", headers: { "X-Autosave": "renew" } });
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch (error) {
      failed(key, "offline", true);
      return;
    }
    const token = page.querySelector("form[data-autosave] input[name=csrfmiddlewaretoken], form[data-logout] input[name=csrfmiddlewaretoken]");
    const there = page.body.dataset.user || "";
    if (!there || !token) { failed(key, "login", false); return; }
    if (there !== user) { failed(key, "other", false); return; }
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token.value;
    if (state.renewed) { state.renewed = false; failed(key, "refused", false, "403"); return; }
    state.renewed = true;
    state.again = true;
    state.failed = false;
  }

  function tell(card, key, what) {
    card.dispatchEvent(new CustomEvent("autosave:" + what, { bubbles: true, detail: { key: key } }));
  }

  // --- listening ------------------------------------------------------------------------------

  const formOf = (event) => (event.target.closest ? event.target.closest("form[data-autosave]") : null);

  document.addEventListener("input", (event) => {
    const form = formOf(event);
    if (!form || manual(form) || event.target.type === "file") return;
    const state = stateOf(form);
    state.field = event.target.id;
    state.grouped = touched(form) && Boolean(event.target.closest("[data-together]"));
    if (state.unsaved && event.target.tagName === "TEXTAREA") {
      clearTimeout(state.idle);
      state.idle = setTimeout(() => send(form.dataset.key), IDLE);
    }
  });

  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (!form || manual(form) || event.target.type === "file" || !touched(form)) return;
    if (event.target.closest("[data-together]")) { stateOf(form).grouped = true; return; } // sent when focus leaves
    send(form.dataset.key);
  });

  /* Enter means what is there, also where the form has no button to press. */
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Enter" ? formOf(event) : null;
    if (!form || manual(form) || !event.target.closest("[data-together]") || !stateOf(form).grouped) return;
    stateOf(form).grouped = false;
    send(form.dataset.key);
  });

  document.addEventListener("pointerdown", (event) => { held = event.target; });

  document.addEventListener("focusout", (event) => {
    const form = formOf(event);
    const group = form ? event.target.closest("[data-together]") : null;
    if (!group || manual(form) || !stateOf(form).grouped || group.contains(event.relatedTarget)) return;
    const state = stateOf(form);
    clearTimeout(state.idle);
    // A press on a label first gives the focus to nobody, or to the part of the page around it.
    const nowhere = !event.relatedTarget || event.relatedTarget.contains(group);
    // With another window in front the field keeps its focus, and nothing is sent yet.
    if (nowhere && held && group.contains(held)) state.idle = setTimeout(() => send(form.dataset.key), CLICK);
    else send(form.dataset.key);
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-logout]")) { purgeDrafts(false); states.clear(); return; }
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    const state = stateOf(form);
    state.failed = false;
    state.unsaved = true;
    state.grouped = false; // the button, or Enter in a field: what is there is meant
    if (!manual(form)) keepDraft(form);
    send(form.dataset.key);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest ? event.target.closest("[data-autosave-retry]") : null;
    const form = button ? button.closest("form[data-autosave]") : null;
    if (!form) return;
    stateOf(form).tries = 0;
    stateOf(form).failed = false;
    send(form.dataset.key);
  });

  window.addEventListener("online", () => {
    for (const [key, state] of states) if (state.failed && current(key) && !manual(current(key))) send(key);
  });

  window.addEventListener("beforeunload", (event) => {
    if (renewing) return;
    for (const [key, state] of states) {
      if ((state.unsaved || state.sending) && current(key)) { event.preventDefault(); event.returnValue = ""; return; }
    }
  });

  /* The back button may show this page as it once was, with old versions: ask for it anew. */
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    renewing = true;
    window.location.reload();
  });

  /* Leaving or hiding the page: send what is typed but not yet sent, once. */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const [key, state] of states) {
      const form = current(key);
      if (form && state.unsaved && !state.sending && !state.failed && !manual(form) && !halfFilled(form)) send(key, true);
    }
  });

  // --- start: bring back what a reload or a crash left unsaved ---------------------------------

  purgeDrafts(true);
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    if (manual(form)) continue;
    stateOf(form).saved = picture(form);
    const kept = storage((store) => store.getItem(draftName(form.dataset.key)));
    if (!kept) continue;
    if (kept === picture(form)) { storage((store) => store.removeItem(draftName(form.dataset.key))); continue; }
    let fields;
    try { fields = JSON.parse(kept); } catch (error) { continue; }
    putBack(form, fields);
    touched(form);
    showNote(form, "restored");
    const named = window.location.hash ? document.getElementById(window.location.hash.slice(1)) : null;
    if (named && form.contains(named)) named.focus(); // back from logging in: where the person was writing
    send(form.dataset.key);
  }
  summarise();
})();
