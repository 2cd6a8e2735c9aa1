"""All measures by name, in the order in which a reader meets them, and how a question to one is answered."""

from reports.measures import of_a_day, of_a_period, of_candidates, of_papers
from reports.measures.measure import Answer, Measure, tidy
from reports.measures.question import Question

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (*of_a_day.MEASURES, *of_a_period.MEASURES, *of_candidates.MEASURES, *of_papers.MEASURES)
}


def answer(name: str, question: Question) -> Answer:
    """What a measure says to a question; what does not narrow it is left out of the question.

    Raises `KeyError` for a name that is none.
    """
    measure = MEASURES[name]
    question = question.only(measure.takes)
    rows = measure.rows(question)
    if not measure.is_known(question):
        return Answer(measure, question, rows.none(), None)
    number = measure.number(rows)
    if not measure.share_of:
        return Answer(measure, question, rows, number)
    whole = answer(measure.share_of, question).number
    share = tidy(100 * number / whole) if number is not None and whole else None
    return Answer(measure, question, rows, share, of_whole=whole)
