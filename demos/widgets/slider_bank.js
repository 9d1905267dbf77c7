// One SliderBank. Raises 'input'.
/** @param {import('./lib/widget').Widget} widget */
export default function mount({ element, props, trigger, watch }) {
  const knobs = [...element.querySelectorAll('.bank-knob')].map((row, index) => ({
    ...props.bank[index], range: row.querySelector('input[type=range]'), text: row.querySelector('input[type=text]'),
  }));
  // Gradio may render the template again: what it does not hold (the values) is painted here only.

  const decimals = (knob) => (String(knob.step).split('.')[1] || '').length;
  const written = (knob, value) => {
    const plain = String(Number(Number(value).toPrecision(7)));
    if (knob.logarithmic || (plain.split('.')[1] || '').length > decimals(knob) || plain.includes('e')) return plain;
    return Number(value).toFixed(decimals(knob));
  };
  const clamped = (knob, value) => Math.min(knob.maximum, Math.max(knob.minimum, value));
  // Two significant digits while dragging a logarithmic slider: 0.13, not 0.129734.
  const fromSlider = (knob) => (knob.logarithmic
    ? clamped(knob, Number((10 ** knob.range.value).toPrecision(2)))
    : Number(Number(knob.range.value).toFixed(decimals(knob))));

  function paint() {
    knobs.forEach((knob, i) => {
      const value = Number(props.value[i]);
      knob.range.value = knob.logarithmic ? Math.log10(value) : value;
      knob.range.setAttribute('aria-valuetext', written(knob, value));
      if (document.activeElement === knob.text) return;
      knob.text.value = written(knob, value);
      knob.text.removeAttribute('aria-invalid');
    });
  }

  function set(index, value) {
    if (value === props.value[index]) return;
    props.value = props.value.map((old, i) => (i === index ? value : old));
    paint();
    trigger('input');
  }

  knobs.forEach((knob, index) => {
    knob.range.addEventListener('input', () => set(index, fromSlider(knob)));
    knob.range.addEventListener('keydown', (event) => {
      const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!direction || !knob.logarithmic) return;
      event.preventDefault();
      const stops = [];
      for (let power = Math.floor(Math.log10(knob.minimum)); power <= Math.ceil(Math.log10(knob.maximum)); power += 1) {
        for (const digit of [1, 2, 5]) stops.push(Number(`${digit}e${power}`));
      }
      const now = props.value[index];
      const next = direction > 0 ? stops.find((stop) => stop > now * 1.0001) : stops.findLast((stop) => stop < now * 0.9999);
      if (next !== undefined) set(index, clamped(knob, next));
    });
    knob.text.addEventListener('input', () => {
      const value = Number(knob.text.value.replace(',', '.').replace('\u2212', '-'));
      const good = knob.text.value.trim() !== '' && Number.isFinite(value) && value >= knob.minimum && value <= knob.maximum;
      knob.text.setAttribute('aria-invalid', String(!good));
      knob.text.title = good ? '' : `${knob.minimum} … ${knob.maximum}`;
      if (good) set(index, value);
    });
    knob.text.addEventListener('blur', () => { knob.text.setAttribute('aria-invalid', 'false'); paint(); });
  });
  watch('value', paint);
  paint();
}
