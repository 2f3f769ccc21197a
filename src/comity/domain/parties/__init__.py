"""Who can be a party, how parties make a relationship, who continues whom, and who existed when."""

from __future__ import annotations

from comity.domain.parties.codes import STATE_CODES
from comity.domain.parties.continuity import (
    Former,
    ended_on,
    existed,
    existed_itself,
    existence,
    lifetimes,
    lineage,
    standing_names,
    successor,
)
from comity.domain.parties.naming import (
    codes_of,
    current,
    parties,
    party,
    relationship_id,
    relationship_parties,
)
from comity.domain.parties.numbers import (
    NumberSystem,
    code_of_number,
    codes_of_number,
    membership,
)
from comity.domain.parties.organisations import (
    Organisation,
    add_organisations,
    begin_process,
    cached_by_party,
    forget_organisations,
    given_organisations,
)
from comity.domain.parties.succession import CONTINUATIONS, RENAMINGS, Continuation, Renaming

__all__ = [
    "CONTINUATIONS", "RENAMINGS", "STATE_CODES", "Continuation", "Former", "NumberSystem",
    "Organisation", "Renaming", "add_organisations", "begin_process", "cached_by_party",
    "code_of_number", "codes_of", "codes_of_number", "current", "ended_on", "existed",
    "existed_itself", "existence", "forget_organisations", "given_organisations", "lifetimes",
    "lineage", "membership", "parties", "party", "relationship_id", "relationship_parties",
    "standing_names", "successor",
]  # fmt: skip
