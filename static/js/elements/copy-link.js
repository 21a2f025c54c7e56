// Around a link: copies its address instead of following it.
customElements.define("copy-link", class extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    this.#link.textContent = this.dataset.copy;
    this.addEventListener("click", this.#copy);
  }

  get #link() {
    return this.querySelector("a");
  }

  async #copy(event) {
    event.preventDefault();
    await navigator.clipboard.writeText(this.#link.href);
    this.#link.textContent = this.dataset.copied;
  }
});
