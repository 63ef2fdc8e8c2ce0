"""Checks that every relative link in the README and the docs leads somewhere. Exit code 1 and a list otherwise.

Looks at Markdown links and images (with their `#headings`), and at paths in code spans that start at a known folder
of the repository. Addresses with a scheme are not looked at: the check works offline.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("*.md", "docs/**/*.md")

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
REPOSITORY_PATH = re.compile(
    r"^(?:apps|integration_portal|templates|tests|docs|requirements|benchmarks)(?:/[A-Za-z0-9_.-]+)+/?$"
)


def pages() -> list[Path]:
    """The README, its neighbours, and everything below docs/."""
    return sorted({path for pattern in PAGES for path in ROOT.glob(pattern)})


@cache
def anchors(page: Path) -> frozenset[str]:
    """The headings of a page, as links write them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    names = set()
    for heading in HEADING.findall(text):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        repeated = found.get(name, 0)
        found[name] = repeated + 1
        names.add(f"{name}-{repeated}" if repeated else name)
    return frozenset(names)


def broken_links(page: Path) -> Iterator[str]:
    """What a page points to and is not there."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(CODE_SPAN.sub("``", text)):
        if SCHEME.match(target):
            continue
        name, _, anchor = target.partition("#")
        leads_to = (page.parent / name).resolve() if name else page
        if not leads_to.exists():
            yield target
        elif anchor and leads_to.suffix == ".md" and anchor not in anchors(leads_to):
            yield f"{target} (no such heading)"
    for span in CODE_SPAN.findall(text):
        path = span.partition("::")[0]
        if REPOSITORY_PATH.match(path) and not (ROOT / path).exists():
            yield f"`{span}`"


def main() -> int:
    """Print what is broken, by page. Returns the exit code."""
    broken = [(page, target) for page in pages() for target in broken_links(page)]
    for page, target in broken:
        sys.stdout.write(f"{page.relative_to(ROOT)}: {target}\n")
    sys.stdout.write(f"{len(pages())} pages looked at, {len(broken)} links lead nowhere.\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
