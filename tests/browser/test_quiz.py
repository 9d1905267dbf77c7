"""The quiz as a student and a teacher use it; the server's own marks are the oracle."""

import base64
import json
import re

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from demos.frame.quiz import Choose, Compute, Fault, Order, mixed
from demos.quiz.answers import Quiz, read_code
from tests.browser.pages import listen, serious, too_wide

QUIZ = Quiz(CHAPTERS)
NAMES = [f"{one.slug}.{question.name}" for one in CHAPTERS for question in one.quiz]
BOARD = "#quiz-board"
SEED = 7


def first(wanted) -> str:
    return next(name for name in NAMES if wanted(QUIZ[name]))


def right_of(question):
    """Return the right answer, as it is shown with the seed."""
    if isinstance(question, Choose):
        order = mixed(len(question.options), SEED, question.name)
        return [at for at, index in enumerate(order, 1) if question.options[index].right]
    if isinstance(question, Compute):
        return question.drawn(SEED)["answer"]
    if isinstance(question, Fault):
        return question.line
    order = mixed(len(question.steps), SEED, question.name)
    return [order.index(step) + 1 for step in range(len(order))]


# One of each kind, and one with a picture.
KINDS = list(
    dict.fromkeys(
        [
            first(lambda one: isinstance(one, Choose) and len(right_of(one)) == 1),
            first(lambda one: isinstance(one, Choose) and len(right_of(one)) > 1),
            first(lambda one: isinstance(one, Compute) and one.tolerance),
            first(lambda one: isinstance(one, Order)),
            first(lambda one: isinstance(one, Fault)),
            first(lambda one: one.picture),
        ]
    )
)


def give(page: Page, question, answer) -> None:
    """Answer what is shown, and press Check."""
    place = page.locator(f"{BOARD} .quiz-answer")
    if isinstance(question, Choose):
        for number in answer:
            place.locator("input").nth(number - 1).check()
    elif isinstance(question, Compute):
        place.locator("input").fill(f"{answer:.6f}".replace(".", ",").replace("-", "−"))
    elif isinstance(question, Fault):
        place.locator("input").nth(answer - 1).check()
    else:
        stands = list(range(1, len(answer) + 1))
        for goal, step in enumerate(answer):
            for at in range(stands.index(step), goal, -1):
                place.locator("li").nth(at).locator("button").first.click()
                stands[at - 1], stands[at] = stands[at], stands[at - 1]
    page.locator(f"{BOARD} [data-do=check]").click()


def wrong_for(question):
    right = right_of(question)
    if isinstance(question, Choose):
        return [next(at for at in range(1, len(question.options) + 1) if at not in right)]
    if isinstance(question, Compute):
        return right + 10 * question.tolerance + 1
    if isinstance(question, Fault):
        lines = question.code.splitlines()
        return next(at for at, line in enumerate(lines, 1) if line.strip() and at != right)
    return [right[1], right[0], *right[2:]]


@pytest.fixture
def quiz(open_page) -> Page:
    page = open_page(f"/?chapter=quiz&questions={','.join(KINDS)}&seed={SEED}", motion=False)
    page.wait_for_selector(f"{BOARD} .quiz-question", state="visible")
    return page


