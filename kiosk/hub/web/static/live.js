// Live parts: when the hub says that something changed, fetch the part again. The server draws, this only swaps.
(() => {
  "use strict";
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length || !window.EventSource) return;
  let busy = false;
  let again = false;

  const isWriting = (part) => {
    const focus = document.activeElement;
    return focus && part.contains(focus) && /^(INPUT|TEXTAREA|SELECT)$/.test(focus.tagName);
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    for (const part of parts) {
      // never take a form away from under somebody's fingers
      if (isWriting(part)) continue;
      try {
        const answer = await fetch(part.dataset.live, { credentials: "same-origin" });
        if (!answer.ok) continue;
        const before = part.firstElementChild && part.firstElementChild.dataset.state;
        part.innerHTML = await answer.text();
        const now = part.firstElementChild && part.firstElementChild.dataset.state;
        if (now === "called" && before !== "called" && navigator.vibrate) navigator.vibrate([300, 120, 300]);
        const title = part.firstElementChild && part.firstElementChild.dataset.title;
        if (title) document.title = title;
      } catch (_) { /* the next change, or the reconnect, fetches again */ }
    }
    busy = false;
    if (again) { again = false; setTimeout(refresh, 300); }
  };

  const source = new EventSource("/live");
  let opened = false;
  source.onopen = () => { if (opened) refresh(); opened = true; };
  source.addEventListener("rev", refresh);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
