// Around the form of a case: puts the saved reason of the chosen ground into the field, until
// somebody has written there himself, and lets the button say what it does.
customElements.define("case-form", class extends HTMLElement {
  #filled = "";

  connectedCallback() {
    this.addEventListener("change", this.#change);
    this.addEventListener("input", this.#draft);
    this.addEventListener("toggle", this.#draft, true); // it does not bubble
    // The letter comes by itself.
    this.querySelector(".decision__ask")?.remove();
    this.#name();
  }

  #draft() {
    const letter = this.querySelector(".decision__letter");
    if (letter?.open) letter.dispatchEvent(new Event("letter"));
  }

  #change({ target }) {
    if (target.name === "measure") this.#name();
    if (target.value === "hide_passage") this.#quote();
    if (target.name === "ground") this.#find(target.value);
    if (["measure", "ground", "saved"].includes(target.name)) this.#fill(target.name === "saved");
    this.#draft();
  }

  #name() {
    const chosen = this.querySelector("[name=measure]:checked");
    const button = this.querySelector(".decision__row button");
    if (chosen && button) button.textContent = chosen.dataset.button;
  }

  // Of several words for one ground the first that fits; of none, none.
  #find(ground) {
    const saved = this.querySelector("[name=saved]");
    if (!saved) return;
    const fits = ({ dataset }) => dataset.ground === ground && dataset.text;
    saved.selectedIndex = Math.max(0, [...saved.options].findIndex(fits));
  }

  #fill(always) {
    const reasons = this.querySelector("[name=explanation]");
    const text = this.querySelector("[name=saved]")?.selectedOptions[0].dataset.text;
    if (!always && reasons.value && reasons.value !== this.#filled) return;
    reasons.value = this.#filled = text ?? "";
  }

  #quote() {
    const chosen = getSelection();
    if (chosen.isCollapsed || !chosen.anchorNode.parentElement.closest(".case__body")) return;
    this.querySelector("[name=passage]").value = chosen.toString().trim();
  }
});
