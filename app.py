"""The suite: one tab per chapter. `python app.py --help` lists the options."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

# Gradio reads it at import; the page must work without a network.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr

from demos import CHAPTERS
from demos.frame import texts, zero_gpu
from demos.frame.chapter import notice, qr_code, restore_link, student_errors
from demos.frame.look import HEAD, STYLES, THEME
from demos.frame.server import Limits, Server
from demos.frame.texts import N_, _

TITLE = N_("Deep learning you can touch")
PURPOSE = N_("From one neuron to transfer learning, with real PyTorch behind every control.")

logger = logging.getLogger("app")


# How the page looks and what it shows, for whoever launches or mounts it.
LOOK = {
    "theme": THEME,
    "css_paths": STYLES,
    "head": HEAD,
    "footer_links": ["api", "settings"],
    "run_history": False,
    "max_file_size": "20mb",
    "pwa": True,
}


class Suite(gr.Blocks):
    """The page. However it is launched, it wears its own look."""

    def launch(self, *args: Any, **kwargs: Any) -> Any:
        """Launch as `gr.Blocks.launch` does, with the suite's look."""
        return super().launch(*args, **{**LOOK, **kwargs})

    def get_api_info(self, all_endpoints: bool = False, page: str | None = None) -> Any:
        """Describe the endpoints; "Use via API" offers the same ones on every page."""
        return super().get_api_info(all_endpoints, page and "")


def build() -> Suite:
    """Assemble the suite from `demos.CHAPTERS`: a page for each language."""
    with Suite(title=TITLE, analytics_enabled=False, fill_width=True) as suite:
        page(suite)
        gr.api(student_errors(qr_code), queue=False, api_visibility="undocumented")
        zero_gpu.endpoint()
    for language in texts.languages()[1:]:
        with texts.speaking(language), suite.route(language, language, show_in_navbar=False):
            page(suite)
    return suite


