"""The suite: one tab per chapter. `python app.py --help` lists the options."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

# Gradio reads it at import; the page must work without a network.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

from demos import MAP, PARTS, QUIZ
from demos.frame.server import Limits, Server, hosts, leave, policy, proxies, pytorch
from demos.frame.server.standing import Standing
from demos.frame.suite import PURPOSE, TITLE, Suite, device_name

PATIENCE = 2.0  # s: when nobody comes, PyTorch is imported all the same

logger = logging.getLogger("app")

demo = Suite(PARTS, before=[MAP], after=[QUIZ])


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
        "--limits",
        metavar="FACTOR",
        type=factor,
        default=env("COURSE_LIMITS", "1"),
        help="let one page, one address and all together have so many times as much, such as 3 for "
        "a large school on a large machine [COURSE_LIMITS]",
    )
    parser.add_argument(
        "--trusted-proxy",
        metavar="ADDRESSES",
        type=checked(proxies.networks, "write addresses or networks: 10.0.0.5,172.17.0.0/16"),
        default=env("COURSE_TRUSTED_PROXY", proxies.default()),
        help="reverse proxies that are believed when they say who asks, and under which name: "
        "addresses and networks, or private for all that nobody reaches from outside, or none "
        "[COURSE_TRUSTED_PROXY] (default: this machine; on a Space: private)",
    )
    parser.add_argument(
        "--frames",
        metavar="SITES",
        type=checked(policy.sources, "write sites: https://moodle.example.org,*.example.org"),
        default=env("COURSE_FRAMES"),
        help="sites whose pages may show this one in a frame, such as a learning platform: "
        "https://moodle.example.org, or none [COURSE_FRAMES] (default: all; with --auth: none)",
    )
    parser.add_argument(
        "--hosts",
        metavar="NAMES",
        type=checked(hosts.names, "write names: course.example.org"),
        default=env("COURSE_HOSTS", ""),
        help="names under which --mcp answers, besides this machine's and addresses [COURSE_HOSTS]",
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
    options = parser.parse_args(argv)
    if options.auth and options.mcp:
        parser.error("--mcp cannot be combined with --auth: a language model cannot log in")
    return options


def switched_on(name: str) -> bool:
    """Return whether an environment variable says yes."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes")


def checked(read: Callable[[str], Any], wish: str) -> Callable[[str], Any]:
    """Return what reads an option; of what it does not take it says what to write."""

    def check(text: str) -> Any:
        try:
            return read(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{wish}; not {text!r}") from None

    return check


def standing(options: argparse.Namespace) -> Standing:
    """Return where the server stands, by the command line."""
    rules = policy.Policy(options.frames, private=bool(options.auth), shared=options.share)
    return Standing(options.trusted_proxy, options.hosts, rules)


def account(text: str) -> tuple[str, str] | None:
    """Read NAME:PASSWORD; nothing means that everybody may come in."""
    name, colon, password = text.partition(":")
    if text and not (name and colon and password):
        raise argparse.ArgumentTypeError("write NAME:PASSWORD")
    return (name, password) if text else None


def factor(text: str) -> float:
    """Read a number above 0."""
    number = float(text)
    if not 0.1 <= number <= 1000:
        raise argparse.ArgumentTypeError("write a number from 0.1 to 1000")
    return number


def main(argv: Sequence[str] | None = None) -> None:
    """Start the server and keep it running."""
    options = parse(argv)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if options.weights_repo:
        os.environ["WEIGHTS_REPO"] = options.weights_repo
    limits = None if options.no_limits else Limits().times(options.limits)
    proxies.believe_nobody_else()
    server = Server(limits, options.access_log, standing(options))
    server.attend(demo)
    server.heed_sigterm()
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
    server.guard(demo)
    if public:
        import segno

        segno.make(public, error="l").terminal(compact=True)
    threading.Thread(target=warm_up, args=(server,), name="warm-up", daemon=True).start()
    server.block(demo)
    leave()


def warm_up(server: Server) -> None:
    """Import what the first visitor would wait for, once that one has the page; then stand by."""
    server.first_page.wait(PATIENCE)
    pytorch.load()
    import torch

    from demos.frame.server import files

    # Small models: one thread each is faster than many users' requests fighting over cores.
    torch.set_num_threads(1)
    # Every call of PyTorch, or of Pillow, lets go of the interpreter, and waits for it afterwards
    # behind each run in pure Python: for less long than the usual 5 ms.
    sys.setswitchinterval(0.001)
    logger.info("PyTorch %s is ready on %s", torch.__version__, device_name())
    files.prepare()
    server.models.stand_by()


if __name__ == "__main__":
    main()
