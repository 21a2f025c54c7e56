// "Reply" and "Quote" begin the box with the words that are selected in the comment, "Quote" without
// a selection with all of it, in place.
const QUOTE = 'a[href*="quote="]';

customElements.define("quote-selection", class extends HTMLElement {
  #words = "";
  #comment;

  // Stands once on a page, as long as that is open. Pressing a button takes the selection away,
  // opening the menu too: look before that.
  connectedCallback() {
    document.addEventListener("pointerdown", ({ target }) => this.#remember(target.closest?.(".comment")));
    document.addEventListener("click", (event) => this.#click(event), true);
    document.addEventListener("htmx:load", ({ target }) => this.#put(target));
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
