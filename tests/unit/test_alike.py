"""Events that move a subject alike are put in order once, and the answer is that of all orders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from comity.domain.lives.machines import machine_of
from comity.domain.lives.nodes import Node, alike
from comity.domain.lives.order import ordered
from comity.domain.lives.table import LIVES
from comity.domain.time.dates import instants
from tests.effort import examples
from tests.strategies import KINDS, edtf, facts_of


@pytest.mark.parametrize("subject", sorted(LIVES))
@examples(60)
@given(data=st.data())
def test_the_order_is_that_of_a_search_of_every_order(subject: str, data: DataObject) -> None:
    whens = st.sampled_from(data.draw(st.lists(edtf(), min_size=1, max_size=2)))
    kinds = [kind for kind in KINDS.values() if kind.subject == subject]
    facts = st.sampled_from(kinds).flatmap(lambda kind: facts_of(kind, [("PAK", "RUS")], whens))
    events = data.draw(st.lists(facts, min_size=1, max_size=7, unique_by=lambda event: event.id))
    nodes = [Node(event, *instants(event.when)) for event in events]
    machine = machine_of(subject, str)
    assert ordered(machine, nodes) == ordered(machine._replace(likeness=id_of), nodes)
    assert not alike(nodes, id_of)


def id_of(event: object) -> str:
    return str(getattr(event, "id", ""))
