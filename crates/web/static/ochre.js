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

  /* Copying: the buttons are there where the browser can do it. */
  const offerCopies = (root) => {
    for (const button of all("[data-copy], [data-copy-from]", root)) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      const label = button.textContent;
      button.addEventListener("click", async () => {
        try {
          let text;
          if (button.dataset.copyFrom) {
            text = await ask(button.dataset.copyFrom);
          } else {
            text = document.getElementById(button.dataset.copy).textContent;
          }
          if (button.dataset.fillFrom) {
            text = text.split("YOUR API KEY").join(await ask(button.dataset.fillFrom));
          }
          await navigator.clipboard.writeText(text);
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
        let names;
        try { names = await ask(input.dataset.suggest + "?q=" + encodeURIComponent(input.value)); } catch { return; }
        const options = names.split("\n").filter(Boolean).map((name) => {
          const option = document.createElement("option");
          option.value = name;
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
      const button = event.submitter;
      if (button && form.dataset.working) { button.setAttribute("aria-busy", "true"); button.textContent = form.dataset.working; }
    });
  }
  /* A page that comes back from the history can be sent again. */
  addEventListener("pageshow", (event) => {
    if (event.persisted && all("form[data-sent]").length) location.reload();
  });

  const prepare = (root) => { offerCopies(root); prepareRows(root); };
  prepare(document);
})();
