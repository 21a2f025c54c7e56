// Listens for the keys of the desk, anywhere on its page but in text fields (WCAG 2.1.4): a key
// clicks what names it in aria-keyshortcuts. For whoever has switched keys off it is not there.
const STEPS = { j: 1, k: -1 };

customElements.define("desk-keys", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this.#press);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#press);
  }

  // A key that is held down must not decide one case after the other.
  #press = (event) => {
    if (event.repeat || event.isComposing || event.altKey) return;
    const isDecision = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    const isTyping = event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
    if (!isDecision && (isTyping || event.ctrlKey || event.metaKey)) return;
    const wanted = isDecision ? this.#named("Control+Enter") : this.#of(event.key);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
    // What was chosen is told by its focus; of a button the answer takes it.
    if (wanted.matches("input, summary")) wanted.focus();
  };

  #of(key) {
    return key in STEPS ? this.#beside(STEPS[key]) : this.#named(key);
  }

  #named(key) {
    return document.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`);
  }

  #beside(step) {
    // Of the case that is shown: the list marks it a moment later.
    const shown = `case-${document.getElementById("file")?.dataset.case}`;
    const links = [...document.querySelectorAll(".queue__row a")];
    return links[links.findIndex((link) => link.closest("li").id === shown) + step];
  }
});
