// Around the list, which a decision leaves as it is: marks the case that is shown, and those that
// were decided meanwhile.
customElements.define("desk-list", class extends HTMLElement {
  #decided;

  connectedCallback() {
    document.addEventListener("submit", this.#submit);
    document.addEventListener("htmx:afterSettle", this.#mark);
  }

  disconnectedCallback() {
    document.removeEventListener("submit", this.#submit);
    document.removeEventListener("htmx:afterSettle", this.#mark);
  }

  #submit = ({ target }) => {
    const isDecision = target.matches(".decision__publish, .decision__form");
    this.#decided = isDecision ? document.getElementById("file").dataset.case : undefined;
  };

  #mark = () => {
    const { case: shown } = document.getElementById("file").dataset;
    for (const row of this.querySelectorAll("li")) {
      const isShown = row.id === `case-${shown}`;
      row.classList.toggle("queue__row--chosen", isShown);
      row.firstElementChild.removeAttribute("aria-current");
      if (isShown) row.firstElementChild.setAttribute("aria-current", "true");
      // Undone, it is shown again.
      if (isShown) row.classList.remove("queue__row--done");
      else if (row.id === `case-${this.#decided}`) row.classList.add("queue__row--done");
    }
  };
});
