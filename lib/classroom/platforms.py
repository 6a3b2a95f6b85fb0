"""
What learning platforms call files and columns: one table of names of files, one of columns.

Sources, read on 2026-11-28; the fixtures of ``tests/grading/test_platforms.py`` are made from them.

- Moodle, files: ``mod/assign/classes/downloader.php`` (folders and flat), and before 2022
  ``mod/assign/locallib.php``, whose folders ended in an underscore.
- Moodle, columns: ``firstname``, ``lastname``, ``fullnameuser``, ``email``, ``idnumber``,
  ``username`` and ``grade`` of ``moodle.php`` and ``recordid`` of ``assign.php`` in the language
  packs of 2026-06-18; Moodle 2 wrote "Surname". Languages that were not in that copy of the packs
  have their words for given and family name.
- Canvas, files: ``lib/content_zipper.rb``; columns: ``lib/gradebook_exporter.rb``, the same in every
  language.
- Blackboard: the file names in nbgrader's ``plugins/zipcollect.py``, which collects them.
- Brightspace: as such folders have been seen; no source of its own was found to read.
"""

# ruff: noqa: E501  (a language is a line)

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Owner:
    """
    Whose a file is: name, number on the platform if it has one, whether late, and the file.

    Of several such files of one person, the last in order of their stamps is the newest.
    """

    name: str
    id: str = ""
    late: bool = False
    file: str = ""
    stamp: str = ""


FILES = {
    "Moodle": (
        r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_[a-z]+"
        r"(?: ?\(\d+\))?(?:\.zip|_(?P<file>.*))?",
    ),
    "Canvas": (
        r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<id>[0-9A-Za-z]+)_(?P<stamp>\d+)_(?P<file>.+)",
        r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>[1-9]\d{2,})_(?P<stamp>[1-9]\d{2,})_(?P<file>.+)",
        r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>[1-9]\d{2,})_(?P<file>(?:text|link)\.html)",
    ),
    "Blackboard": (r"(?P<name>.+)_attempt_(?P<stamp>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)",),
    "Brightspace": (
        r"(?P<id>\d+-\d+) ?- (?P<name>.+?)"
        r"(?: ?- (?P<stamp>(?:[^\W\d]+\.? \d{1,2}|\d{1,2} [^\W\d]+)\.?,? \d{4} .+))?",
    ),
}
"""Patterns of the first folder or file that belongs to one student."""
ALMOST_CANVAS = r".+_\d+_\d+_.+\.(ipynb|json|zip)"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def platform(firsts: Iterable[str]) -> tuple[str, dict[str, Owner], list[str]]:
    """
    The platform that gave most of these names, whose each of them is, and questions.

    A name that does not fit the platform is left out; no name at all means no platform.
    """
    firsts = list(firsts)
    best, owners = "", {}
    for name, patterns in FILES.items():
        found = {first: owner for first in firsts if (owner := _owner(first, patterns))}
        if len(found) > len(owners) and (name != "Canvas" or _of_canvas(found.values())):
            best, owners = name, found
    others, doubts = [first for first in firsts if first not in owners], []
    if best and others:
        doubts.append(
            f"These are not named as {best} names files, and were taken for students of that name: "
            + ", ".join(others)
        )
    elif almost := [first for first in others if re.fullmatch(ALMOST_CANVAS, first)]:
        doubts.append(
            "These are named nearly as Canvas names files, and were taken for students of the whole "
            f"name: {', '.join(almost)}"
        )
    if best == "Blackboard":  # the name of the assignment stands before the student's
        heads = [owner.name for owner in owners.values()]
        common = _common(heads) if len(set(heads)) > 1 else heads[0].rpartition("_")[0] + "_"
        owners = {
            first: replace(owner, name=name, id=name)
            for first, owner in owners.items()
            if (name := owner.name.removeprefix(common))
        }
        if common.count("_") > 1:
            doubts.append(
                f"Blackboard's names of files begin with {common}, taken for the assignment's. Or is "
                "a part of it the students'?"
            )
    return best, owners, doubts


