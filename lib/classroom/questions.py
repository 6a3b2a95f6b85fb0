"""
``python -m classroom questions``: the lessons' guesses as a question bank for a teaching platform.

They are read from the built lessons, where each guess is a widget whose saved state holds the
question, the answer and the explanation. Moodle takes its own XML, Canvas and others a package of
QTI 1.2 (IMS Question and Test Interoperability, ASI best practice, 2002).
"""

import base64
import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from classroom import ClassroomError
from classroom.widget_state import shown

STATE = {"name", "question", "answer", "choices", "unit", "tolerance", "explain"}
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
FEEDBACK = "general_fb"  # the name that Canvas gives to what is shown after any answer


@dataclass(frozen=True)
class Question:
    """
    A guess that a lesson asks for.

    Attributes
    ----------
    id : str
        Of the guess; no two of the course share one.
    section : str
        Heading of the lesson below which it stands.
    text, explain : str
        With ``*emphasis*`` and ```code```.
    answer : float or str
        A number, or one of `choices`.
    choices : tuple of str
        None for a number.
    unit : str
    tolerance : float
        How far off a number may be.
    picture : bytes
        PNG that goes with the explanation, or nothing.
    alt : str
        What the picture shows.
    cell : str
        Id of the cell that asks it.
    """

    id: str
    section: str
    text: str
    answer: float | str
    choices: tuple[str, ...]
    unit: str
    tolerance: float
    explain: str
    picture: bytes
    alt: str
    cell: str

    @property
    def title(self) -> str:
        """Name in the bank: the id, which tells the lesson, and where it stands."""
        return f"{self.id}: {self.section}"


@dataclass(frozen=True)
class Lesson:
    """The questions of one lesson, and its explorers' goals, as a reader meets them.

    A goal is known by its explorer's title and its own text, as the page keeps it.
    """

    name: str
    title: str
    questions: tuple[Question, ...]
    goals: tuple[str, ...]


class QuestionsError(ClassroomError):
    """There is nothing to make a bank of."""


def add_command(commands) -> None:
    """Add ``questions`` to the command line."""
    parser = commands.add_parser("questions", help="write the lessons' guesses as a question bank")
    parser.add_argument(
        "names", nargs="*", metavar="lesson", help="01_temperature ...; by default all"
    )
    parser.add_argument("--format", choices=FORMATS, default="moodle", help="qti is for Canvas")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder")
    parser.set_defaults(run=run)


def run(options) -> int:
    """The command."""
    lessons = collect(options.course, options.names)
    options.out.write_bytes(FORMATS[options.format](lessons))
    count = sum(len(lesson.questions) for lesson in lessons)
    print(f"{count} questions of {len(lessons)} lessons in {options.out}")
    return 0


def collect(course: Path, names: Sequence[str] = ()) -> list[Lesson]:
    """
    The questions of built lessons.

    Parameters
    ----------
    course : Path
        Where ``notebooks/`` is.
    names : sequence of str
        File names without suffix; all lessons by default.

    Raises
    ------
    QuestionsError
        If a lesson is not there, or none has a question.
    """
    built = {path.stem: path for path in sorted((course / "notebooks").glob("*.ipynb"))}
    if missing := [name for name in names if name not in built]:
        raise QuestionsError(f"no built lesson {', '.join(missing)} in {course / 'notebooks'}")
    lessons = [read(built[name]) for name in names or built]
    lessons = [lesson for lesson in lessons if lesson.questions]
    if not lessons:
        raise QuestionsError(
            f"no question in {course / 'notebooks'}; is it built (make notebooks)?"
        )
    return lessons


