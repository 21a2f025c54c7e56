// Around the form of all buttons at comments: puts the answer where the button was.
customElements.define("reader-actions", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this.#send);
  }

  #send(event) {
    const button = event.submitter;
    if ("leaves" in button.dataset) return;
    event.preventDefault();
    const place = button.parentElement;
    htmx.ajax("POST", button.formAction, { source: button, target: button, swap: "outerHTML" })
      .then(() => this.#keepFocus(place));
  }

  // Buttons with an id of their own keep it anyway.
  #keepFocus(place) {
    if (document.activeElement === document.body) {
      place.querySelector("button, [tabindex='-1']")?.focus();
    }
  }
});
