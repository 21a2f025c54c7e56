// Around a form that a passkey or security key fills in: asks the browser for it, then sends the form.
// data-options names the block that says what to ask for, or data-address where to get that.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const key = (entry) => ({ ...entry, id: bytes(entry.id) });

customElements.define("passkey-form", class extends HTMLElement {
  connectedCallback() {
    if (!navigator.credentials || !window.PublicKeyCredential) return;
    this.querySelector("[data-without]")?.remove();
    for (const part of this.querySelectorAll("[hidden]")) part.hidden = false;
    this.addEventListener("submit", this.#ask);
  }

  async #ask(event) {
    event.preventDefault();
    const form = event.target;
    try {
      form.elements.credential.value = JSON.stringify(await this.#credential(form));
    } catch (error) {
      this.querySelector("[role=alert]").textContent = error.name === "InvalidStateError" ? this.dataset.known : this.dataset.failed;
      return;
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  async #credential(form) {
    const asked = await this.#options();
    const isNew = "creation_options" in asked;
    const options = (asked.creation_options ?? asked.request_options).publicKey;
    options.challenge = bytes(options.challenge);
    if (!isNew) {
      options.allowCredentials = options.allowCredentials?.map(key);
      return this.#plain(await navigator.credentials.get({ publicKey: options }));
    }
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = options.excludeCredentials?.map(key);
    const alone = form.elements.passwordless?.checked;
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      requireResidentKey: Boolean(alone),
      residentKey: alone ? "required" : "discouraged",
      ...(alone && { userVerification: "required" }),
    };
    return this.#plain(await navigator.credentials.create({ publicKey: options }));
  }

  async #options() {
    if (this.dataset.options) return JSON.parse(document.getElementById(this.dataset.options).textContent);
    const answer = await fetch(this.dataset.address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  #plain(credential) {
    const { id, rawId, type, response } = credential;
    const parts = ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"];
    const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    return {
      id, rawId: text(rawId), type,
      response: Object.fromEntries(given),
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }
});
