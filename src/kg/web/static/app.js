// What the explorer does beyond its pages, which work without it: "/" goes to the search box, a click on a fact marks
// its words, Ctrl+Enter asks, Escape closes what is open, an address with #char=12,34 marks that place.
"use strict";
(() => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = document.getElementById("text");

  function mark(ranges, move) {
    const hits = [];
    for (const piece of $("[data-b]", text)) {
      const begin = Number(piece.dataset.b), end = Number(piece.dataset.e);
      const on = end > begin && ranges.some(([from, to]) => from <= begin && end <= to);
      piece.classList.toggle("hit", on);
      if (on) hits.push(piece);
    }
    if (hits.length && move) hits[0].scrollIntoView({ block: "center" });
    return hits.length;
  }

  function ranges(words, between) {
    return words.split(between).map((word) => word.split("-").map(Number));
  }

  if (text) {
    document.addEventListener("click", (event) => {
      const fact = event.target.closest && event.target.closest("a.fact");
      if (!fact || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      if (mark(ranges(fact.dataset.marks, ","), true)) {
        event.preventDefault();
        for (const other of $(".fact.on")) other.classList.remove("on");
        fact.classList.add("on");
        history.replaceState(null, "", fact.href);
      }
    });
    const place = /^#char=(\d+),(\d+)$/.exec(decodeURIComponent(location.hash));
    if (place) mark([[Number(place[1]), Number(place[2])]], true);
  }

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const box = document.getElementById("q");
      box.focus();
      box.select();
    } else if (event.key === "Escape") {
      if (typing) event.target.blur();
      for (const open of $("details.source[open]")) open.open = false;
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "query") {
      event.target.form.requestSubmit();
    }
  });

  // The editor takes the place of the text field if it is installed and starts; the form stays what is sent.
  const box = document.getElementById("query");
  if (box && box.dataset.editor) {
    const script = document.createElement("script");
    script.src = box.dataset.editor;
    script.addEventListener("load", () => {
      const place = document.createElement("div");
      place.id = "editor";
      place.dir = "ltr";
      box.before(place);
      try {
        const Editor = window.Yasqe.default || window.Yasqe.Yasqe || window.Yasqe;
        const editor = new Editor(place, {
          value: box.value, persistenceId: null, autocompleters: ["variables"], showQueryButton: false,
          createShareableLink: null, resizeable: false, viewportMargin: Infinity, lineWrapping: true,
          editorHeight: "auto",
        });
        editor.setSize(null, null);
        box.hidden = true;
        const send = () => { box.value = editor.getValue(); box.form.requestSubmit(); };
        box.form.addEventListener("submit", () => { box.value = editor.getValue(); });
        place.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            send();
          }
        }, true);
      } catch (error) {
        place.remove();
        box.hidden = false;
      }
    });
    document.head.append(script);
  }

  const current = document.querySelector(".menu [aria-current]");
  if (current) current.parentElement.scrollLeft = current.offsetLeft - current.parentElement.clientWidth / 2;
})();
