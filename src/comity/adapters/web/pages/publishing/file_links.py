"""The addresses of the pages of a site: relative, to files, none for what it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from comity.adapters.web.pages.links import Values

INDEX = "index.html"


class FileLinks:
    """The addresses that a page of the site gives; `above` leads from its folder to the site's."""

    def __init__(
        self,
        relationship: str,
        evidence: Mapping[str, str],
        static: Collection[str],
        above: str = "",
    ) -> None:
        self._relationship, self._evidence = relationship, evidence
        self._static, self._above = static, above

    def __call__(self, page: str, /, **parameters: Values) -> str:
        """The relative address; empty for a page that the site does not have."""
        if page == "relationship" and parameters["id"] == self._relationship:
            return f"{self._above}{INDEX}"
        if page == "evidence":
            file = self._evidence.get(str(parameters["event"]))
            return f"{self._above}{file}" if file else ""
        if page == "static" and parameters["name"] in self._static:
            return f"{self._above}static/{parameters['name']}"
        return ""
