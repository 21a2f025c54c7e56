// Loads the next case before it is wanted, which claims nothing, and puts it into the answer to the
// decision when that says it is this moderator's now. Otherwise the answer brings another one.
customElements.define("desk-ahead", class extends HTMLElement {
  #html;

  async connectedCallback() {
    document.addEventListener("htmx:configRequest", this.#name);
    document.addEventListener("htmx:beforeSwap", this.#show);
    const answer = await fetch(this.dataset.url).catch(() => {}); // then it comes with the answer
    if (answer?.ok) this.#html = await answer.text();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:configRequest", this.#name);
    document.removeEventListener("htmx:beforeSwap", this.#show);
  }

  #name = ({ target, detail }) => {
    if (this.#html && target.closest("#decision")) detail.parameters.ahead = this.dataset.case;
  };

  #show = ({ detail }) => {
    const named = detail.xhr.getResponseHeader("X-Ahead");
    if (!named) return;
    if (named === this.dataset.case) {
      detail.serverResponse = this.#html + detail.serverResponse;
      return;
    }
    // Something else was opened while the answer was on its way.
    detail.shouldSwap = false;
    location.assign(detail.xhr.getResponseHeader("HX-Push-Url"));
  };
});
