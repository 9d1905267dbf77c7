"""The page in another language: what is asked for, how it is switched, and what is left English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from demos import CHAPTERS
from tests.browser.pages import CUT, STILL, TOO_WIDE, WIDE, serious, still, visit
from tests.browser.reach import LISTEN_FOR_POINTERS, UNREACHED, UNSAVED, UNSEEN
from tests.conftest import start_app, stop_app
from tests.made_up_language import LANGUAGE

# Names, and what is written the same in all languages.
NAMES = """
    PyTorch ReLU ELU tanh sin cos exp log ln max km min MSE MAE BCE MBE XOR AND OR NAND NOR XNOR
    SGD Adam AdamW RMSprop Adagrad AdaGrad Nesterov MNIST CNN MLP CSV QR cpu cuda mps px Huber
    cosh He Xavier Grad CAM MobileNet mobilenet ResNet VGG Deutsch English host share
    dL dw db dz wx xy kB MB GB TB PB ms mi TP TN FP FN RMSE AUROC
"""
# What a chapter takes from its code and its data: classes, layers, labels that others gave.
OWN = {
    "loop": "Dataset DataLoader",
    "rewards": "cm mm",
    # The source of the messages.
    "spam": "SMS Spam Collection Almeida mez Hidalgo Yamakami UCI CC BY",
    "inside": """
        linear mlp cnn dropout batchnorm stacked five layers residual conv pool mean softmax cat
        shirt top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle boot
    """,
}
# What Gradio says in English on every page, around labels that are ours, and what is no text:
# a box of a gr.CheckboxGroup has its value as title.
GRADIOS = re.compile(
    r"^(number input for|range slider for|Reset to default value)|\w+Error: .*"  # and Python
)
VALUES = re.compile(r"(?<= = )\w+")  # of columns, as a table has them: "slope = Up"
WORDS = re.compile(r"[A-Za-z]{2,}")

# What the page says below an element: texts, also of attributes and of canvases.
SAID = """root => {
  const skipped = '.katex-mathml, style, script, .source .cm-editor, .visually-hidden, code, pre,'
    + ' .knob-examples, .tensor-shape, .tensor-error, .table-wrap,' // code, data, torch's words
    + ' [translate=no]'; // and what people wrote
  const said = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === 3 ? node.parentElement : node;
    if (element.closest(skipped)) continue;
    const option = element.tagName === 'OPTION' ? element.closest('select') : element;
    if (!option.checkVisibility()) continue;
    if (node.nodeType === 3) {
      if (!element.closest('.katex') || element.closest('.text')) said.push(node.data);
      continue;
    }
    if (element.closest('svg') && element.tagName !== 'svg') continue;
    if (element.matches('label > input[type=checkbox]')) continue;
    for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
    }
  }
  const theirs = [...root.querySelectorAll('[translate=no]')];
  const written = new Set(theirs.map((one) => one.textContent));
  return [...said, ...(window.drawnTexts ?? []).filter((text) => !written.has(text))];
}"""
LISTEN = """
  window.drawnTexts = [];
  window.frames = 0;
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) => { window.frames += 1; return ask(callback); };
  for (const name of ['fillText', 'strokeText']) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (text, ...rest) {
      window.drawnTexts.push(String(text));
      return draw.call(this, text, ...rest);
    };
  }
"""
# Chooses one topic of a chapter after the other, plays what can be played, and returns what was
# said meanwhile, and what is wrong with the page.
TOPICS = f"""async (place) => {{
  const said = {SAID};
  const still = {STILL};
  const wide = {TOO_WIDE};
  const cut = {CUT};
  const unsaved = {UNSAVED};
  const unreached = {UNREACHED};
  const unseen = {UNSEEN};
  const root = document.querySelector(place);
  const faults = new Set();
  const texts = new Set();
  const look = () => said(root).forEach((text) => texts.add(text));
  window.drawnTexts = []; // axe draws texts, too
  const topics = [...root.querySelectorAll('.deciding input')];
  do {{
    const topic = topics.shift();
    if (topic && !topic.checkVisibility()) continue; // of another topic
    topic?.click();
    await still(place);
    look();
    for (let n = 0; n < 10 && unsaved(root).length; n += 1) {{ // a chart with photos comes late
      await new Promise((resolve) => {{ setTimeout(resolve, 200); }});
    }}
    for (const lacking of [cut, unsaved, unreached, unseen]) {{
      lacking(root).forEach((fault) => faults.add(fault));
    }}
    wide(innerWidth).forEach((fault) => faults.add(fault));
  }} while (topics.length);
  const end = performance.now() + 10_000; // Gradio's "Loading" goes on for some seconds
  do {{
    window.frames = 0;
    await new Promise((resolve) => {{ setTimeout(resolve, 150); }});
  }} while (window.frames && performance.now() < end);
  if (window.frames) faults.add('asks for frames though nothing moves');
  const play = [...root.querySelectorAll('[data-do=play]')].find((one) => one.checkVisibility());
  play?.click();
  look();
  play?.click();
  return {{ texts: [...texts], faults: [...faults] }};
}}"""


@pytest.fixture(scope="module")
def made_up_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a suite whose other language is made up."""
    log = tmp_path_factory.mktemp("made_up") / "app.log"
    process, url = start_app(log, "tests/made_up_language.py")
    yield url
    stop_app(process)


