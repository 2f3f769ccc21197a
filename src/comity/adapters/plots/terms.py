"""The terms of heads of mission: who comes into post ends the term of whoever held it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from comity.domain.lives.posts import PostKey, Posts, post_of, post_step
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.time.dates import Instants


class Term(NamedTuple):
    """Somebody's term, from an entry on; `ended` is None while it goes on."""

    begun: Entry
    ended: Instants | None = None


def terms_of(entries: Sequence[Entry]) -> dict[str, list[Term]]:
    """The terms of all who are named for one post, by their names as names are compared."""
    posts, open_ = Posts(), dict[str, Term]()
    terms: dict[str, list[Term]] = {}
    for entry in sorted(entries, key=_order):
        posts, _ = post_step(posts, entry.event)
        there = _there(posts, post_of(entry.event))
        for name in [name for name in open_ if name not in there]:
            term = open_.pop(name)
            terms.setdefault(name, []).append(term._replace(ended=_after(term, entry)))
        name = person_of(entry)
        if name in there and name not in open_:
            open_[name] = Term(entry)
    for name, term in open_.items():
        terms.setdefault(name, []).append(term)
    return terms


def person_of(entry: Entry) -> str:
    """Whom an envoy's event is about, as names are compared."""
    return folded(getattr(entry.event, "name", ""))


def _order(entry: Entry) -> tuple[int, int, str]:
    return entry.instants.latest, entry.event.phase, entry.event.id


def _there(posts: Posts, post: PostKey) -> frozenset[Hashable]:
    """Who is in post, acts or is named for it; an appointment can put in post, too."""
    there = [holder for holder in posts.holders if holder.post == post]
    heads = [holder for holder in there if not holder.ad_interim]
    standing = heads if post in posts.filled else heads[-1:]
    standing += [holder for holder in there if holder.ad_interim]
    return frozenset(folded(holder.name) for holder in standing)


def _after(term: Term, entry: Entry) -> Instants:
    """When an entry ended a term: not before it began."""
    earliest, latest = entry.instants
    return Instants(max(earliest, term.begun.instants.earliest), latest)
