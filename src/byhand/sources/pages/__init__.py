"""Pages that people wrote: Markdown, HTML, LaTeX, plain text, to tokens and formulas with their places."""
