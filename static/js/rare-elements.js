// Fetches the scripts of rare elements when the first of them, or what asks for one, comes into a page.
const script = document.getElementById("rare-elements");

document.addEventListener("htmx:load", ({ target }) => {
  for (const each of [target, ...target.querySelectorAll(":not(:defined), [data-needs]")]) {
    const address = script.getAttribute(`data-${each.dataset.needs ?? each.localName}`);
    if (address) import(address);
  }
});
