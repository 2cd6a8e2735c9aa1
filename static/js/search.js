// Suggestions below the search box, while somebody types. Enter without a choice searches as ever.
"use strict";

{
  const box = document.getElementById("site-search");
  const list = document.createElement("ul");
  const said = document.createElement("span");
  list.id = "site-search-list";
  list.className = "picker-list suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector("label[for='site-search']").textContent);
  list.hidden = true;
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  box.after(list, said);
  for (const [name, value] of [["role", "combobox"], ["aria-controls", list.id], ["aria-autocomplete", "list"], ["aria-expanded", "false"]]) {
    box.setAttribute(name, value);
  }
  let chosen = -1;
  let waiting = 0;
  let asked = "";

  function close() {
    list.hidden = true;
    choose(-1);
    box.setAttribute("aria-expanded", "false");
  }

  function choose(number) {
    chosen = number;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === number)));
    if (number < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }

  function option(hit, number) {
    const one = document.createElement("li");
    one.id = `site-search-${number}`;
    one.setAttribute("role", "option");
    one.setAttribute("aria-selected", "false");
    one.dataset.url = hit.url;
    for (const [tag, text] of [["bdi", hit.says], ["small", [hit.kind, hit.beside].filter(Boolean).join(" · ")]]) {
      const part = document.createElement(tag);
      part.textContent = text;
      one.append(part);
    }
    return one;
  }

  async function suggest() {
    const words = box.value.trim();
    asked = words;
    if (words.length < 2) return close();
    const query = new URLSearchParams({ q: words });
    const day = box.form.elements.namedItem("on");
    if (day) query.set("on", day.value);
    const answer = await fetch(`${box.dataset.suggestions}?${query}`, { redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok || asked !== words || document.activeElement !== box) return;
    const { hits, told, all } = await answer.json();
    list.replaceChildren(...(hits.length ? [...hits, all] : []).map(option));
    choose(-1);
    list.hidden = !hits.length;
    box.setAttribute("aria-expanded", String(hits.length > 0));
    said.textContent = told;
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 200);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = list.children.length + 1; // the one beyond the list is the box itself
      choose(((chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      window.location.assign(list.children[chosen].dataset.url);
    }
  });
  // Before the box loses the focus, which closes the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const one = event.target.closest("li");
    if (one) window.location.assign(one.dataset.url);
  });
}
