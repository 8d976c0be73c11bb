/* What makes the pages quicker to use. Every page works without it. */
(() => {
  "use strict";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* A text of the server; signing in again is none. */
  const ask = async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    return answer.text();
  };

  /* Copying. A text that is fetched first is handed over as a promise: Safari takes none after a wait. Over plain http
     there is no clipboard, but still the command that copies what is selected. */
  const textOf = async ({ copy: id, copyFrom, fillFrom }) => {
    const text = copyFrom ? await ask(copyFrom) : document.getElementById(id).textContent;
    return fillFrom ? text.split("YOUR API KEY").join(await ask(fillFrom)) : text;
  };
  const copy = async (text) => {
    if (navigator.clipboard && window.ClipboardItem) {
      const blob = text.then((known) => new Blob([known], { type: "text/plain" }));
      return navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    }
    if (navigator.clipboard) return navigator.clipboard.writeText(await text);
    const place = document.createElement("textarea");
    place.value = await text;
    place.readOnly = true;
    place.className = "quietly";
    document.body.append(place);
    const focused = document.activeElement;
    place.select();
    const done = document.execCommand("copy");
    place.remove();
    if (focused) focused.focus();
    if (!done) throw new Error("not copied");
  };
  const offerCopies = (root) => {
    for (const button of all("[data-copy], [data-copy-from]", root)) {
      button.hidden = false;
      const label = button.textContent;
      button.addEventListener("click", async () => {
        try {
          await copy(textOf(button.dataset));
          button.textContent = "Copied";
        } catch {
          button.textContent = "Copy it by hand";
        }
        setTimeout(() => { button.textContent = label; }, 2000);
      });
    }
  };

  /* Lists: what is typed or chosen is asked for at once, and only the list is replaced. */
  const results = () => document.getElementById("results");
  let latest = 0;
  const show = async (url) => {
    const turn = ++latest;
    const place = results();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("results");
      if (turn !== latest) return;
      if (!answer.ok || answer.redirected || !fresh) { location.assign(url); return; }
      place.replaceWith(fresh);
      history.replaceState(null, "", url);
      prepare(fresh);
    } catch {
      if (turn === latest) location.assign(url);
    }
  };
  const address = (form) => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of Array.from(query)) if (!value) query.delete(name);
    const text = query.toString();
    return form.action.split("?")[0] + (text ? "?" + text : "");
  };
  for (const form of all("form[data-live]")) {
    let waiting;
    for (const button of all("button", form)) button.hidden = true;
    const soon = (delay) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show(address(form)), delay);
    };
    /* A name that is suggested is asked for when it is whole. */
    form.addEventListener("input", (event) => { if (!event.target.list) soon(200); });
    form.addEventListener("change", () => soon(0));
    form.addEventListener("submit", (event) => { event.preventDefault(); soon(0); });
  }

  /* Rows that are chosen together. */
  const prepareRows = (root) => {
    for (const chooser of all("input[data-choose-all]", root)) {
      chooser.hidden = false;
      const rows = () => all("tbody input[type=checkbox]", chooser.closest("table"));
      const count = () => {
        const chosen = rows().filter((row) => row.checked).length;
        for (const place of all("[data-chosen]")) place.textContent = chosen ? chosen + " chosen" : "None chosen";
        chooser.checked = chosen > 0 && chosen === rows().length;
        chooser.indeterminate = chosen > 0 && !chooser.checked;
      };
      chooser.addEventListener("change", () => {
        for (const row of rows()) row.checked = chooser.checked;
        count();
      });
      for (const row of rows()) row.addEventListener("change", count);
      count();
    }
  };

  /* Names that the server suggests while somebody types. */
  for (const input of all("input[data-suggest]")) {
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        /* Of several names the last one is being typed; the browser looks for options that contain all of it. */
        const several = input.dataset.several !== undefined;
        const [, before, typed] = several ? input.value.match(/^(.*,\s*)?(.*)$/s) : [null, "", input.value];
        const quoted = (name) => (several && name.includes(",") ? '"' + name.replaceAll('"', '""') + '"' : name);
        let names;
        try { names = await ask(input.dataset.suggest + "?q=" + encodeURIComponent(typed)); } catch { return; }
        const options = names.split("\n").filter(Boolean).map((name) => {
          const option = document.createElement("option");
          option.value = (before || "") + quoted(name);
          return option;
        });
        input.list.replaceChildren(...options);
      }, 150);
    });
  }

  /* What takes long says so, and is not sent twice. */
  for (const form of all("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      if (form.dataset.download !== undefined) return;
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 9000);
      const button = event.submitter;
      if (button && form.dataset.working) { button.setAttribute("aria-busy", "true"); button.textContent = form.dataset.working; }
    });
  }
  /* Loading again asks for a page, and never sends a form once more. */
  history.replaceState(history.state, "", location.href);
  /* A page from the history can be sent again. */
  addEventListener("pageshow", (event) => {
    if (event.persisted && all("form[data-sent]").length) location.reload();
  });

  const prepare = (root) => { offerCopies(root); prepareRows(root); };
  prepare(document);
})();
