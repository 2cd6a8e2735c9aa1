// A box in which somebody is found while one types: a combobox with a list of what fits. Without this script the
// same box searches when its form is sent.
"use strict";

const PAUSE = 150; // milliseconds without a key before the server is asked

for (const input of document.querySelectorAll("input[data-suggest]")) enhance(input);

function enhance(input) {
  const box = input.parentElement;
  const name = input.name.replace(/_words$/, "");
  const found = box.querySelector(`input[name="${name}_found"]`);
  const list = document.createElement("ul");
  list.id = `${input.id}_list`;
  list.className = "picker-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.label);
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  box.classList.add("picker-live");
  box.append(list, said);
  for (const [key, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(key, value);

  const chosen = found ? takeOver() : null;
  let active = -1;
  let timer = 0;
  let asking = null;

  // The row that the server shows as chosen stands in the box itself from now on.
  function takeOver() {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = name;
    const ticked = box.querySelector(`input[type="radio"][name="${name}"]:checked`);
    if (ticked && ticked.value) {
      hidden.value = ticked.value;
      input.value = found.value = ticked.labels[0].textContent.trim();
      forgetWhatWasOffered();
    }
    box.append(hidden);
    return hidden;
  }

  function forgetWhatWasOffered() {
    for (const radio of box.querySelectorAll(`input[type="radio"][name="${name}"]`)) radio.closest(".form-check").remove();
  }

  function options() {
    return [...list.querySelectorAll('[role="option"]:not([aria-disabled])')];
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) point(-1);
  }

  function point(to) {
    active = to;
    options().forEach((option, number) => option.setAttribute("aria-selected", String(number === to)));
    const option = options()[to];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    show(false);
    said.textContent = "";
    if (!chosen) {
      window.location.assign(`${input.dataset.go}${option.dataset.value}`);
      return;
    }
    forgetWhatWasOffered();
    chosen.value = option.dataset.value;
    input.value = found.value = option.dataset.label;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What else the form says (the position, the first day) tells more of each hit.
  function question() {
    const asked = new URLSearchParams({ q: input.value.trim() });
    const fields = new FormData(input.form);
    for (const beside of (input.dataset.beside || "").split(" ").filter(Boolean)) {
      if (fields.get(beside)) asked.set(beside, fields.get(beside));
    }
    return `${input.dataset.suggest}?${asked}`;
  }

  async function ask() {
    if (asking) asking.abort();
    const mine = (asking = new AbortController());
    let answer;
    try {
      answer = await fetch(question(), { headers: { "HX-Request": "true" }, signal: mine.signal });
      if (answer.headers.get("HX-Redirect")) window.location.assign(answer.headers.get("HX-Redirect"));
      if (!answer.ok || answer.redirected) return;
      list.innerHTML = await answer.text();
    } catch {
      return; // the next letter asks anew, and the form searches when it is sent
    }
    if (mine !== asking) return;
    options().forEach((option, number) => { option.id = `${list.id}_${number}`; });
    const told = list.querySelector("[data-said]");
    said.textContent = told ? told.dataset.said : "";
    show(document.activeElement === input && list.children.length > 0);
    point(-1);
  }

  input.addEventListener("input", () => {
    if (chosen) chosen.value = found.value = "";
    window.clearTimeout(timer);
    if (input.value.trim().length < 2) {
      if (asking) asking.abort();
      show(false);
      return;
    }
    timer = window.setTimeout(ask, PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        if (all.length) show(true);
        else if (input.value.trim().length > 1) ask();
      }
      if (list.hidden || !all.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(active < 0 && step < 0 ? all.length - 1 : (active + step + all.length) % all.length);
    } else if (event.key === "Enter" && !list.hidden && all[active]) {
      event.preventDefault();
      choose(all[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });

  // A press on the list leaves the cursor in the box.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]:not([aria-disabled])');
    if (option) choose(option);
  });
  input.addEventListener("blur", () => show(false));
}
