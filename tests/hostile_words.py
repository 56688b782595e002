"""What would run if a page took it for more than text."""

from byhand.lesson.document import (
    Curve,
    Document,
    Fenced,
    Formula,
    Func,
    Heading,
    Listing,
    Notice,
    Num,
    Paragraph,
    Points,
    Row,
    Sign,
    Sym,
    Table,
    Words,
)

PAYLOADS = [
    "<script>window.hacked = 1</script>",
    '"><script>window.hacked = 1</script>',
    "<img src=x onerror=window.hacked=1>",
    "'\"><svg onload=window.hacked=1>",
    '" onmouseover="window.hacked=1" x="',
    "</title><script>window.hacked=1</script>",
    "</style><script>window.hacked=1</script>",
    "</math><iframe srcdoc='<script>top.hacked=1</script>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "<a href=javascript:window.hacked=1>go</a>",
    "<meta http-equiv=refresh content='0;url=data:text/html,x'>",
    "<!-- --!><script>window.hacked=1</script>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "$x$ \\(x\\) ]]><x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hacked=1</x:script>",
    "\x00<\x00script>\u202ewindow.hacked=1\ud800</script>",
]


def hostile(words):
    """A lesson with the same words in every place that can hold what somebody typed."""
    name = Sym(words, (words,))
    return Document(
        words,
        "en",
        (
            Heading(2, (words, name)),
            Paragraph((words, Func(words, (name,)), Fenced(words, Num(words), words))),
            Formula((name, Row((Words(words), Sign(words)))), (words,), (words,), words),
            Table(((words,), (words,)), (((words,), (name,)),)),
            Listing(((words,),)),
            Notice("warning", words, (words,)),
            Curve(words, (1.0, 2.0), (3.0, 4.0), words, words),
            Points(words, ((words, (1.0,), (2.0,)),), words, words),
        ),
    )
