// Around the question whether to take a comment back, asked in its place: takes focus, and gives it
// back when the answer is no.
customElements.define("withdraw-question", class extends HTMLElement {
  connectedCallback() {
    for (const other of document.querySelectorAll("withdraw-question")) {
      if (other !== this) other.remove();
    }
    for (const menu of this.closest("article").querySelectorAll("details[open]")) menu.open = false;
    this.addEventListener("click", this.#cancel);
  }

  #cancel(event) {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    const comment = this.closest("article");
    this.remove();
    comment.querySelector("summary, [hx-get$='/withdrawal/']").focus();
  }
});
