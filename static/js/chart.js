// Reads a chart out: a day under the pointer, under the finger, or chosen with the arrow keys. Enter opens its list.
// Of a chart of bars or dots each mark is a link already, and only its words are said. Without it the table below the
// chart says the same.
"use strict";

for (const chart of document.querySelectorAll("[data-chart]")) {
  const plot = chart.querySelector(".chart-plot");
  const line = chart.querySelector(".chart-reading");
  const said = document.querySelector("[data-chart-said]");
  const { first, days, today, shown, rowsAt, label, months, firstOfMonth, sentence } = chart.dataset;
  const number = Number(days);
  const DAY = 24 * 3600 * 1000;
  const iso = (index) => new Date(Date.parse(first) + index * DAY).toISOString().slice(0, 10);
  const indexOf = (day) => Math.round((Date.parse(day) - Date.parse(first)) / DAY);
  const rows = [...document.querySelectorAll("[data-chart-rows] tbody tr")].map((row) => row.dataset);
  // Of some charts each row is of one day only: that is read, and no day between.
  const snaps = "snaps" in chart.dataset;
  const leap = snaps ? 365 : 30;
  const stops = snaps ? [] : [indexOf(today), number - 1];
  const changes = [...new Set([...rows.map((row) => indexOf(row.since)), ...stops])]
    .filter((index) => index >= 0 && index < number)
    .sort((one, other) => one - other);
  let read = Math.min(Math.max(indexOf(shown), 0), number - 1);

  const inWords = (day) => {
    const [year, month, date] = day.split("-").map(Number);
    return `${date === 1 ? firstOfMonth : date}\u00a0${months.split("|")[month - 1]}\u00a0${year}`;
  };

  const show = (index) => {
    read = Math.min(Math.max(index, 0), number - 1);
    const next = snaps && rows.find((row) => row.since >= iso(read));
    if (next) read = indexOf(next.since);
    const day = iso(read);
    const { figures, address } = rows.findLast((row) => row.since <= day);
    const words = sentence.replace("{day}", inWords(day)).replace("{figures}", figures);
    const at = `${((read + 0.5) / number) * 100}%`;
    line.setAttribute("x1", at);
    line.setAttribute("x2", at);
    chart.setAttribute("aria-valuenow", String(read));
    chart.setAttribute("aria-valuetext", words);
    said.querySelector("span").textContent = words;
    said.querySelector("a").href = address ?? (day === today ? rowsAt : `${rowsAt}&on=${day}`);
    said.hidden = false;
  };

  chart.setAttribute("role", "slider");
  chart.setAttribute("aria-label", label);
  chart.setAttribute("aria-valuemin", "0");
  chart.setAttribute("aria-valuemax", String(number - 1));
  chart.tabIndex = 0;
  plot.setAttribute("aria-hidden", "true");
  show(read);
  // The line stands where one has looked, not on the day that is marked already.
  chart.addEventListener("focus", () => line.setAttribute("visibility", "visible"));

  const atPointer = (event) => {
    const box = plot.getBoundingClientRect();
    line.setAttribute("visibility", "visible");
    show(Math.floor(((event.clientX - box.left) / box.width) * number));
  };
  plot.addEventListener("pointermove", atPointer);
  plot.addEventListener("pointerdown", atPointer);

  const earlier = () => changes.findLast((index) => index < read) ?? 0;
  const later = () => changes.find((index) => index > read) ?? number - 1;
  const keys = {
    ArrowLeft: earlier,
    ArrowDown: earlier,
    ArrowRight: later,
    ArrowUp: later,
    PageDown: () => read - leap,
    PageUp: () => read + leap,
    Home: () => 0,
    End: () => number - 1,
  };
  chart.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") said.querySelector("a").click();
    if (!(event.key in keys)) return;
    event.preventDefault();
    show(keys[event.key]());
  });
}

for (const chart of document.querySelectorAll("[data-chart-marks]")) {
  const said = document.querySelector("[data-chart-said]");
  for (const mark of chart.querySelectorAll("[data-said]")) {
    for (const event of ["focus", "pointerenter"]) {
      mark.addEventListener(event, () => {
        said.textContent = mark.dataset.said;
        said.hidden = false;
      });
    }
  }
}
