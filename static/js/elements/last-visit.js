// Signed out: the browser remembers the last 50 discussions, when and with how many comments they
// were read, and marks what came since. A visit ends after half an hour.
customElements.define("last-visit", class extends HTMLElement {
  connectedCallback() {
    try {
      this.#visit(this.dataset);
    } catch { /* no storage: each visit is the first */ }
  }

  #visit({ id, count, one, many }) {
    const now = Date.now();
    const visits = new Map(JSON.parse(localStorage.visits ?? "[]"));
    let [at, had, since, known] = visits.get(id) ?? [now, count, now, count];
    if (now - at > 1_800_000) [since, known] = [at, had];
    visits.delete(id);
    visits.set(id, [now, count, since, known]);
    localStorage.visits = JSON.stringify([...visits].slice(-50));

    const link = this.querySelector("a");
    document.addEventListener("htmx:load", () => {
      for (const time of document.querySelectorAll(".comment__time time")) {
        const comment = time.closest(".comment");
        const marks = comment.querySelector(".comment__marks:empty");
        if (!marks || Date.parse(time.dateTime) < since) continue;
        marks.append(this.querySelector("template").content.cloneNode(true));
        marks.lastChild.href = `${link.pathname}?after=${comment.id.slice(8)}`;
      }
    });
    const number = count - known;
    if (number < 1) return;
    const time = new Date(since).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    this.querySelector("span").textContent = (number > 1 ? many : one).replace("{n}", number).replace("{time}", time);
    link.search = `since=${since}`;
    this.hidden = false;
  }
});
