// What was typed before a session ended goes back into its form, where the server could not put it there itself.
"use strict";

const { address, entries } = JSON.parse(document.getElementById("kept-entries").textContent);
const withoutLanguage = (path) => path.replace(/^\/(en|fr)-ca\//, "/");
const leadsThere = (form) => {
  const action = new URL(form.getAttribute("action") || location.href, location.href);
  return form.method === "post" && withoutLanguage(action.pathname) === withoutLanguage(address);
};

const form = [...document.forms].find(leadsThere);
if (form) {
  const typed = new Map(entries);
  for (const field of form.elements) {
    const values = typed.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = Boolean(values && values.includes(field.value));
    } else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = Boolean(values && values.includes(option.value));
    } else if (values && values.length && !["file", "submit", "button"].includes(field.type)) {
      field.value = values.length > 1 ? values.shift() : values[0];
    }
  }
  for (const part of document.querySelectorAll("[data-kept]")) part.hidden = part.dataset.kept !== "in-form";
}
