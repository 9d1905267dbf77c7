// Files to take along: the head, and a folder that runs without this page.
import { bytesOf } from '../../widgets/lib/base64.js';
import { save } from '../../widgets/lib/files.js';
import { _ } from '../../widgets/lib/texts.js';
import { zipped } from '../../widgets/lib/zip.js';

const COMMANDS = `unzip my-classifier.zip -d my-classifier && cd my-classifier
pip install -r requirements.txt
python classify.py FOLDER      # what the photos of a folder show
python app.py                  # an app in the browser
hf upload USER/my-classifier . --repo-type space   # publish it, after: hf auth login`;

/** @param {import('./state').State} state */
export function listenToExport(state) {
  const said = state.part('.teach-export .teach-said');
  state.part('.teach-commands').textContent = COMMANDS;

  function model() {
    if (!state.trained) throw new Error(_('Press Train first: nothing has been learned yet.'));
    return state.trained.answer.model;
  }

  state.button('head').addEventListener('click', () => state.attempt(async () => {
    save('head.safetensors', bytesOf(model()));
  }));
  state.button('folder').addEventListener('click', () => state.attempt(async () => {
    said.textContent = _('Packing …');
    const { files } = await state.server.atOnce('teach_export', [model()]);
    const entries = Object.entries(files).map(([name, text]) => ({ name, bytes: bytesOf(/** @type {string} */ (text)) }));
    save('my-classifier.zip', zipped(entries));
    said.textContent = _('{count} files, none of them a photo of yours.', { count: entries.length });
  }));
}
