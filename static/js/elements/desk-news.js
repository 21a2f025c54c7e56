// Asks now and then whether further cases wait, and offers them: the list never moves by itself.
const PAUSE = 20_000;

customElements.define("desk-news", class extends HTMLElement {
  #timer;

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#ask);
    this.#timer = setInterval(this.#ask, PAUSE);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#ask);
  }

  #ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(this.dataset.url).catch(() => {}); // later again
    if (!answer?.ok || !this.isConnected) return;
    const { count, words } = await answer.json();
    const link = this.firstElementChild;
    link.hidden = !count;
    if (count && link.textContent !== words) {
      link.textContent = document.getElementById("announcer").textContent = words;
    }
  };
});
