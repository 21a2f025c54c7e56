// Around the form of a live report: Enter adds the entry, and so does Ctrl+Enter.
customElements.define("entry-field", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-keys]").hidden = false;
    this.addEventListener("keydown", this.#press);
  }

  #press(event) {
    // While a word is being composed (Japanese, dead keys), Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches("textarea")) return;
    event.preventDefault();
    if (!event.repeat) this.querySelector("form").requestSubmit();
  }
});
