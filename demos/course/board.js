// One CourseMap: its pictures play when they are looked at; what is done stands on the cards.
import { done, forget } from '../widgets/lib/done.js';
import { root } from '../widgets/lib/root.js';
import { _ } from '../widgets/lib/texts.js';
import { miniature } from './pictures.js';

/** @param {import('../widgets/lib/widget').Widget} widget */
export default function mount({ element, props }) {
  const cards = [...element.querySelectorAll('.course-card')];

  function paint() {
    const all = done();
    for (const card of cards) {
      const { go: slug, tasks, questions } = card.dataset;
      const known = all[slug] ?? {};
      const answered = Object.values(known.quiz ?? {});
      const parts = [
        known.tasks?.length && _('{done} of {count} tasks', { done: Math.min(known.tasks.length, Number(tasks)), count: tasks }),
        answered.length && _('{right} of {count} questions', { right: answered.filter(Boolean).length, count: questions }),
      ].filter(Boolean);
      card.dataset.state = !known.seen ? 'new' : known.tasks?.length >= Number(tasks) ? 'done' : 'seen';
      card.querySelector('.course-state').textContent = known.seen ? [`✓ ${_('visited')}`, ...parts].join(' · ') : '';
    }
    const seen = cards.filter((card) => card.dataset.state !== 'new').length;
    const line = element.querySelector('.course-done');
    line.hidden = !seen;
    line.querySelector('span').textContent = _('{seen} of {count} chapters visited. Only this browser knows.', { seen, count: cards.length });
  }

  element.querySelector('.course-done button').addEventListener('click', () => {
    forget();
    cards[0].focus();
  });
  document.addEventListener('course:done', () => { if (element.isConnected) paint(); });
  document.addEventListener('course:chapter', () => { if (element.isConnected) paint(); });
  paint();

  fetch(root() + props.pictures).then((response) => response.json()).then((pictures) => {
    const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
      if (!entry.isIntersecting) return;
      seen.unobserve(entry.target);
      playing.get(entry.target)?.play();
    }), { threshold: 0.9 });
    const playing = new Map();
    for (const card of cards) {
      const place = card.querySelector('.course-picture');
      if (!pictures[card.dataset.go]) continue;
      const picture = miniature(place, pictures[card.dataset.go]);
      playing.set(place, picture);
      seen.observe(place);
      card.addEventListener('pointerenter', () => picture.play());
      card.addEventListener('focus', () => picture.play());
    }
  }).catch(() => { /* without pictures it is a map as well */ });
}
