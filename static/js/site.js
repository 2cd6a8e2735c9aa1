// Small comforts. Every page works without them.
"use strict";

// "/" puts the cursor into the search box, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.getElementById("site-search");
  if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});

// A button beside each typed day opens the browser's calendar, where there is one.
for (const field of document.querySelectorAll("input[data-day]")) {
  const calendar = document.createElement("input");
  if (!("showPicker" in calendar)) continue;
  calendar.type = "date";
  calendar.tabIndex = -1;
  calendar.setAttribute("aria-hidden", "true");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "day-button";
  const label = document.querySelector(`label[for="${field.id}"]`);
  const name = label ? label.textContent.replace("*", "").trim() : "";
  button.setAttribute("aria-label", `${document.body.dataset.chooseDay} ${name}`);
  button.addEventListener("click", () => {
    calendar.value = field.value;
    calendar.showPicker();
  });
  calendar.addEventListener("change", () => {
    field.value = calendar.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const row = document.createElement("span");
  row.className = "day-row";
  field.replaceWith(row);
  row.append(field, button, calendar);
}

// A list to print has a button for it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// What is wrong is read first: the summary of errors, or the refusal, takes the focus.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

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
