// Around the form to write: keeps what is typed on this device until the server has it.
//
// Each box keeps under a name of its own, so two windows never overwrite each other. It takes over
// the newest draft that another box left, and moves it as soon as something is typed.
const START = "draft:";
const SENT = "draft-sent";
const KEPT = 30 * 86_400_000;
const PAUSE = 400;

// Storage may be blocked or full: writing goes on.
const tried = (work, otherwise) => {
  try {
    return work();
  } catch {
    return otherwise;
  }
};

const drop = (names) => tried(() => names.forEach((name) => localStorage.removeItem(name)));

// The newest first; what is too old goes.
const drafts = (start) => tried(() => Object.keys(localStorage)
  .filter((name) => name.startsWith(start))
  .map((name) => ({ name, ...tried(() => JSON.parse(localStorage[name])) }))
  .filter(({ name, time }) => time > Date.now() - KEPT || drop([name]))
  .sort((one, other) => other.time - one.time), []);

// A form that the browser sent itself: a redirect means that it was taken.
tried(() => {
  const sent = JSON.parse(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
  const [visit] = performance.getEntriesByType("navigation");
  if (sent && visit.type === "navigate" && visit.redirectCount) drop(sent);
});

addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action") !== "/account/logout/") return;
  // What was read here signed out (last-visit.js) is nobody's business afterwards either.
  drop([...drafts(START).map(({ name }) => name), "visits"]);
});

customElements.define("reply-draft", class extends HTMLElement {
  #place;
  #name;
  #found;
  #timer;
  #flush = () => this.#timer && this.#save();

  connectedCallback() {
    drafts(START);
    this.#place = `${START}${this.dataset.key}:`;
    this.#name = this.#place + Math.random().toString(36).slice(2);
    const left = drafts(this.#place);
    if ("sentBack" in this.dataset) this.#found = left.find(({ body }) => body === this.#text.value);
    else if (left[0]) this.#take(left[0]);
    this.addEventListener("input", this.#typed);
    this.addEventListener("click", this.#click);
    this.addEventListener("submit", this.#sending);
    this.addEventListener("htmx:beforeOnLoad", this.#answered);
    addEventListener("pagehide", this.#flush);
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.#flush);
    this.#flush();
  }

  get #text() {
    return this.querySelector("textarea");
  }

  // For whoever has to say that nothing is lost.
  get isSaved() {
    this.#flush();
    return drafts(this.#place).some(({ body }) => body === this.#text.value);
  }

  // A quote that is asked for goes below the draft; a draft of an edit replaces the wording.
  #take(draft) {
    const given = this.#text.defaultValue;
    if (draft.body === given) return;
    const isQuote = given.trim() && !("wording" in this.dataset) && !draft.body.includes(given.trim());
    this.#found = draft;
    this.#text.value = isQuote ? `${draft.body.trimEnd()}\n\n${given}` : draft.body;
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
    this.hidden = false;
    const words = this.querySelector("[data-found]");
    if (!words) return;
    const time = new Date(draft.time).toLocaleString(document.documentElement.lang, {
      day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
    });
    words.textContent = words.dataset.found.replace("{time}", time);
    words.parentElement.hidden = false;
  }

  #typed() {
    this.#say("");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), PAUSE);
  }

  #save() {
    this.#stop();
    const body = this.#text.value;
    const isKept = tried(() => {
      if (!body.trim()) localStorage.removeItem(this.#name);
      else localStorage.setItem(this.#name, JSON.stringify({ body, time: Date.now() }));
      return true;
    });
    if (!isKept) return;
    const found = this.#found;
    // Another window may have gone on with it.
    if (found && drafts(found.name)[0]?.time === found.time) drop([found.name]);
    this.#found = null;
    if (body.trim()) this.#say(this.querySelector("[data-saved]").dataset.saved);
  }

  #say(words) {
    this.querySelector("[data-saved]").textContent = words;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  get #names() {
    return [this.#name, this.#found?.name ?? this.#name];
  }

  #forget() {
    this.#stop();
    drop(this.#names);
  }

  #click(event) {
    const button = event.target.closest("[data-discard]");
    if (!button) return;
    this.#text.value = this.#text.defaultValue;
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
    this.#forget();
    button.parentElement.hidden = true;
    this.#text.focus();
  }

  #sending(event) {
    this.#flush();
    if (event.defaultPrevented || event.submitter?.name === "preview") return;
    tried(() => sessionStorage.setItem(SENT, JSON.stringify(this.#names)));
  }

  #answered({ detail: { xhr, requestConfig } }) {
    const isPreview = requestConfig.triggeringEvent?.submitter?.name === "preview";
    if (xhr.status < 300 && !isPreview) this.#forget();
  }
});
