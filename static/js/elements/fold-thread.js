// In the menu of a comment that begins a conversation: folds all replies into one line below it,
// which unfolds them. Focus goes to that line, and back to the comment.
customElements.define("fold-thread", class extends HTMLElement {
  #line;

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#button(this.dataset.fold, () => this.toggle()));
  }

  toggle() {
    const comment = this.closest(".comment");
    const isFolded = !this.#line;
    for (const part of this.closest(".thread").children) {
      if (!part.contains(comment)) part.hidden = isFolded;
    }
    if (isFolded) this.#fold(comment);
    else this.#unfold(comment);
    comment.scrollIntoView({ block: "nearest" });
  }

  #fold(comment) {
    this.closest("details").open = false;
    this.#line = document.createElement("p");
    this.#line.className = "thread__more";
    this.#line.append(this.#button(this.dataset.unfold, () => this.toggle()));
    comment.after(this.#line);
    this.#line.firstChild.focus({ preventScroll: true });
  }

  #unfold(comment) {
    this.#line.remove();
    this.#line = null;
    comment.querySelector("[tabindex='-1']").focus({ preventScroll: true });
  }

  #button(label, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "action";
    button.textContent = label;
    button.addEventListener("click", press);
    return button;
  }
});
