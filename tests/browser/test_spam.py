"""The spam chapter as a visitor uses it: typing, striking, the map, attacks, many at once."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from demos.spam.answers import spam_predict
from demos.spam.tasks import PARAPHRASE
from models.messages import EXAMPLES

TAB = "#chapter-spam"
BOARD = f"{TAB} .spam"
LONG = " ".join(one.en for one in EXAMPLES)[:1990]


@pytest.fixture
def open_spam(open_page):
    def open_spam(query="", **options) -> Page:
        page = open_page(f"/?chapter=spam{query}", **options)
        page.wait_for_selector(f"{BOARD}[data-pending=false]", state="attached")
        return page

    return open_spam


def write(page: Page, text: str) -> None:
    page.locator(f"{BOARD} .spam-write textarea").fill(text)
    answered(page)


def answered(page: Page) -> None:
    expect(page.locator(BOARD)).to_have_attribute("data-pending", "false")


def topic(page: Page, name: str) -> None:
    page.locator(f"{TAB} .topics").get_by_text(name, exact=True).click()
    answered(page)


def kind_of(page: Page, name: str) -> None:
    page.locator(f"{TAB} .panel fieldset:visible").get_by_text(name, exact=True).click()


def share(page: Page, kind: str) -> float:
    return float(page.locator(BOARD).get_attribute(f"data-{kind}"))


def numbers(page: Page) -> list[float]:
    texts = page.locator(f"{BOARD} .spam-step:not(.gone) b").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def test_words_become_numbers_and_numbers_a_sum_that_adds_up(open_spam):
    page = open_spam()
    write(page, "Call now, <b>dear</b> friend: xyzzy & free prize")
    chips = page.locator(f"{BOARD} .spam-chip")
    expect(chips.filter(has_text="xyzzy")).to_have_class(re.compile("lost"))
    expect(chips.filter(has_text="prize")).not_to_have_class(re.compile("lost"))
    assert page.locator(f"{BOARD} .spam-chip b").count() == 0  # shown, never run
    expect(page).to_have_url(re.compile("message=Call\\+now"))
    kind_of(page, "TF-IDF")
    expect(page.locator(f"{BOARD} [data-name=numbers]")).to_contain_text("IDF")
    expect(page.locator(f"{BOARD} [data-name=formula]")).to_contain_text("is here the count")
    # Of many words not all are written out, and that is said.
    write(page, LONG)
    known = len(spam_predict(LONG, "tfidf")["parts"])
    written = page.locator(f"{BOARD} [data-name=numbers] tbody tr")
    expect(written.last).to_have_text(f"… {known - 40} more")
    expect(written).to_have_count(41)
    write(page, "Call now, <b>dear</b> friend: xyzzy & free prize")
    expect(written.last).not_to_contain_text("more")
    topic(page, "The neuron’s sum")
    expect(page.locator(f"{BOARD} .spam-speak tbody tr")).to_have_count(40)
    for kind in ("counts", "TF-IDF"):
        kind_of(page, kind)
        answered(page)
        total = float(page.locator(BOARD).get_attribute("data-logit").replace("−", "-"))
        assert round(sum(numbers(page)), 3) == total
    # A struck word is gone, and comes back.
    before = share(page, "tfidf")
    prize = page.locator(f"{BOARD} .spam-fall").get_by_role("button", name="prize", exact=True)
    prize.click()
    expect(prize).to_have_attribute("aria-pressed", "true")
    answered(page)
    assert share(page, "tfidf") < before
    page.get_by_role("button", name="Put the words back").click()
    expect(prize).to_have_attribute("aria-pressed", "false")
    answered(page)
    assert share(page, "tfidf") == before
    # Of an embedding every word is left out in turn, once nobody types.
    kind_of(page, "embedding")
    friend = page.locator(f"{BOARD} .spam-fall").get_by_role("button", name="friend:")
    expect(friend).to_be_visible()
    page.locator(f"{TAB} .knob-name:visible").get_by_text("leave the masks in").click()
    expect(page.locator(f"{BOARD} .spam-speak .mask")).not_to_have_count(0)
    mask = page.locator(f"{BOARD} .spam-speak tr", has=page.get_by_text("gt", exact=True))
    expect(mask.locator("td").nth(1)).to_have_text("0")  # in spam
    expect(mask.locator("td").nth(2)).to_have_text(re.compile(r"^\d{3}$"))  # in others


def test_the_newest_text_wins_and_what_is_too_long_is_refused_in_words(open_spam):
    page = open_spam("&topic=map")
    field = page.locator(f"{BOARD} .spam-write textarea")
    field.fill("")
    field.press_sequentially("call now to claim your free prize", delay=5)
    answered(page)
    assert share(page, "counts") > 0.5
    expect(page.locator(f"{BOARD} .spam-near li")).to_have_count(5)
    expect(page.locator(f"{BOARD} .spam-map figcaption")).to_contain_text("Almeida")
    for text in ("", "   ", "\u202e \u200b😀", "x"):
        write(page, text)
        expect(page.locator(f"{BOARD} .spam-trouble")).to_be_hidden()
    # An emoji is one character, also where it takes two to store it.
    write(page, "😀" * 1001)
    expect(page.locator(f"{BOARD} .spam-count")).to_have_text("1,001 / 2,000")
    expect(page.locator(f"{BOARD} .spam-trouble")).to_be_hidden()
    field.fill("😀" * 2001)
    expect(page.locator(f"{BOARD} .spam-trouble")).to_contain_text("has 2,001 characters")
    write(page, "x")
    field.fill("long " * 500)
    trouble = page.locator(f"{BOARD} .spam-trouble")
    expect(trouble).to_contain_text("at most 2,000 are read")
    write(page, PARAPHRASE)
    expect(trouble).to_be_hidden()
    assert share(page, "counts") < 0.5 < share(page, "embedding")
    page.locator(f"{BOARD} .spam-near button").first.click()
    expect(field).not_to_have_value(PARAPHRASE)
    # A task brings its message along.
    page.locator(f"{TAB} .set-up a:visible").first.click()
    expect(field).to_have_value(PARAPHRASE)


def test_the_threshold_moves_all_three_and_the_layers_are_looked_into(open_spam):
    page = open_spam("&topic=compare")
    table = page.locator(f"{BOARD} .spam-three")
    expect(table.locator("tbody tr").first).to_contain_text("87.5")
    field = page.locator(f"{TAB} .tb-now input")
    field.fill("0.11")
    expect(table.locator("tbody tr").first.locator("td").nth(5)).to_have_text("5")
    expect(table.locator("tbody tr").first.locator("td").nth(6)).to_have_text("20")
    page.locator(f"{TAB} [data-cell=fn]").click()
    expect(page.locator(f"{TAB} .tb-rows tbody tr")).to_have_count(5)
    expect(page.locator(f"{TAB} .tb-note")).to_contain_text("Almeida")
    # The neuron that learned with masks is good where they are.
    page.locator(f"{TAB} .knob-name:visible").get_by_text("leave the masks in").click()
    expect(table.locator("tbody tr")).to_have_count(5)
    expect(page.locator(f"{BOARD} [data-name=leak]")).to_be_visible()
    masks, cleaned = (
        float(table.locator("tbody tr").nth(i).locator("td").nth(1).inner_text().split()[0])
        for i in (3, 4)
    )
    assert masks > cleaned
    topic(page, "A language model")
    tokens = page.locator(f"{BOARD} .spam-tokens .spam-chip")
    expect(tokens.first).to_contain_text("[CLS]")
    heat = page.locator(f"{BOARD} .spam-heat")
    expect(heat.locator("figcaption")).to_contain_text("Layer 1, head 1")
    page.get_by_label("head", exact=True).first.fill("3")
    expect(heat.locator("figcaption")).to_contain_text("head 3")
    expect(heat.locator("figcaption")).to_contain_text("a row sums to 100 %")
    write(page, "call me now " * 20)
    expect(heat.locator("figcaption")).to_contain_text("with the 22 that are left out")


def test_attacks_rules_and_many_messages_end_in_tables(open_spam):
    page = open_spam("&topic=attack")
    attacks = page.locator(f"{BOARD} .spam-attacks tbody tr")
    expect(attacks).to_have_count(5)
    expect(attacks.nth(1)).to_contain_text("W1NN3R!")
    rules = page.locator(f"{BOARD} .spam-rules")
    expect(rules.locator("tbody tr").last).to_contain_text("93.9")
    rules.get_by_text("has £, $ or €").click()
    expect(rules.locator("tbody tr").last).not_to_contain_text("93.9")
    page.get_by_role("button", name="Test them all").click()
    expect(page.locator(f"{BOARD} .spam-drift tbody tr")).to_have_count(5)
    page.get_by_text("Many messages at once").click()
    many = page.get_by_label("Messages, one a line")
    many.fill(f"{EXAMPLES[0].en}\n\n=see, <i>you</i>\n")
    page.get_by_role("button", name="Ask about all").click()
    expect(page.locator(f"{BOARD} .spam-rows tbody tr")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    found = list(csv.reader(io.StringIO(text)))
    assert found[0] == ["message", "counts", "tfidf", "embedding"]
    assert found[1][0] == EXAMPLES[0].en
    assert found[2][0] == "'=see, <i>you</i>"
    # Five hundred long ones are asked about in parts. (Of one word each: they are read sooner.)
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "spam_batch" in request.url else 0
    )
    many.fill("\n".join(f"{i} {'x' * 155}" for i in range(500)))
    page.get_by_role("button", name="Ask about all").click()
    expect(page.locator(f"{BOARD} .spam-rows tbody tr")).to_have_count(500, timeout=90_000)
    expect(page.locator(f"{BOARD} [data-name=batch]")).to_contain_text("500 messages; taken")
    assert len(asked) == 2
    many.fill("x\n" * 501)
    page.get_by_role("button", name="Ask about all").click()
    expect(page.locator(f"{BOARD} [data-name=batch]")).to_contain_text("at most 500")
    # Another run is trained by a slider.
    topic(page, "Train it yourself")
    output = page.locator(f"{TAB} .live-player output")
    expect(output).to_contain_text("/ 40")
    page.get_by_label("epochs", exact=True).first.fill("7")
    expect(output).to_contain_text("/ 7")
