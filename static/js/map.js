// Says the figures of the place under the pointer or with the focus, and the year under the thumb of the slider.
// Without it the list below the map says the same, and the year is said when its page comes.
"use strict";

for (const map of document.querySelectorAll("[data-map]")) {
  const said = map.querySelector("[data-map-said]");
  said.hidden = false;
  for (const place of map.querySelectorAll("svg a")) {
    const say = () => {
      said.textContent = place.getAttribute("aria-label");
    };
    place.addEventListener("pointerenter", say);
    place.addEventListener("focus", say);
  }
}

for (const slider of document.querySelectorAll(".year-slider input[type=range]")) {
  slider.addEventListener("input", () => {
    slider.form.querySelector("output").textContent = slider.value;
  });
}
