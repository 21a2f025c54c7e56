// What htmx parses comes from our own server only (selfRequestsOnly), and scripts in it are not run
// (allowScriptTags): the policy may let it through. Scripts and their addresses stay refused.
if (window.trustedTypes) {
  trustedTypes.createPolicy("default", { createHTML: (html) => html });
}
