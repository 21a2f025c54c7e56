// What is shown below one comment at a time: the box to write in, or the way to an account.
customElements.define("write-box", class extends HTMLElement {
  connectedCallback() {
    // Not while the swap is under way that replaces one by the other.
    queueMicrotask(() => {
      for (const other of document.querySelectorAll(`write-box[id="${this.id}"]`)) {
        if (other !== this) other.remove();
      }
    });
  }
});
