#!/usr/bin/env python3
"""Prints the text of the shelf's table, a row a line: what a reader of output/index.html sees, without its markup."""
import sys
from html.parser import HTMLParser


class Rows(HTMLParser):
    def __init__(self):
        super().__init__()
        self.cells, self.open = [], False

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.cells = []
        elif tag in ("td", "th"):
            self.cells.append("")
            self.open = True
        elif tag == "a" and self.open:
            self.cells[-1] += "[" + dict(attributes).get("href", "") + "] "

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open = False
        elif tag == "tr":
            print(" | ".join(" ".join(cell.split()) for cell in self.cells))

    def handle_data(self, data):
        if self.open:
            self.cells[-1] += data


Rows().feed(open(sys.argv[1], encoding="utf-8").read())
