// Signed out: the browser remembers 50 discussions, when they were read and with how many comments,
// says beside their number how many came since, and marks them. A visit ends after half an hour.
customElements.define("last-visit", class extends HTMLElement {
  connectedCallback() {
    const { id, count } = this.dataset;
    const now = Date.now();
    let visits;
    try {
      visits = new Map(JSON.parse(localStorage.visits ?? "[]"));
    } catch {
      return; // no storage: each visit is the first
    }
    let [at, had, since, known] = visits.get(id) ?? [now, count, now, count];
    if (now - at > 18e5) [since, known] = [at, had];
    visits.delete(id);
    visits.set(id, [now, count, since, known]);
    localStorage.visits = JSON.stringify([...visits].slice(-50));

    const [link, { content }] = this.children;
    const path = link.pathname;
    const time = new Date(since).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    link.textContent = link.textContent.replace("{n}", count - known);
    link.title = link.title.replace("{time}", time);
    link.search = `since=${since}`;
    link.hidden = count <= known;
    document.addEventListener("htmx:load", () => {
      for (const { parentNode, dateTime } of document.querySelectorAll(".comment__time time")) {
        const marks = parentNode.closest("header").querySelector(".comment__marks:empty");
        if (!marks || Date.parse(dateTime) < since) continue;
        marks.append(content.cloneNode(true));
        marks.lastChild.href = `${path}?after=${marks.id.slice(6)}`;
      }
    });
  }
});
