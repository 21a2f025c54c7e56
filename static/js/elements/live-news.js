// Asks what is new, less often where nothing happens. What is gone or counted changes in its place;
// what is new waits behind the link.
const LONGEST = 60_000;

const put = (places, change) => {
  for (const place in places) {
    for (const old of document.querySelectorAll(place)) change(old, places[place]);
  }
};

customElements.define("live-news", class extends HTMLElement {
  #waiting = new Map();
  #pause = 5_000;
  #since;
  #timer;
  #look = () => this.#wait(0);

  connectedCallback() {
    this.#since = this.closest("[data-version]").dataset.version;
    this.lastElementChild.onclick = (event) => this.#show(event);
    document.addEventListener("visibilitychange", this.#look);
    this.#wait(this.dataset.longest ?? this.#pause);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#look);
  }

  #wait(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), pause * (0.8 + Math.random() * 0.4));
  }

  async #ask() {
    if (document.hidden) return;
    const { url, longest = LONGEST } = this.dataset;
    // no-cache: browsers would answer with what was new two seconds ago (stale-while-revalidate).
    const answer = await fetch(`${url}?since=${this.#since}`, { cache: "no-cache", credentials: "omit" })
      .catch(() => {});
    if (answer?.ok) this.#take(await answer.json());
    if (this.isConnected) this.#wait(answer?.ok ? Math.min(this.#pause, longest) : LONGEST);
  }

  #take({ version, html, text, news }) {
    this.#since = version;
    this.#pause = news ? 5_000 : Math.min(this.#pause * 1.5, LONGEST);
    if (!news) return;
    put(text, (old, words) => {
      old.textContent = words.replace("{}", old.textContent.split(" ")[0]);
    });
    put(html, (old, wording) => {
      old.outerHTML = wording;
    });
    for (const place in html) this.#waiting.delete(place.slice(1));
    for (const [id, after, by] of news) {
      const isHere = this.#waiting.has(after)
        || document.querySelector(`:not(.thread--alone) > #${after || this.dataset.near}`);
      const isQuiet = document.getElementById(id) || this.textContent.includes(`"${by}"`);
      if (isHere && !isQuiet) this.#waiting.set(id, after);
    }
    this.#offer();
  }

  #offer() {
    const [count, link] = [this.#waiting.size, this.lastElementChild];
    const { one, many, more } = this.dataset;
    const words = (count > 50 ? more : count > 1 ? many : one).replace("{n}", count);
    link.hidden = !count;
    if (count && link.textContent !== words) {
      link.textContent = document.getElementById("announcer").textContent = words;
    }
  }

  async #show(event) {
    const { url, place, at } = this.dataset;
    const [ids, since] = [[...this.#waiting.keys()], this.#since];
    const isElsewhere = !place && [...this.#waiting.values()].includes("");
    if (isElsewhere || ids.length > 50) return;
    event.preventDefault();
    const answer = await fetch(`${url}shown/?ids=${ids}`).catch(() => {});
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ids) {
      const after = this.#waiting.get(id);
      const found = this.#waiting.delete(id) && page.getElementById(id);
      const node = found && (found.closest(".thread") ?? found);
      if (!node) continue;
      const near = document.getElementById(after || at);
      (near.closest(".thread__here") ?? near)[after ? "after" : place](node);
      htmx.process(node);
    }
    this.#offer();
    put({ "reading-marker": since }, ({ dataset }, version) => {
      dataset.version = version;
    });
    document.querySelector(`:is(#${ids.join(",#")}) [tabindex]`)?.focus();
  }
});