def page(suite: Suite) -> None:
    """Lay out the page in the language that is spoken now."""
    title, purpose, computed_on = _(TITLE), _(PURPOSE), _("Computed on {device}")
    gr.HTML(
        f"<header><div><h1>{title}</h1><p>{purpose}</p></div>{language_links()}</header>",
        elem_classes=["masthead"],
        apply_default_css=False,
        js_on_load=None,
    )
    ignored_part = gr.HTML(
        "",
        elem_classes=["notice"],
        apply_default_css=False,
        js_on_load="element.addEventListener('click', (event) => {"
        " if (event.target.closest('button')) props.value = ''; });",
    )
    with gr.Tabs(elem_classes=["chapters"]):
        controls = {chapter.slug: chapter.tab() for chapter in CHAPTERS}
    device = gr.HTML("", elem_classes=["device"], apply_default_css=False, js_on_load=None)
    every_control = [control for tab in controls.values() for control in tab.values()]

    def restore(request: gr.Request) -> list[Any]:
        """Set the controls that the link names; the page itself opens the chapter."""
        _slug, values, ignored = restore_link(dict(request.query_params), controls)
        # Never gr.skip(): it empties the props of a gr.HTML in a tab that is not open yet.
        restored = (values.get(control, control.value) for control in every_control)
        return [notice(ignored), *restored]

    suite.load(
        texts.in_this_language(restore),
        outputs=[ignored_part, *every_control],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    ).then(None, js="() => window.courseRedraw()", api_visibility="private")
    suite.load(
        lambda: computed_on.format(device=f"<b>{device_name()}</b>"),
        outputs=device,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def language_links() -> str:
    """Return links to the page in each language; the page's script takes the controls along."""
    name_of_all = _("Language")
    links = "".join(
        f'<a href="?lang={code}" data-language="{code}" lang="{code}" hreflang="{code}"'
        f"{' aria-current=true' * (code == texts.current())}>{name}</a>"
        for code, name in texts.names().items()
    )
    return f'<nav class="languages" aria-label="{name_of_all}">{links}</nav>'


def device_name() -> str:
    """Return what computes: "cpu", "cuda: NVIDIA …" or "mps"."""
    from models import hub

    return hub.device_name()


demo = build()


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; every option is also an environment variable."""
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description=f"{TITLE}. {PURPOSE}",
        epilog="Every option can also be given as the environment variable named in brackets.",
    )
    parser.add_argument(
        "--host",
        default=env("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="address to listen on; 0.0.0.0 lets the whole network in [GRADIO_SERVER_NAME] "
        "(default: 127.0.0.1)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=env("GRADIO_SERVER_PORT", "7860"),
        help="port to listen on [GRADIO_SERVER_PORT] (default: 7860)",
    )
    parser.add_argument(
        "--share",
        action="store_true",
        default=switched_on("GRADIO_SHARE"),
        help="make a public link for a class, through Gradio's servers, for a week [GRADIO_SHARE]",
    )
    parser.add_argument(
        "--root-path",
        default=env("GRADIO_ROOT_PATH", ""),
        help="path under which a reverse proxy shows the app, such as /course [GRADIO_ROOT_PATH]",
    )
    parser.add_argument(
        "--weights-repo",
        default=env("WEIGHTS_REPO", ""),
        help="a folder, or a repository on the Hugging Face Hub, to load weights from "
        "instead of weights/ [WEIGHTS_REPO]",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=switched_on("GRADIO_MCP_SERVER"),
        help="offer the chapters as tools to language models, under /gradio_api/mcp/; needs "
        "`pip install 'gradio[mcp]'` [GRADIO_MCP_SERVER]",
    )
    parser.add_argument(
        "--auth",
        metavar="NAME:PASSWORD",
        type=account,
        default=env("COURSE_AUTH", ""),
        help="let in only who knows this, for a private class [COURSE_AUTH]",
    )
    parser.add_argument(
        "--no-limits",
        action="store_true",
        default=switched_on("COURSE_NO_LIMITS"),
        help="do not limit how large requests are and how many one address sends "
        "[COURSE_NO_LIMITS]",
    )
    parser.add_argument(
        "--access-log",
        action="store_true",
        default=switched_on("COURSE_ACCESS_LOG"),
        help="write each request to stdout, as JSON [COURSE_ACCESS_LOG]",
    )
    return parser.parse_args(argv)


def switched_on(name: str) -> bool:
    """Return whether an environment variable says yes."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes")


def account(text: str) -> tuple[str, str] | None:
    """Read NAME:PASSWORD; nothing means that everybody may come in."""
    name, colon, password = text.partition(":")
    if text and not (name and colon and password):
        raise argparse.ArgumentTypeError("write NAME:PASSWORD")
    return (name, password) if text else None


def main(argv: Sequence[str] | None = None) -> None:
    """Start the server and keep it running."""
    options = parse(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if options.weights_repo:
        os.environ["WEIGHTS_REPO"] = options.weights_repo
    server = Server(None if options.no_limits else Limits(), options.access_log)
    try:
        _, _, public = demo.launch(
            server_name=options.host,
            server_port=options.port,
            share=options.share,
            root_path=options.root_path or None,
            auth=options.auth,
            mcp_server=options.mcp,
            app_kwargs={"middleware": server.middleware()},
            prevent_thread_lock=True,
        )
    except OSError as error:
        sys.exit(f"The server did not start: {error} Choose another port with --port.")
    if public:
        import segno

        segno.make(public, error="l").terminal(compact=True)
    threading.Thread(target=warm_up, args=(server,), name="warm-up", daemon=True).start()
    server.block(demo)


def warm_up(server: Server) -> None:
    """Import and load what the first visitor would wait for, once the server answers."""
    import torch

    # Small models: one thread each is faster than many users' requests fighting over cores.
    torch.set_num_threads(1)
    logger.info("PyTorch %s is ready on %s", torch.__version__, device_name())
    server.models.load_until_ready()


if __name__ == "__main__":
    main()
