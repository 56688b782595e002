"""A page as a tree: a reader of its own."""

from html.parser import HTMLParser

VOID = {"meta", "wbr", "br"}


class Node:
    def __init__(self, tag, attributes):
        self.tag, self.attributes, self.inside = tag, dict(attributes), []

    @property
    def children(self):
        return [node for node in self.inside if isinstance(node, Node)]

    def all(self, tag=None, cls=None):
        """Every node below with this tag or class, in order."""
        for node in self.children:
            if tag in (None, node.tag) and (cls is None or cls in node.attributes.get("class", "").split()):
                yield node
            yield from node.all(tag, cls)

    @property
    def text(self):
        return "".join(node if isinstance(node, str) else node.text for node in self.inside)


class Tree(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open = [Node("", {})]
        self.feed(page)
        self.close()
        assert [""] == [node.tag for node in self.open]
        self.root = self.open[0]

    def handle_starttag(self, tag, attributes):
        node = Node(tag, attributes)
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].inside.append(Node(tag, attributes))

    def handle_endtag(self, tag):
        assert tag == self.open.pop().tag

    def handle_data(self, words):
        self.open[-1].inside.append(words)
