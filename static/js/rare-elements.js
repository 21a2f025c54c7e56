// Fetches the scripts of elements that few pages hold, when the first of them comes into a page.
const script = document.getElementById("rare-elements");

document.addEventListener("htmx:load", ({ target }) => {
  for (const each of [target, ...target.querySelectorAll(":not(:defined)")]) {
    const address = script.getAttribute(`data-${each.localName}`);
    if (address) import(address);
  }
});
