"""What does a browser make of an answer, and is anything in it that harmless texts never led to?"""

from dataclasses import dataclass, field

from playwright.sync_api import Page

# In the page of the judge, which shows nothing: `judged` parses and compares.
JUDGE = r"""
window.known = new Set();
const RICH = ".comment__body";
const ALLOWED = new Set(["P", "BR", "EM", "STRONG", "BLOCKQUOTE", "UL", "LI", "A", "MARK"]);
const PLAIN = [
    "textarea", "input[name=q]", "input[name=name]", ".entry__text", "dd", "blockquote.quoted",
    "q.flags__explanation", ".queue__excerpt", "[id=appeal] blockquote",
];
const LEADS = new Set([
    "href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "data-url",
    "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete",
]);
const OURS = /^(\/(?![\/\\])|[?#]|$|https?:\/\/(testserver|localhost|127\.0\.0\.1)[:\/]|mailto:)/;
const OF_FEEDS = new Set([
    "feed", "title", "subtitle", "link", "id", "updated", "published", "entry", "author", "name",
    "uri", "summary", "content", "rights",
]);

function sign(element) {
    const names = [...element.attributes].map((one) => one.name).sort();
    const of = (one) => one ? one.localName + "." + [...one.classList].sort().join(".") : "";
    return `${of(element.parentElement)} > ${of(element)} [${names}]`;
}

// Only what may stand in a comment; nothing else looks like it.
function inside(body) {
    const strange = [];
    if (!body.closest("[hx-disable]")) strange.push("body outside hx-disable");
    for (const element of body.querySelectorAll("*")) {
        const names = [...element.attributes].map((one) => one.name).sort().join();
        const isLink = element.tagName === "A";
        if (!ALLOWED.has(element.tagName) || names !== (isLink ? "href,rel" : ""))
            strange.push(`in a body: <${element.localName} ${names}>`);
        if (isLink && !/^https?:\/\/[^@\/]+(\/|$|[?#])/i.test(element.getAttribute("href")))
            strange.push(`in a body: href=${element.getAttribute("href")}`);
    }
    return strange;
}

function outside(root, learns) {
    const strange = [];
    for (const element of root.querySelectorAll("*")) {
        if (element.parentElement?.closest(RICH)) continue;
        const signature = sign(element);
        if (learns) window.known.add(signature);
        else if (!window.known.has(signature)) strange.push(signature);
        for (const { name, value } of element.attributes) {
            if (name.startsWith("on")) strange.push(`${element.localName} ${name}`);
            if (!LEADS.has(name)) continue;
            // Learnt with their addresses: pictures in the page, and what our own pages link to.
            const isOurs = OURS.test(value);
            const led = `${signature} ${name}=${value}`;
            if (learns && !isOurs) window.known.add(led);
            if (!isOurs && !learns && !window.known.has(led)) strange.push(led);
        }
        if (element.localName === "script") {
            if (element.type === "application/ld+json") JSON.parse(element.textContent);
            else if (element.textContent.trim()) strange.push("script with text");
        }
    }
    const comments = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
    while (comments.nextNode()) {
        const said = comments.currentNode.data;
        if (!/^\/?slot [a-z]+-\d+$/.test(said)) strange.push(`comment: ${said.slice(0, 80)}`);
    }
    return strange;
}

window.isOurs = (address) => {
    const ours = "https://ours.example";
    return !URL.canParse(address, ours) || new URL(address, ours).origin === ours;
};

window.judged = (html, learns) => {
    const root = new DOMParser().parseFromString(html, "text/html");
    const bodies = [...root.querySelectorAll(RICH)];
    const strange = bodies.flatMap(inside).concat(outside(root, learns));
    const plain = [...root.querySelectorAll(PLAIN.join())];
    return {
        strange: [...new Set(strange)],
        rich: bodies.map((body) => body.textContent),
        plain: plain.map((one) => one.value ?? one.textContent),
    };
};

// A feed: well-formed, and what its entries hold is a comment's body.
window.judgedFeed = (xml) => {
    const root = new DOMParser().parseFromString(xml, "application/xml");
    const broken = root.querySelector("parsererror");
    if (broken) return { strange: [broken.textContent.slice(0, 200)], rich: [], plain: [] };
    const strange = [...root.querySelectorAll("*")]
        .filter((one) => !OF_FEEDS.has(one.localName)).map((one) => `feed: ${one.localName}`);
    const bodies = [...root.querySelectorAll("entry > summary, entry > content")].map((one) => {
        const page = new DOMParser().parseFromString(one.textContent, "text/html");
        page.body.setAttribute("hx-disable", "");
        return page.body;
    });
    strange.push(...bodies.flatMap(inside));
    return { strange, rich: bodies.map((body) => body.textContent), plain: [] };
};
"""


@dataclass
class Read:
    strange: list[str] = field(default_factory=list)
    # Texts of comments' bodies, and of the places that show text without any mark.
    rich: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)


class Judge:
    """A browser's page that parses answers. While it learns, nothing is strange to it."""

    def __init__(self, page: Page) -> None:
        page.goto("about:blank")
        page.evaluate(JUDGE)
        self._page = page
        self.learns = True

    def read(self, html: str) -> Read:
        return Read(**self._page.evaluate("([h, l]) => judged(h, l)", [html, self.learns]))

    def is_ours(self, address: str) -> bool:
        """Whether a browser that follows it stays on the site, or goes nowhere."""
        return self._page.evaluate("address => isOurs(address)", address)

    def read_feed(self, xml: str) -> Read:
        return Read(**self._page.evaluate("xml => judgedFeed(xml)", xml))
