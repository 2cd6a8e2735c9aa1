"""Headings and words that stand for a column or a value on the forms and lists that people really have.

A column is known by its name in both languages without them.
"""

REMARK = ("remarks", "comment", "comments", "note", "notes", "remarque", "remarques", "commentaire", "commentaires")
SERVICE = (
    "service",
    "police service",
    "service de police",
    "agency",
    "home service",
    "home agency",
    "police",
    "organisme",
    "corps de police",
    "corps policier",
    "police agency",
    "police force",
    "department",
    "service d'attache",
    "corps",
    "employer",
    "employeur",
)
NUMBER = (
    "badge",
    "badge number",
    "badge no",
    "employee number",
    "regimental number",
    "reg no",
    "pin",
    "matricule",
    "numéro de matricule",
    "no matricule",
    "no de matricule",
    "numéro d'employé",
    "index number",
    "un index number",
    "service no",
    "numéro de service",
    "id number",
    "shield number",
    "no d'employé",
    "numéro d'insigne",
)
FAMILY_NAME = (
    "last name",
    "surname",
    "family name",
    "nom",
    "nom de famille",
    "nom à la naissance",
    "names last",
    "family names",
    "surnames",
    "nom usuel",
    "birth name",
    "maiden name",
    "noms",
)
GIVEN_NAME = (
    "first name",
    "given names",
    "forename",
    "prénom",
    "prénoms",
    "prénom usuel",
    "prénom(s)",
    "forenames",
    "first names",
    "prénom à la naissance",
)
CATEGORY = ("category", "type", "catégorie", "statut d'emploi")
RANK = ("rank", "title", "grade", "rang", "rank/title", "rang ou grade")
GENDER = ("gender", "sex", "genre", "sexe", "m/f", "civilité")
FIRST_LANGUAGE = (
    "language",
    "langue",
    "première langue officielle",
    "first language",
    "langue officielle",
    "official language",
    "preferred official language",
    "langue de correspondance",
)
BORN_ON = (
    "birth date",
    "date of birth",
    "dob",
    "born",
    "born on",
    "birthday",
    "date de naissance",
    "ddn",
    "né le",
    "né(e) le",
    "née le",
    "birthdate",
    "d o b",
    "naissance",
    "date naissance",
)
JOINED_ON = (
    "joined",
    "hired",
    "date hired",
    "hire date",
    "date of engagement",
    "début du service",
    "date d'embauche",
    "date d'entrée en service",
    "date of enlistment",
    "date joined",
    "en service depuis",
    "date d'assermentation",
)
STATE = ("state", "status", "état", "statut")
POSITION = ("position", "post", "call", "poste", "appel", "position number", "numéro de poste")
MISSION = ("mission", "operation", "opération")
CODE = ("code",)
NAME_EN = ("name", "english name", "name english", "nom anglais")
NAME_FR = ("french name", "name french", "nom français", "nom en français")
ABBREVIATION_EN = ("abbreviation", "english abbreviation", "abréviation anglaise")
ABBREVIATION_FR = ("french abbreviation", "abréviation", "abréviation française")
KIND = ("kind", "type", "genre", "sorte")
PROVINCE = ("province", "territory", "territoire")
REFERENCE = ("reference", "ref", "référence", "document", "file number", "numéro de dossier")
FIRST_DAY = ("from", "start", "start date", "first day", "begins", "du", "début", "date de début", "premier jour", "de")
LAST_DAY = ("to", "until", "end", "end date", "last day", "ends", "au", "fin", "date de fin", "dernier jour", "à")

CATEGORIES = {
    "police": {
        "p",
        "police",
        "policier",
        "policiere",
        "policier e",
        "officer",
        "police officer",
        "sworn",
        "assermente",
    },
    "civilian": {"c", "civilian", "civil", "civile", "civil e", "unsworn", "employe civil", "civilian member"},
}
GENDERS = {
    "woman": {"f", "w", "female", "femme", "woman", "feminin", "feminine", "mme", "mrs", "ms", "madame"},
    "man": {"m", "h", "male", "homme", "man", "masculin", "masculine", "mr", "monsieur"},
    "another": {"x", "another", "autre", "other", "non binary", "nonbinary", "non binaire", "nb"},
    "not_said": {
        "not said",
        "non precise",
        "n d",
        "nd",
        "unknown",
        "inconnu",
        "undisclosed",
        "prefer not to say",
        "prefere ne pas dire",
    },
}
LANGUAGES = {
    "en": {"en", "e", "a", "english", "anglais", "anglophone", "eng", "ang", "angl", "en ca", "en us", "an"},
    "fr": {"fr", "f", "french", "francais", "francaise", "francophone", "fre", "fra", "franc", "fr ca", "fr fr"},
}
STATES = {
    "active": {"active", "actif", "active e", "en service", "serving"},
    "retired": {"retired", "retraite", "retraitee"},
    "deceased": {"deceased", "decede", "decedee"},
}
REASON = ("reason", "why", "raison", "motif")
DUTY_STATION = ("duty station", "station", "location", "lieu", "lieu d'affectation", "lieu de service")
ARRIVED = ("arrived", "arrival", "arrivé le", "arrivée", "date d'arrivée")
DEPARTED = ("departed", "departure", "returned", "départ", "parti le", "retour", "date de départ")
