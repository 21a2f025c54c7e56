// At the end of a discussion: explains keys that lead from one conversation to another, and listens
// for them while focus is inside the discussion, never in a field (WCAG 2.1.4). They can be
// switched off; this browser remembers that. Links to comments on this page lead there, too.
const STORED = "reading-keys";

customElements.define("reading-keys", class extends HTMLElement {
  connectedCallback() {
    const section = this.closest(".discussion");
    section.addEventListener("keydown", (event) => this.#press(event));
    section.addEventListener("click", (event) => this.#follow(event));
    this.#switch.checked = this.#stored !== "off";
    this.#switch.addEventListener("change", () => this.#remember());
    // Whoever was led to a comment goes on from there; until then the browser takes focus away.
    addEventListener("load", () => {
      if (document.activeElement !== document.body) return;
      section.querySelector(".comment:target [tabindex='-1']")?.focus({ preventScroll: true });
    });
  }

  get #switch() {
    return this.querySelector("input");
  }

  get #stored() {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null; // no storage: on until the page is left
    }
  }

  #remember() {
    try {
      localStorage.setItem(STORED, this.#switch.checked ? "on" : "off");
    } catch { /* as above */ }
  }

  #press(event) {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field || event.ctrlKey || event.altKey || event.metaKey || !this.#switch.checked) return;
    const lead = { j: 1, k: -1, b: "parent", a: "root", f: "fold", n: "new", "?": "help" }[event.key];
    if (lead && this.#lead(lead)) event.preventDefault();
  }

  #lead(where) {
    const here = document.activeElement.closest(".comment");
    if (where === "help") return this.#explain();
    if (where === "fold") return this.#fold(here);
    if (typeof where === "number") return this.#goTo(this.#conversation(where));
    const link = where === "new"
      ? here?.querySelector("a.mark-new") ?? this.closest(".discussion").querySelector(".first-new")
      : here?.querySelectorAll("[data-to]")[where === "parent" ? 0 : 1];
    if (link) link.click();
    return link;
  }

  #conversation(step) {
    const threads = [...this.closest(".discussion").querySelectorAll(".thread")];
    const at = threads.indexOf(document.activeElement.closest(".thread"));
    // From outside, "next" is the first; from within one, "former" is its own beginning first.
    const isInside = at >= 0 && !threads[at].querySelector(".comment").contains(document.activeElement);
    return threads[step < 0 && isInside ? at : at + step]?.querySelector(".comment");
  }

  #fold(here) {
    const fold = (here?.closest(".thread") ?? document.activeElement.closest(".thread"))
      ?.querySelector("fold-thread");
    fold?.toggle();
    return fold;
  }

  #explain() {
    const details = this.querySelector("details");
    details.open = true;
    details.firstElementChild.focus();
    return details;
  }

  #follow(event) {
    const link = event.target.closest("a[data-to], a[href*='?around']");
    // "/comments/7/" or "#comment-7".
    const comment = link && document.getElementById(`comment-${link.href.match(/(\d+)\/?$/)[1]}`);
    if (!comment || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details")?.removeAttribute("open");
    this.#goTo(comment);
  }

  #goTo(comment) {
    if (!comment) return false;
    if (comment.hidden) comment.closest(".thread").querySelector("fold-thread").toggle();
    comment.querySelector("[tabindex='-1']").focus({ preventScroll: true });
    comment.scrollIntoView();
    return true;
  }
});
