// What an eye would find on the page that is open; carried out in the browser by looks.py.
() => {
  const said = [];
  const words = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const style = (element) => getComputedStyle(element);
  // Kept for who listens: clipped to nothing, as heads of tables are on a phone.
  const isClipped = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const its = style(one);
      if (its.position === "absolute" && (its.clip !== "auto" || its.clipPath !== "none")) return true;
    }
    return false;
  };
  const visible = (element) =>
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    !element.closest(".visually-hidden, .skip-link, noscript") && !isClipped(element);

  // Where each piece of text is drawn, a rectangle a line. A letter fills the middle of its line: only that is compared.
  const pieces = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder || ["SCRIPT", "STYLE", "OPTION", "TEXTAREA", "TITLE", "DESC"].includes(holder.tagName.toUpperCase())) continue;
    if (!visible(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 4) continue;
      const trimmed = box.height * 0.28;
      pieces.push({ holder, text: node.data, left: box.left + 1, right: box.right - 1, top: box.top + trimmed, bottom: box.bottom - trimmed });
    }
    for (const day of node.data.matchAll(/\d{4}-\d{2}-\d{2}/g)) {
      range.setStart(node, day.index);
      range.setEnd(node, day.index + day[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) said.push(["a date breaks", day[0], words(node.data)]);
    }
  }
  // What floats over the page on purpose covers what is under it.
  const floats = (element) => {
    for (let one = element; one; one = one.parentElement) if (["fixed", "sticky"].includes(style(one).position)) return true;
    return false;
  };
  const lying = pieces.filter((piece) => !floats(piece.holder)).sort((one, other) => one.top - other.top);
  for (let first = 0; first < lying.length; first += 1) {
    const one = lying[first];
    for (let second = first + 1; second < lying.length && lying[second].top < one.bottom; second += 1) {
      const other = lying[second];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1 && down > 1) said.push(["texts overlap", words(one.text), words(other.text)]);
    }
  }
  // Cut: drawn beyond the box that hides what is outside it, or beyond the window where nothing scrolls.
  const edges = (element) => {
    let left = 0, right = innerWidth;
    for (let one = element; one; one = one.parentElement) {
      const across = style(one).overflowX;
      if (across === "visible") continue;
      if (across === "auto" || across === "scroll") return null;
      const box = one.getBoundingClientRect();
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
    }
    return [left, right];
  };
  for (const piece of pieces) {
    const within = edges(piece.holder);
    if (within && (piece.left < within[0] - 2 || piece.right > within[1] + 2)) said.push(["a text is cut", words(piece.text), ""]);
  }
  // Targets of 24 pixels, or with that much room around them; links within a sentence are excepted.
  const inSentence = (element) => {
    if (element.tagName !== "A" || !style(element).display.startsWith("inline")) return false;
    const around = element.closest("p, li, dd, td, th, div, h1, h2, h3, figcaption, caption, blockquote");
    return !!around && around.textContent.replace(/[\s·,–]/g, "").length > element.textContent.replace(/[\s·,–]/g, "").length;
  };
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, label:has(input)")].filter(visible);
  const boxes = targets.map((element) => [element, element.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  for (const [element, box] of boxes) {
    if ((box.width >= 24 && box.height >= 24) || inSentence(element) || element.closest("svg")) continue;
    if (element.labels && [...element.labels].some((label) => label.getBoundingClientRect().height >= 24)) continue;
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    const meets = boxes.find(([other, its]) => {
      if (other === element || other.contains(element) || element.contains(other)) return false;
      const away = Math.hypot(Math.max(its.left - x, 0, x - its.right), Math.max(its.top - y, 0, y - its.bottom));
      return away < 12;
    });
    if (meets) said.push(["a target is small", words(element.textContent || element.name || element.tagName), words(meets[0].textContent || meets[0].name || "")]);
  }
  return said;
}
