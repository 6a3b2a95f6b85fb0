"""Sphinx configuration of the book. The source folder is the project's root; see lib/coursebook."""

import os

from classroom import sheet
from coursebook import BROWSER, HERE, ROOT, claims
from coursebook.course import Course

project = "The Whole Distribution"
author = "The Whole Distribution contributors"
language = "en"

extensions = [
    "myst_nb",
    "sphinx_external_toc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinxcontrib.bibtex",
    "coursebook.hooks",
    "coursebook.maths",
]
external_toc_path = "_toc.yml"
# Only these are pages; the rest of the project is neither read nor walked through.
include_patterns = [
    "book/*.md",
    "book/teachers/*.md",
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
myst_enable_extensions += ["substitution"]
myst_substitutions = sheet.numbers(ROOT)  # {{ lessons }} and the like
verdicts = [claim.verdict for claim in claims.read(Course(ROOT))]
myst_substitutions |= {"claims": len(verdicts), "wrong": verdicts.count("wrong")}
myst_heading_anchors = 3
myst_heading_slug_func = "classroom.sheet.anchor"  # links to exercises hold in JupyterLab too
myst_url_schemes = ["http", "https", "mailto", "cite"]
# Notebooks are committed executed, with their widgets' state: a page shows what was reviewed.
nb_execution_mode = "off"
nb_merge_streams = True
nb_output_stderr = "warn"
nb_ipywidgets_js = {}  # cells.py brings the widgets' script, and their stylesheet
html_math_renderer = "mathml"
myst_update_mathjax = False

bibtex_bibfiles = ["references.bib"]
bibtex_cite_id = "ref-{key}"

autosummary_generate = False
autodoc_typehints = "none"  # the docstrings say more
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_use_param = False

# Where the project and its site have public addresses; see publish.md.
html_baseurl = os.environ.get("BOOK_URL", "")
course_repository = {
    "url": os.environ.get("BOOK_REPOSITORY", ""),
    "branch": os.environ.get("BOOK_BRANCH", "main"),
    "hub": os.environ.get("BOOK_HUB", ""),
}

# The home page is book/index.html; whoever asks for the site's root is sent there.
templates_path = [str(HERE / "templates")]
html_additional_pages = {"index": "redirect.html", "404": "404.html"}

html_theme = "sphinx_book_theme"
html_title = "The Whole Distribution"
html_favicon = "static/favicon.svg"
html_static_path = ["static", str(BROWSER / "pages"), "_build/assets"]
html_css_files = ["course.css"]
html_js_files = [("course.js", {"defer": "defer"})]
html_show_sphinx = False
html_use_index = False
html_show_search_summary = False  # it would show what is folded, which is often an answer
html_search_scorer = str(BROWSER / "scorer.js")
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
if course_repository["url"]:
    html_theme_options |= {
        "repository_url": course_repository["url"],
        "repository_branch": course_repository["branch"],
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "jupyterhub_url": course_repository["hub"],
        },
    }
copyright = "The Whole Distribution contributors. Text and figures: CC BY 4.0. Code: BSD-3-Clause"
