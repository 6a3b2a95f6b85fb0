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
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """Whose a file is: name, number on the platform if it has one, whether late, and the file."""

    name: str
    id: str = ""
    late: bool = False
    file: str = ""


FILES = {
    "Moodle": (r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_[a-z]+(?:_(?P<file>.*))?",),
    "Canvas": (
        r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<id>[0-9A-Za-z]+)_\d+_(?P<file>.+)",
        r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)",
        r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>(?:text|link)\.html)",
    ),
    "Blackboard": (r"(?P<name>.+)_attempt_\d{4}(?:-\d\d){5}(?:_(?P<file>.+)|\.txt)",),
    "Brightspace": (r"(?P<id>\d+-\d+) ?- (?P<name>.+?)(?: ?- \w+ \d{1,2}, \d{4} .+)?",),
}
"""Patterns of the first folder or file that belongs to one student."""


def platform(firsts: Iterable[str]) -> tuple[str, dict[str, Owner]]:
    """
    The platform that gave most of these names, and whose each of them is.

    A name that does not fit the platform is left out; no name at all means no platform.
    """
    firsts = list(firsts)
    best, owners = "", {}
    for name, patterns in FILES.items():
        found = {first: owner for first in firsts if (owner := _owner(first, patterns))}
        if len(found) > max(len(owners), len(firsts) // 2):
            best, owners = name, found
    if best == "Blackboard":  # the name of the assignment stands before the student's
        heads = [owner.name for owner in owners.values()]
        common = _common(heads) if len(set(heads)) > 1 else heads[0].rpartition("_")[0] + "_"
        owners = {
            first: Owner(
                owner.name.removeprefix(common), owner.name.removeprefix(common), False, owner.file
            )
            for first, owner in owners.items()
        }
    return best, owners


def _owner(first: str, patterns: Iterable[str]) -> Owner | None:
    for pattern in patterns:
        if found := re.fullmatch(pattern, first, re.DOTALL):
            parts = {"id": "", "late": "", "file": "", **found.groupdict(default="")}
            return Owner(parts["name"], parts["id"], bool(parts["late"]), parts["file"])
    return None


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
