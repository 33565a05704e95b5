"""Words for guarantees on a page, in the language of the page."""

from django import template

from mingbai.facts.assessments.guarantees import ITEMS, SOURCES, SOURCES_EN, STATES, STATES_EN

register = template.Library()


@register.filter
def state_words(state: str, english: bool = False) -> str:
    """有保障 for ``met``."""
    return (STATES_EN if english else STATES)[state]


@register.filter
def source_words(source: str, english: bool = False) -> str:
    """入户走访 for ``visit``; a source that is no more goes by its code."""
    return (SOURCES_EN if english else SOURCES).get(source, source)


@register.filter
def item_words(code: str, english: bool = False) -> str:
    """住房安全有保障 for ``housing``."""
    item = ITEMS.get(code)
    return code if item is None else item.term_en if english else item.term


@register.filter
def item_short(code: str, english: bool = False) -> str:
    """住房 for ``housing``."""
    item = ITEMS.get(code)
    return code if item is None else item.term_en if english else item.short
