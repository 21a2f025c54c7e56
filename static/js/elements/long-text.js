// Around a text that may be long: it is cut by CSS before the first paint; here it is opened in
// place, or where it turns out to fit. Whatever leads into the cut part opens it too.
customElements.define("long-text", class extends HTMLElement {
  connectedCallback() {
    const [text, link] = this.children;
    if (text.offsetHeight <= this.clientHeight) this.#open();
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#open();
      this.closest(".comment").querySelector("[tabindex='-1']").focus({ preventScroll: true });
    });
    text.addEventListener("focusin", () => this.#open());
    this.addEventListener("scroll", () => this.#open());
  }

  #open() {
    this.classList.add("long--whole");
    this.scrollTop = 0;
  }
});
