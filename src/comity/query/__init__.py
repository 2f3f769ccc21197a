"""The one path of every answer: read, select, fold."""

from __future__ import annotations

from comity.domain.scope import Query, Scope
from comity.query.parameters import Day, KnownAt, Progress
from comity.query.plan import Plan
from comity.query.runner import QueryRunner

__all__ = ["Day", "KnownAt", "Plan", "Progress", "Query", "QueryRunner", "Scope"]
