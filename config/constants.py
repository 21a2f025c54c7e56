"""Which tags of a template say the same each time, and so are asked once?

The paper's name for a link, the address of a style sheet, the way to the house rules: a page has a
hundred of them. Django's libraries `i18n` and `static` and its tag `url` with that difference;
where only ids differ in an address, the rest of it is asked once.
"""

from collections.abc import Callable

from django.template import Library, Node
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode, url
from django.templatetags import i18n, static
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from accounts.routing import address_of

register = Library()
for library in (i18n.register, static.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)


class SaidOnce(Node):
    """Keeps in each language what the node said first."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self.said:
            self.said[language] = self.node.render(context)
        return self.said[language]


class AddressNode(URLNode):
    """As Django's, but the router is asked once for what differs in ids only."""

    def render(self, context: Context) -> str:
        arguments = [argument.resolve(context) for argument in self.args]
        if any(type(argument) is not int for argument in arguments):
            return super().render(context)
        address = address_of(self.view_name.resolve(context), *arguments)
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


def _url(parser: Parser, token: Token) -> Node:
    node = url(parser, token)
    if not node.args or node.kwargs or not _is_literal(node.view_name):
        return node
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


def _once(tag: Callable, is_constant: Callable) -> Callable:
    def compiled(parser: Parser, token: Token) -> Node:
        node = tag(parser, token)
        return SaidOnce(node) if is_constant(node) else node

    return compiled


def _says_words(node: Node) -> bool:
    return (
        isinstance(node, i18n.TranslateNode)
        and not node.asvar
        and node.message_context is None
        and _is_literal(node.filter_expression)
    )


def _is_file(node: Node) -> bool:
    return isinstance(node, static.StaticNode) and not node.varname and _is_literal(node.path)


def _is_address(node: Node) -> bool:
    return (
        isinstance(node, URLNode)
        and not (node.args or node.kwargs or node.asvar)
        and _is_literal(node.view_name)
    )


def _is_literal(value: FilterExpression) -> bool:
    """A text between quotes; what its filters make of it may depend on the page."""
    if value.filters:
        return False
    is_text = isinstance(value.var, str)
    return is_text or (isinstance(value.var, Variable) and value.var.literal is not None)


register.tag("translate", _once(i18n.do_translate, _says_words))
register.tag("trans", _once(i18n.do_translate, _says_words))
register.tag("static", _once(static.do_static, _is_file))
register.tag("url", _once(_url, _is_address))
