// Small comforts. Every page works without them.
"use strict";

// "/" and Ctrl-K put the cursor into the search box, "/" unless somebody is typing. What it suggests comes on first use.
const search = document.getElementById("site-search");
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey;
  const controlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (search && (slash || controlK) && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});
if (search) {
  search.addEventListener("focus", () => {
    const script = document.createElement("script");
    script.src = search.dataset.script;
    document.head.append(script);
  }, { once: true });
}

// A button beside each typed day opens the browser's calendar, where there is one; what was typed is said back in words.
const stays = new Map(); // form → how to say back the first and the last day of its stay anew
for (const field of document.querySelectorAll("input[data-day]")) {
  const row = document.createElement("span");
  row.className = "day-row";
  field.replaceWith(row);
  row.append(field);
  const calendar = document.createElement("input");
  calendar.type = "date";
  if ("showPicker" in calendar) {
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "day-button";
    const label = document.querySelector(`label[for="${field.id}"]`);
    const name = label ? label.textContent.replace("*", "").trim() : "";
    button.setAttribute("aria-label", `${document.body.dataset.chooseDay} ${name}`);
    button.addEventListener("click", () => {
      if (/^\d{4}-\d\d-\d\d$/.test(field.value)) calendar.value = field.value;
      calendar.showPicker();
    });
    calendar.addEventListener("change", () => {
      field.value = calendar.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    row.append(button, calendar);
  }
  if (document.body.dataset.understood && field.form) sayBack(field, row, calendar);
}

function sayBack(field, row, calendar) {
  const said = document.createElement("span");
  said.className = "day-said";
  said.setAttribute("role", "status");
  row.after(said);
  const isOfStay = /(^|[-_])(starts|ends)_on$/.test(field.name);
  const say = async () => {
    const asked = new URLSearchParams({ typed: field.value });
    if (isOfStay) {
      for (const [name, part] of [["first", "starts_on"], ["last", "ends_on"]]) {
        const other = field.form.elements.namedItem(field.name.replace(/(starts|ends)_on$/, part));
        if (other && other.value) asked.set(name, other.value);
      }
    }
    const typed = field.value;
    if (!typed.trim()) { said.textContent = ""; return; }
    const answer = await fetch(`${document.body.dataset.understood}?${asked}`, { redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok || field.value !== typed) return;
    const { day, says, wrong } = await answer.json();
    said.textContent = says || wrong;
    said.classList.toggle("day-wrong", Boolean(wrong));
    if (day) calendar.value = day;
  };
  const told = stays.get(field.form) || [];
  if (isOfStay) stays.set(field.form, [...told, say]);
  field.addEventListener("change", () => {
    for (const again of isOfStay ? stays.get(field.form) : [say]) again();
  });
}

// On a phone the rows of a table are drawn as blocks, and some readers of screens then no longer find a table there.
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
for (const part of document.querySelectorAll(".stack, .stack :is(thead, tbody, tfoot, tr, td, th)")) {
  const head = part.scope === "row" ? "rowheader" : "columnheader";
  part.setAttribute("role", ROLES[part.tagName] || head);
}

// A list to print has a button for it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What came of an act is read first: the summary of errors, the refusal, or what was done takes the focus.
const answer = [".error-summary", ".refusal[role=alert]", "main > .alert[role]"]
  .map((kind) => document.querySelector(kind))
  .find(Boolean);
if (answer) {
  answer.tabIndex = -1;
  answer.focus();
}

// A button that moves away under the pointer, because what was typed is said back above it, is pressed all the same.
let pressed = null;
document.addEventListener("pointerdown", (event) => {
  const button = event.button === 0 && event.target.closest("main button");
  pressed = button ? { button, x: event.clientX, y: event.clientY } : null;
});
document.addEventListener("pointerup", (event) => {
  const stayed = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 4;
  if (stayed && pressed.button.isConnected && !pressed.button.contains(event.target)) pressed.button.click();
  pressed = null;
});

// A form is sent once, however often the button is pressed.
for (const form of document.querySelectorAll("form[method='post']")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Leaving a page with something typed asks first. Another language keeps it, except files.
const typedInto = new Set();
const noteTyped = (event) => {
  const field = event.target;
  const form = field.form;
  if (!form || form.method !== "post" || !field.name) return;
  const isChoice = ["checkbox", "radio", "select-one", "select-multiple"].includes(field.type);
  if (!isChoice || form.classList.contains("page-form")) typedInto.add(form);
};
document.addEventListener("input", noteTyped);
document.addEventListener("change", noteTyped);
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) typedInto.delete(event.target); });
window.addEventListener("beforeunload", (event) => { if (typedInto.size) event.preventDefault(); });
const goOnWith = (form, onwards) => {
  const kept = document.createElement("form");
  kept.method = "post";
  kept.action = document.body.dataset.keep;
  const add = (name, value) => kept.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  const typed = [...new FormData(form)];
  for (const [name, value] of typed) if (typeof value === "string") add(name, value);
  add("kept_for", new URL(form.getAttribute("action") || location.href, location.href).pathname);
  add("kept_onwards", onwards);
  if (!typed.some(([, value]) => typeof value !== "string" && value.name)) typedInto.delete(form);
  document.body.append(kept);
  kept.submit();
};
for (const link of document.querySelectorAll(".language-switch")) {
  link.addEventListener("click", (event) => {
    const [form] = typedInto;
    if (!form || !document.body.dataset.keep || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goOnWith(form, link.pathname + link.search);
  });
}
// A part of the page that needs a session leads to where one signs in, and back to what was typed.
let isLeaving = false;
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const [form] = typedInto;
  if (!(form || isLeaving) || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
  event.preventDefault();
  if (!isLeaving) goOnWith(form, location.pathname + location.search);
  isLeaving = true;
});

// Shortly before the session ends, the page says so.
if (document.body.dataset.session) {
  const soon = Date.now() + (Number(document.body.dataset.sessionSeconds) - 120) * 1000;
  const look = () => {
    if (Date.now() < soon) return window.setTimeout(look, Math.min(soon - Date.now(), 60_000));
    document.head.append(Object.assign(document.createElement("script"), { src: document.body.dataset.sessionScript }));
  };
  look();
}

// A day is never broken at the end of a line, wherever a sentence names one.
const DAY = /\d{4}-\d{2}-\d{2}/;
function keepDaysWhole(place) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (DAY.test(node.data) && !node.parentElement.closest("svg, textarea, script, style, option, .day-cell, code, pre")) found.push(node);
  }
  for (let node of found) {
    for (let at = node.data.search(DAY); at >= 0; at = node.data.search(DAY)) {
      const day = node.splitText(at);
      node = day.splitText(10);
      const whole = document.createElement("span");
      whole.className = "day-cell";
      day.replaceWith(whole);
      whole.append(day);
    }
  }
}
keepDaysWhole(document.body);
document.addEventListener("htmx:load", (event) => keepDaysWhole(event.detail.elt));
