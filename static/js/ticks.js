// The bar with the acts appears when something is ticked and says how many. Without scripts it is always there.
"use strict";

for (const bar of document.querySelectorAll("form[data-selected]")) {
  const label = bar.querySelector(".form-label");
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][form="${bar.id}"]`)];
  const all = boxes.find((box) => box.name === "all");
  const rows = boxes.filter((box) => box.name === "row");

  const show = () => {
    const number = all && all.checked ? Number(all.value) : rows.filter((box) => box.checked).length;
    bar.hidden = number === 0;
    label.textContent = bar.dataset.selected.replace("NUMBER", number);
  };

  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (box === all) for (const row of rows) row.checked = all.checked;
      else if (all && !box.checked) all.checked = false;
      show();
    });
  }
  window.addEventListener("pageshow", show);
  show();
}
