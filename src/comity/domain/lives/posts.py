"""The posts of heads of mission: who is named, who is in post, who acts."""

from __future__ import annotations

from typing import NamedTuple

from comity.domain.events import Event
from comity.domain.lives.life import Fault
from comity.domain.lives.missions import DIPLOMATIC, OpenMission
from comity.domain.text import folded

PostKey = tuple[str, str, str]
"""What an envoy's event names of its mission: level, city and id; empty: the highest mission."""


class Holder(NamedTuple):
    """Someone who was named for a post or is in it."""

    post: PostKey
    name: str
    rank: str
    since: str
    credentials: str = ""
    arrived: str = ""
    ad_interim: bool = False

    @property
    def person(self) -> tuple[PostKey, str]:
        """The post and the name, as names are compared."""
        return self.post, folded(self.name)

    @property
    def in_post(self) -> bool:
        """Whether an arrival or credentials are recorded."""
        return bool(self.credentials or self.arrived)


class Posts(NamedTuple):
    """The posts of a sender at a host.

    `holders` are in the order in which they came. `filled` are the posts for which an arrival or
    credentials are recorded; `left` are those which someone is known to have left. `replaced` are
    those whose post ended when another came, and whose departure may still be recorded.
    """

    holders: tuple[Holder, ...] = ()
    replaced: frozenset[tuple[PostKey, str]] = frozenset()
    filled: frozenset[PostKey] = frozenset()
    left: frozenset[PostKey] = frozenset()

    def of(self, post: PostKey) -> PostHolders:
        """Who heads the mission, who is designate, and who acts."""
        there = [holder for holder in self.holders if holder.post == post]
        heads = [h for h in there if not h.ad_interim]
        acting = [h for h in there if h.ad_interim]
        if post in self.filled:
            in_post = [h for h in heads if h.in_post]
            named = [h for h in heads if not h.in_post]
        else:
            in_post, named = heads[-1:], []
        is_known = bool(there) or post in self.left or post in self.filled
        return PostHolders(
            in_post[-1] if in_post else None,
            named[-1] if named else None,
            acting[-1] if acting else None,
            (not in_post) if is_known else None,
        )


class PostHolders(NamedTuple):
    """The holders of one post; `vacant` is None if nothing is known of it."""

    head: Holder | None
    designate: Holder | None
    acting: Holder | None
    vacant: bool | None


def post_of(event: Event) -> PostKey:
    """The post that an envoy's event means."""
    level, city = getattr(event, "level", ""), folded(getattr(event, "city", ""))
    id = folded(getattr(event, "mission", ""))
    if level in DIPLOMATIC and not id:
        return "", "", ""
    return level, city, id


def is_of(post: PostKey, mission: OpenMission) -> bool:
    """Whether a post that names its mission is that of `mission`."""
    level, city, id = post
    names = mission.name
    return (
        post != ("", "", "")
        and level in ("", names[0])
        and (not city or not names[1] or city == names[1])
        and (not id or not names[2] or id == names[2])
    )


def post_step(posts: Posts, event: Event) -> tuple[Posts, Fault]:
    """The posts after `event`, and what is incoherent about it."""
    post, person = post_of(event), folded(getattr(event, "name", ""))
    known = next((h for h in posts.holders if h.person == (post, person)), None)
    if event.type == "envoy-appointed":
        if known is not None:
            return posts, "begun-twice"
        return posts._replace(
            holders=(*posts.holders, _holder(post, event)),
            replaced=posts.replaced - {(post, person)},
        ), ""
    if event.type in ("envoy-departed", "envoy-expelled"):
        if known is None and (post, person) in posts.replaced:
            return posts._replace(replaced=posts.replaced - {(post, person)}), ""
        if known is None:
            return posts, "ends-nothing"
        return _gone(posts, post, known), ""
    return _came(posts, post, known, event), ""


def _gone(posts: Posts, post: PostKey, known: Holder) -> Posts:
    """Someone leaves; who was put in post by an appointment had ended the post of those before."""
    before = posts.holders[: posts.holders.index(known)]
    by_appointment = post not in posts.filled and not known.ad_interim
    ended = {h for h in before if by_appointment and h.post == post and not h.ad_interim}
    return posts._replace(
        holders=tuple(h for h in posts.holders if h is not known and h not in ended),
        replaced=posts.replaced | {holder.person for holder in ended},
        left=posts.left | {post},
    )


def _holder(post: PostKey, event: Event) -> Holder:
    return Holder(
        post, getattr(event, "name", ""), getattr(event, "rank", ""), event.when,
        ad_interim=getattr(event, "ad_interim", False),
    )  # fmt: skip


def _came(posts: Posts, post: PostKey, known: Holder | None, event: Event) -> Posts:
    """Someone comes into post; that ends the post of whoever held it."""
    came = known or _holder(post, event)
    presented = event.type == "credentials-presented"
    came = came._replace(
        rank=getattr(event, "rank", "") or came.rank,
        ad_interim=getattr(event, "ad_interim", False),
        credentials=event.when if presented else came.credentials,
        arrived=came.arrived if presented else event.when,
    )
    ended = {holder for holder in _held(posts, post, known) if came.ad_interim <= holder.ad_interim}
    rest = [holder for holder in posts.holders if holder is not known and holder not in ended]
    return posts._replace(
        holders=(*rest, came),
        filled=posts.filled if came.ad_interim else posts.filled | {post},
        replaced=posts.replaced.difference([came.person]) | {h.person for h in ended},
    )


def _held(posts: Posts, post: PostKey, known: Holder | None) -> list[Holder]:
    """Who held the post, or acted in it, until someone came; and who was named for it before.

    Who was named and did not come is no longer designate once somebody else has come.
    """
    there = [holder for holder in posts.holders if holder.post == post and holder is not known]
    named_since = posts.holders.index(known) if known else len(posts.holders)
    return [
        holder
        for holder in there
        if holder.in_post or holder.ad_interim or posts.holders.index(holder) < named_since
    ]
