// In a comment that is being checked: looks now and then whether it has been, shows what became of
// it in its place, and says so politely. Less and less often, and only while somebody looks.
const LONGEST = 60_000;

customElements.define("waiting-comment", class extends HTMLElement {
  #pause = 1_000;
  #timer;

  connectedCallback() {
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    this.#timer = setTimeout(() => this.#look(), this.#pause);
    this.#pause = Math.min(this.#pause * 1.5, LONGEST);
  }

  async #look() {
    const comment = this.closest("article");
    const found = document.hidden ? null : await this.#fetched(comment.id);
    if (!this.isConnected) return;
    if (!found || found.dataset.status === comment.dataset.status) {
      this.#wait();
      return;
    }
    const state = found.querySelector(".comment__state")?.textContent;
    document.getElementById("announcer").textContent = state ?? this.dataset.published;
    htmx.swap(comment, found.outerHTML, { swapStyle: "outerHTML" });
  }

  async #fetched(id) {
    try {
      const response = await fetch(this.dataset.url);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return page.getElementById(id);
    } catch {
      return null; // no connection: later again
    }
  }
});