def read(path: Path) -> Lesson:
    """The questions of one built notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    headings = list(_headings(notebook["cells"]))
    found: dict[str, Question] = {}
    goals: dict[str, None] = {}
    for cell, _, model in shown(notebook):
        state = model["state"] if model else {}
        if state.get("goal"):
            goals[f"{state['title']}: {state['goal']['text']}"] = None
        if not state.keys() >= STATE or state["name"] in found:
            continue
        section = [heading for place, heading in headings if place < cell][-1:]
        files = {tuple(b["path"]): base64.b64decode(b["data"]) for b in model.get("buffers", ())}
        found[state["name"]] = Question(
            id=state["name"],
            section=section[0] if section else path.stem,
            text=state["question"],
            answer=state["answer"],
            choices=tuple(state["choices"]),
            unit=state["unit"],
            tolerance=state["tolerance"],
            explain=state["explain"],
            picture=files.get(("figure",), b""),
            alt=state.get("alt", ""),
            cell=notebook["cells"][cell].get("id", ""),
        )
    title = headings[0][1] if headings else path.stem
    return Lesson(path.stem, title, tuple(found.values()), tuple(goals))


def _headings(cells) -> Iterator[tuple[int, str]]:
    """Headings as plain text, with the number of their cell."""
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            text = re.sub(r"```.*?```", "", "".join(cell["source"]), flags=re.S)
            for heading in re.findall(r"^#{1,3} +(.+)", text, re.M):
                yield number, re.sub(r"[*`]", "", heading).strip()


# --- what both formats write


def _html(text: str) -> str:
    """Paragraphs with emphasis and code, as the lesson's page shows them."""
    paragraphs = [html.escape(p.strip(), quote=False) for p in re.split(r"\n\s*\n", text)]
    shown = "".join(f"<p>{p}</p>" for p in paragraphs if p)
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", shown)
    return re.sub(r"\*([^*\s][^*]*)\*(?![^<]*</code>)", r"<em>\1</em>", shown)


def _asked(question: Question) -> str:
    """The question as HTML; where a number is wanted, with the place for it and its unit."""
    guess = "" if question.choices else f"Your guess: ____ {question.unit}".rstrip()
    return _html(f"{question.text}\n\n{guess}")


def _explained(question: Question, address: str) -> str:
    """The explanation as HTML; `address` is where its picture will be."""
    picture = f'<p><img src="{address}" alt="{html.escape(question.alt)}"/></p>'
    return _html(question.explain) + (picture if question.picture else "")


def _number(x: float | Decimal) -> str:
    """A decimal number without an exponent."""
    return f"{Decimal(str(x)).normalize():f}"


def _add(parent: Element, path: str, text: str = "", /, **attributes: str) -> Element:
    """Append an element, below new ones where `path` has slashes; its text and attributes."""
    for tag in path.split("/"):
        parent = SubElement(parent, tag)
    parent.text = text
    parent.attrib |= attributes
    return parent


def _document(root: Element) -> bytes:
    ElementTree.indent(root)
    return ElementTree.tostring(root, "utf-8", xml_declaration=True) + b"\n"


# --- Moodle


def moodle(lessons: Iterable[Lesson]) -> bytes:
    """
    Moodle's XML: a category for each lesson.

    As ``question/format/xml/format.php`` of Moodle 5 reads it.
    """
    root = Element("quiz")
    for lesson in lessons:
        category = _add(root, "question", type="category")
        title = lesson.title.replace("/", "//")  # a single one begins a category below
        _add(category, "category/text", f"$course$/top/{title}")
        for question in lesson.questions:
            _moodle_question(root, question)
    return _document(root)


def _moodle_question(root: Element, q: Question) -> None:
    item = _add(root, "question", type="multichoice" if q.choices else "numerical")
    _add(item, "name/text", q.title)
    _add(_add(item, "questiontext", format="html"), "text", _asked(q))
    feedback = _add(item, "generalfeedback", format="html")
    _add(feedback, "text", _explained(q, f"@@PLUGINFILE@@/{q.id}.png"))
    if q.picture:
        content = base64.b64encode(q.picture).decode()
        _add(feedback, "file", content, name=f"{q.id}.png", path="/", encoding="base64")
    plain = {"defaultgrade": "1", "penalty": "0", "hidden": "0", "idnumber": q.id}
    if q.choices:
        plain |= {"single": "true", "shuffleanswers": "false", "answernumbering": "none"}
    for tag, text in plain.items():
        _add(item, tag, text)
    for choice in q.choices or (q.answer,):
        fraction = "100" if choice == q.answer else "0"
        answer = _add(item, "answer", fraction=fraction)
        if q.choices:
            answer.set("format", "html")
            _add(answer, "text", _html(choice))
        else:
            _add(answer, "text", _number(choice))
            _add(answer, "tolerance", _number(q.tolerance))


