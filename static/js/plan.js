// The length of a stay and its last day say the same: whichever is chosen last holds, and the other is emptied.
"use strict";

const plan = document.getElementById("plan-form");

// Before the page part is asked for anew, hence while the event goes down.
plan.addEventListener("change", (event) => {
  if (event.target.name === "months") plan.elements.ends_on.value = "";
  if (event.target.name === "ends_on" && event.target.value) {
    for (const length of plan.elements.months) length.checked = length.value === "";
  }
}, { capture: true });
