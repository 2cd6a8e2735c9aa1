// The inbox of flags: keys, the subject beside the list, how many are chosen. The page works without.
"use strict";

const inbox = () => document.getElementById("inbox");
const rows = () => [...inbox().querySelectorAll(".inbox-row")];
const beside = window.matchMedia("(min-width: 75rem)");
const UNDO_MILLISECONDS = 10000;
let stood = 0; // where the reader was before the list came anew

function current() {
  return document.activeElement.closest(".inbox-row") || inbox().querySelector(".inbox-row.is-chosen") || rows()[0];
}

function say() {
  const place = inbox().querySelector("[data-ticked]");
  if (!place) return;
  const all = inbox().querySelector("input[name='all']:checked");
  const ticked = all ? [all] : [...inbox().querySelectorAll(".inbox-row input[name='row']:checked")];
  const number = ticked.reduce((sum, box) => sum + Number(box.dataset.counts), 0);
  place.textContent = number === 1 ? place.dataset.one : place.dataset.many.replace("NUMBER", number);
}

function mark(row) {
  for (const one of rows()) one.classList.toggle("is-chosen", one === row);
}

function move(step) {
  const all = rows();
  const place = all.indexOf(current()) + (document.activeElement.closest(".inbox-row") ? step : 0);
  const row = all[Math.min(Math.max(place, 0), all.length - 1)];
  if (row) row.querySelector(".inbox-name").focus();
}

// The key means what is ticked, as the buttons of the bar do; where nothing is, the row in which the reader is.
function press(word) {
  if (inbox().querySelector(".inbox-row input[name='row']:checked, input[name='all']:checked")) {
    inbox().querySelector(`.inbox-bulk button[name="do"][value="${word}"]`).click();
    return;
  }
  const row = current();
  const button = row && row.querySelector(`button[name="do"][value^="${word}:"]`);
  if (button) button.click();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => {
    const row = current();
    const box = row && row.querySelector("input[name='row']");
    if (box) box.click();
  },
  a: () => press("acknowledge"),
  s: () => press("week"),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type='checkbox']), textarea, select, dialog, [contenteditable]");
  const key = KEYS[event.key];
  if (!key || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  key();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const name = event.target.closest("#inbox .inbox-name");
  if (!name || !beside.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  mark(name.closest(".inbox-row"));
  htmx.ajax("GET", name.href, { source: document.body, target: "#chosen", swap: "innerHTML" });
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  if (event.target.closest("#inbox")) say();
});

document.addEventListener("htmx:beforeRequest", () => {
  if (document.activeElement.closest(".done")) return; // what is undone comes back where it was
  const row = document.activeElement.closest(".inbox-row") || inbox().querySelector(".inbox-row.is-chosen");
  stood = Math.max(rows().indexOf(row), 0);
});

// A refusal is a page too: the same list with what was ticked, and why.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 409) event.detail.shouldSwap = true;
});

document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id !== "inbox") return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  const all = rows();
  const next = all[Math.min(stood, all.length - 1)];
  const refusal = inbox().querySelector(".refusal");
  if (refusal) {
    refusal.tabIndex = -1;
    refusal.focus();
  } else if (next) {
    next.querySelector(".inbox-name").focus();
  } else {
    document.getElementById("main").focus();
  }
  say();
  fade();
});

// Undo is offered for ten seconds, and longer to who is about to press it.
function fade() {
  const done = document.querySelector("#said .done");
  if (!done) return;
  window.setTimeout(function look() {
    if (!done.isConnected) return;
    if (done.matches(":hover, :focus-within")) window.setTimeout(look, UNDO_MILLISECONDS);
    else done.remove();
  }, UNDO_MILLISECONDS);
}

const opener = document.getElementById("keys-open");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", KEYS["?"]);
}
mark(rows()[0]);
say();
fade();
