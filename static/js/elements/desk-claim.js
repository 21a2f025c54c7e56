// Gives a case back when its moderator leaves its page, by closing it or by going on. After a
// decision there is nothing to give back; if it is refused, the form comes anew with such an element.
customElements.define("desk-claim", class extends HTMLElement {
  #form;
  #isDecided;

  connectedCallback() {
    this.#form = this.closest("form");
    this.closest(".decision").addEventListener("submit", ({ target }) => {
      this.#isDecided = target !== this.#form;
    });
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
    if (this.#isDecided) return;
    const form = new FormData(this.#form);
    form.append("left", "1"); // nobody waits for the answer
    navigator.sendBeacon(this.#form.action, form);
  };
});
