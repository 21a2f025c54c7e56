// Around what can still be undone: counts the seconds down, without a word aloud, and goes when
// they are over, unless somebody is just about to press it.
customElements.define("undo-line", class extends HTMLElement {
  #timer;

  connectedCallback() {
    const over = Date.now() + this.dataset.left * 1000;
    const clock = this.querySelector("[data-words]");
    const tick = () => {
      const left = Math.max(0, Math.ceil((over - Date.now()) / 1000));
      clock.textContent = clock.dataset.words.replace("{n}", left);
      if (!left && !this.contains(document.activeElement)) this.remove();
    };
    tick();
    this.#timer = setInterval(tick, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }
});