@pytest.fixture(scope="module")
def made_up_page(open_for_all: Callable[..., Page], made_up_url: str, axe: str) -> Page:
    """A page in the made-up language, in the dark, on a touch screen."""
    device = {"dark": True, "touch": True, "motion": False, "new": True}
    page = open_for_all("about:blank", locale=LANGUAGE, **device)
    for script in (LISTEN, LISTEN_FOR_POINTERS, axe):
        page.add_init_script(script)
    page.goto(f"{made_up_url}?chapter=celsius")
    page.wait_for_selector(".live-chart[aria-busy=false]")
    return page


def english(texts: list[str], slug: str = "") -> set[str]:
    """Return the texts that hold words of Latin letters which are no names."""
    names = {*NAMES.split(), *OWN.get(slug, "").split()}
    texts = [VALUES.sub("", GRADIOS.sub("", text)) for text in texts]
    return {text.strip() for text in texts if set(WORDS.findall(text)) - names}


def said(page: Page, selector: str) -> set[str]:
    """Return what is left English below an element."""
    return english(page.locator(selector).evaluate(SAID))


@pytest.mark.parametrize("slug", [chapter.slug for chapter in CHAPTERS])
def test_no_topic_of_a_chapter_is_left_english_unsaved_without_keys_faulty_or_wide_on_a_phone(
    made_up_page: Page, slug: str
):
    page, place = made_up_page, f"#chapter-{slug}"
    page.set_viewport_size({"width": 360, "height": 640})
    visit(page, slug)
    expect(page.locator(f"{place} .tasks").first).to_be_visible()
    page.locator(place).evaluate(
        "root => root.querySelectorAll('details').forEach((one) => { one.open = true; })"
    )
    still(page, place)
    left = set(serious(page, place))
    # In one go: the page is asked seldom, since Playwright looks through all chapters each time.
    page.keyboard.press("Tab")  # whoever uses keys sees the focus
    found = page.evaluate(TOPICS, place)
    left |= english(found["texts"], slug) | set(found["faults"])
    assert not left, "; ".join(sorted(left))


def test_nothing_around_the_chapters_is_left_english(made_up_page: Page):
    page = made_up_page
    page.set_viewport_size(WIDE)
    page.click("[role=tab][data-tab-id=celsius]")
    page.click("#chapter-celsius .copy-link")
    page.click(".hide-sheet summary")
    parts = [".masthead header", ".chapters [role=tablist] >> nth=0", ".device >> nth=0"]
    left = set().union(*(said(page, part) for part in [*parts, ".hide-sheet"]), serious(page))
    page.click("#chapter-celsius .show-code")
    expect(page.locator(".qr-picture svg")).to_be_visible()
    left |= said(page, ".qr-code")
    page.keyboard.press("Escape")
    assert not {text for text in left if not text.startswith("http")}


READY = "#chapter-{} .live-chart[aria-busy=false]"


def test_the_page_speaks_the_language_of_the_browser_also_to_screen_readers(open_page):
    page = open_page(locale="de-AT")
    expect(page).to_have_title("Deep Learning zum Anfassen")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#chapter-celsius .live-caption")).to_contain_text("Das Neuron sagt")
    expect(page.locator("footer")).to_contain_text("Einstellungen")
    code = page.locator("#chapter-celsius .source")
    code.get_by_role("button", name="Der PyTorch-Code").click()
    expect(code.get_by_role("button", name="Kopieren").first).to_be_visible()
    expect(code.get_by_role("textbox", name="Programmcode").first).to_be_visible()
    for word in ("Copy", "Download", "Code input container", "Gradio footer navigation"):
        expect(page.locator(f"[aria-label='{word}']")).to_have_count(0)


def test_the_switch_takes_chapter_and_controls_along_and_is_remembered(open_page):
    page = open_page("/?chapter=losses&delta=7")
    page.wait_for_selector(READY.format("losses"))
    page.click("text=Deutsch")
    page.wait_for_url("**lang=de**")
    page.wait_for_selector(READY.format("losses"))
    expect(page.locator("#chapter-losses [data-control=delta] input").first).to_have_value("7")
    page.goto("/")
    expect(page.locator(".masthead h1")).to_have_text("Deep Learning zum Anfassen")
    page.click("text=English")
    expect(page.locator(".masthead h1")).to_have_text("Deep learning you can touch")


def test_a_link_carries_its_language_in_which_is_said_what_it_got_wrong(open_page):
    page = open_page("/?lang=de&chapter=celsius")
    page.wait_for_selector(READY.format("celsius"))
    page.click("text=Link kopieren")
    expect(page.locator(".copy-link", has_text="Link kopiert")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("/?chapter=celsius&lang=de")
    page.goto(f"{link}&steps=-1")
    expect(page.locator("#chapter-celsius .question h2")).to_contain_text("Wie lernt ein Neuron")
    expect(page.locator("[role=alert]").first).to_contain_text("Ein Teil dieses Links")
    expect(page.locator("[role=alert]").first).to_contain_text("zwischen 1 und 2000 sein")
    # Without a language in it, a link shows each visitor their own.
    page.goto("/?chapter=celsius")
    expect(page.locator(".masthead h1")).to_contain_text("learning")
