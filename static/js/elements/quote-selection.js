// Once on a page with comments: "Reply" and "Quote" below a comment begin the box with the words
// that are selected in it, "Quote" without a selection with all of it, in place.
const QUOTE = 'a[href*="quote="]';

customElements.define("quote-selection", class extends HTMLElement {
  #words = "";
  #comment;
  #look = (event) => this.#remember(event.target.closest?.(".comment"));
  #choose = (event) => this.#click(event);
  #settled = (event) => this.#put(event.target);

  // Pressing a button takes the selection away, opening the menu too: look before that.
  connectedCallback() {
    document.addEventListener("pointerdown", this.#look);
    document.addEventListener("click", this.#choose, true);
    document.addEventListener("htmx:load", this.#settled);
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#look);
    document.removeEventListener("click", this.#choose, true);
    document.removeEventListener("htmx:load", this.#settled);
  }

  #remember(comment) {
    const words = this.#selectedIn(comment);
    if (!words && comment === this.#comment && comment?.querySelector("details[open]")) return;
    this.#words = words;
    this.#comment = comment;
  }

  #selectedIn(comment) {
    const selection = getSelection();
    const body = comment?.querySelector(".comment__body");
    const isInside = body && selection.rangeCount
      && body.contains(selection.getRangeAt(0).commonAncestorContainer);
    return isInside ? selection.toString().trim() : "";
  }

  #click(event) {
    const link = event.target.closest?.(`.action--reply, ${QUOTE}`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const comment = link.closest(".comment");
    // From the keyboard nothing was pressed, and the selection is still there.
    const words = this.#selectedIn(comment) || (comment === this.#comment ? this.#words : "");
    this.#words = words;
    this.#comment = comment;
    if (!link.matches(QUOTE)) return;
    const reply = comment.querySelector(".action--reply");
    if (!reply) return;
    event.preventDefault();
    link.closest("details").open = false;
    const address = words ? reply.href : link.href;
    htmx.ajax("GET", address, { source: reply, target: comment, swap: "afterend" });
  }

  #put(box) {
    if (!box.matches?.("write-box") || box.previousElementSibling !== this.#comment) return;
    const field = box.querySelector("textarea[name]");
    const words = this.#words;
    this.#words = "";
    if (!field || !words) return;
    const quote = words.split(/\n+/).map((line) => `> ${line}`).join("\n");
    field.value = `${field.value.trimEnd()}\n\n${quote}\n\n`.trimStart();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.setSelectionRange(field.value.length, field.value.length);
  }
});
