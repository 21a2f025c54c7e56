// Tells the server how far its reader has read, after a moment and on leaving. live-news raises
// `data-version`.
const LOOKED = 3_000;
const AGAIN = 60_000;

customElements.define("reading-marker", class extends HTMLElement {
  #timer;
  #sent = 0;

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#look);
    this.#look();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#look);
    clearTimeout(this.#timer);
  }

  #look = () => {
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.#send(), LOOKED);
    else if (this.#sent && Date.now() > this.#sent + AGAIN) this.#send();
  };

  #send() {
    this.#sent = Date.now();
    const body = new FormData(document.getElementById("actions"));
    body.set("version", this.dataset.version);
    body.set("still_reading", "");
    fetch(this.dataset.url, { method: "POST", body, keepalive: true }).catch(() => {}); // later again
  }
});