def test_a_whole_quiz_is_answered_marked_explained_and_checked_by_the_teacher(quiz, axe):
    asked, faults = [], []
    quiz.evaluate(axe)
    listen(quiz, "request", lambda one: asked.append(one.url))
    names = KINDS  # in the order of the link
    numbers = quiz.locator(f"{BOARD} .quiz-number")
    expect(numbers).to_have_count(len(names))
    expect(quiz.locator(f"{BOARD} [data-do=check]")).to_be_disabled()
    wrong = {names[1], names[3]}
    for at, name in enumerate(names):
        question = QUIZ[name]
        if question.picture:
            expect(quiz.locator(f"{BOARD} .quiz-picture svg")).to_be_visible()
        if isinstance(question, Compute):  # one with a tolerance: see KINDS
            field = quiz.locator(f"{BOARD} .quiz-number-field")
            expect(field).to_contain_text(f"± {question.tolerance:g}")
        faults += [f"{name}: {fault}" for fault in serious(quiz, BOARD)]
        give(quiz, question, wrong_for(question) if name in wrong else right_of(question))
        verdict = quiz.locator(f"{BOARD} .quiz-verdict")
        expect(verdict).to_have_text("✗ Not quite." if name in wrong else "✓ Right.")
        expect(numbers.nth(at)).to_contain_text("✗" if name in wrong else "✓")
        if isinstance(question, Choose):
            expect(quiz.locator(f"{BOARD} .quiz-told")).to_have_count(len(question.options))
        faults += [f"{name}, answered: {fault}" for fault in serious(quiz, BOARD)]
        quiz.locator(f"{BOARD} [data-do=next]").click()
    assert not faults, "\n".join(faults)
    score = quiz.locator(f"{BOARD} .quiz-score")
    expect(score).to_have_text(f"{len(names) - 2} of {len(names)} right")
    # A reload loses nothing.
    quiz.reload()
    quiz.wait_for_selector(f"{BOARD} .quiz-question", state="visible")
    expect(numbers.filter(has_text="✓")).to_have_count(len(names) - 2)
    quiz.locator(f"{BOARD} [data-do=result]").click()
    quiz.get_by_label("Your name").fill("Zoë")
    quiz.locator(f"{BOARD} [data-do=copy]").click()
    code = quiz.locator(f"{BOARD} .quiz-code").input_value()
    assert read_code(code)[0] == "Zoë"
    told = QUIZ.quiz_check(code=code)
    assert {one["name"]: one["right"] for one in told["results"]} == {
        name: name not in wrong for name in names
    }
    # All of it in the browser: files of the page are fetched, no answer is sent anywhere.
    assert not [url for url in asked if "quiz" in url and "/course/" not in url and "?" not in url]
    # The teacher puts codes of a class into the same page.
    quiz.locator(f"{BOARD} .quiz-result [data-do=choose]").click()
    quiz.get_by_text("For teachers").click()
    # One has answered a single question, chosen by herself.
    held = {"n": "Eve", "q": names[0], "s": 1, "a": {names[0]: right_of(QUIZ[names[0]])}}
    own = base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")
    quiz.get_by_label("Codes of results").fill(f"{code}\nnonsense\nquiz.{own}\n{code}")
    quiz.locator(f"{BOARD} [data-do=mark]").click()
    rows = quiz.locator(f"{BOARD} .quiz-table tbody tr")
    expect(rows.nth(0)).to_contain_text(re.compile(rf"Zoë\s*{len(names) - 2}\s*{len(names)}"))
    expect(rows.nth(1)).to_contain_text("not a code")
    expect(rows.nth(2)).to_contain_text("Eve (other questions)")
    expect(rows.filter(has_text="other questions")).to_have_count(1)
    with quiz.expect_download() as saved:
        quiz.locator(f"{BOARD} [data-do=save]").click()
    assert "Zoë" in saved.value.path().read_text("utf-8-sig")


def test_it_is_played_on_a_phone_by_keyboard_and_leads_to_the_place_that_shows_why(open_page, axe):
    page = open_page(f"/?chapter=quiz&questions=neuron&seed={SEED}", 390, 844, motion=False)
    page.wait_for_selector(f"{BOARD} .quiz-question", state="visible")
    options = page.locator(f"{BOARD} .quiz-answer input")
    options.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(f"{BOARD} .quiz-verdict")).to_be_visible()
    assert not too_wide(page)
    page.evaluate(axe)
    assert not serious(page)
    page.keyboard.press("Enter")
    expect(page.locator(f"{BOARD} .quiz-where")).to_contain_text("question 2 of")
    page.locator(f"{BOARD} .quiz-number").first.click()
    page.get_by_role("link", name="See it on the page").click()
    expect(page.locator("#chapter-neuron .question")).to_be_visible()
    expect(page).to_have_url(re.compile("chapter=neuron.*line="))
    page.go_back()
    expect(page.locator(f"{BOARD} .quiz-verdict")).to_be_visible()
    assert json.loads(page.evaluate("localStorage.getItem('course:done')"))["neuron"]["quiz"]


def test_a_test_tells_nobody_what_is_right(open_page):
    link = f"/?chapter=quiz&questions=neuron&seed={SEED}&hide=answers"
    page = open_page(link, motion=False)
    page.wait_for_selector(f"{BOARD} .quiz-question", state="visible")
    options = page.locator(f"{BOARD} .quiz-answer input")
    options.first.check()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator(f"{BOARD} .quiz-why")).to_have_text(re.compile("noted"))
    expect(page.locator(f"{BOARD} .quiz-told")).to_have_count(0)
    expect(page.locator(f"{BOARD} .quiz-number").first).to_contain_text("•")
    options.nth(1).check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.locator(f"{BOARD} [data-do=result]").click()
    expect(page.locator(f"{BOARD} .quiz-score")).to_have_text(re.compile("^1 of . answered$"))
    page.locator(f"{BOARD} [data-do=copy]").click()
    code = page.locator(f"{BOARD} .quiz-code").input_value()
    assert read_code(code)[3] == {"neuron.bias": [2]}
    # Nor does a chapter with such a link.
    page.goto("/?chapter=neuron&hide=answers")
    expect(page.locator("#chapter-neuron .tasks .task").first).to_be_visible()
    expect(page.locator("#chapter-neuron .tasks summary").first).to_be_hidden()
    expect(page.locator(".notice [role=alert]")).to_have_count(0)
