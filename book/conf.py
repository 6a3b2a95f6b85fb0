"""Sphinx configuration of the book. The source folder is the project's root; see build.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "The Whole Distribution"
author = "The Whole Distribution contributors"
language = "en"

extensions = ["myst_nb", "sphinx_external_toc", "cells"]
external_toc_path = "_toc.yml"
# Only these are pages; the rest of the project is neither read nor walked through.
include_patterns = [
    "book/*.md",
    "notebooks/*.ipynb",
    "exercises/*.ipynb",
    "solutions/*.ipynb",
]
exclude_patterns = [
    ".*",
    "**/.ipynb_checkpoints",
    "book/_build",
    "book/node_modules",
    "graded",
    "lib",
    "tests",
]

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
# Notebooks are committed executed, with their widgets' state: a page shows what was reviewed.
nb_execution_mode = "off"
nb_merge_streams = True
nb_output_stderr = "warn"
nb_ipywidgets_js = {}  # cells.py brings the widgets' script, and their stylesheet
mathjax_path = "mathjax/tex-chtml.js"
mathjax_config_path = "runtime/mathjax.js"
mathjax3_config = None

# The home page is book/index.html; whoever asks for the site's root is sent there.
templates_path = ["templates"]
html_additional_pages = {"index": "redirect.html"}

html_theme = "sphinx_book_theme"
html_title = "The Whole Distribution"
html_favicon = "static/favicon.svg"
html_static_path = ["static", "_build/assets"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_show_sphinx = False
html_use_index = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "footer_content_items": ["copyright.html"],
    "logo": {"text": "The Whole Distribution"},
    "navbar_persistent": [],
    "navigation_with_keys": False,
    "primary_sidebar_end": [],
    "show_toc_level": 2,
    "toc_title": "On this page",
    "use_fullscreen_button": False,
}
copyright = "The Whole Distribution contributors. Text and figures: CC BY 4.0. Code: BSD-3-Clause"
