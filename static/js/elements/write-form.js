// Around the form to write: counts, closes, says that it is sending, or that it could not.

// As the server counts: a family of emoji is one.
const letters = window.Intl?.Segmenter && new Intl.Segmenter("de");
const characters = (text) => [...(letters ? letters.segment(text) : text)].length;

customElements.define("write-form", class extends HTMLElement {
  #spoken = "";

  connectedCallback() {
    this.addEventListener("input", this.#count);
    this.addEventListener("click", this.#click);
    this.addEventListener("submit", this.#sending);
    this.addEventListener("htmx:afterRequest", this.#answered);
    this.#count();
  }

  get #text() {
    return this.querySelector("textarea[name]");
  }

  #count(event) {
    // What was changed after the nudge is not sent "anyway".
    const anyway = this.querySelector("[data-send]");
    if (event && anyway) anyway.textContent = anyway.dataset.send;
    const counter = this.querySelector("[data-left]");
    const left = this.#text.dataset.limit - characters(this.#text.value);
    const words = left < 0 ? counter.dataset.over : counter.dataset.left;
    counter.classList.toggle("write-box__counter--over", left < 0);
    counter.textContent = left > 500 ? "" : words.replace("{n}", Math.abs(left));
    this.#speak(left, counter);
  }

  // Every key would be too much: aloud only when 500, 100 and 0 are passed.
  #speak(left, counter) {
    const step = [0, 100, 500].find((limit) => left <= limit);
    if (step === this.#spoken) return;
    this.#spoken = step;
    counter.nextElementSibling.textContent = counter.textContent;
  }

  #click(event) {
    if (event.target.closest('[aria-disabled="true"]')) event.preventDefault();
    if (event.target.closest("[data-edit]")) {
      event.preventDefault();
      this.#text.focus();
    }
    if (!event.target.closest("[data-cancel]")) return;
    const box = this.parentElement;
    const comment = box.previousElementSibling;
    if (!comment?.matches(".comment")) return;
    event.preventDefault();
    box.remove();
    comment.querySelector(".action--reply")?.focus();
  }

  #sending(event) {
    this.#failure = "";
    const button = event.submitter;
    if (!button?.dataset.sending) return;
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.sending;
    button.setAttribute("aria-disabled", "true");
    // Browsers keep the page as it was left, for "Back".
    addEventListener("pagehide", () => this.#ready(), { once: true });
  }

  #ready() {
    const button = this.querySelector('[aria-disabled="true"]');
    if (!button) return;
    button.textContent = button.dataset.label;
    button.removeAttribute("aria-disabled");
  }

  // Still here after the answer means that nothing took its place.
  #answered({ detail: { xhr } }) {
    this.#ready();
    if (xhr.status === 0) this.#offline();
    else if (xhr.status >= 400) this.#failure = this.#failureLine.dataset.failed;
  }

  // The form has kept its number: sent twice, it is stored once.
  #offline() {
    const { kept, offline } = this.#failureLine.dataset;
    this.#failure = this.querySelector("reply-draft").isSaved ? kept : offline;
    const button = this.querySelector("[data-again]");
    button.textContent = button.dataset.again;
  }

  get #failureLine() {
    return this.querySelector("[data-failed]");
  }

  set #failure(words) {
    if (this.#failureLine) this.#failureLine.textContent = words;
  }
});