# --- QTI 1.2


def qti(lessons: Iterable[Lesson]) -> bytes:
    """
    A zipped package of QTI 1.2: an assessment for each lesson, and the pictures.

    Item types carry Canvas' names, by which it imports numbers with a tolerance.
    """
    result = BytesIO()
    manifest = Element("manifest", xmlns=PACKAGE, identifier="questions")
    _add(manifest, "metadata/schema", "IMS Content")
    _add(manifest.find("metadata"), "schemaversion", "1.1.3")
    _add(manifest, "organizations")
    resources = _add(manifest, "resources")
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, content: bytes) -> None:
            _add(resource, "file", href=name)
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)

        for lesson in lessons:
            name = f"{lesson.name}.xml"
            resource = _add(resources, "resource", identifier=f"resource_{lesson.name}")
            resource.attrib |= {"type": "imsqti_xmlv1p2", "href": name}
            put(name, assessment(lesson))
            for question in lesson.questions:
                if question.picture:
                    put(f"{question.id}.png", question.picture)
        package.writestr(zipfile.ZipInfo("imsmanifest.xml"), _document(manifest))
    return result.getvalue()


def assessment(lesson: Lesson) -> bytes:
    """One lesson's questions as a QTI document."""
    root = Element("questestinterop", xmlns=QTI)
    whole = _add(root, "assessment", ident=lesson.name, title=lesson.title)
    section = _add(whole, "section", ident="root_section")
    for question in lesson.questions:
        _qti_item(section, question)
    return _document(root)


def _qti_item(section: Element, q: Question) -> None:
    item = _add(section, "item", ident=f"guess-{q.id}", title=q.title)
    metadata = _add(item, "itemmetadata/qtimetadata")
    kind = "multiple_choice_question" if q.choices else "numerical_question"
    for label, entry in (("question_type", kind), ("points_possible", "1")):
        field = _add(metadata, "qtimetadatafield")
        _add(field, "fieldlabel", label)
        _add(field, "fieldentry", entry)
    presentation = _add(item, "presentation")
    _text(presentation, _asked(q))
    response = _add(presentation, "response_lid" if q.choices else "response_str")
    response.attrib |= {"ident": "response1", "rcardinality": "Single"}
    labels = [str(n + 1) for n in range(len(q.choices))]
    if q.choices:
        choices = _add(response, "render_choice", shuffle="No")
        for label, choice in zip(labels, q.choices, strict=True):
            _text(_add(choices, "response_label", ident=label), _html(choice))
    else:
        blank = _add(response, "render_fib", fibtype="Decimal")
        _add(blank, "response_label", ident="answer1")

    processing = _add(item, "resprocessing")
    score = _add(processing, "outcomes/decvar", varname="SCORE", vartype="Decimal")
    score.attrib |= {"minvalue": "0", "maxvalue": "100"}
    if q.explain.strip() or q.picture:
        always = _add(processing, "respcondition", **{"continue": "Yes"})
        _add(always, "conditionvar/other")
        _add(always, "displayfeedback", feedbacktype="Response", linkrefid=FEEDBACK)
        feedback = _add(item, "itemfeedback", ident=FEEDBACK)
        _text(_add(feedback, "flow_mat"), _explained(q, f"$IMS-CC-FILEBASE$/{q.id}.png"))
    right = _add(processing, "respcondition", **{"continue": "No"})
    condition = _add(right, "conditionvar")
    if q.choices:
        wanted = labels[q.choices.index(q.answer)]
        _add(condition, "varequal", wanted, respident="response1")
    else:
        answer, off = Decimal(str(q.answer)), Decimal(str(q.tolerance))
        either = _add(condition, "or")
        _add(either, "varequal", _number(answer), respident="response1")
        between = _add(either, "and")
        _add(between, "vargte", _number(answer - off), respident="response1")
        _add(between, "varlte", _number(answer + off), respident="response1")
    _add(right, "setvar", "100", action="Set", varname="SCORE")


def _text(parent: Element, text: str) -> None:
    _add(parent, "material/mattext", text, texttype="text/html")


FORMATS = {"moodle": moodle, "qti": qti}
