// Around a link that fetches further comments into the page: the link goes away with that, so focus
// goes to the first comment that was not there before, or that has taken the place of its line.
const comments = () => [...document.querySelectorAll(".comment")];

customElements.define("more-comments", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:beforeRequest", this.#watch);
  }

  #watch() {
    const before = comments();
    const known = new Set(before.map((comment) => comment.id));
    document.addEventListener("htmx:afterSettle", () => {
      const first = comments().find((comment) => !known.has(comment.id))
        ?? comments().find((comment) => !before.includes(comment));
      first?.querySelector("[tabindex='-1']").focus({ preventScroll: true });
    }, { once: true });
  }
});
