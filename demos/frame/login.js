// The page that asks for the password: what Gradio's form does not say of itself.
import { _ } from '../widgets/lib/texts.js';

const note = Object.assign(document.createElement('p'), { className: 'login-note' });
note.setAttribute('role', 'alert');
// The page's style sheet comes with the login.
note.style.cssText = 'margin: 0; padding: 12px 16px; background: #fff4d6; color: #3d2c00; font: 16px/1.5 system-ui, sans-serif';

/**
 * Say something above the form.
 * @param {...(string | Node)} parts
 */
function tell(...parts) {
  note.replaceChildren(...parts);
  document.body.prepend(note);
}

/** Return whether this browser keeps a cookie such as that of the login. */
function keepsCookies() {
  const rules = location.protocol === 'https:' ? 'Secure; SameSite=None; Partitioned' : 'SameSite=Lax';
  document.cookie = `course_try=1; Path=/; ${rules}`;
  const kept = /(^|; )course_try=1/.test(document.cookie);
  document.cookie = `course_try=; Path=/; Max-Age=0; ${rules}`;
  return kept;
}

function tellIfLoginIsLost() {
  if (window.self === window.top || keepsCookies()) return;
  const why = location.protocol === 'https:'
    ? _('This browser keeps no login for a page inside a page of another site.')
    : _('Inside a page of another site a login holds over https only, and this page came over http.');
  const link = Object.assign(document.createElement('a'), {
    href: location.href, target: '_blank', rel: 'noopener', textContent: _('Open it in a window of its own.'),
  });
  link.style.color = 'inherit';
  tell(why, ' ', link);
}

// Gradio's form speaks of wrong passwords, not of too many.
const ask = window.fetch.bind(window);
window.fetch = async (...order) => {
  const answer = await ask(...order);
  const [what] = order;
  const { pathname } = new URL(what instanceof Request ? what.url : what, document.baseURI);
  if (answer.status === 429 && pathname.endsWith('/login')) tell((await answer.clone().json()).error);
  return answer;
};

if (document.body) tellIfLoginIsLost();
else document.addEventListener('DOMContentLoaded', tellIfLoginIsLost);