def _owner(first: str, patterns: Iterable[str]) -> Owner | None:
    for pattern in patterns:
        if found := re.fullmatch(pattern, first, re.DOTALL):
            parts = {"id": "", "late": "", "file": "", "stamp": "", **found.groupdict(default="")}
            parts |= {"late": bool(parts["late"]), "stamp": _sortable(parts["stamp"])}
            if parts["stamp"].isdigit():  # what is handed in again gets a number from Canvas
                parts["file"] = re.sub(r"-[1-9]\d?(\.\w+)$", r"\1", parts["file"])
            return Owner(**parts)
    return None


def _of_canvas(owners: Iterable[Owner]) -> bool:
    """Whether each number of an attachment is one file's, as Canvas has it."""
    files: dict[str, set] = {}
    for owner in owners:
        file = re.sub(r" \(\d+\)(?=\.\w+$)", "", owner.file)  # downloaded twice
        if owner.stamp:
            files.setdefault(owner.stamp, set()).add((owner.name, owner.id, file))
    return all(len(of_one) == 1 for of_one in files.values())


def _sortable(stamp: str) -> str:
    """A date of Brightspace's, the year first; any other stamp as it is."""
    found = re.fullmatch(
        r"(?:([a-z]{3})\w* )?(\d+)(?: ([a-z]{3})\w*)?,? (\d{4}) (\d{1,2}):?(\d\d) ?([ap]m)?",
        stamp.casefold(),
    )
    if not found or (found[1] or found[3]) not in MONTHS:
        return stamp
    month, hour = MONTHS.index(found[1] or found[3]) + 1, int(found[5])
    hour = hour % 12 + 12 * (found[7] == "pm") if found[7] else hour
    return f"{found[4]}-{month:02}-{int(found[2]):02} {hour:02}.{found[6]}"


def _common(texts: list[str]) -> str:
    """What all begin with, up to and with an underscore."""
    low, high = min(texts), max(texts)
    same = next((i for i, c in enumerate(low) if high[i : i + 1] != c), len(low))
    return low[: low.rfind("_", 0, same) + 1]


