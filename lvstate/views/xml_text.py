"""The grammar of XML: only characters that XML 1.0 can hold; the library quotes the rest of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from lvstate.views.terminal import escape


def legal(text: str) -> str:
    """Return text of which every line is legal in XML 1.0 and shows what else it holds.

    What XML cannot hold (https://www.w3.org/TR/xml/#charsets) is among what a terminal does not show.
    """
    return "\n".join(escape(line) for line in text.split("\n"))


def document(root: ET.Element) -> str:
    """Write a tree, in ASCII whatever it holds, so that no reader has to know an encoding."""
    ET.indent(root)
    body = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
