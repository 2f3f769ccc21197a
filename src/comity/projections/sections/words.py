"""How measures, statements, aid, alignment and coded interactions fold."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from comity.domain.codelists.goldstein import QUAD_NAMES, goldstein, quad_class
from comity.domain.events import (
    AidDelivered,
    AidPledged,
    AlignmentRecorded,
    InteractionCoded,
    MeasureImposed,
    MeasureLifted,
    StatementMade,
)
from comity.projections.answers import Aid, Alignment, Measure, Statement, Tone
from comity.projections.sections.book import AidBook, Book, Handlers, add_amount, kept, written


def imposed(book: Book, event: MeasureImposed) -> None:
    """A measure begins."""
    book.measures[event.measure] = event


def lifted(book: Book, event: MeasureLifted) -> None:
    """A measure ends."""
    book.measures.pop(event.measure, None)


def said(book: Book, event: StatementMade) -> None:
    """A party speaks."""
    book.statements[book.name(event.by)] = event


def aligned(book: Book, event: AlignmentRecorded) -> None:
    """The parties are aligned, neutral or opposed in a matter."""
    book.alignment[event.matter] = Alignment(event.matter, event.alignment, event.when)


def aid(book: Book, event: AidPledged | AidDelivered) -> None:
    """Aid is promised or arrives."""
    way = (book.name(event.by), book.name(event.to))
    known = kept(book.aid, way, AidBook)
    totals = known.pledged if isinstance(event, AidPledged) else known.delivered
    if event.money is not None:
        add_amount(totals, event.money.currency, event.money.amount)
    if event.quantity is not None:
        add_amount(totals, event.quantity.unit, event.quantity.amount)


def coded(book: Book, event: InteractionCoded) -> None:
    """A coder read of an interaction in the news."""
    book.interactions += 1
    quad = quad_class(event.scheme, event.code)
    if quad is not None:
        book.by_quad_class[quad] = book.by_quad_class.get(quad, 0) + 1
    weight = goldstein(event.scheme, event.code)
    if weight is not None:
        book.goldstein_sum += weight
        book.goldstein_count += 1


def measures_answer(book: Book) -> tuple[Measure, ...]:
    """The measures in force."""
    return tuple(
        Measure(name, book.name(event.by), book.name(event.on), event.kind, event.when)
        for name, event in sorted(book.measures.items())
        if isinstance(event, MeasureImposed)
    )


def statements_answer(book: Book) -> dict[str, Statement]:
    """The last statement by each party."""
    return {
        by: Statement(by, event.when, event.speaker, event.stance, event.text)
        for by, event in sorted(book.statements.items())
    }


def aid_answer(book: Book) -> tuple[Aid, ...]:
    """Aid in each direction."""
    return tuple(
        Aid(*way, written(a.pledged), written(a.delivered)) for way, a in sorted(book.aid.items())
    )


def mean_weight(total: Decimal, count: int) -> Decimal | None:
    """The mean of `count` weights, exact to three places; None where there is none."""
    return (total / count).quantize(Decimal("0.001"), ROUND_HALF_EVEN) if count else None


def tone_answer(book: Book) -> Tone:
    """The coded interactions in all, and the mean weight of those that have one."""
    mean = mean_weight(book.goldstein_sum, book.goldstein_count)
    quads = {QUAD_NAMES[quad]: count for quad, count in sorted(book.by_quad_class.items())}
    return Tone(book.interactions, quads, mean)


HANDLERS: Handlers = {
    MeasureImposed: imposed,
    MeasureLifted: lifted,
    StatementMade: said,
    AlignmentRecorded: aligned,
    AidPledged: aid,
    AidDelivered: aid,
    InteractionCoded: coded,
}
