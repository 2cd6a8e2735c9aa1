// Two minutes before the session ends the page says so, and offers to stay signed in. Loaded by site.js when it is time.
"use strict";

(() => {
  const AHEAD = 120;
  const box = document.getElementById("session-notice");
  const words = document.getElementById("session-words").content;
  const address = document.body.dataset.session;
  const say = (part) => box.replaceChildren(words.querySelector(`[data-say=${part}]`).cloneNode(true));
  const ask = async (how) => {
    const answer = await fetch(address, { redirect: "manual", ...how }).catch(() => null);
    return answer && answer.ok ? (await answer.json()).seconds : null;
  };

  const look = async () => {
    const left = await ask({});
    if (left === null) return say("ended");
    window.setTimeout(look, Math.max(left > AHEAD ? left - AHEAD : left + 1, 1) * 1000);
    if (left > AHEAD) return box.replaceChildren(); // somebody stayed in another window
    if (!box.querySelector("button")) {
      say("ends");
      box.querySelector("button").addEventListener("click", stay);
    }
  };
  const stay = async () => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const left = await ask({ method: "POST", headers: { "X-CSRFToken": token } });
    document.getElementById("main").focus();
    say(left === null ? "ended" : "stays");
    if (left !== null) window.setTimeout(look, (left - AHEAD) * 1000);
  };
  look();
})();