# Given name, family name, full name, e-mail address, number, user name, grade, identifier.
MOODLE = """
First name|Last name|Full name|Email address|ID number|Username|Grade|Identifier
First name|Surname|User full name|Email address|ID number|Username|Grade|Identifier
Vorname|Nachname|Vollständiger Name|E-Mail-Adresse|ID-Nummer|Anmeldename|Bewertung|ID
Prénom|Nom de famille|Nom complet|Adresse de courriel|Numéro d’identification|Nom d’utilisateur|Note|Identifiant
Prénom|Nom|Nom complet de l’utilisateur|Adresse de courriel|Numéro d’identification|Nom d’utilisateur|Note|Identifiant
Nombre|Apellido(s)|Nombre completo|Dirección de correo|Número de ID|Nombre de usuario|Calificación|Identificador
Nombre|Apellidos|Nombre completo del usuario|Dirección de correo|Número de ID|Nombre de usuario|Calificación|Identificador
Nom|Cognoms|Nom complet de l'usuari|Adreça electrònica|Número ID|Nom d'usuari|Qualificació|Identificador
Nome|Cognome|Nome completo dell'utente|Indirizzo email|Codice identificativo|Username|Valutazione|Identificativo
Nome|Apelido|Nome completo do utilizador|E-mail|Número de identificação (ID)|Nome de utilizador|Nota|Identificador
Nome|Sobrenome|Nome completo|Endereço de e-mail|Número de identificação|Nome de usuário|Nota|Identificador
Nome|Apelidos|Nome completo do usuario|Enderezo de correo|Número ID|Nome de usuario|Cualificación|Identificador
Voornaam|Achternaam|Volledige naam van de gebruiker|E-mailadres|Nummer (ID)|Gebruikersnaam|Beoordeling|Identificatie
Prenume|Nume de familie|Numele complet al utilizatorului|Adresa de e-mail|Număr ID|Nume de utilizator|Notă|Identificator
Förnamn|Efternamn|Fullständigt namn|E-postadress|ID nummer|Användarnamn|Betyg|Identifierare
Имя|Фамилия|Полное имя пользователя|Адрес электронной почты|Индивидуальный номер|Логин|Оценка|Идентификатор
Ім'я|Прізвище|Повне ім'я користувача|Електронна пошта|Індивідуальний номер|Ім’я входу|Оцінка|Ідентифікатор
Μικρό/Βαπτιστικό όνομα|Επίθετο|Πλήρες όνομα χρήστη|Διεύθυνση ηλε.ταχυδρομείου|Αναγνωριστικός αριθμός|Όνομα χρήστη|Βαθμός|Αναγνωριστικό
Adı|Soyadı|Kullanıcının tam adı|E-posta adresi|ID numarası|Kullanıcı adı|Not|Tanımlayıcı
الاسم الأول|الاسم الأخير|الاسم كاملا|عنوان البريد الإلكتروني|رقم المُعرَّف|اسم المستخدم|الدرجة|المُعرَّف
名|姓|ユーザフルネーム|メールアドレス|IDナンバ|ユーザ名|評定|ID
이름|성|사용자 성명|이메일 주소|id 번호|사용자 아이디|성적|식별자
名|姓|用户全名|电子邮件地址|学号|用户名|成绩|标识符
Vardas|Pavardė|Visas naudotojo vardas|El. pašto adresas|ID numeris|Naudotojo vardas|Įvertinimas|Identifikatorius
Izena|Abizena(k)|Erabiltzailearen izen osoa|Helbide elektronikoa|ID zenbakia|Erabiltzaile-izena|Kalifikazioa|Identifikatzailea
Imię|Nazwisko||Adres e-mail||||
Křestní jméno|Příjmení||E-mailová adresa||||
Fornavn|Efternavn||E-mailadresse||||
Fornavn|Etternavn||E-postadresse||||
Etunimi|Sukunimi||Sähköpostiosoite||||
Keresztnév|Vezetéknév||E-mail cím||||
Krstné meno|Priezvisko||E-mailová adresa||||
Ime|Prezime||Adresa e-pošte||||
名字|姓氏||電子郵件信箱||||
שם פרטי|שם משפחה||כתובת דוא"ל||||
نام|نام خانوادگی||نشانی پست الکترونیک||||
Nama depan|Nama belakang||Alamat email||||
Tên|Họ||Thư điện tử||||
"""
ROLES = ("given", "family", "full", "email", "number", "user", "grade", "identifier")
CANVAS = {
    "family": "LastName",
    "given": "FirstName",
    "full": "Student",
    "identifier": "ID",
    "number": "SIS User ID",
    "user": "SIS Login ID",
}
OURS = {"full": "student", "identifier": "id", "email": "email"}
ENOUGH = ({"given", "family"}, {"identifier", "grade"})
LOCKED = "grade can be changed"  # only in English: the other languages' words were not at hand


def columns(header: Iterable[str]) -> dict[str, int]:
    """
    What the columns of a table are: the place of each role of `ROLES` that is there.

    The language is the one in which most of the columns have a name; without a column for names, or
    for the numbers of people who stay unnamed and their grades, the answer is empty.
    """
    places = {" ".join(name.split()).casefold(): i for i, name in enumerate(header)}
    languages = [
        dict(zip(ROLES, line.split("|"), strict=True)) for line in MOODLE.split("\n") if line
    ]
    best: dict[str, int] = {}
    for names in (CANVAS, *languages, OURS):
        found = {r: places[n.casefold()] for r, n in names.items() if n and n.casefold() in places}
        told = "full" in found or any(some <= found.keys() for some in ENOUGH)
        if told and len(found) > len(best):
            best = found
    return best


def locked(header: Iterable[str]) -> int | None:
    """The column in which Moodle's worksheet says No where a grade cannot be changed."""
    titles = [" ".join(name.split()).casefold() for name in header]
    return titles.index(LOCKED) if LOCKED in titles else None
