"""A view on a page, as the tests see it: how it is put there, turned and read."""

import base64
import re

import ipywidgets as widgets
import numpy as np
from ipywidgets.widgets.widget import _instances

GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 30)"}


def show(page, widget):
    """Put a widget's view on the page, as its saved state would."""
    view = widget.children[-1] if hasattr(widget, "children") else widget
    state = view.get_state()
    esm, css = state.pop("_esm"), state.pop("_css")
    traits = {
        key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for key, value in state.items()
        if not key.startswith("_") and key != "layout"
    }
    sliders = [c.description for c in getattr(widget, "children", ())[:-1]]
    page.evaluate("(args) => show(...args)", [esm, css, traits, sliders])


def turn(page, **traits):
    """Change traits of the last model, as a linked slider does, and wait for the frame."""
    page.evaluate(
        """traits => {
            for (const [key, value] of Object.entries(traits)) models.at(-1).set(key, value);
            return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        traits,
    )


def shares(page):
    """The bars' lengths as parts of the axis."""
    left, right = (float(page.locator(".ll-grid").nth(i).get_attribute("x1") or 0) for i in (0, 4))
    widths = page.locator(".ll-bar").evaluate_all("bars => bars.map(b => +b.getAttribute('width'))")
    return np.array(widths) / (right - left)


def links(box):
    """Label and trait of each control that is linked to the box's view, and the view's trait."""
    return {
        (link.source[0].description, link.source[1], link.target[1])
        for link in _instances.values()
        if isinstance(link, widgets.widget_link.Link) and link.target[0] is box.children[-1]
    }


def contrast(one, other):
    """WCAG's ratio of two colours written rgb(r, g, b)."""

    def luminance(colour):
        rgb = np.array([int(x) for x in re.findall(r"\d+", colour)[:3]]) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs(page, theme, selector):
    """Colours of the texts that match, each with that of the ground it stands on."""
    found = page.locator(selector).evaluate_all(
        "all => all.map(t => [getComputedStyle(t).color, getComputedStyle(t).backgroundColor])"
    )
    return {(c, GROUND[theme] if g == "rgba(0, 0, 0, 0)" else g) for c, g in found}
