// Around a text that may be long: it is cut by CSS before the first paint; here it is opened in
// place, or where it turns out to fit. Whatever leads into the cut part opens it too.
customElements.define("long-text", class extends HTMLElement {
  connectedCallback() {
    const [text, link] = this.children;
    if (text.offsetHeight <= this.clientHeight) this.#open();
    link.addEventListener("click", (event) => {
      event.preventDefault();
      link.focus();
      this.#open();
    });
    text.addEventListener("focusin", () => this.#open());
    this.addEventListener("scroll", () => this.#open());
  }

  // Pressing the link may scroll the text already, and so take the link away under the pointer.
  #open() {
    const heading = this.closest(".comment").querySelector("[tabindex='-1']");
    if (document.activeElement === this.lastElementChild) heading.focus({ preventScroll: true });
    this.classList.add("long--whole");
    this.scrollTop = 0;
  }
});
