"""One sheet in Firefox: written, checked, stopped, kept."""

import json

import pytest
from learner import solutions
from marionette import opened

pytestmark = [pytest.mark.needs("firefox"), pytest.mark.xdist_group("pagepython")]

SHEET = "01_temperature"
ENDLESS = "while True: pass"
STATE = "document.querySelector('#cell-{}').dataset.state == '{}'"


def test_a_sheet_is_worked_in_firefox(base, firefox, tmp_path):
    answers = {"cells": {k: {"source": v} for k, v in solutions(SHEET).items()}, "own": []}
    entry = [f"logitlab:sheet:{SHEET}", json.dumps(answers)]
    with opened(firefox, tmp_path) as browser:
        browser.go(f"{base}/exercises/{SHEET}.html")
        browser.ask("localStorage.setItem(arguments[0], arguments[1])", *entry)
        browser.go(f"{base}/exercises/{SHEET}.html")
        browser.wait("document.documentElement.dataset.sheet == 'ready'")
        browser.ask("document.querySelector('.sheet-bar .cell-run').click()")
        status = "document.querySelector('.run-status').textContent"
        browser.wait(f"{status}.includes('still to be written')")
        assert browser.ask(f"return {status}") == "11 right, 0 not yet, 0 still to be written."
        points = "return document.querySelector('.sheet-points').textContent"
        assert browser.ask(points) == "30 of 30 points"
        browser.ask("document.querySelector('#cell-ex-1-10 [aria-label^=Reset]').click()")
        browser.send("WebDriver:AcceptAlert")
        browser.write("#cell-51b92d15 .cm-content", ENDLESS)
        browser.ask("document.querySelector('#cell-51b92d15 .cell-run').click()")
        browser.wait(STATE.format("51b92d15", "running"))
        browser.ask("document.querySelector('.run-stop').click()")
        browser.wait(f"{status}.includes('Python is ready')")
        browser.ask("document.querySelector('#cell-check-1-4 .cell-run').click()")
        browser.wait(STATE.format("check-1-4", "ok"))
        browser.go(f"{base}/exercises/{SHEET}.html")
        browser.wait("document.documentElement.dataset.sheet == 'ready'")
        text = browser.ask("return document.querySelector('#cell-51b92d15 .cm-content').innerText")
        assert text == ENDLESS
