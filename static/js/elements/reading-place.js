// Remembers which comment stood on top, so that Back and Reload return to it: pixels, which browsers
// remember, are others once more comments have been fetched into the page.
const BELOW_THE_TOP = 80;
const address = () => `place ${location.pathname}${location.search}`;

let isReturn = ["reload", "back_forward"].includes(
  performance.getEntriesByType("navigation")[0]?.type,
);

customElements.define("reading-place", class extends HTMLElement {
  #timer;
  #scrolled = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#remember, 150);
  };

  connectedCallback() {
    if (isReturn) this.restore();
    isReturn = false;
    addEventListener("scroll", this.#scrolled, { passive: true });
    addEventListener("pagehide", this.#remember);
    addEventListener("popstate", this.#rest);
  }

  disconnectedCallback() {
    this.#rest();
    removeEventListener("popstate", this.#rest);
  }

  restore() {
    const [id, top] = sessionStorage.getItem(address())?.split(" ") ?? [];
    if (!id) return;
    const comment = document.getElementById(id);
    if (comment) {
      scrollBy({ top: comment.getBoundingClientRect().top - top, behavior: "instant" });
      return;
    }
    // It had been fetched into a page that does not begin with it.
    const around = new URLSearchParams(location.search);
    for (const name of ["after", "thread"]) around.delete(name);
    around.set("around", id.split("-")[1]);
    sessionStorage.removeItem(address());
    location.replace(`?${around}#${id}`);
  }

  // Another address with still the former page below it, until htmx has fetched what belongs there.
  #rest = (event) => {
    if (event && !event.state?.htmx) return;
    clearTimeout(this.#timer);
    removeEventListener("scroll", this.#scrolled);
    removeEventListener("pagehide", this.#remember);
  };

  #remember = () => {
    const comments = [...this.closest(".discussion").querySelectorAll(".comment")];
    const boxes = comments.map((comment) => [comment.id, comment.getBoundingClientRect()]);
    const [id, box] = boxes.find(([, each]) => each.bottom > BELOW_THE_TOP) ?? [];
    const isKnown = box?.top < innerHeight;
    if (isKnown) sessionStorage.setItem(address(), `${id} ${box.top}`);
    else sessionStorage.removeItem(address());
    // Above the first comment the browser's pixels are right.
    history.scrollRestoration = isKnown ? "manual" : "auto";
  };
});

document.addEventListener("htmx:historyRestore", () => {
  document.querySelector("reading-place")?.restore();
});
