// Gives a case back when its moderator leaves its page, by closing it or by going on. After a
// decision there is nothing to give back, and asking for it changes nothing.
customElements.define("desk-claim", class extends HTMLElement {
  #form;

  connectedCallback() {
    this.#form = this.closest("form");
    addEventListener("pagehide", this.#release);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#release);
    // A boosted link swaps the page without leaving it. The same case, shown again with what was
    // missing, is not left: it has an element of its own.
    queueMicrotask(() => {
      const shown = document.querySelector("desk-claim")?.closest("form");
      if (shown?.action !== this.#form.action) this.#release();
    });
  }

  #release = () => {
    navigator.sendBeacon(this.#form.action, new FormData(this.#form));
  };
});
